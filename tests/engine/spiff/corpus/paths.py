"""Flows, gateways, loops and stages."""

from __future__ import annotations

from tests.engine.spiff.corpus.building import BOX, Refused, asking, changed, drawn, instead, loop
from tests.engine.spiff.drawing import Drawing, document, message

PATHS = [
    Refused("悬空的起点", drawn(lambda d: d.flow("gone", "a", id="loose")), "loose", "gone"),
    Refused("悬空的终点", drawn(lambda d: d.user("b").flow("b", "gone", id="loose")), "loose", "gone"),
    Refused("没有终点", drawn(lambda d: d.user("b").flow("b", "", id="loose")), "loose", "空"),
    Refused("走不到的环节", drawn(lambda d: d.user("b").flow("b", "end")), "b", "走不到"),
    Refused(
        "死路",
        document(
            Drawing().start().user("a", "b").end().parallel("gw").chain("start", "gw", "a", "end").flow("gw", "b")
        ),
        "b",
        "没有出线",
    ),
    Refused("任务分叉", drawn(lambda d: d.end("end_b").flow("a", "end_b")), "a", "2 条出线"),
    Refused(
        "任务上的条件",
        changed('targetRef="end">', 'targetRef="end"><bpmn:conditionExpression>True</bpmn:conditionExpression>'),
        "m_f2",
        "不会被判断",
    ),
    Refused(
        "并行网关的条件",
        document(
            Drawing()
            .start()
            .parallel("gw")
            .end()
            .end("end_b")
            .flow("start", "gw")
            .flow("gw", "end", "True", id="if_so")
            .flow("gw", "end_b")
        ),
        "if_so",
        "不会被判断",
    ),
    Refused(
        "没有默认路径",
        document(
            Drawing()
            .start()
            .xor("gw")
            .end()
            .end("end_b")
            .flow("start", "gw")
            .flow("gw", "end", "True")
            .flow("gw", "end_b", "False")
        ),
        "gw",
        "默认路径",
    ),
    Refused("默认路径不是出线", changed('default="out"', 'default="m_f1"', asking("True")), "gw", "不是它的出线"),
    Refused(
        "默认路径带条件",
        document(
            Drawing()
            .start()
            .xor("gw", "out")
            .end()
            .end("end_b")
            .flow("start", "gw")
            .flow("gw", "end", "True")
            .flow("gw", "end_b", "True", id="out")
        ),
        "out",
        "不应有条件",
    ),
    Refused(
        "出线没有条件",
        document(
            Drawing()
            .start()
            .xor("gw", "out")
            .end()
            .end("end_b")
            .flow("start", "gw")
            .flow("gw", "end", id="bare")
            .flow("gw", "end_b", id="out")
        ),
        "bare",
        "没有条件",
    ),
    Refused(
        "唯一出线带条件",
        document(Drawing().start().xor("gw").end().flow("start", "gw").flow("gw", "end", "True", id="only")),
        "only",
        "唯一的出线",
    ),
    Refused("任务的默认路径", instead("userTask", default="m_f2"), "x", "默认路径"),
    Refused("没有开始", document(Drawing().user("a").end().flow("a", "end")), "m", "没有开始"),
    Refused("两个开始", drawn(lambda d: d.start("start_b").flow("start_b", "a")), "start_b", "2 个开始"),
    Refused(
        "没有结束",
        document(Drawing().start().user("a").xor("gw").flow("start", "gw").flow("gw", "a").flow("a", "gw")),
        "m",
        "没有结束",
    ),
    Refused("进入开始事件", drawn(lambda d: d.user("b").flow("b", "start", id="back")), "back", "不能进入"),
    Refused("结束之后", drawn(lambda d: d.user("b").chain("end", "b")), "end", "不能有出线"),
    Refused("重复的连线", drawn(lambda d: d.flow("a", "end", id="again")), "again", "多条连线"),
    Refused("没有排他网关的回路", loop(gateway=False), "gw", "排他网关"),
    Refused("不等待的回路", loop(wait=False), "gw", "没有等待"),
    Refused("没有出口的回路", loop(exit=False), "gw", "没有出口"),
    Refused("任务自环", drawn(lambda d: d.flow("a", "a", id="self")), "a", "排他网关"),
    Refused(
        "事件网关只等一个",
        document(Drawing().start().choice("gw").catch("x", message("go")).end().chain("start", "gw", "x", "end")),
        "gw",
        "至少等待两个",
    ),
    Refused(
        "事件网关后是任务",
        document(
            Drawing()
            .start()
            .choice("gw")
            .catch("c", message("go"))
            .user("x")
            .end()
            .chain("start", "gw", "c", "end")
            .chain("gw", "x", "end")
        ),
        "x",
        "只能是捕获事件",
    ),
    Refused(
        "事件网关等同一消息",
        document(
            Drawing()
            .start()
            .choice("gw")
            .catch("c", message("go"))
            .catch("x", message("go"))
            .end()
            .chain("start", "gw", "c", "end")
            .chain("gw", "x", "end")
        ),
        "x",
        "等待了两次",
    ),
    Refused(
        "等不齐的并行汇合",
        document(
            Drawing()
            .start()
            .xor("gw", "out")
            .user("a", "b")
            .parallel("x")
            .end()
            .chain("start", "gw", "a", "x")
            .flow("gw", "b", "True")
            .flow("b", "x")
            .flow("x", "end")
            .flow("gw", "end", id="out")
        ).replace(
            b'id="m_f2" sourceRef="gw" targetRef="a">',
            b'id="m_f2" sourceRef="gw" targetRef="a"><bpmn:conditionExpression>True</bpmn:conditionExpression>',
        ),
        "x",
        "永远等不齐",
    ),
    Refused(
        "子流程没有开始",
        document(
            Drawing()
            .start()
            .sub("x", Drawing("i").user("a").end("e1").chain("a", "e1"))
            .end()
            .chain("start", "x", "end")
        ),
        "x",
        "没有开始",
    ),
    Refused(
        "跨层连线",
        document(Drawing().start().sub("box", BOX).end().chain("start", "box", "end").flow("x_a", "end", id="out")),
        "out",
        "不在同一图层",
    ),
    Refused("调用没有指明", instead("callActivity"), "x", "没有指明"),
    Refused("调用不存在", instead("callActivity", calledElement="nowhere"), "x", "nowhere 不存在"),
    Refused("调用自己", instead("callActivity", calledElement="m"), "x", "调用到自己"),
]
