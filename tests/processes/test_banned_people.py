"""Who is kept from the trade is not named as principal, expert or assessor anywhere without a word on it (JR-E21)."""

from __future__ import annotations

import pytest

from tests.office import at, publish
from tests.processes.enforcement import Case
from tests.processes.hazard import Driver
from tests.processes.referral import Referral

BANNED = "严某"
NOTE = {"_override": {"JR-E21": "同名，不是同一人"}}
EXPERT = {"experts": [{"name": BANNED, "unit": "甲评价所"}]}
PERSON = {"persons": [{"name": BANNED, "role_in_unit": "主要负责人"}]}


def ban(case, moment: str, who: str = BANNED, **said) -> None:
    """Keep somebody from the trade in the office of a case."""
    publish("occupational_ban")
    Referral(case.office, "", "").begin(
        "occupational_ban", "ref_ban", at(moment), person=who, starts_on=moment[:10], **said
    )


@pytest.mark.parametrize(
    ("stage", "step", "moment", "said"),
    [
        ("accepting", "hz_acceptance_check", "2026-06-26 10:00", EXPERT),
        ("unfixable", "hz_unfixable", "2026-05-13 10:00", EXPERT),
    ],
)
def test_no_expert_on_a_hazard_is_banned(hazard_at, stage, step, moment, said):
    hazard = hazard_at(stage)
    ban(hazard, moment[:10] + " 08:00")
    hazard.refused("JR-E21", step, moment, **said)
    hazard.do(step, at(moment), **said, **NOTE)


def test_no_principal_of_a_hazard_is_banned_unless_it_is_explained(hazard_at):
    hazard = hazard_at("office")
    ban(hazard, "2026-03-02 08:00")
    said = hazard.begin(
        "hazard_supervision", "hz_register", at("2026-03-02 10:00"), hazard.who("hz_register"), 422, principal=BANNED
    )
    assert (said["code"], said["fields"]) == ("JR-E21", {"principal": "JR-E21"})
    assert hazard.office.get("case_handler.county1", "/cases", process="hazard_supervision")["total"] == 0
    found = Driver.open(hazard.office, at("2026-03-02 10:00"), principal=BANNED, **NOTE)
    assert found.case()["case_file"]["hz_register"]["principal"] == BANNED


@pytest.mark.parametrize("said", [{"principal": BANNED}, PERSON], ids=["principal", "persons"])
def test_no_principal_in_a_penalty_case_is_banned_unless_it_is_explained(enforcement_at, said):
    office = enforcement_at("office").office
    clue = Case(office, "", "enforcement_case")
    ban(clue, "2026-07-03 08:00")
    refused = clue.begin("enforcement_case", "ec_clue", at("2026-07-03 10:00"), status=422, **said)
    assert refused["code"] == "JR-E21"
    assert Case.open(office, at("2026-07-03 10:00"), **said, **NOTE).case()["state"] == "open"


def test_others_are_named_as_before(hazard_at):
    hazard = hazard_at("office")
    ban(hazard, "2026-03-02 08:00")
    Driver.open(hazard.office, at("2026-03-02 10:00"), principal="赵某")


BODY = "某评价公司"
FALSE = {"kind": "出具虚假报告的机构或者人员", "scope": "安全评价、认证、检测、检验"}
REPORT = {"assessed_by": "委托评价机构", "self_assessment": None, "agency_report": "a1"}
CERTIFIED = {"agency_name": BODY, "agency_cert_no": "APJ-1", "agency_cert_until": "2027-01-01"}


def test_no_assessment_body_of_a_hazard_is_banned_unless_it_is_explained(hazard_at):
    hazard = hazard_at("rectifying")
    ban(hazard, "2026-06-20 08:00", BODY, **FALSE)
    said = hazard.do("hz_acceptance_apply", at("2026-06-20 10:00"), status=422, **REPORT, **CERTIFIED)
    assert (said["code"], said["fields"]) == ("JR-E21", {"agency_name": "JR-E21"})
    hazard.do("hz_acceptance_apply", at("2026-06-20 11:00"), **REPORT, **CERTIFIED, **NOTE)


def test_no_appraisal_body_of_a_penalty_case_is_banned_unless_it_is_explained(enforcement_at):
    case = enforcement_at("investigating")
    ban(case, "2026-07-08 08:00", "示例检测中心", **FALSE)
    asked = at("2026-07-09 10:00")
    said = case.act("ask_appraise", "ec_appraise", asked, status=422)
    assert (said["code"], said["fields"]) == ("JR-E21", {"body": "JR-E21"})
    case.act("ask_appraise", "ec_appraise", at("2026-07-09 11:00"), **NOTE)


@pytest.mark.parametrize("named", [{"organ": BODY, "appraiser": "周某"}, {"organ": "甲所", "appraiser": BODY}])
def test_neither_body_nor_person_of_an_appraisal_in_a_referral_is_banned(referral_at, named):
    referral = referral_at("team_set")
    ban(referral, "2026-06-05 12:00", BODY, **FALSE)
    appraisals = [{"name": "评价报告", "qualified": True, **named}]
    said = referral.do("ref_verify", at("2026-06-05 16:30"), status=422, appraisals=appraisals)
    assert said["code"] == "JR-E21"
    referral.do("ref_verify", at("2026-06-05 16:40"), appraisals=appraisals, same_name_note="同名，不是同一机构")
