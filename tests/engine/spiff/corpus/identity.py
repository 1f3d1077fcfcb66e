"""Ids, names, lanes and properties."""

from __future__ import annotations

from tests.engine.spiff.corpus.building import Refused, changed, lanes, many, plain, repeated, wide
from tests.engine.spiff.drawing import HEAD, Drawing, document, extension, properties

IDENTITY = [
    Refused("没有 id", changed('<bpmn:userTask id="a"', "<bpmn:userTask"), "", "没有 id"),
    Refused("id 重复", changed('id="end"', 'id="a"'), "a", "出现 2 次"),
    Refused("id 不合规则", changed('<bpmn:userTask id="a"', '<bpmn:userTask id="9 a"'), "9 a", "不合规则"),
    Refused(
        "自动生成的 id",
        document(Drawing().start().user("Activity_1x").end().chain("start", "Activity_1x", "end")),
        "Activity_1x",
        "小写蛇形",
    ),
    Refused(
        "id 是保留字", document(Drawing().start().user("case").end().chain("start", "case", "end")), "case", "另有含义"
    ),
    Refused("id 是关键字", document(Drawing().start().user("if").end().chain("start", "if", "end")), "if", "另有含义"),
    Refused("没有名称", changed('id="a" name="a"', 'id="a"'), "a", "没有名称"),
    Refused("连线没有 id", changed('id="m_f1" ', ""), "", "连线没有 id"),
    Refused(
        "两个流程",
        document(plain(), Drawing("n").start("s2").user("b").end("e2").chain("s2", "b", "e2")),
        "",
        "2 个流程",
    ),
    Refused("没有流程", (HEAD + "</bpmn:definitions>").encode(), "", "0 个流程"),
    Refused(
        "流程 id 与文件名不同",
        document(Drawing("other").start().user("a").end().chain("start", "a", "end")),
        "other",
        "与文件名不同",
    ),
    Refused("不可执行", changed('isExecutable="true"', 'isExecutable="false"'), "m", "可执行"),
    Refused("没有泳道", changed("<bpmn:flowNodeRef>a</bpmn:flowNodeRef>", ""), "a", "泳道"),
    Refused("泳道没有名称", changed('name="承办人"', 'name=""'), "a", "泳道"),
    Refused(
        "两个泳道",
        changed(
            "</bpmn:laneSet>",
            '<bpmn:lane id="l2" name="科长"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>',
        ),
        "a",
        "同时在泳道",
    ),
    Refused(
        "泳道列出不存在的元素",
        changed("</bpmn:lane>", "<bpmn:flowNodeRef>gone</bpmn:flowNodeRef></bpmn:lane>"),
        "m",
        "gone 不存在",
    ),
    Refused("节点过多", many(24), "m", "26 个节点"),
    Refused("泳道过多", lanes(6), "m", "7 个泳道"),
    Refused("图太宽", wide(2601), "m", "2601 像素"),
    Refused("未知属性", repeated(properties(statu="open")), "x", "是否应为 status|不在约定"),
    Refused("属性放错地方", repeated(properties(outcome="done")), "x", "没有意义"),
    Refused("属性为空", repeated(properties(status="")), "x", "为空"),
    Refused("岗位写成中文", repeated(properties(roles="承办人")), "x", "不是 id 列表"),
    Refused(
        "属性重复",
        repeated(
            properties(status="open").replace(
                "</spiffworkflow:properties>",
                '<spiffworkflow:property name="status" value="b"/></spiffworkflow:properties>',
            )
        ),
        "x",
        "2 次",
    ),
    Refused("未知扩展元素", repeated(extension("<spiffworkflow:unitTests/>")), "x", "unitTests"),
    Refused(
        "任务上的决策",
        repeated(extension("<spiffworkflow:calledDecisionId>d</spiffworkflow:calledDecisionId>")),
        "x",
        "calledDecisionId",
    ),
]
