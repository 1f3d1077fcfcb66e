"""Where tokens can go: nothing dangles, everything is reached, every loop waits and every choice has a way out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.spiff.elements import CHOOSING, GATEWAYS, Element
from engine.spiff.lint.diagram import Diagram, Office, Scope, about, about_flow
from engine.spiff.source import Finding

PAUSES = {"userTask", "receiveTask", "intermediateCatchEvent", "eventBasedGateway", "boundaryEvent"}


def connections(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Flows lead from one node of this scope to another, and only gateways have several."""
    known = scope.by_id
    pairs = Counter((flow.source, flow.target) for flow in scope.flows)
    for flow in scope.flows:
        for end, word in ((flow.source, "起点"), (flow.target, "终点")):
            if end not in known:
                yield about_flow(scope, flow, f"连线的{word} {end or '（空）'} 不在同一图层", "请重新连接或删除")
        if flow.target in known and known[flow.target].kind in ("startEvent", "boundaryEvent"):
            yield about_flow(scope, flow, "连线不能进入开始事件或边界事件", "请连到环节或网关")
        if pairs[flow.source, flow.target] > 1:
            yield about_flow(scope, flow, f"从 {flow.source} 到 {flow.target} 有多条连线", "请合并为一条")
        if flow.source in known and flow.condition is not None and known[flow.source].kind not in CHOOSING:
            yield about_flow(
                scope, flow, "条件写在不作选择的元素之后，不会被判断", "请加排他网关，条件写在网关的出线上"
            )
    for element in scope.members:
        count = len(element.outgoing)
        if element.kind == "endEvent" and count:
            yield about(element, "结束事件不能有出线", "请删除出线，或改为中间事件")
        elif element.kind not in GATEWAYS and count > 1:
            yield about(element, f"有 {count} 条出线，系统不隐含分支", "请用网关分支")
        elif element.kind != "endEvent" and not count:
            yield about(element, "没有出线，流程会停在这里", "请连到后续环节或结束事件")


def gateways(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Choices are complete: a condition on every way but the default one."""
    known = scope.by_id
    for element in scope.members:
        ids = [flow.id for flow in element.outgoing]
        if element.kind not in CHOOSING:
            if element.default:
                yield about(element, "只有排他和包容网关可以有默认路径", "请删除 default")
            if element.kind == "eventBasedGateway":
                yield from _event_gateway(element, known)
            continue
        if element.default and element.default not in ids:
            yield about(element, f"默认路径 {element.default} 不是它的出线", "请重新选择默认路径")
        if len(ids) > 1 and not element.default:
            yield about(element, "没有默认路径，条件都不成立时案件会停住", "请把一条出线设为默认路径")
        for flow in element.outgoing:
            if flow.id == element.default and flow.condition is not None:
                yield about_flow(scope, flow, "默认路径不应有条件", "请删除条件，或另设默认路径")
            elif flow.id != element.default and len(ids) > 1 and not flow.condition:
                yield about_flow(scope, flow, "非默认的出线没有条件", "请填写条件")
            elif len(ids) == 1 and flow.condition is not None:
                yield about_flow(scope, flow, "唯一的出线带有条件，不成立时案件会停住", "请删除条件，或增加默认路径")
    yield from _impossible_joins(scope, known)


def starts_and_ends(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """One plain start, some end, and everything between them within reach."""
    starts = [element for element in scope.members if element.kind == "startEvent"]
    if len(starts) != 1:
        for extra in starts[1:]:
            yield about(extra, f"有 {len(starts)} 个开始事件", "请只留一个，用网关分支")
        if not starts:
            yield diagram.at(scope.node, "没有开始事件", "请加一个开始事件")
    if not any(element.kind == "endEvent" for element in scope.members):
        yield diagram.at(scope.node, "没有结束事件", "请加一个结束事件")
    reached = {element.id for start in starts for element in _reached(scope, start)}
    for element in scope.members:
        if element.id not in reached and element.kind != "startEvent":
            yield about(element, "从开始事件走不到这里", "请连上，或删除")


def loops(diagram: Diagram, scope: Scope, office: Office) -> Iterator[Finding]:
    """A loop has an exclusive gateway, a place where it waits, and an end that comes from somewhere."""
    waiting = {element.id for element in scope.members if _pauses(element, office, frozenset())}
    terminated = any(element.event_kind == "terminate" for element in scope.members)
    for ring in _rings(scope, scope.members):
        ids = {element.id for element in ring}
        first = min(ring, key=lambda element: element.line)
        kinds = {element.kind for element in ring}
        if not kinds & {"exclusiveGateway"}:
            yield about(first, "回路中没有排他网关", "请在回路上用排他网关汇合或分流")
        leaves = any(after.id not in ids for element in ring for after in scope.following(element))
        if not leaves and not terminated:
            yield about(first, "回路没有出口，也没有终止结束事件收口", "请加出口，或在本图加终止结束事件")
    for ring in _rings(scope, [element for element in scope.members if element.id not in waiting]):
        first = min(ring, key=lambda element: element.line)
        yield about(first, "回路中没有等待的环节，会自动循环不止", "请在回路上放用户任务、消息或定时事件")


def _event_gateway(element: Element, known: dict[str, Element]) -> Iterator[Finding]:
    events = [known[flow.target] for flow in element.outgoing if flow.target in known]
    if len(events) < 2:
        yield about(element, "事件网关至少等待两个事件", "请加捕获事件，或删去网关")
    names: Counter = Counter()
    for event in events:
        if event.kind not in ("intermediateCatchEvent", "receiveTask"):
            yield about(event, "事件网关之后只能是捕获事件或接收任务", "请在网关与环节之间加捕获事件")
        if len(event.incoming) > 1:
            yield about(event, "事件网关之后的事件只能有一条入线", "请另画一个事件")
        names[event.event_kind, event.event] += event.event_kind in ("message", "signal")
        if names[event.event_kind, event.event] > 1:
            yield about(event, f"事件网关等待了两次“{event.event}”", "请改用不同的消息")


def _impossible_joins(scope: Scope, known: dict[str, Element]) -> Iterator[Finding]:
    """Parallel joins that tokens can never all reach."""
    choices = [element for element in scope.members if element.kind == "exclusiveGateway"]
    for join in scope.members:
        if join.kind != "parallelGateway" or len(join.incoming) < 2:
            continue
        if any(known[flow.source].kind == "startEvent" for flow in join.incoming if flow.source in known):
            yield about(join, "并行汇合的入线来自开始事件，其余入线的令牌永远等不齐", "请用排他网关汇合")
        for choice in choices:
            if _only_through(scope, choice, join):
                yield about(join, f"并行汇合等待排他网关 {choice.id} 的两条路径，永远等不齐", "请用排他网关汇合")


def _only_through(scope: Scope, choice: Element, join: Element) -> bool:
    """Whether two alternatives of one choice both lead straight into the same parallel join."""
    known = scope.by_id
    direct = 0
    for flow in choice.outgoing:
        step, passed = known.get(flow.target), {join.id}
        while step is not None and step.id not in passed and len(step.outgoing) == len(step.incoming) == 1:
            passed.add(step.id)
            step = known.get(step.outgoing[0].target)
        direct += step is not None and step.id == join.id
    return direct > 1


def _reached(scope: Scope, start: Element) -> list[Element]:
    seen, pending = {start.id: start}, [start]
    while pending:
        for element in scope.following(pending.pop()):
            if element.id not in seen:
                seen[element.id] = element
                pending.append(element)
    return list(seen.values())


def _pauses(element: Element, office: Office, above: frozenset[str]) -> bool:
    """Whether a token always rests here; a stage counts when anything inside rests."""
    if element.kind in PAUSES:
        return True
    if element.kind == "subProcess":
        inside = [
            e for d in office.values() for e in d.members if (e.process, e.scope) == (element.process, element.id)
        ]
    elif element.kind == "callActivity" and element.called not in above:
        inside = [e for d in office.values() for e in d.members if e.process == e.scope == element.called]
    else:
        return False
    return any(_pauses(e, office, above | {element.called or ""}) for e in inside if e.kind != "boundaryEvent")


def _rings(scope: Scope, members) -> list[list[Element]]:
    """The strongly connected parts with a cycle, by Kosaraju's two passes."""
    allowed = {element.id: element for element in members}
    order: list[Element] = []
    seen: set[str] = set()
    for root in allowed.values():
        stack = [(root, iter(_inside(scope, root, allowed)))] if root.id not in seen else []
        seen.add(root.id)
        while stack:
            element, rest = stack[-1]
            following = next((e for e in rest if e.id not in seen), None)
            if following is None:
                order.append(element)
                stack.pop()
            else:
                seen.add(following.id)
                stack.append((following, iter(_inside(scope, following, allowed))))
    before: dict[str, list[Element]] = {}
    for element in allowed.values():
        for following in _inside(scope, element, allowed):
            before.setdefault(following.id, []).append(element)
    rings, taken = [], set()
    for root in reversed(order):
        ring, pending = [], [root]
        while pending:
            element = pending.pop()
            if element.id not in taken:
                taken.add(element.id)
                ring.append(element)
                pending += before.get(element.id, [])
        if len(ring) > 1 or ring and ring[0] in _inside(scope, ring[0], allowed):
            rings.append(ring)
    return rings


def _inside(scope: Scope, element: Element, allowed: dict[str, Element]) -> list[Element]:
    return [following for following in scope.following(element) if following.id in allowed]
