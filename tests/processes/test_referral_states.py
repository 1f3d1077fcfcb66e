"""The state table of a referral (§2.8): every state is reached, every way on is open, every jump is refused."""

from __future__ import annotations

import pytest

from engine import catalog, store
from tests.office import at
from tests.processes.referral import ASKED, FORWARDED, NOT_FILED, REFUSED, STAGES, Referral
from tests.processes.stages import Move

STATES = (
    "screening team_set reported refused_internal approved handed_over receipt_refused forwarded not_police accepted "
    "supplementing filed property_done not_filed reconsidering recon_upheld supervision accepted_refusal tracking "
    "result returned"
)
NO_CRIME = {
    "handling": "不涉嫌犯罪",
    "threshold_rows": None,
    "persons": None,
    "no_crime_reason": "没有造成事故，也没有现实危险",
}
DUTY = {
    "handling": "移送监察机关",
    "threshold_rows": ["R12 公职人员职务违法犯罪"],
    "persons": [{"name": "赵某", "suspected_crime": "玩忽职守罪"}],
}
FROM_COURT = {
    "source": "司法机关移送",
    "handling": "接收反向移送",
    "threshold_rows": None,
}
RECEIPT = "ref_police_receipt"
FILED = {"notice_received_on": "2026-06-22", "decided_on": "2026-06-20"}
# state, moves, next state: the ways of the table, and beside them what comes between two of its lines
WAYS = {
    "screening to team_set": ("screening", [Move("ref_team", "2026-06-05 11:00")], "team_set"),
    "team_set to reported": ("receiving", [Move("ref_receive", "2026-06-08 10:00")], "reported"),
    "reported to approved": ("reported", [Move("ref_decide", "2026-06-10 16:30")], "approved"),
    "reported to refused_internal": ("reported", [Move("ref_decide", "2026-06-10 16:30", REFUSED)], "refused_internal"),
    "refused_internal to reported by new facts": (
        "refused_internal",
        [
            Move("ref_refused_internal", "2026-06-20 10:00"),
            Move("ref_report", "2026-06-20 11:00"),
            Move("ref_legal_review", "2026-06-20 12:00"),
            Move("ref_receive", "2026-06-22 10:00", {"received_at": "2026-06-22T10:00:00+08:00"}),
        ],
        "reported",
    ),
    "refused_internal to reported by an opinion": (
        "refused_internal",
        [Move("ref_procuratorate_opinion", "2026-07-06 10:00", act="ask_opinion")],
        "reported",
    ),
    "approved to handed_over": ("approved", [Move("ref_handover", "2026-06-11 15:00")], "handed_over"),
    "handed_over to accepted": ("handed_over", [Move(RECEIPT, "2026-06-11 15:30")], "accepted"),
    "handed_over to forwarded": ("handed_over", [Move(RECEIPT, "2026-06-12 10:00", FORWARDED)], "forwarded"),
    "receipt_refused to accepted": (
        "receipt_refused",
        [Move("ref_refused_receipt", "2026-06-12 10:00")],
        "accepted",
    ),
    "receipt_refused to supervision": (
        "receipt_refused",
        [
            Move(
                "ref_refused_receipt",
                "2026-06-12 10:00",
                {"outcome": "建议立案监督", "accepted_at": None, "scan": None, "reported_on": "2026-06-12"},
            ),
            Move("ref_suggest_supervision", "2026-06-24 10:00"),
        ],
        "supervision",
    ),
    "forwarded to filed": ("forwarded", [Move("ref_record_decision", "2026-06-15 10:00")], "filed"),
    "forwarded to not_filed": ("forwarded", [Move("ref_record_decision", "2026-06-15 10:00", NOT_FILED)], "not_filed"),
    "accepted to supplementing": (
        "accepted",
        [Move("ref_record_decision", "2026-06-12 11:30", ASKED)],
        "supplementing",
    ),
    "supplementing to accepted": ("supplementing", [Move("ref_supplement", "2026-06-15 10:30")], "accepted"),
    "accepted to filed": ("accepted", [Move("ref_record_decision", "2026-06-15 10:00")], "filed"),
    "accepted to not_filed": ("accepted", [Move("ref_record_decision", "2026-06-15 10:00", NOT_FILED)], "not_filed"),
    "filed to property_done": ("filed", [Move("ref_property", "2026-06-17 10:30")], "property_done"),
    "property_done to tracking": ("property_done", [Move("ref_case_officer", "2026-06-18 10:00")], "tracking"),
    "not_filed to reconsidering": ("objecting", [Move("ref_reconsider", "2026-06-17 10:00")], "reconsidering"),
    "not_filed to supervision": (
        "not_filed",
        [
            Move("ref_objection_choice", "2026-06-16 10:00", {"choice": "直接建议立案监督"}),
            Move("ref_objection_choice_approve", "2026-06-16 11:00"),
            Move("ref_suggest_supervision", "2026-06-16 15:00", {"sent_on": "2026-06-16"}),
        ],
        "supervision",
    ),
    "not_filed to accepted_refusal": (
        "not_filed",
        [
            Move("ref_objection_choice", "2026-06-16 10:00", {"choice": "认可"}),
            Move("ref_objection_choice_approve", "2026-06-16 11:00"),
        ],
        "accepted_refusal",
    ),
    "accepted_refusal to not_filed once taken back": (
        "accepted_refusal",
        [
            Move(
                "ref_accepted_refusal",
                "2026-06-17 10:00",
                {"action": "改提复议或者监督", "revoked": True, "revoke_reason": "发现新的证据"},
            )
        ],
        "not_filed",
    ),
    "reconsidering to filed": (
        "reconsidering",
        [Move("ref_record_recon", "2026-06-22 10:00", {"result": "立案"})],
        "filed",
    ),
    "reconsidering to recon_upheld": ("reconsidering", [Move("ref_record_recon", "2026-06-22 10:00")], "recon_upheld"),
    "recon_upheld to supervision": (
        "recon_upheld",
        [Move("ref_upheld_choice", "2026-06-23 10:00"), Move("ref_suggest_supervision", "2026-06-24 10:00")],
        "supervision",
    ),
    "recon_upheld to accepted_refusal": (
        "recon_upheld",
        [Move("ref_upheld_choice", "2026-06-23 10:00", {"choice": "认可"})],
        "accepted_refusal",
    ),
    "supervision to filed": ("supervision", [Move("ref_record_supervision", "2026-07-20 10:00")], "filed"),
    "supervision to accepted_refusal": (
        "supervision",
        [Move("ref_record_supervision", "2026-07-20 10:00", {"result": "不立案理由成立"})],
        "accepted_refusal",
    ),
    "accepted_refusal to returned": (
        "accepted_refusal",
        [Move("ref_accepted_refusal", "2026-06-24 10:00"), Move("ref_return_receive", "2026-06-25 10:00")],
        "returned",
    ),
    "tracking to result": ("tracking", [Move("ref_result", "2026-11-20 10:00")], "result"),
    "result to returned": (
        "tracking",
        [
            Move(
                "ref_result",
                "2026-11-20 10:00",
                {"persons": [{"name": "刘某", "result": "不起诉", "effective_on": "2026-11-18"}]},
            ),
            Move("ref_offset", "2026-11-24 10:00"),
            Move("ref_return_receive", "2026-11-25 10:00", {"trigger": "不起诉"}),
        ],
        "returned",
    ),
}
BACK = [
    Move("ref_return_decide", "2026-06-26 10:00"),
    Move("ref_return_decide_approve", "2026-06-26 11:00"),
    Move("ref_close", "2026-06-26 12:00"),
]
ENDS = {
    "an offence judged": ("closing", [Move("ref_close", "2026-11-25 10:00")], "closed"),
    "no crime": (
        "office",
        [Move("ref_clue", "2026-06-05 09:30", NO_CRIME), Move("ref_clue_approve", "2026-06-05 10:00")],
        "no_crime",
    ),
    "a refusal of the head": (
        "refused_internal",
        [
            Move(
                "ref_refused_internal",
                "2026-06-12 10:00",
                {"choice": "办结", "new_facts": None, "filed_on": "2026-06-12"},
            )
        ],
        "closed",
    ),
    "another organ": (
        "not_police",
        [Move("ref_other_organ", "2026-06-12 11:00"), Move("ref_close", "2026-06-26 10:00")],
        "closed",
    ),
    "an official alone": (
        "office",
        [
            Move("ref_clue", "2026-06-10 09:30", DUTY),
            Move("ref_other_organ", "2026-06-12 11:00"),
            Move("ref_close", "2026-06-26 10:00"),
        ],
        "closed",
    ),
    "a case given back": ("returned", BACK, "closed"),
    "a case that the police found": (
        "office",
        [
            Move("ref_clue", "2026-06-05 09:30", FROM_COURT),
            Move("ref_return_receive", "2026-06-25 10:00", {"items": None, "trigger": "司法机关直接移送"}),
            *BACK,
        ],
        "closed",
    ),
}


# §2.8 as it is written: the state, and what may follow it; `other_organ` is the end of what is not for the police.
TABLE = {
    "screening": "team_set no_crime",
    "team_set": "reported",
    "reported": "approved refused_internal",
    "refused_internal": "reported closed",
    "approved": "handed_over",
    "handed_over": "accepted receipt_refused forwarded not_police",
    "receipt_refused": "accepted supervision",
    "forwarded": "filed not_filed",
    "not_police": "closed",
    "accepted": "supplementing filed not_filed",
    "supplementing": "accepted",
    "filed": "property_done",
    "property_done": "tracking",
    "not_filed": "reconsidering supervision accepted_refusal",
    "reconsidering": "filed recon_upheld",
    "recon_upheld": "supervision accepted_refusal",
    "supervision": "filed accepted_refusal",
    "accepted_refusal": "returned",
    "tracking": "result",
    "result": "returned closed",
    "returned": "closed",
}


def test_every_line_of_the_table_is_walked():
    walked = {tuple(way.split(" ")[0:3:2]) for way in WAYS}
    walked |= {("screening", "no_crime"), ("result", "closed"), ("refused_internal", "closed"), ("returned", "closed")}
    walked |= {("not_police", "closed")}  # ENDS, below
    walked |= {(before, state) for state, (before, _) in STAGES.items()}
    assert {(state, after) for state, following in TABLE.items() for after in following.split()} <= walked
    assert set(TABLE) == set(STATES.split())


@pytest.mark.parametrize("state", STATES.split())
def test_each_state_of_the_table_is_reached_by_its_steps(referral_at, state):
    assert referral_at(state).status() == state


@pytest.mark.parametrize("way", WAYS)
def test_each_way_of_the_table_is_open(referral_at, way):
    before, moves, after = WAYS[way]
    assert referral_at(before).lead(*moves).status() == after


def begun(referral: Referral, moves: list[Move]) -> Referral:
    """A referral led by some moves, the first of which opens it where there is none yet."""
    if referral.id:
        return referral.lead(*moves)
    first, *rest = moves
    return Referral.open(referral.office, at(first.moment), **first.answers).lead(*rest)


@pytest.mark.parametrize("end", ENDS)
def test_each_end_is_reached_through_the_api_alone(referral_at, end):
    before, moves, after = ENDS[end]
    case = begun(referral_at(before), moves).case()
    assert (case["state"], case["status"], case["open_tasks"], case["acts"]) == ("closed", after, [], [])


def offered(state: str) -> set[str]:
    """What may be begun in a state beside its steps."""
    more = {"tracking": {"ask_tracking", "ask_assistance"}, "returned": {"ask_return_extension"}}
    chased = {"ask_chase"} if state == "result" else set()  # begun already, after ninety days of silence
    return {"ask_opinion", "ask_chase", "ask_duty", "ask_addition"} - chased | more.get(state, set())


@pytest.mark.parametrize("state", STATES.split())
def test_no_act_of_another_state_can_be_begun(referral_at, state):
    """Of all acts of the process those of the state are offered, the others refused with the code of the table."""
    referral = referral_at(state)
    with store.reading() as session:
        steps = catalog.published(session, "judicial_referral").steps.values()
    assert {act["id"] for act in referral.case()["acts"]} == offered(state)
    others = sorted({step.id for step in steps if step.offer} - offered(state))
    before = referral.rows()
    for act in others:
        said = referral.office.post(referral.watcher, f"/cases/{referral.id}/acts/{act}", {"data": {}}, 409)
        assert said["code"] == "JR-E23", act
    assert others and referral.rows() == before


@pytest.mark.parametrize("state", STATES.split()[1:])
def test_a_task_of_an_earlier_state_cannot_be_completed(referral_at, state):
    before, moves = STAGES[state]
    referral = referral_at(before)
    who = referral.who(moves[0].step)
    task = referral.task(moves[0].step, who)
    referral.lead(*moves)
    rows = referral.rows()
    said = referral.office.post(who, f"/tasks/{task['id']}/complete", {"data": {}}, 409)
    assert (said["code"], referral.rows()) == ("E-COM-05", rows)
