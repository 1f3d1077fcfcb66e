"""The tables by which penalties are weighed: their worked examples hold, and every row and limit is told by one."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from engine import decisions
from engine.expressions import Answers
from engine.workdays import office_zone
from tests.office import ROOT

FOLDER = ROOT / "bpmn" / "enforcement_case"
FILES = {"dmn_tier": "tier", "dmn_fine_band": "fine_band", "dmn_procedure": "procedure", "dmn_four_alls": "four_alls"}
TABLES = {name: decisions.load((FOLDER / f"{file}.dmn").read_bytes()) for name, file in FILES.items()}
CASES = {name: json.loads((FOLDER / f"{name}.cases.json").read_text(encoding="utf-8")) for name in FILES}
ROWS = [(name, rule.number) for name, table in TABLES.items() for rule in table.rules]


@pytest.mark.parametrize("name", FILES)
def test_the_worked_examples_hold(name):
    assert (TABLES[name].id, decisions.run_cases(TABLES[name], CASES[name])) == (name, [])


@pytest.mark.parametrize(("name", "number"), ROWS, ids=[f"{name} {number}" for name, number in ROWS])
def test_no_row_can_go_unnoticed(name, number):
    table = TABLES[name]
    without = replace(table, rules=tuple(rule for rule in table.rules if rule.number != number))
    assert decisions.run_cases(without, CASES[name]) != []


# The bands of the domain, in ten-thousand yuan: code, stage, subject, lowest, highest.
BANDS = """
    SL94 首次 个人 2 5 | SL94 逾期未改正 个人 5 10 | SL97 首次 单位 0 10 | SL97 逾期未改正 单位 10 20
    SL97 逾期未改正 个人 2 5 | SL98 首次 单位 10 50 | SL98 逾期未改正 单位 50 100 | SL98 首次 个人 2 5
    SL98 逾期未改正 个人 5 10 | SL99 首次 单位 0 5 | SL99 逾期未改正 单位 5 20 | SL99 逾期未改正 个人 1 2
    SL101 首次 单位 0 10 | SL101 逾期未改正 单位 10 20 | SL101 逾期未改正 个人 2 5 | SL102 首次 单位 0 5
    SL102 拒不执行 个人 5 10 | SL103 首次 单位 10 20 | SL103 首次 个人 1 2 | SL105 首次 单位 0 5
    SL105 首次 个人 0 1 | SL108 拒不执行 单位 2 20 | SL108 逾期未改正 单位 2 20 | SL108 拒不执行 个人 1 2
    SL109 首次 单位 5 10 | SL109 逾期未改正 单位 10 20 | WH100 首次 单位 10 50
"""
BAND_WORDS = BANDS.replace("|", " ").split()
BAND_ROWS = [BAND_WORDS[place : place + 5] for place in range(0, len(BAND_WORDS), 5)]
ACCIDENTS = [("一般", 30, 100, 40), ("较大", 100, 200, 60), ("重大", 200, 1000, 80), ("特别重大", 1000, 2000, 100)]


def weighed(code: str, stage: str, subject: str, clue: Answers | None = None, **facts) -> dict:
    """What the table of bands says of an act."""
    report = Answers(violations=[Answers(code=code, stage=stage, subject=subject)], **facts)
    names = {"ec_investigation_report": report, "ec_clue": clue or Answers()}
    return TABLES["dmn_fine_band"].decide(names, {"param": lambda key: True})


def band(code: str, stage: str, subject: str, clue: Answers | None = None, **facts) -> tuple:
    """The lowest and the highest fine of an act in yuan."""
    said = weighed(code, stage, subject, clue, **facts)
    return said["band_min"], said["band_max"]


@pytest.mark.parametrize("row", BAND_ROWS, ids=[" ".join(row[:3]) for row in BAND_ROWS])
def test_a_band_is_that_of_the_act(row):
    code, stage, subject, low, high = row
    assert band(code, stage, subject) == (int(low) * 10_000, int(high) * 10_000)


@pytest.mark.parametrize(("grade", "low", "high", "share"), ACCIDENTS)
def test_an_accident_is_fined_by_its_grade(grade, low, high, share):
    """SL 114 and 95: two to five times where it is especially grave; the principal by last year's income."""
    assert band("SL114", "首次", "单位", accident=grade) == (low * 10_000, high * 10_000)
    assert band("SL114", "首次", "单位", accident=grade, especially_grave=True) == (low * 20_000, high * 50_000)
    income = Decimal(150_000)
    assert band("SL95", "首次", "个人", accident=grade, annual_income=income) == (income * share / 100,) * 2


@pytest.mark.parametrize(("gain", "said"), [(99_999, (100_000, 200_000)), (100_000, (200_000, 500_000))])
def test_unlawful_gains_from_contracting_are_taken_several_times_from_a_hundred_thousand_on(gain, said):
    assert band("SL103", "首次", "单位", illegal_gain=gain) == said


def test_every_combination_of_act_stage_subject_and_grade_hits_one_row_at_most():
    codes = {row[0] for row in BAND_ROWS} | {"SL95", "SL114", "SL112"}
    for code in codes:
        for stage in ("首次", "逾期未改正", "拒不执行"):
            for subject in ("单位", "个人"):
                for grade in (None, "无", "一般", "较大", "重大", "特别重大"):
                    for gain in (None, 99_999, 100_000):
                        band(code, stage, subject, accident=grade, illegal_gain=gain, annual_income=1)


def test_the_report_offers_the_acts_of_the_bands_and_no_others():
    """SL 112 has no band: its amount is the original fine by days, agreed to in the correction order."""
    form = json.loads((ROOT / "forms" / "enforcement_case" / "ec_investigation_report.json").read_text())
    offered = form["properties"]["violations"]["items"]["properties"]["code"]["enum"]
    assert set(offered) == {row[0] for row in BAND_ROWS} | {"SL95", "SL114", "SL112"}


def test_a_band_whose_law_was_only_quoted_is_marked():
    unseen = [rule.outputs[3].source for rule in TABLES["dmn_fine_band"].rules if rule.outputs[4].source == "False"]
    assert unseen == [
        '"《危险化学品安全法》第一百条（2026年5月1日施行）"',
        '"《危险化学品安全管理条例》（国务院令第591号）第七十七条（2026年5月1日前终了的行为）"',
    ]


LAST, FIRST = datetime(2026, 4, 30, 23, 59, tzinfo=office_zone()), datetime(2026, 5, 1, tzinfo=office_zone())
OLD, NEW = (100_000, 200_000), (100_000, 500_000)


@pytest.mark.parametrize(("ended", "said"), [(LAST, OLD), (FIRST, NEW)])
def test_an_act_is_fined_by_the_law_of_the_day_on_which_it_ended(ended, said):
    """APL 37: the act on dangerous chemicals is in force from 2026-05-01, and its art. 100 is the harsher one."""
    assert band("WH100", "首次", "单位", Answers(occurred_at=ended)) == said
    began = {"occurred_at": datetime(2026, 3, 1, 9, tzinfo=office_zone()), "continuing": True}
    assert band("WH100", "首次", "单位", Answers(**began, act_ended_at=ended)) == said


def test_an_act_that_still_goes_on_is_fined_by_the_new_law():
    assert band("WH100", "首次", "单位", Answers(occurred_at=LAST, continuing=True)) == NEW


def test_a_band_says_what_is_imposed_beside_the_fine():
    assert weighed("SL103", "首次", "单位")["other"] == "责令限期改正，没收违法所得"
    assert weighed("SL97", "逾期未改正", "单位")["other"] == "责令停产停业整顿"
    assert weighed("SL109", "首次", "单位")["other"] is None


def measures(*kinds: str) -> list[str]:
    """What the procedure table demands for a penalty on a unit."""
    table = TABLES["dmn_procedure"]
    penalties = [Answers(subject="单位", name="甲", kind=kind, amount=60_000) for kind in kinds]
    report = {"ec_investigation_report": Answers(proposed_penalties=penalties)}
    names = {"dmn_tier": Answers(), "ec_unit_review": Answers()} | report
    settled = {"param": lambda key: True if key.endswith("inclusive") else 50_000, "linked": lambda process: []}
    return [row["measure"] for row in table.decide(names, settled)]


@pytest.mark.parametrize(
    "kind", ["没收违法所得", "没收非法财物", "责令停产停业", "责令关闭", "限制从业", "吊销许可证件"]
)
def test_what_is_heard_is_reviewed_by_a_lawyer(kind):
    """APL 58: what directly concerns grave rights and went through a hearing."""
    assert {"听证", "法制审核"} <= set(measures(kind))


# What no rule fixes: its value here, to be overridden by place.
SETTLED = {
    "hearing_fine_unit": 50_000,
    "hearing_fine_person": 20_000,
    "hearing_fine_inclusive": True,
    "hearing_fine_source": "尚未登记本省规定，暂用缺省数额（待核）",
    "hearing_confiscation_unit": 50_000,
    "hearing_confiscation_person": 20_000,
    "hearing_notice_clear": True,
    "hearing_notice_shorten": False,
    "collective_fine_unit": 50_000,
    "collective_fine_person": 20_000,
    "collective_members_min": 3,
    "mitigation_factors": 2,
    "repeat_count": 2,
    "repeat_window": 12,
    "tier_lenient_to": 30,
    "tier_heavy_from": 70,
    "fine_upper_inclusive": True,
    "benchmark_excluded": "消防 矿山 地震",
    "legal_review_rounds_notice": 3,
}


@pytest.mark.parametrize(("key", "value"), SETTLED.items())
def test_a_value_that_no_rule_fixes_names_its_source_and_is_to_be_verified(key, value):
    entry = tomllib.loads((FOLDER / "params.toml").read_text(encoding="utf-8"))[key]
    assert (entry["value"], entry["verified"]) == (value, False)
    assert entry["title"] and entry["source"]
