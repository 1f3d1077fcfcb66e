"""Short ways through the review and the decision of a penalty case, and what lies beside it."""

from __future__ import annotations

from typing import Any

from engine import model, store
from tests.office import at
from tests.processes.enforcement import Case
from tests.processes.enforcement_review_answers import FIRM

PRINCIPAL = "刘某"
WAIVED = {"waiver": True, "waiver_file": "a1"}


def fine(amount: str, subject: str = "单位", name: str = FIRM) -> dict[str, str]:
    """One fine."""
    return {"subject": subject, "name": name, "kind": "罚款", "amount": amount}


def act(code: str, stage: str = "首次", subject: str = "单位", name: str = FIRM) -> dict[str, str]:
    """One unlawful act."""
    return {"code": code, "stage": stage, "subject": subject, "name": name}


def to_notice(case: Case, penalties: list[dict[str, str]], **report: Any) -> Case:
    """Lead a case from its investigation to the notice, with these penalties proposed."""
    case.do("ec_investigation_report", at("2026-07-20 10:00"), proposed_penalties=penalties, **report)
    case.do("ec_unit_review", at("2026-07-21 10:00"))
    case.do("ec_legal_review", at("2026-07-22 10:00"))
    return case


def to_decision(case: Case, penalties: list[dict[str, str]], **report: Any) -> Case:
    """Lead a case from its investigation to the decision; the party waives its rights on the day of the notice."""
    to_notice(case, penalties, **report)
    reason = report.get("band_reason")
    case.do("ec_notice", at("2026-07-23 10:00"), proposed_penalties=penalties, discretion_reason=reason)
    case.do("ec_statement", at("2026-07-23 15:00"), **WAIVED)
    case.do("ec_legal_review_final", at("2026-07-24 10:00"))
    if "ec_collective" in case.steps():
        case.do("ec_collective", at("2026-07-27 10:00"))
    return case


# The firm's fine, and that of its principal for the same act.
PERSONAL = [fine("20000"), fine("70000", "个人", PRINCIPAL)]


def to_personal_decision(case: Case) -> Case:
    """Lead a case to the decision on a fine on the principal beside that of the firm."""
    acts = [act("SL102"), act("SL102", "拒不执行", "个人", PRINCIPAL)]
    return to_decision(case, PERSONAL, violations=acts)


def back_to_notice(case: Case) -> None:
    """Find new facts when the party is heard, so that the notice is to be given again."""
    case.do("ec_statement", at("2026-07-24 10:00"), new_facts=True, new_facts_note="另有一处联锁停用")


def withdrawn_hearing(case: Case) -> None:
    """Ask for a hearing and withdraw it the next day: the decision is open before the periods have ended."""
    case.do("ec_statement", at("2026-09-30 10:00"), hearing_requested_on="2026-09-30")
    case.do(
        "eh_accept",
        at("2026-09-30 11:00"),
        decision="当事人撤回",
        decided_on="2026-09-30",
        reason="当事人书面撤回",
        withdrawal="a1",
    )
    case.do("ec_legal_review_final", at("2026-09-30 14:00"))
    case.do("ec_collective", at("2026-09-30 16:00"))


def correct(case: Case, who: str, step: str, **data: Any) -> None:
    """Put an earlier answer right."""
    body = {"step": step, "data": data, "reason": "复核后更正"}
    case.office.post(f"{who}.{case.place}", f"/cases/{case.id}/correct", body)


def hit(case: Case, state: str = "open") -> None:
    """Let the crime watch have found something in the case."""
    with store.writing() as session:
        facts: list[dict[str, Any]] = []
        found = model.WatchHit(case_id=case.id, row="R5", crime="危险作业罪", article="刑法第134条之一", facts=facts)
        found.state, found.found_at = state, at("2026-07-20 10:00")
        session.add(found)


def beside(case: Case, process: str, above: str | None, **exposed: Any) -> str:
    """Put another case of the matter beside it, with what it lets others read; returns its id."""
    with store.writing() as session:
        own = session.get_one(model.Case, case.id)
        copied = ("bundle_hash", "org_id", "org_path", "region", "opened_by", "opened_at")
        key = model.new_id("c")
        row = model.Case(
            id=key,
            number=key,
            process=process,
            parent_id=above,
            relation="关联",
            exposed=exposed,
            **{name: getattr(own, name) for name in copied},
        )
        session.add(row)
        return key


def held(case: Case, *names: str) -> None:
    """Let a referral of the case hold the fines of these persons."""
    beside(case, "judicial_referral", case.id, persons_held=list(names))
