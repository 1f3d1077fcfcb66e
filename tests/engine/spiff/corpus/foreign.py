"""What other products write, and elements without effect here."""

from __future__ import annotations

from tests.engine.spiff.corpus.building import (
    BOX,
    Refused,
    asking,
    changed,
    drawn,
    extended,
    instead,
    repeated,
    with_namespace,
)

FOREIGN = [
    Refused(
        "camunda 属性",
        with_namespace("camunda", "http://camunda.org/schema/1.0/bpmn", 'camunda:assignee="demo"'),
        "a",
        "Camunda 扩展",
    ),
    Refused(
        "zeebe 扩展",
        extended('<z:formDefinition xmlns:z="http://camunda.org/schema/zeebe/1.0" formKey="f"/>'),
        "a",
        "zeebe",
    ),
    Refused(
        "activiti 属性",
        with_namespace("activiti", "http://activiti.org/bpmn", 'activiti:candidateGroups="admin"'),
        "a",
        "Activiti",
    ),
    Refused(
        "flowable 属性", with_namespace("flowable", "http://flowable.org/bpmn", 'flowable:class="x.Y"'), "a", "Flowable"
    ),
    Refused(
        "signavio 元数据",
        extended('<s:signavioMetaData xmlns:s="http://www.signavio.com" metaKey="bg"/>'),
        "a",
        "signavio",
    ),
    Refused(
        "camunda 流程属性",
        changed(
            "<bpmn:process ", '<bpmn:process xmlns:c="http://camunda.org/schema/1.0/bpmn" c:historyTimeToLive="180" '
        ),
        "m",
        "Camunda 扩展",
    ),
    Refused("普通任务", instead("task"), "x", "普通任务"),
    Refused("手工任务", instead("manualTask"), "x", "手工任务"),
    Refused("发送任务", instead("sendTask"), "x", "发送任务"),
    Refused("复杂网关", instead("complexGateway"), "x", "复杂网关"),
    Refused("事务", instead("transaction", "\n".join(BOX.parts)), "x", "事务"),
    Refused("即席子流程", instead("adHocSubProcess"), "x", "即席"),
    Refused(
        "事件子流程",
        drawn(lambda d: d.node("subProcess", "x", "\n".join(BOX.parts), triggeredByEvent="true")),
        "x",
        "事件子流程",
    ),
    Refused("调用编排", instead("callChoreography"), "x", "callChoreography"),
    Refused(
        "拼错的元素",
        changed("bpmn:userTask", "bpmn:usrTask").replace(b"</bpmn:userTask>", b"</bpmn:usrTask>"),
        "a",
        "usrTask",
    ),
    Refused("标准循环", repeated("<bpmn:standardLoopCharacteristics/>"), "x", "标准循环"),
    Refused("数据对象", changed("</bpmn:process>", '<bpmn:dataObject id="d"/></bpmn:process>'), "d", "数据对象"),
    Refused("数据存储", changed("<bpmn:process", '<bpmn:dataStore id="d" name="n"/><bpmn:process'), "d", "数据存储"),
    Refused("输入输出", repeated("<bpmn:ioSpecification/>"), "x", "输入输出"),
    Refused(
        "消息流",
        changed(
            "<bpmn:process",
            '<bpmn:collaboration id="c"><bpmn:messageFlow id="mf" sourceRef="a" targetRef="b"/></bpmn:collaboration>'
            "<bpmn:process",
        ),
        "mf",
        "消息流",
    ),
    Refused("补偿环节", instead("userTask", isForCompensation="true"), "x", "补偿"),
    Refused("JUEL 条件", asking("${approved == true}"), "back", "JUEL"),
    Refused("FEEL 条件", asking("=approved"), "back", "FEEL"),
    Refused(
        "表达式语言",
        changed("<bpmn:conditionExpression>", '<bpmn:conditionExpression language="groovy">', asking("True")),
        "back",
        "groovy",
    ),
    Refused(
        "脚本语言",
        instead("scriptTask", "<bpmn:script>x = 1</bpmn:script>", scriptFormat="javascript"),
        "x",
        "javascript",
    ),
]
