"""Random nested diagrams beside a plain interpreter of their blocks: joins in loops, loops in branches, and so on."""

from __future__ import annotations

import random
from itertools import count

import pytest

from engine.spiff import lint, parse
from tests.engine.spiff.drawing import Drawing, document, instances
from tests.engine.spiff.walking import Case, Facts

ACTS = 60
KINDS = ["task", "sequence", "choice", "branches", "inclusive", "loop", "box", "many"]


class Block:
    """A part of a diagram with one way in and one way out."""

    def __init__(self, kind: str, parts: list[Block], id: str) -> None:
        self.kind, self.parts, self.id = kind, parts, id

    def draw(self, on: Drawing) -> tuple[str, str]:
        """Draw it and return the nodes where it begins and ends."""
        first, last = f"{self.id}_in", f"{self.id}_out"
        if self.kind == "task":
            on.user(self.id)
            return self.id, self.id
        if self.kind in ("box", "many"):
            inside = Drawing(self.id).start(f"{self.id}_s").end(f"{self.id}_e")
            begin, end = self.parts[0].draw(inside)
            inside.flow(f"{self.id}_s", begin).flow(end, f"{self.id}_e")
            on.sub(self.id, inside, instances("2") if self.kind == "many" else "")
            return self.id, self.id
        ways = [part.draw(on) for part in self.parts]
        if self.kind == "sequence":
            for (_, end), (begin, _) in zip(ways, ways[1:], strict=False):
                on.flow(end, begin)
            return ways[0][0], ways[-1][1]
        if self.kind == "loop":
            on.xor(first).xor(last, f"{self.id}_on")
            on.flow(first, ways[0][0]).flow(ways[0][1], last).flow(last, first, "b")
            # the default way is drawn by whatever follows, under this id
            on.xor(f"{self.id}_end").flow(last, f"{self.id}_end", id=f"{self.id}_on")
            return first, f"{self.id}_end"
        if self.kind == "choice":
            on.xor(first, f"{self.id}_no").xor(last)
        elif self.kind == "inclusive":
            on.inclusive(first, f"{self.id}_no").inclusive(last)
        else:
            on.parallel(first, last)
        for number, (begin, end) in enumerate(ways):
            default = self.kind != "branches" and number == 0
            condition = "" if self.kind == "branches" or default else "ab"[number % 2]
            on.flow(first, begin, condition, id=f"{self.id}_no" if default else "").flow(end, last)
        return first, last


class Open:
    """The same block while it is open, by the plainest reading of BPMN."""

    def __init__(self, block: Block, facts: dict, item: int | None = None) -> None:
        self.block, self.facts, self.item = block, facts, item
        self.at = 0
        self.done = False
        self.inside = self.begin()

    def begin(self) -> list[Open]:
        kind, parts = self.block.kind, self.block.parts
        if kind == "task":
            return []
        if kind == "many":
            return [Open(parts[0], self.facts, item) for item in range(2)]
        if kind == "branches":
            chosen = parts
        elif kind in ("choice", "inclusive"):
            chosen = [part for number, part in enumerate(parts) if number and self.facts["ab"[number % 2]]] or parts[:1]
            chosen = chosen[:1] if kind == "choice" else chosen
        else:
            chosen = [parts[self.at]]
        return [Open(part, self.facts, self.item) for part in chosen]

    def tasks(self) -> list[tuple]:
        if self.block.kind == "task":
            return [(self.block.id, self.item)]
        return [key for part in self.inside for key in part.tasks()]

    def do(self, key: tuple) -> None:
        if self.block.kind == "task":
            self.done = True
            return
        next(part for part in self.inside if key in part.tasks()).do(key)
        self.inside = [part for part in self.inside if not part.done]
        if self.inside:
            return
        self.at += self.block.kind == "sequence"
        if (self.block.kind == "sequence" and self.at < len(self.block.parts)) or (
            self.block.kind == "loop" and self.facts["b"]
        ):
            self.inside = self.begin()
        else:
            self.done = True


def block(dice: random.Random, depth: int, numbers: count, many: bool = False) -> Block:
    kind = "task" if depth == 0 else dice.choice(KINDS[depth > 1 :])
    if kind == "many" and many:
        kind = "box"
    size = {"task": 0, "loop": 1, "box": 1, "many": 1, "inclusive": 3}.get(kind, 2)
    parts = [block(dice, depth - 1, numbers, many or kind == "many") for _ in range(size)]
    return Block(kind, parts, f"{kind}_{next(numbers)}")


def walk(seed: int) -> None:
    dice = random.Random(f"blocks {seed}")
    whole = Block("sequence", [block(dice, 5, count()), block(dice, 3, count(1000))], "whole")
    drawing = Drawing().start().end()
    begin, end = whole.draw(drawing)
    data = document(drawing.flow("start", begin).flow(end, "end"))
    facts = {"a": True, "b": False}
    case = Case(parse.compile({"m.bpmn": data}, "m"), Facts(**facts))
    case.host.facts = facts
    expected = Open(whole, facts)
    for act in range(ACTS):
        tasks = sorted((wait.step, wait.item) for wait in case.waiting())
        assert tasks == sorted(expected.tasks()), f"seed {seed} act {act}"
        if expected.done:
            break
        facts.update(a=dice.random() < 0.5, b=dice.random() < 0.3)
        step, item = dice.choice(tasks)
        expected.do((step, item))
        case.do(step, item=item)
    assert case.finished == expected.done, f"seed {seed}"


def test_random_diagrams_run_as_their_blocks_say():
    for seed in range(20):
        walk(seed)


@pytest.mark.slow
def test_five_hundred_random_diagrams_run_as_their_blocks_say():
    for seed in range(500):
        walk(seed)


def test_random_diagrams_pass_the_deploy_check_but_for_their_size():
    for seed in range(30):
        dice = random.Random(f"blocks {seed}")
        drawing = Drawing().start().end()
        begin, end = block(dice, 2, count()).draw(drawing)
        found = lint.check({"m.bpmn": document(drawing.flow("start", begin).flow(end, "end"))}, "m")
        assert [f for f in found if not f.warning and "超过" not in f.reason] == []
