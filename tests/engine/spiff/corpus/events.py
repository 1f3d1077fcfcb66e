"""Events that would silently do nothing."""

from __future__ import annotations

from tests.engine.spiff.corpus.building import (
    Refused,
    bounded,
    catching,
    changed,
    definition,
    ending,
    starting,
    throwing,
)
from tests.engine.spiff.drawing import event, message, timer

EVENTS = [
    Refused("定时开始", starting(timer("Cycle", "'R/P1D'")), "start", "定时类型"),
    Refused("消息开始", starting(message("go")), "start", "消息类型"),
    Refused("信号开始", starting(event("signal", "go")), "start", "信号类型"),
    Refused("错误开始", starting(event("error", "go")), "start", "错误类型"),
    Refused(
        "条件开始", starting(definition("conditional", "<bpmn:condition>True</bpmn:condition>")), "start", "条件类型"
    ),
    Refused("信号结束", ending(event("signal", "go")), "x", "信号类型"),
    Refused("定时结束", ending(timer("Duration", "'P1D'")), "x", "定时类型"),
    Refused("条件结束", ending(definition("conditional")), "x", "条件类型"),
    Refused("消息结束", ending(message("go")), "x", "消息类型"),
    Refused("取消结束", ending(definition("cancel")), "x", "取消类型"),
    Refused("补偿结束", ending(definition("compensate")), "x", "补偿类型"),
    Refused("条件抛出", throwing(definition("conditional")), "x", "条件类型"),
    Refused("链接抛出", throwing(definition("link")), "x", "链接类型"),
    Refused("补偿抛出", throwing(definition("compensate")), "x", "补偿类型"),
    Refused("消息抛出", throwing(message("go")), "x", "消息类型"),
    Refused("定时抛出", throwing(timer("Duration", "'P1D'")), "x", "定时类型"),
    Refused("链接捕获", catching(definition("link")), "x", "链接类型"),
    Refused("错误捕获", catching(event("error", "go")), "x", "错误类型"),
    Refused("升级捕获", catching(event("escalation", "go")), "x", "升级类型"),
    Refused("条件捕获", catching(definition("conditional", "<bpmn:condition>True</bpmn:condition>")), "x", "条件类型"),
    Refused("无定义捕获", catching(""), "x", "无定义类型"),
    Refused("未知事件", catching(definition("quantum")), "x", "quantum"),
    Refused("多重事件", catching(message("go") + timer("Duration", "'P1D'")), "x", "一种触发方式"),
    Refused("消息没有指明", catching("<bpmn:messageEventDefinition/>"), "x", "没有指明消息"),
    Refused(
        "消息引用不存在", changed('<bpmn:message id="go" name="go"/>', "", catching(message("go"))), "x", "go 不存在"
    ),
    Refused(
        "消息没有名称",
        changed('<bpmn:message id="go" name="go"/>', '<bpmn:message id="go"/>', catching(message("go"))),
        "go",
        "没有名称",
    ),
    Refused("错误没有代码", ending("<bpmn:errorEventDefinition/>"), "x", "没有指明错误"),
    Refused("错误没有边界接住", ending(event("error", "E1")), "x", "没有边界事件接住"),
    Refused("信号没有发出", catching(event("signal", "go")), "x", "没有事件发出"),
    Refused("信号没有接收", throwing(event("signal", "go")), "x", "没有事件接收"),
    Refused("不中断的消息边界", bounded(message("go"), interrupting=False), "x", "只触发一次"),
    Refused(
        "不中断的错误边界", bounded(event("error", "E1"), interrupting=False, host="callActivity"), "x", "必须中断"
    ),
    Refused("任务上的错误边界", bounded(event("error", "E1")), "x", "只能由子流程抛出"),
    Refused("条件边界", bounded(definition("conditional")), "x", "条件类型"),
    Refused("取消边界", bounded(definition("cancel")), "x", "取消类型"),
    Refused("补偿边界", bounded(definition("compensate")), "x", "补偿类型"),
    Refused("无定义边界", bounded(""), "x", "无定义类型"),
    Refused("脚本上的边界", bounded(timer("Duration", "'P1D'"), host="scriptTask"), "x", "立即完成"),
    Refused(
        "边界没有宿主",
        changed('attachedToRef="a"', 'attachedToRef="gone"', bounded(timer("Duration", "'P1D'"))),
        "x",
        "gone",
    ),
]
