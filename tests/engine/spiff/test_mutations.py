"""Diagrams damaged at random: the check always answers, and what it lets pass runs without surprise."""

from __future__ import annotations

import copy
import random

import pytest
from lxml import etree

from engine import errors
from engine.spiff import lint, parse
from engine.spiff.machine import Machine
from tests.engine.spiff.test_walks import MODELS
from tests.engine.spiff.walking import NOW, Facts

VALUES = ["", "a", "m", "start", "end", "true", "false", "nowhere", "case", "${x}", "'P1D'", "2", "\u4e2d", "x y"]


def damaged(data: bytes, dice: random.Random) -> bytes:
    root = etree.fromstring(data)
    for _ in range(dice.choice([1, 1, 2, 3])):
        nodes = [node for node in root.iter(etree.Element) if node.getparent() is not None]
        if not nodes:
            break
        node, other = dice.choice(nodes), dice.choice(nodes)
        act = dice.randrange(6)
        if act == 0:
            node.getparent().remove(node)
        elif act == 1:
            node.getparent().append(copy.deepcopy(node))
        elif act == 2 and node.attrib:
            node.set(dice.choice(list(node.attrib)), dice.choice([*VALUES, other.get("id", "x")]))
        elif act == 3 and node.attrib:
            del node.attrib[dice.choice(list(node.attrib))]
        elif act == 4:
            node.tag = other.tag
        elif other is not node and other not in node.iterancestors():
            node.append(other)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def try_out(seed: int) -> bool:
    """Whether the damaged file passed the check."""
    dice = random.Random(f"damage {seed}")
    files = {"m.bpmn": damaged(MODELS[dice.choice(sorted(MODELS))](), dice)}
    structural = ("个流程", "没有泳道", "出线带有")
    found = [f for f in lint.check(files, "m") if not f.warning]
    passed = not [f for f in found if not any(words in f.reason for words in structural) and "与文件名" not in f.reason]
    host = Facts(a=False, b=False)
    host.evaluate = lambda source, item: {"3": 3, "2": 2}.get(source, source.strip("'") if "P" in source else False)
    try:
        machine = Machine.start(parse.compile(files, "m"), host, NOW)
        for _ in range(30):
            machine.run()
            open_ones = [wait for wait in machine.waiting() if wait.kind != "timer"]
            if not open_ones:
                break
            chosen = dice.choice(open_ones)
            (machine.complete if chosen.kind == "task" else machine.deliver)(chosen.id)
            machine = (
                Machine.load(machine.dump(), machine._model, host, NOW) if not machine._workflow.ready() else machine
            )
    except errors.OfficeError:
        assert not passed, (seed, files["m.bpmn"].decode())
    except Exception as error:
        if passed:
            raise AssertionError((seed, files["m.bpmn"].decode())) from error
    return passed


def test_the_check_answers_for_every_damaged_file_and_what_passes_runs():
    assert sum(try_out(seed) for seed in range(60)) > 0


@pytest.mark.slow
def test_fifteen_hundred_damaged_files():
    assert sum(try_out(seed) for seed in range(1500)) > 0
