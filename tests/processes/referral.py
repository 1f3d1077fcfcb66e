"""A referral driven through the JSON API, and every state of its table from which a test may begin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.api import Office
from tests.office import at, open_office
from tests.processes.hazard import Driver
from tests.processes.referral_answers import ANSWERS
from tests.processes.stages import Family, Move

FAMILY = ("judicial_referral", "occupational_ban")
LEGAL = (
    "ref_refused_internal ref_police_receipt ref_forwarded ref_refused_receipt ref_record_decision ref_other_organ "
    "ref_objection_choice ref_reconsider ref_record_recon ref_upheld_choice ref_suggest_supervision "
    "ref_record_supervision ref_accepted_refusal ref_case_officer ref_tracking ref_assistance ref_result ref_offset "
    "ref_procuratorate_opinion ref_opinion_reply ref_chase ref_addition ref_return_receive ref_close ref_duty_clue "
    "ref_ban ref_ban_begin ref_ban_lift"
)
HEADS = "ref_clue_approve ref_team ref_return_decide_approve ref_return_extend_approve"
PEOPLE = {
    **dict.fromkeys(LEGAL.split(), "legal_officer"),
    **dict.fromkeys(HEADS.split(), "unit_head"),
    **dict.fromkeys(("ref_receive", "ref_decide", "ref_objection_choice_approve"), "agency_head"),
    "ref_legal_review": "legal_reviewer",
}


class Referral(Driver):
    """A referral, or a ban that came of it, driven by the people of one place."""

    people = PEOPLE
    told = ANSWERS

    @property
    def watcher(self) -> str:
        return f"legal_officer.{self.place}"

    @classmethod
    def open(cls, office: Office, moment: datetime, place: str = "county1", **changes: Any) -> Referral:
        """Register a clue at a moment; `changes` replaces answers of it."""
        return cls(office, "", "judicial_referral", place).begin("judicial_referral", "ref_clue", moment, **changes)

    def status(self) -> str:
        """Return the state of the table in which the referral is."""
        return self.case()["status"]

    def lead(self, *moves: Move) -> Referral:
        """Make some moves, one after the other."""
        for move in moves:
            self.make(move.step, at(move.moment), move.act, **move.answers)
        return self


REGISTERED = "2026-06-05 09:30"
REFUSED = {
    "decision": "不批准移送",
    "ground": "证据不足",
    "reason": "现有证据只能证明决定已经送达，不能证明送达之后仍在组织生产，也没有材料证明存在发生爆炸的现实危险，"
    "不足以认定达到移送标准，待补充调查以后再行研究决定",
}
NOT_FILED = {"decision": "不予立案", "reason": "没有犯罪事实", "volume_returned": False}
FORWARDED = {"result": "转送其他公安机关", "accepted_at": None, "found_at": "2026-06-12T09:00:00+08:00"}
ASKED = {
    "decision": "通知补正",
    "decided_on": None,
    "notice_received_on": None,
    "notice_at": "2026-06-12T11:00:00+08:00",
    "missing": [{"item": "送达回证原件"}],
    "document_no": "公补字〔2026〕1号",
}
# State: the state before it, and the moves that lead on from there.
STAGES: dict[str, tuple[str, tuple[Move, ...]]] = {
    "office": ("", ()),
    "screening": ("office", ()),
    "team_set": ("screening", (Move("ref_team", "2026-06-05 11:00"),)),
    "reporting": ("team_set", (Move("ref_verify", "2026-06-05 16:30"),)),
    "reviewing": ("reporting", (Move("ref_report", "2026-06-08 09:00"),)),
    "receiving": ("reviewing", (Move("ref_legal_review", "2026-06-08 09:30"),)),
    "reported": ("receiving", (Move("ref_receive", "2026-06-08 10:00"),)),
    "refused_internal": ("reported", (Move("ref_decide", "2026-06-10 16:30", REFUSED),)),
    "approved": ("reported", (Move("ref_decide", "2026-06-10 16:30"),)),
    "handed_over": ("approved", (Move("ref_handover", "2026-06-11 15:00"),)),
    "receipt_refused": (
        "handed_over",
        (Move("ref_police_receipt", "2026-06-11 15:30", {"result": "拒收", "accepted_at": None}),),
    ),
    "forwarding": ("handed_over", (Move("ref_police_receipt", "2026-06-12 10:00", FORWARDED),)),
    "forwarded": ("forwarding", (Move("ref_forwarded", "2026-06-12 11:30"),)),
    "not_police": (
        "handed_over",
        (
            Move(
                "ref_police_receipt",
                "2026-06-12 10:00",
                {"result": "非公安职责", "accepted_at": None, "notice_received_on": "2026-06-12"},
            ),
        ),
    ),
    "accepted": ("handed_over", (Move("ref_police_receipt", "2026-06-11 15:30"),)),
    "supplementing": ("accepted", (Move("ref_record_decision", "2026-06-12 11:30", ASKED),)),
    "filed": ("accepted", (Move("ref_record_decision", "2026-06-15 10:00"),)),
    "property_done": ("filed", (Move("ref_property", "2026-06-17 10:30"),)),
    "tracking": ("property_done", (Move("ref_case_officer", "2026-06-18 10:00"),)),
    "result": ("tracking", (Move("ref_result", "2026-11-20 10:00"),)),
    "closing": ("result", (Move("ref_offset", "2026-11-24 10:00"),)),
    "not_filed": ("accepted", (Move("ref_record_decision", "2026-06-15 10:00", NOT_FILED),)),
    "objecting": (
        "not_filed",
        (
            Move("ref_objection_choice", "2026-06-16 10:00"),
            Move("ref_objection_choice_approve", "2026-06-16 15:00"),
        ),
    ),
    "reconsidering": ("objecting", (Move("ref_reconsider", "2026-06-17 10:00"),)),
    "recon_upheld": ("reconsidering", (Move("ref_record_recon", "2026-06-22 10:00"),)),
    "suggesting": ("recon_upheld", (Move("ref_upheld_choice", "2026-06-23 10:00"),)),
    "supervision": ("suggesting", (Move("ref_suggest_supervision", "2026-06-24 10:00"),)),
    "accepted_refusal": (
        "not_filed",
        (
            Move("ref_objection_choice", "2026-06-16 10:00", {"choice": "认可"}),
            Move("ref_objection_choice_approve", "2026-06-16 15:00"),
        ),
    ),
    "returning": ("accepted_refusal", (Move("ref_accepted_refusal", "2026-06-24 10:00"),)),
    "returned": ("returning", (Move("ref_return_receive", "2026-06-25 10:00"),)),
}
REFERRALS = Family(
    STAGES,
    lambda: open_office(*FAMILY),
    lambda office: Referral.open(office, at(REGISTERED)),
    Referral,
    "judicial_referral",
    REGISTERED,
)


PAIR = [{"name": name, "suspected_crime": "危险作业罪"} for name in ("刘某", "孙某")]


def led_through(office: Office, persons: list[dict[str, Any]], state: str = "tracking") -> Referral:
    """Open a referral of some persons and lead it to a state of the table."""
    referral, way = Referral.open(office, at(REGISTERED), persons=persons), []
    while state != "screening":
        way.insert(0, state)
        state = STAGES[state][0]
    for state in way:
        referral.lead(*STAGES[state][1])
    return referral
