"""A ban tells of a conviction: its case is for the legal staff, the head and the team of the referral alone."""

from __future__ import annotations

import pytest

from tests.office import at
from tests.pages import Person
from tests.processes.referral import Referral
from tests.processes.referral_answers import RESULT

PLACE = "county1"
NUMBER = "370202197001011234"
JUDGED = {**RESULT, "id_no": NUMBER, "sentence_ends_on": "2027-03-01", "ban": "受刑事处罚或者撤职的主要负责人"}
OUTSIDERS = [
    f"{role}.{PLACE}" for role in ("case_handler2", "legal_reviewer", "deputy_head", "intake_clerk", "archivist")
]
HANDLER, LEGAL = f"case_handler.{PLACE}", f"legal_officer.{PLACE}"


@pytest.fixture
def ban(referral_at):
    """The ban that a judgment has opened, before anybody has registered it."""
    referral = referral_at("tracking")
    referral.do("ref_result", at("2026-11-20 10:00"), persons=[JUDGED])
    referral.do("ref_offset", at("2026-11-24 10:00"))
    (ban,) = referral.linked("occupational_ban")
    return ban


@pytest.fixture
def registered(ban):
    ban.do("ref_ban", at("2026-11-25 10:00"))
    return ban


@pytest.mark.parametrize("name", OUTSIDERS)
def test_a_ban_is_kept_from_the_office(registered, name):
    office, number = registered.office, registered.case()["number"]
    told = [office.get(name, "/cases", size=200), office.get(name, "/cases", text="刘某")]
    told += [office.get(name, "/registers/L-JR-6"), Person(office.app, name).open("/registers/L-JR-6").text]
    assert not any(number in str(one) or "刑事判决书" in str(one) for one in told)
    for rest in ("", "/history", "/documents", "/clocks", "/volume"):
        office.get(name, f"/cases/{registered.id}{rest}", 404)


@pytest.mark.parametrize("name", [HANDLER, f"co_handler.{PLACE}", LEGAL, f"agency_head.{PLACE}"])
def test_who_handles_the_referral_follows_the_ban(registered, name):
    assert registered.office.get(name, f"/cases/{registered.id}")["status"] == "in_force"


def test_what_was_carried_is_as_confidential_as_the_field_it_fills(ban):
    """ref_ban.id_no is for the legal officer and the head: before it is filled as much as afterwards."""
    for name, shown in ((LEGAL, True), (HANDLER, False)):
        told = str(ban.office.get(name, f"/cases/{ban.id}"))
        page = Person(ban.office.app, name).open(f"/cases/{ban.id}?tab=facts").text
        assert (NUMBER in told, NUMBER in page, "刘某" in told) == (shown, shown, True)


def test_a_ban_of_whom_somebody_names_is_still_found(registered):
    """JR-E21 is asked by people who may not open the ban."""
    named = {"name": "评价报告", "organ": "甲所", "appraiser": "刘某", "qualified": True}
    registered.pass_time(at("2027-03-05 00:01"))
    said = {
        "discovered_at": "2027-03-05T09:00:00+08:00",
        "persons": [{"name": "钱某", "suspected_crime": "危险作业罪"}],
    }
    referral = Referral.open(registered.office, at("2027-03-05 10:00"), **said)
    referral.do("ref_team", at("2027-03-05 11:00"))
    said = {"verified_at": "2027-03-05T12:00:00+08:00", "appraisals": [named]}
    assert referral.do("ref_verify", at("2027-03-05 15:00"), status=422, **said)["code"] == "JR-E21"
