"""Acceptable answers and people of the execution, the closing, the punishment on the spot and the remedies.

`TODAY` stands for the day on which a step is done.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.workdays import office_day
from tests.processes.hazard_answers import OFFICERS, PDF, USCC
from tests.processes.stages import Move

TODAY = "TODAY"
AGREE = {"decision": "同意"}
PUBLISHED = {"decision": "予以公示", "channel": "部门网站", "masked_check": True}

EXECUTION: dict[str, dict[str, Any]] = {
    "ec_execute": {"outcome": "继续执行"},
    "ec_instalment": {"kind": "分期", "applied_on": TODAY, "reason": "连续两年亏损，流动资金不足", "proof": [PDF]},
    "ec_instalment_approve": {**AGREE, "approved_on": TODAY},
    "ec_surcharge": {"as_of": TODAY},
    "ec_surcharge_approve": AGREE,
    "ec_urge": {
        "served_on": TODAY,
        "method": "直接",
        "receipt": PDF,
        "pay_until": "2027-12-31",
        "pay_how": "到指定银行缴纳",
        "rights_told": True,
    },
    "ec_court_apply": {
        "applied_on": TODAY,
        "court": "东山区人民法院",
        "object": "罚款及加处罚款",
        "application": PDF,
        "signed_by": "王建国",
        "sealed": True,
        "decision_copy": PDF,
        "urge_copy": PDF,
    },
    "ec_court_result": {"stage": "受理", "received_on": TODAY, "concluded": False},
    "ec_exec_suspend": {
        "kind": "中止执行",
        "on": TODAY,
        "ground": "当事人履行确有困难或者暂无履行能力",
        "facts": "企业停产，账户无余额",
    },
    "ec_exec_end": {"ground": "执行标的灭失", "facts": "标的已灭失"},
    "ec_exec_end_approve": {**AGREE, "ended_on": TODAY},
    "ec_close": {"reason": "执行完毕", "summary": "罚款已缴清，隐患已整改"},
    "ec_close_approve": {**AGREE, "closed_on": TODAY},
    "ec_archive": {
        "archived_on": TODAY,
        "volume_no": "2026-EC-1",
        "pages": 86,
        "place": "档案室3排2柜",
        "recorded": ["启动", "调查取证", "审核", "决定", "送达", "执行"],
    },
}
SIMPLE: dict[str, dict[str, Any]] = {
    "es_show_id": {
        "shown_at": "2026-12-31T09:00:00+08:00",
        "officers": OFFICERS,
        "party_kind": "单位",
        "enterprise_name": "甲化工厂",
        "uscc": USCC,
        "place": "二号库",
        "occurred_at": "2026-01-05T08:00:00+08:00",
    },
    "es_hear": {
        "cause": "SL99",
        "facts": "二号库未设置明显的安全警示标志",
        "evidence": "现场照片两张",
        "legal_basis": "《安全生产法》第九十九条第一项",
        "told_at": "2026-12-31T09:10:00+08:00",
        "statement_made": False,
        "handling": "当场处罚",
    },
    "es_decide": {
        "kind": "罚款",
        "amount": "3000.00",
        "decided_at": "2026-12-31T09:20:00+08:00",
        "decision_no": "当罚0001",
        "payment_due_days": 15,
        "remedy_text": "如不服本决定，应当自收到本决定书之日起六十日内先申请行政复议。",
        "handed_over": True,
    },
    "es_pay": {"method": "银行或电子支付", "paid_on": TODAY, "receipt_no": "PJ-1"},
    "es_urge": {
        "served_on": TODAY,
        "method": "直接",
        "letter": PDF,
        "receipt": PDF,
        "pay_until": "2027-12-31",
        "pay_how": "到指定银行缴纳",
        "rights_told": True,
    },
    "es_court_apply": {
        "applied_on": TODAY,
        "court": "东山区人民法院",
        "application": PDF,
        "signed_by": "王建国",
        "sealed": True,
        "urge_copy": PDF,
    },
    "es_end_approve": {**AGREE, "ended_on": TODAY},
    "es_hand_in": {"handed_in_on": TODAY, "amount": "100.00", "handed_by": "zhang", "voucher": "JJ-1"},
    "es_bank": {"banked_on": TODAY, "voucher": "YH-1"},
    "es_report": {"reported_on": TODAY, "opinion": "予以备案"},
    "es_publish": {**PUBLISHED, "published_at": "2026-12-31T10:00:00+08:00"},
    "es_archive": {"archived_on": TODAY, "volume_no": "2026-ES-1", "pages": 6, "place": "档案室1排1柜"},
}
REMEDY: dict[str, dict[str, Any]] = {
    "rt_file": {
        "kind": "行政复议",
        "filed_on": TODAY,
        "organ": "示例市人民政府",
        "applicant": "甲化工厂",
        "received_on": TODAY,
        "start_event": "直接送达：签收之日",
        "told": "已告知",
    },
    "rt_accept": {"result": "受理", "accepted_on": TODAY, "procedure": "普通程序", "copy_received_on": TODAY},
    "rt_reply": {"replied_on": TODAY, "evidence": "立案审批表等二十件", "reply": PDF},
    "rt_stay": {"kind": "中止审理", "on": TODAY},
    "rt_result": {"result": "维持", "decided_on": TODAY, "served_on": TODAY},
    "rt_suit_watch": {"sued": False},
    "rt_answer": {"answered_on": TODAY, "evidence": "立案审批表等二十件", "answer": PDF},
    "rt_evidence_extension": {"until": "2027-12-31", "reason": "洪水冲毁档案室"},
    "rt_judgment": {"result": "驳回诉讼请求", "paper_kind": "判决", "decided_on": TODAY, "served_on": TODAY},
    "rt_appeal_watch": {"appealed": False},
    "rt_appeal": {"result": "维持原判", "decided_on": TODAY, "served_on": TODAY},
    "rt_withdraw": {"withdrawn_on": TODAY, "channel": "部门网站", "reason": "原处罚决定已被撤销", "copies_told": True},
}
ANSWERS = {"enforcement_case": EXECUTION, "enforcement_simple": SIMPLE, "remedy_tracking": REMEDY}
PEOPLE = {
    "ec_execute": "finance_clerk",
    "ec_instalment_approve": "deputy_head",
    "ec_surcharge_approve": "deputy_head",
    "ec_court_apply": "legal_officer",
    "ec_court_result": "legal_officer",
    "ec_exec_end_approve": "deputy_head",
    "ec_close_approve": "deputy_head",
    "ec_archive": "archivist",
    "es_court_apply": "legal_officer",
    "es_end_approve": "deputy_head",
    "es_hand_in": "finance_clerk",
    "es_bank": "finance_clerk",
    "es_report": "unit_head",
    "es_publish": "publicity_officer",
    "es_archive": "archivist",
    **{step: "legal_officer" for step in REMEDY},
    "rt_withdraw": "publicity_officer",
}

PAID = [{"paid_on": "2026-08-10", "amount": "20000.00", "of": "罚款", "channel": "银行", "receipt_no": "PJ-1"}]
STAGES: dict[str, tuple[str, tuple[Move, ...]]] = {
    "executed": ("served", (Move("ec_execute", "2026-08-10 10:00", {"payments": PAID, "outcome": "已全部履行"}),)),
    "published": (
        "executed",
        (Move("ec_publish", "2026-08-11 10:00", {"published_at": "2026-08-11T09:00:00+08:00"}),),
    ),
    "closing": ("published", (Move("ec_close", "2027-02-04 10:00"),)),
    "archiving": ("closing", (Move("ec_close_approve", "2027-02-04 15:00"),)),
    "closed": ("archiving", (Move("ec_archive", "2027-02-08 10:00"),)),
}


def dated(answers: dict[str, Any], moment: datetime) -> dict[str, Any]:
    """Return the answers that are dated on the day of a step, with that day."""
    return {name: office_day(moment).isoformat() for name, said in answers.items() if said == TODAY}
