"""Snapshots: small, the same for the same history, and refused when they do not fit."""

from __future__ import annotations

import json
import pickle
import threading
import zlib

import pytest

from engine.errors import Broken
from engine.spiff import parse
from engine.spiff.machine import Machine
from tests.engine.spiff.drawing import Drawing, document, timer
from tests.engine.spiff.walking import NOW, Case, Facts, quirk


def changed(blob, change):
    content = json.loads(zlib.decompress(blob[1:]))
    change(content)
    return blob[:1] + zlib.compress(json.dumps(content).encode())


def version(drawing):
    return parse.compile({"m.bpmn": document(drawing)}, "m")


def load(case, blob):
    return Machine.load(blob, case.model, case.host, NOW)


def test_a_typical_case_takes_some_hundred_bytes():
    case = quirk("anytime_stage", again=True).send("ask_progress")
    assert len(case.blob) < 500


def test_the_same_history_gives_the_same_bytes():
    one, other = (quirk("anytime_stage", again=True).send("ask_progress").do("hz_progress") for _ in range(2))
    assert one.blob == other.blob


def test_loading_and_dumping_changes_nothing():
    case = quirk("instances_of_subprocess").do("do_it", item=1)
    assert load(case, case.blob).dump() == case.blob


def test_ids_stay_over_reloading_and_are_not_used_twice():
    case, seen = quirk("anytime_stage", again=True), set()
    for _ in range(3):
        before = {wait.id for wait in case.waiting()}
        seen |= before
        case.send("ask_progress")
        new = {wait.id for wait in case.waiting()} - before
        assert not new & seen
        case.do("hz_progress")


def test_a_finished_case_is_loaded_as_finished():
    case = quirk("lost_race").do("work")
    assert load(case, case.blob).finished
    assert load(case, case.blob).waiting() == []


def test_an_element_that_the_version_does_not_know_is_named():
    case = quirk("lost_race")
    new = version(Drawing().start().user("other").end().chain("start", "other", "end"))
    with pytest.raises(Broken, match="没有环节 work") as broken:
        Machine.load(case.blob, new, case.host, NOW)
    assert broken.value.element == "work"


def test_a_stage_that_the_version_does_not_know_is_named():
    case = quirk("error_end", bad=False)
    new = version(Drawing().start().user("stage_call").end().chain("start", "stage_call", "end"))
    with pytest.raises(Broken, match="阶段 stage|环节"):
        Machine.load(case.blob, new, case.host, NOW)


def test_a_new_version_with_the_waiting_step_takes_the_case_over():
    case = quirk("lost_race")
    drawing = Drawing().start().user("work", "new_step").end().end("end_late")
    drawing.boundary("late", "work", timer("Duration", "'P9D'")).flow("late", "end_late")
    new = version(drawing.chain("start", "work", "new_step", "end"))
    machine = Machine.load(case.blob, new, case.host, NOW)
    assert [(wait.id, wait.due) for wait in machine.waiting()] == [(wait.id, wait.due) for wait in case.waiting()]
    machine.complete(case.find("work").id)
    machine.run()
    assert [wait.step for wait in machine.waiting()] == ["new_step"]


def test_a_boundary_event_that_came_later_does_not_catch_a_case_unawares():
    old = version(Drawing().start().user("work").end().chain("start", "work", "end"))
    with pytest.raises(Broken, match="work 增加了边界事件"):
        Machine.load(Case(old).blob, quirk("lost_race").model, Facts(), NOW)


@pytest.mark.parametrize("blob", [b"", b"\x02abc", b"\x01", b"\x01not zlib", b"\x01" + zlib.compress(b"[1, 2]")])
def test_bytes_that_are_no_snapshot_are_an_incident(blob):
    with pytest.raises(Broken, match="案件状态"):
        load(quirk("lost_race"), blob)


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.update(p="other"),
        lambda content: content["t"][-1].__setitem__(1, 999),
        lambda content: content["t"][-1].__setitem__(2, 7),
        lambda content: content["t"].append(content["t"][0]),
        lambda content: content.pop("s"),
        lambda content: content["t"].clear(),
    ],
    ids=["process", "parent", "state", "twice", "stages", "empty"],
)
def test_a_snapshot_that_was_tampered_with_is_an_incident(change):
    case = quirk("error_end", bad=False)
    with pytest.raises(Broken):
        load(case, changed(case.blob, change))


def test_no_cut_or_flipped_byte_of_a_snapshot_escapes_as_another_error():
    case = quirk("stage_interrupted")
    for at in range(0, len(case.blob), 3):
        for blob in (case.blob[:at], case.blob[:at] + bytes([case.blob[at] ^ 0x55]) + case.blob[at + 1 :]):
            with pytest.raises(Broken):
                load(case, blob)


def test_one_model_serves_many_threads():
    model, wrong = quirk("instances_of_subprocess").model, []

    def office():
        try:
            for _ in range(10):
                case = Case(model, Facts())
                for step in ("do_it", "check_it"):
                    for item in (1, 0):
                        case.do(step, item=item)
                assert case.do("after").finished
                assert sorted(done[3] for done in case.host.done) == [0, 1]
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=office) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_running_cases_leaves_the_model_as_it_was():
    def looks(model):
        specs = [model.spec, *model.subspecs.values()]
        return [
            (name, task._inputs, task._outputs, task.completed_event.n_subscribers())
            for spec in specs
            for name, task in spec.task_specs.items()
        ]

    case = quirk("anytime_stage", again=True)
    before = pickle.dumps(looks(case.model))
    case.send("ask_progress").do("hz_progress", "hz_acceptance_apply", "hz_acceptance_check")
    assert pickle.dumps(looks(case.model)) == before
