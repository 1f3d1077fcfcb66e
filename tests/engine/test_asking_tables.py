"""An expression asks a decision table: what it would say with other answers, and what is refused at deploy."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from engine import bundles, catalog, decisions, lookups
from engine.errors import Broken
from engine.expressions import Answers, evaluate
from tests.office import OPENED, ROOT

TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:andu">
  <decision id="{id}" name="表"><decisionTable id="t" hitPolicy="{policy}">
    <input id="i"><inputExpression id="e"><text>{asked}</text></inputExpression></input>
    <output id="o" name="band"/>
    <rule><inputEntry><text>&gt;= 3</text></inputEntry><outputEntry><text>"高"</text></outputEntry></rule>
    <rule><inputEntry><text>&lt; 3</text></inputEntry><outputEntry><text>"低"</text></outputEntry></rule>
  </decisionTable></decision>
</definitions>
"""


def functions(*tables: tuple[str, str, str]):
    """The functions of a case in which the step `report` was answered with n = 1."""
    loaded = [decisions.load(TABLE.format(id=i, policy=p, asked=a).encode()) for i, p, a in tables]
    # No other function of the case file is called here.
    others = dict.fromkeys(("session", "count", "every", "previous", "clock", "kept"))
    file = SimpleNamespace(
        **others,
        case=SimpleNamespace(region="370202"),
        now=OPENED,
        bundle=SimpleNamespace(tables={table.id: table for table in loaded}, params={}),
        names=lambda item=None, extra=None: {"report": Answers(n=1), **(extra or {})},
    )
    return lookups.functions(file, None)


ONE = ("dmn_band", "UNIQUE", "report.n")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("decision('dmn_band').band", "低"),
        ("decision('dmn_band', report={'n': 3}).band", "高"),
        ("decision('dmn_band', report=form).band", "高"),
        ("[decision('dmn_band', report={'n': n}).band for n in [2, 3]]", ["低", "高"]),
    ],
)
def test_a_table_is_asked_with_answers_in_place_of_the_given_ones(source, said):
    assert evaluate(source, {"form": Answers(n=4)}, functions(ONE)) == said


def test_a_collecting_table_answers_with_its_rows():
    known = functions(("dmn_band", "COLLECT", "report.n"))
    assert evaluate("[row.band for row in decision('dmn_band')]", {}, known) == ["低"]


def test_a_table_may_ask_another_one():
    known = functions(ONE, ("dmn_both", "UNIQUE", "3 if decision('dmn_band', report={'n': 5}).band == '高' else 0"))
    assert evaluate("decision('dmn_both').band", {}, known) == "高"


def test_a_table_that_comes_back_to_itself_is_broken():
    known = functions(("dmn_band", "UNIQUE", "len(decision('dmn_band').band)"))
    with pytest.raises(Broken, match="又问到它自己"):
        evaluate("decision('dmn_band')", {}, known)


def test_an_unknown_table_is_broken():
    with pytest.raises(Broken, match="没有决策表 dmn_other"):
        evaluate("decision('dmn_other')", {}, functions(ONE))


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("decision('dmn_tier', ec_investigation_report=form).tire", "没有字段 tire"),
        ("decision('dmn_teir', ec_investigation_report=form).tier", "没有决策表 dmn_teir"),
    ],
)
def test_a_wrong_question_to_a_table_is_refused_at_deploy(wrong, reason):
    files = dict(bundles.collect(ROOT, "enforcement_case"))
    name = "forms/enforcement_case/ec_investigation_report.json"
    right = b"decision('dmn_tier', ec_investigation_report=form).tier\""
    assert right in files[name]
    files[name] = files[name].replace(right, wrong.encode() + b'"')
    assert any(reason in str(problem) for problem in catalog.check("enforcement_case", files))
