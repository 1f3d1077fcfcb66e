"""The frontier of a case in a few hundred bytes: what waits and the tokens it hangs on, never the diagram."""

from __future__ import annotations

import json
import zlib
from datetime import datetime

from SpiffWorkflow.util.task import TaskState

from engine import errors
from engine.spiff.activities import ElementSpec, MultiInstance
from engine.spiff.compat import OPEN, OfficeSubWorkflow, OfficeTask, OfficeWorkflow
from engine.spiff.environment import HostEngine
from engine.spiff.gateways import HostSplit
from engine.spiff.parse import Model

FORMAT = b"\x01"
_STATES = {TaskState.WAITING, TaskState.READY, TaskState.STARTED, TaskState.COMPLETED, TaskState.CANCELLED}


def prune(workflow: OfficeWorkflow) -> None:
    """Forget finished tokens that nothing hangs on; without this a case ends in silence at depth 1000."""
    for tree in workflow.workflows():
        _prune_tree(tree)


def dump(workflow: OfficeWorkflow, process: str) -> bytes:
    """The state of a quiet workflow; the same state gives the same bytes."""
    prune(workflow)
    content = {
        "p": process,
        "n": workflow.last_id,
        "f": int(workflow.completed),
        "t": _rows(workflow),
        "s": [[task_id, stage.spec.name, _rows(stage)] for task_id, stage in workflow.subprocesses.items()],
    }
    # never sorted keys: parents stand before their children
    raw = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return FORMAT + zlib.compress(raw, 6)


def load(blob: bytes, model: Model, engine: HostEngine, now: datetime) -> OfficeWorkflow:
    """The workflow as it was dumped; Broken where the blob does not fit this version of the process."""
    if blob[:1] != FORMAT:
        raise errors.Broken(f"案件状态的格式版本 {blob[:1].hex() or '（空）'} 无法识别")
    try:
        content = json.loads(zlib.decompress(blob[1:]))
        workflow = OfficeWorkflow(model.spec, model.subspecs, engine, now, content["n"])
        if content["p"] != model.process:
            raise errors.Broken(f"案件状态属于流程 {content['p']}，不是 {model.process}")
        workflow.completed = bool(content["f"])
        _restore(workflow, content["t"])
        for task_id, name, rows in content["s"]:
            if name not in model.subspecs:
                raise errors.Broken(f"流程版本中没有阶段 {name}", element=name)
            stage = OfficeSubWorkflow(model.subspecs[name], task_id, workflow, deserializing=True)
            workflow.subprocesses[task_id] = stage
            _restore(stage, rows)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, zlib.error) as problem:
        raise errors.Broken("案件状态已损坏，无法载入") from problem
    return workflow


def _rows(tree) -> list[list]:
    """[id, parent, state, element, remembered]; a trailing empty memory is left out."""
    rows = []
    for task in tree.tasks.values():
        if task._state in _STATES:
            row = [task.id, task._parent or 0, task._state, task.task_spec.name]
            rows.append([*row, task.internal_data] if task.internal_data else row)
    return rows


def _restore(tree, rows: list[list]) -> None:
    for number, parent_id, state, name, *remembered in rows:
        element = name.removesuffix(" [child]").removesuffix(".BoundaryEventSplit")
        if name not in tree.spec.task_specs:
            raise errors.Broken(f"流程版本中没有环节 {element}，案件停在该处", element=element)
        if state not in _STATES or number in tree.tasks:
            raise ValueError(f"row {number}")
        parent = tree.tasks[parent_id] if parent_id else None
        if state & OPEN and not _same_host(tree.spec.task_specs[name], parent):
            raise errors.Broken(f"流程版本中环节 {element} 增加了边界事件，案件正停在该处", element=element)
        task = OfficeTask(tree, tree.spec.task_specs[name], parent, state, number)
        task.internal_data = dict(remembered[0]) if remembered else {}
        if parent is None:
            tree.task_tree = task
        else:
            task.triggered = isinstance(parent.task_spec, MultiInstance)


def _same_host(spec: ElementSpec, parent: OfficeTask | None) -> bool:
    """An activity with boundary events must hang on the split that armed them."""
    splits = [source.name for source in spec.inputs if isinstance(source, HostSplit)]
    return not splits or parent is None or parent.task_spec.name in splits


def _prune_tree(tree) -> None:
    tasks = tree.tasks
    keep = {tree.task_tree.id}
    for task in tasks.values() if not tree.completed else ():
        if task._state & OPEN:
            keep |= {task.id, task._parent}
    keep |= _beside_hosts(tasks, keep)
    if len(keep) == len(tasks):
        return
    for number in keep:
        task = tasks[number]
        while task._parent is not None and task._parent not in keep:
            task._parent = tasks[task._parent]._parent
        task._children = []
    for number in [number for number in tasks if number not in keep]:
        del tasks[number]
    for task in tasks.values():
        if task._parent is not None:
            tasks[task._parent]._children.append(task.id)


def _beside_hosts(tasks: dict[int, OfficeTask], keep: set[int]) -> set[int]:
    """Where paths left an activity that is still open: without these they would pass for the activity itself."""
    found = set()
    for number in keep:
        task = tasks[number]
        while task._parent is not None:
            parent = tasks[task._parent]
            if parent.id in keep and isinstance(parent.task_spec, HostSplit):
                found.add(task.id)
            if parent.id in keep:
                break
            task = parent
    return found
