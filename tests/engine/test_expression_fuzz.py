"""A hundred thousand hostile expressions open, import and run nothing, and give only plain values."""

import random
import sys
import time
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import NoneType
from zoneinfo import ZoneInfo

import pytest

from engine.expressions import Answers, BadExpression, evaluate

SEED = 20261121
EXPRESSIONS = 100_000
PLAIN = {NoneType, bool, int, Decimal, str, list, dict, date, datetime, timedelta}


def words(text):
    return text.split()


ATOMS = words(
    """x rows case amount due moment obj empty q 'a' '中文' 1 0 -1 2.5 10**9 10000000000 [] {} () None True len
    lambda:0 __import__ __class__ __builtins__ f'{x}' f'{amount:9999999999}' f'{q}{q}' days(3) today() big
    getter('obj') all('x')"""
)
ATTRIBUTES = words(
    """__class__ __base__ __subclasses__ __globals__ __init__ __mro__ __dict__ format get keys days year hour
    date region f_back gi_frame split upper append join strip name"""
)
CALLS = words(
    """len str max min sum any all int abs round date days hours months
    getattr eval type list getter today print open iter"""
)
BINARY = words("+ - * / // % ** << @ |")
CHOICE = ["and", "or", "in", "not in", "<", ">=", "==", "!=", "is", "is not"]


class Hostile:
    """Anything the language would do with a foreign object leaves a trace."""

    touched = False

    def touch(self, *arguments):
        Hostile.touched = True

    __str__ = __repr__ = __call__ = __eq__ = __lt__ = __len__ = __iter__ = __bool__ = __format__ = touch
    __hash__ = None


def grow(random, depth):
    """Return a random expression of at most this depth, most of them nonsense."""
    if depth <= 0 or random.random() < 0.15:
        return random.choice(ATOMS)
    part = [grow(random, depth - 1 - random.randrange(2)) for _ in range(3)]
    return random.choice(
        [
            f"({part[0]}).{random.choice(ATTRIBUTES)}",
            f"({part[0]})({part[1]})",
            f"({part[0]})[{part[1]}]",
            f"({part[0]}) {random.choice(BINARY)} ({part[1]})",
            f"({part[0]}) + ({part[1]})",
            f"[{part[0]} for q in {part[1]}]",
            f"[q for q in {part[1]} if {part[0]}]",
            f"({part[0]} if {part[1]} else {part[2]})",
            f"{random.choice(CALLS)}({part[0]})",
            f"{random.choice(CALLS)}({part[0]}, {part[1]})",
            f"[{part[0]}, {part[1]}]",
            f"{{'a': {part[0]}}}",
            f"{{{part[0]}: {part[1]}}}",
            f"({part[0]}).{random.choice(ATTRIBUTES)}({part[1]})",
            f"({part[0]}) {random.choice(CHOICE)} ({part[1]})",
            f"(q := {part[0]})",
            f"-({part[0]})",
            f"not ({part[0]})",
        ]
    )


def only_plain(value):
    if type(value) in (list, dict):
        return all(map(only_plain, value.values() if type(value) is dict else value))
    return type(value) in PLAIN


watched = []  # None while nobody watches: a hook of Python can never be taken off again
watching = False


def _note(event, arguments):
    if watching and event != "compile":  # ast.parse announces itself as "compile"; it makes no code
        watched.append((event, str(arguments)[:80]))


@pytest.mark.slow
def test_hostile_expressions_do_nothing():
    global watching
    names = {
        "x": "str",
        "amount": Decimal("120000.00"),
        "due": date(2026, 1, 1),
        "case": Answers(region="1"),
        "empty": None,
        "moment": datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai")),
        "rows": [Answers(name="a"), {"name": 3}, 7],
        "obj": Hostile(),
        "q": 5,
        "big": ["x" * 50] * 2000,
    }
    functions = {"today": lambda: date(2026, 1, 1), "getter": names.get, "all": lambda step: [names[step]]}
    chance, found, worst = random.Random(SEED), Counter(), 0.0
    evaluate("str(date(moment)) + f'{1.5}'", names, functions)
    sys.addaudithook(_note)
    for _ in range(EXPRESSIONS):
        source = grow(chance, chance.randrange(1, 5))
        began = time.process_time()
        watching = True
        try:
            value = evaluate(source, names, functions)
        except BadExpression as error:
            value = error
        finally:
            watching = False
        worst = max(worst, time.process_time() - began)
        found[type(value)] += 1
        assert type(value) is BadExpression or only_plain(value), source
        assert not watched, (source, watched)
    assert not Hostile.touched
    assert found.keys() <= PLAIN | {BadExpression}
    assert found[BadExpression] < EXPRESSIONS * 0.97, "the grammar must reach real evaluations"
    assert worst < 1
    print(f"\n{EXPRESSIONS} expressions, {dict(found.most_common())}, worst {worst * 1000:.1f} ms")
