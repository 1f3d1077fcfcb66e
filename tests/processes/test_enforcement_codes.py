"""Every code of a penalty case (§2), provoked through the API on its step: refused, and nothing has changed.

The codes up to the service of the decision are provoked beside their stages; here are those of what follows it, and
the count of them all.
"""

from __future__ import annotations

import pytest

from tests.office import ROOT, at
from tests.processes import test_enforcement_decision, test_enforcement_investigation, test_enforcement_review
from tests.processes.enforcement import Case
from tests.processes.refusals import Refusal, provoke

LEGAL = "legal_officer.county1"
CASH = {"method": "当场收缴", "ground": "一百元以下的罚款"}
ONE_YUAN_SHORT = {"schedule": [{"due": "2026-11-30", "amount": "19999.00"}]}
SUIT = {"kind": "行政诉讼", "organ": "东山区人民法院", "start_event": None}


def heard(case: Case) -> Case:
    """A party heard on the spot."""
    simple = Case(case.office, "", "enforcement_simple")
    simple = simple.begin("enforcement_simple", "es_show_id", at("2026-07-03 10:00"))
    simple.do("es_hear", at("2026-07-03 10:10"))
    return simple


def fined(case: Case, amount: str = "100.00") -> Case:
    """A small fine that was handed over on the spot."""
    simple = heard(case)
    simple.do("es_decide", at("2026-07-03 10:20"), amount=amount)
    return simple


def fined_more(case: Case) -> Case:
    """A fine on the spot above what may be taken in cash."""
    return fined(case, "100.01")


def urged(case: Case, day: str = "2027-02-04") -> Case:
    """A case in which payment was urged the day after the periods of the remedies."""
    case.act("note_urge", "ec_urge", at(f"{day} 10:00"))
    return case


def urged_early(case: Case) -> Case:
    """A case in which payment was urged while the periods of the remedies still ran."""
    return urged(case, "2026-10-20")


def in_court(case: Case) -> Case:
    """A case handed to the court."""
    urged(case).act("ask_court", "ec_court_apply", at("2027-03-02 15:00"))
    return case


def suing(case: Case) -> Case:
    """A suit about to be registered while a reconsideration is pending."""
    case.begin("remedy_tracking", "rt_file", at("2026-08-20 10:00"))
    return case.ask("remedy_tracking", at("2026-08-24 09:00"), LEGAL)


def listing(case: Case) -> Case:
    """A listing about to be proposed."""
    return case.ask("dishonest_listing", at("2026-08-01 09:00"))


def proposed(case: Case) -> Case:
    """A listing about to be told to the party."""
    return case.begin("dishonest_listing", "dl_propose", at("2026-09-21 10:00"))


def listed(case: Case) -> Case:
    """A party listed on 2026-10-12 and made known the same day."""
    listing = proposed(case)
    listing.do("dl_inform", at("2026-09-22 10:00"), served_at="2026-09-22T10:00:00+08:00")
    listing.do("dl_statement", at("2026-10-09 10:00"))
    listing.do("dl_decide", at("2026-10-12 10:00"))
    listing.do("dl_publish_share", at("2026-10-12 16:00"))
    return listing


R = Refusal
COURT = {"act": "ask_court"}
REFUSALS = [
    R("EC-E06", "office", "es_decide", "2026-07-03 10:20", {"amount": "3000.01"}, heard),
    R("EC-E07", "office", "es_pay", "2026-07-03 10:30", CASH, fined_more),
    R("EC-E08", "office", "es_pay", "2026-07-03 10:30", {**CASH, "receipt_no": None}, fined),
    R("EC-E09", "office", "es_decide", "2026-07-03 10:20", {"remedy_text": "可以提起行政诉讼"}, heard),
    R("EC-E33", "served", "ec_instalment", "2026-08-17 10:00", ONE_YUAN_SHORT, act="ask_instalment"),
    R("EC-E34", "served", "ec_instalment", "2027-03-03 10:00",
      {"schedule": [{"due": "2027-06-30", "amount": "20000.00"}]}, in_court, "ask_instalment"),
    R("EC-E35", "served", "ec_court_apply", "2027-02-05 10:00", then=urged, **COURT),
    R("EC-E36", "served", "ec_court_apply", "2026-11-20 10:00", then=urged_early, **COURT),
    R("EC-E37", "served", "ec_court_apply", "2027-05-06 10:00", then=urged, **COURT),
    R("EC-E38", "served", "ec_court_apply", "2027-03-02 10:00", {"signed_by": None}, urged, **COURT),
    R("EC-E38", "served", "ec_court_apply", "2027-03-02 10:00", {"sealed": False}, urged, **COURT),
    R("EC-E39", "served", "rt_file", "2026-08-24 10:00", SUIT, suing),
    R("EC-E41", "published", "ec_close", "2026-09-01 10:00"),
    R("EC-E42", "archiving", "ec_archive", "2027-02-08 10:00", {"recorded": ["启动", "调查取证", "审核", "决定"]}),
]  # fmt: skip
LISTING = [
    R("EC-E43", "serving", "dl_propose", "2026-08-01 10:00", then=listing),
    R("EC-E44", "served", "dl_inform", "2026-09-22 10:00", {"rights_told": False}, proposed),
    R("EC-E45", "served", "dl_repair", "2027-10-11 10:00", {}, listed, "ask_repair"),
]
PAGE = {f"EC-E{n:02}" for n in range(1, 46)}
BESIDE = (test_enforcement_investigation, test_enforcement_review, test_enforcement_decision)


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_it_is_refused_and_nothing_has_changed(enforcement_at, refusal):
    provoke(enforcement_at(refusal.stage), refusal)


@pytest.mark.parametrize("refusal", LISTING, ids=str)
def test_a_listing_is_refused_and_nothing_has_changed(side_at, refusal):
    provoke(side_at(refusal.stage), refusal)


def test_every_code_of_the_page_is_provoked():
    here = {refusal.code for refusal in (*REFUSALS, *LISTING)}
    beside = {refusal.code for module in BESIDE for refusal in module.REFUSALS}
    assert PAGE - here - beside == set()


def test_every_code_of_the_page_stands_on_a_form_or_in_the_settings():
    paths = [*(ROOT / "forms").glob("*/*.json"), *(ROOT / "bpmn").glob("*/process.toml")]
    written = "".join(path.read_text() for path in paths)
    assert {code for code in PAGE if f'"{code}"' not in written} == set()
