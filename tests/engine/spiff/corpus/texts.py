"""Conditions, timers, scripts, parameters and cardinalities."""

from __future__ import annotations

from tests.engine.spiff.corpus.building import (
    LIST,
    Refused,
    asking,
    bounded,
    catching,
    changed,
    definition,
    instead,
    operator,
    parameter,
    repeated,
)
from tests.engine.spiff.drawing import Drawing, document, extension, instances, properties, timer

TEXTS = [
    Refused("未加引号的时长", catching(timer("Duration", "PT2S")), "x", "没有加引号"),
    Refused("未加引号的循环", bounded(timer("Cycle", "R3/PT1H"), interrupting=False), "x", "没有加引号"),
    Refused("未加引号的日期", catching(timer("Date", "2026-01-01T00:00:00Z")), "x", "没有加引号"),
    Refused("JUEL 定时", catching(timer("Date", "${dueDate}")), "x", "JUEL"),
    Refused("按月的时长", catching(timer("Duration", "'P1M'")), "x", "deadlines.toml"),
    Refused("一百年", catching(timer("Duration", "'P36500D'")), "x", "十年"),
    Refused("无穷的年数", catching(timer("Duration", "'P99999999Y'")), "x", "P14D"),
    Refused("零秒循环", bounded(timer("Cycle", "'R/PT0S'"), interrupting=False), "x", "60 秒"),
    Refused("中断的循环", bounded(timer("Cycle", "'R/P1D'")), "x", "不中断的边界"),
    Refused("没有时区的日期", catching(timer("Date", "'2026-01-01T00:00:00'")), "x", "没有时区"),
    Refused("空的定时", catching(definition("timer")), "x", "一个日期、时长或循环"),
    Refused(
        "两个定时值",
        catching(
            definition(
                "timer", "<bpmn:timeDate>'2026-01-01'</bpmn:timeDate><bpmn:timeDuration>'P1D'</bpmn:timeDuration>"
            )
        ),
        "x",
        "一个日期、时长或循环",
    ),
    Refused("时长用 clock", catching(timer("Duration", "clock('C1')")), "x", "不是时长"),
    Refused("导入模块", asking("__import__('os').system('id')"), "back", "表达式"),
    Refused("子类漫游", asking("().__class__.__base__.__subclasses__()"), "back", "表达式"),
    Refused("幂炸弹", asking("9**9**9 > 1"), "back", "表达式"),
    Refused("lambda", asking("(lambda: 1)()"), "back", "表达式"),
    Refused("语法错误", asking("a.result =="), "back", "表达式"),
    Refused(
        "空条件",
        changed("<bpmn:conditionExpression>True", "<bpmn:conditionExpression>", asking("True")),
        "back",
        "条件为空",
    ),
    Refused("条件中用 clock", asking("clock('C1') > '2026'"), "back", "只能用于定时"),
    Refused(
        "脚本是 Python", instead("scriptTask", "<bpmn:script>import os\nos.system('id')</bpmn:script>"), "x", "脚本"
    ),
    Refused("脚本为空", instead("scriptTask"), "x", "没有内容"),
    Refused(
        "前脚本是 Python",
        repeated(extension("<spiffworkflow:preScript>exec('x')</spiffworkflow:preScript>")),
        "x",
        "脚本",
    ),
    Refused("服务没有操作", instead("serviceTask"), "x", "没有指明操作"),
    Refused(
        "参数是 Python",
        instead("serviceTask", operator(parameter(id="to", value="open('/etc/passwd').read()"))),
        "x",
        "参数",
    ),
    Refused("参数没有值", instead("serviceTask", operator(parameter(id="to"))), "x", "没有值"),
    Refused("决策没有表", instead("businessRuleTask"), "x", "决策表"),
    Refused("文书条件不成立", repeated(properties(letters="D-1 if a.b =")), "x", "属性"),
    Refused("机构表达式", repeated(properties(org="${org}")), "x", "JUEL"),
]
INSTANCES = [
    Refused(
        "多实例列表",
        repeated(LIST.format("<bpmn:loopDataInputRef>plan.measures</bpmn:loopDataInputRef>")),
        "x",
        "不取列表",
    ),
    Refused("多实例没有数目", repeated("<bpmn:multiInstanceLoopCharacteristics/>"), "x", "实例数"),
    Refused("十万实例", repeated(instances("100000")), "x", "100000"),
    Refused("负的实例数", repeated(instances("-1")), "x", "-1"),
    Refused("实例数不是数", repeated(instances("'many'")), "x", "many"),
    Refused(
        "网关多实例",
        document(Drawing().start().node("exclusiveGateway", "x", instances("2")).end().chain("start", "x", "end")),
        "x",
        "不能设为多实例",
    ),
    Refused(
        "多实例嵌套",
        document(
            Drawing()
            .start()
            .sub(
                "box",
                Drawing("i").start("s1").user("x", inner=instances("2")).end("e1").chain("s1", "x", "e1"),
                instances("2"),
            )
            .end()
            .chain("start", "box", "end")
        ),
        "x",
        "之内",
    ),
]
