"""Acceptable answers, people and moves from the unit's review to the service of the decision.

Two cases are told: a light one of 20,000 yuan without a hearing, and a heavy one of 50,000 yuan on the days of the
domain's scenarios 4 and 5.
"""

from __future__ import annotations

from typing import Any

from tests.processes.hazard_answers import PDF
from tests.processes.stages import Move

FIRM = "甲化工厂"
FINE = [{"subject": "单位", "name": FIRM, "kind": "罚款", "amount": "20000.00"}]
HEAVY_FINE = [{"subject": "单位", "name": FIRM, "kind": "罚款", "amount": "50000.00"}]
HEAVY = {"refused_correction": True, "proposed_penalties": HEAVY_FINE}
REMEDY = "如不服本决定，可以自收到本决定书之日起六十日内申请行政复议，或者六个月内提起行政诉讼。"
ITEMS = (
    *("jurisdiction", "qualifications", "facts_clear", "evidence_enough", "law_right"),
    *("discretion", "procedure", "documents", "crime_screened", "in_time"),
)
PASSED = {**dict.fromkeys(ITEMS, True), "opinion": "通过", "comments": "事实清楚，证据确凿，程序合法"}
RETURNED = {"procedure": False, "opinion": "程序纠正", "comments": "询问未告知权利"}
MEMBERS = [
    {"member": f"{role}.county1", "vote": "同意", "opinion": "同意拟处理意见"}
    for role in ("agency_head", "deputy_head", "unit_head")
]
# Said with the move: the driver takes moments that lie ahead for facts and brings them back.
HEARD = {"hearing_at": "2026-10-23T09:00:00+08:00"}

ANSWERS: dict[str, dict[str, Any]] = {
    "ec_unit_review": {
        "decision": "同意",
        "benchmark": "国家裁量权基准",
        "benchmark_sector": "一般",
        "public_interest": False,
        "complex": False,
    },
    "ec_legal_review": PASSED,
    "ec_legal_review_final": PASSED,
    "ec_notice": {
        "facts": "停用二号库可燃气体报警联锁",
        "reasons": "未采取措施消除事故隐患",
        "legal_basis": "《安全生产法》第一百零二条",
        "proposed_penalties": FINE,
        "rights_told": True,
        "_override": {"E-COM-12": "本省没有规定听证数额"},
        "served_at": "2026-12-31T10:00:00+08:00",
        "service_method": "直接",
        "receiver": "刘某",
        "receipt": PDF,
    },
    "ec_statement": {"statement_made": False, "new_facts": False},
    "eh_accept": {"decision": "受理", "decided_on": "2026-10-10"},
    "eh_appoint": {
        "host": "hearing_host.county1",
        "clerk": "hearing_clerk.county1",
        **HEARD,
        "place": "局二楼会议室",
        "public": True,
    },
    "eh_notify": {
        "served_on": "2026-10-13",
        **HEARD,
        "place": "局二楼会议室",
        "receiver": "刘某",
        "receipt": PDF,
    },
    "eh_hold": {"result": "已举行", "held_at": "2026-10-23T09:00:00+08:00", "public": True, "party": "刘某"},
    "eh_record": {"content": "双方质证", "record": PDF, "party_checked": True, "party_signed": True},
    "eh_report": {"facts": "联锁停用属实", "opinion": "拟处罚适当", "suggestion": "维持拟处罚意见"},
    "ec_collective": {
        "held_at": "2026-12-31T10:00:00+08:00",
        "place": "局会议室",
        "chair": "agency_head.county1",
        "members": MEMBERS,
        "discussion": "一致同意",
        "result": "同意拟处理意见",
        "minutes": PDF,
    },
    "ec_decide": {
        "decision": "行政处罚",
        "decided_on": "2026-07-31",
        "facts": "停用二号库可燃气体报警联锁",
        "legal_basis": "《安全生产法》第一百零二条",
        "penalties": FINE,
        "payment_due_days": 15,
        "channel": "指定银行",
        "bank": "示例银行 0532-1",
        "surcharge_stated": True,
        "remedy_text": REMEDY,
    },
    "ec_serve": {"method": "直接", "signed_on": "2026-08-03", "receiver": "刘某", "receipt": PDF},
}
PEOPLE = {
    "ec_unit_review": "unit_head",
    "ec_legal_review": "legal_reviewer",
    "ec_legal_review_final": "legal_reviewer",
    "eh_accept": "legal_officer",
    "eh_appoint": "deputy_head",
    "eh_notify": "hearing_clerk",
    "eh_hold": "hearing_host",
    "eh_record": "hearing_clerk",
    "eh_report": "hearing_host",
    "ec_collective": "panel_secretary",
    "ec_decide": "deputy_head",
}
STAGES: dict[str, tuple[str, tuple[Move, ...]]] = {
    "legal_review": ("reviewing", (Move("ec_unit_review", "2026-07-21 10:00"),)),
    "noticing": ("legal_review", (Move("ec_legal_review", "2026-07-22 10:00"),)),
    "stating": ("noticing", (Move("ec_notice", "2026-07-23 10:00"),)),
    "final_review": ("stating", (Move("ec_statement", "2026-07-29 10:00"),)),
    "deciding": ("final_review", (Move("ec_legal_review_final", "2026-07-30 10:00"),)),
    "serving": ("deciding", (Move("ec_decide", "2026-07-31 10:00"),)),
    "served": ("serving", (Move("ec_serve", "2026-08-03 10:00"),)),
    "heavy_noticing": (
        "reporting",
        (
            Move("ec_investigation_report", "2026-09-21 10:00", HEAVY),
            Move("ec_unit_review", "2026-09-22 10:00"),
            Move("ec_legal_review", "2026-09-23 10:00"),
        ),
    ),
    "heavy_stating": ("heavy_noticing", (Move("ec_notice", "2026-09-29 10:00", {"proposed_penalties": HEAVY_FINE}),)),
    "hearing": (
        "heavy_stating",
        (Move("ec_statement", "2026-10-10 10:00", {"hearing_requested_on": "2026-10-10"}),),
    ),
    "appointing": ("hearing", (Move("eh_accept", "2026-10-10 15:00"),)),
    "notifying": ("appointing", (Move("eh_appoint", "2026-10-12 10:00", HEARD),)),
    "holding": ("notifying", (Move("eh_notify", "2026-10-13 10:00", HEARD),)),
    "recording": ("holding", (Move("eh_hold", "2026-10-23 15:00"),)),
    "hearing_reporting": ("recording", (Move("eh_record", "2026-10-23 16:00"),)),
    "heavy_final_review": ("hearing_reporting", (Move("eh_report", "2026-10-26 10:00"),)),
    "discussing": ("heavy_final_review", (Move("ec_legal_review_final", "2026-10-27 10:00"),)),
    "heavy_deciding": ("discussing", (Move("ec_collective", "2026-10-28 10:00"),)),
}
