"""有逃匿或者毁灭证据的可能: an urgent referral says so wherever its title stands, until the police have it."""

from __future__ import annotations

import pytest

from tests.office import at
from tests.pages import Person
from tests.processes.referral import STAGES, Referral

LEGAL = "legal_officer.county1"
RISK = {
    "flight_or_evidence_risk": True,
    "urgent_notice_at": "2026-06-05T09:10:00+08:00",
    "urgent_notice_to": "东山区公安局 周某",
}


@pytest.fixture
def urgent(referral_at) -> Referral:
    return Referral.open(referral_at("office").office, at("2026-06-05 09:30"), **RISK)


PAGES = [("/referrals", LEGAL), ("/cases", LEGAL), ("/cases/{}", LEGAL), ("/inbox/pool", "unit_head.county1")]


@pytest.mark.parametrize(("path", "name"), PAGES)
def test_every_page_marks_it(urgent, path, name):
    assert "【紧急】刘某涉嫌危险作业罪" in Person(urgent.office.app, name).open(path.format(urgent.id)).text


def test_it_is_no_longer_marked_when_the_police_have_it(urgent):
    for state in ("team_set", "reporting", "reviewing", "receiving", "reported", "approved"):
        urgent.lead(*STAGES[state][1])
    assert urgent.case()["title"].startswith("【紧急】")
    urgent.lead(*STAGES["handed_over"][1])
    assert urgent.case()["title"] == "刘某涉嫌危险作业罪"


def test_others_are_not_marked(referral_at):
    assert referral_at("screening").case()["title"] == "刘某涉嫌危险作业罪"
