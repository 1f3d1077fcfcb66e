"""What the demo's people write in penalty cases and in what is linked to them, from the facts of the matter."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from web.demo import linked_answers
from web.demo.linked_answers import AGREE, CITY_OF, RECEIPT, published
from web.demo.matters import Deed
from web.demo.papers import Paper

DANGER = {
    "R3": "关闭、破坏监控、报警、防护、救生设备设施或者篡改、隐瞒、销毁其数据信息",
    "R5": "未经批准或者许可擅自从事高度危险的生产作业活动",
}
REVIEWED = (
    *("jurisdiction", "qualifications", "facts_clear", "evidence_enough", "law_right"),
    *("discretion", "procedure", "documents", "crime_screened", "in_time"),
)
PASSED = {**dict.fromkeys(REVIEWED, True), "opinion": "通过", "comments": "事实清楚，证据充分，程序合法，予以通过。"}
RETURNED = {"procedure": False, "opinion": "程序纠正", "comments": "询问前未告知权利，请补正后再报。"}
HEARD = {
    "statement_made": True,
    "form_of": "书面",
    "points": "企业称已安排整改，请求从轻处罚。",
    "recheck_result": "经复核，责令改正期限届满后仍未改正，违法事实清楚。",
    "adopted": False,
    "reason": "所提理由不影响违法事实的认定，也不属于依法从轻、减轻的情形。",
    "new_facts": False,
}
REMEDY = "如不服本决定，可以自收到本决定书之日起六十日内申请行政复议，或者六个月内提起行政诉讼。"
INSPECTED = ("drawn", "drawn_officers", "checked_on")
STAGES = ["启动", "调查取证", "审核", "决定", "送达", "执行"]


def answers(step: str, d: Deed) -> dict[str, Any]:
    """Return acceptable answers of a step of a penalty case; what a story says otherwise is laid over them."""
    found = STEPS.get(step, AGREE)
    return dict(found(d) if callable(found) else found)


def _facts(d: Deed) -> str:
    return f"{d.matter.enterprise}{d.matter.place}{d.matter.found}"


def _fine(d: Deed) -> list[dict[str, Any]]:
    return [{"subject": "单位", "name": d.matter.enterprise, "kind": "罚款", "amount": d.matter.fine}]


def ec_clue(d: Deed) -> dict[str, Any]:
    m = d.matter
    told = {
        "source": "计划检查",
        "plan_id": f"JH-{d.at:%Y%m}",
        "drawn": True,
        "drawn_officers": d.officers,
        "checked_on": d.day(),
        "found_on": d.day(),
        "party_kind": "单位",
        "enterprise_name": m.enterprise,
        "uscc": m.uscc,
        "address": m.address,
        "principal": m.principal,
        "persons": [{"name": m.principal, "role_in_unit": "主要负责人"}],
        "place": m.place,
        "facts": _facts(d),
        "occurred_at": d.moment(-3.0),
        "life_safety_harm": False,
        "authority_basis": "本机关",
        "handling": "立案查处",
    }
    if m.hazard:
        told |= {"source": "隐患督办移交", "hazard_no": d.above, **dict.fromkeys(("plan_id", *INSPECTED))}
        told |= {"other_act_reason": "由重大事故隐患督办移交，与在办案件不是同一违法行为。"}
    if m.crime:
        told |= {"criminal_facts": [DANGER[m.crime]], "real_danger": True}
    return told


def ec_file_case(d: Deed) -> dict[str, Any]:
    return {
        "cause": d.matter.cause,
        "facts": _facts(d),
        "legal_basis": d.matter.basis,
        "handlers": d.officers,
        "recusal_checked": True,
    }


def ec_investigate(d: Deed) -> dict[str, Any]:
    evidence = {
        "type": "当事人的陈述",
        "name": "询问笔录",
        "collected_at": d.moment(-0.5),
        "collectors": d.officers,
        "place": "企业会议室",
        "provider": d.matter.principal,
        "lawful_source": True,
    }
    return {
        "kind": "询问",
        "begun_at": d.moment(-1.5),
        "place": "企业会议室",
        "officers": d.officers,
        "id_shown": True,
        "asked_name": d.matter.principal,
        "record": "问：现场检查发现的问题是否属实？答：属实，正在组织整改。",
        "signed": True,
        "evidence": [evidence],
    }


def ec_investigation_report(d: Deed) -> dict[str, Any]:
    m = d.matter
    told = {
        "outcome": "拟处罚",
        "facts": f"{_facts(d)}，经现场检查、询问查证属实。",
        "evidence_summary": "询问笔录、现场检查记录和现场照片，相互印证。",
        "legal_basis": d.matter.basis,
        "violations": [{"code": m.cause, "stage": "首次", "subject": "单位", "name": m.enterprise}],
        "is_minor": False,
        "corrected_in_time": False,
        "harm": "轻微",
        "first_offence": True,
        "prior_penalties_12m": 0,
        "hazard_grade": "一般",
        "accident": "无",
        "four_alls": False,
        "real_danger": False,
        "correction_ordered": True,
        "proposed_penalties": _fine(d),
        "band_reason": "按违法情节和裁量基准确定的档次拟定罚款数额。",
    }
    if m.heavy:
        told |= {"refused_correction": True, "band_reason": "责令改正后拒不改正，从重处罚。"}
    if m.crime:
        told |= {"criminal_facts": [DANGER[m.crime]], "real_danger": True}
    return told


NO_PENALTY = {
    "outcome": "拟不予处罚",
    "no_penalty_ground": "初次违法且危害后果轻微并及时改正",
    "education_record": "已约谈企业负责人并进行普法教育。",
    "corrected_in_time": True,
    **dict.fromkeys(("violations", "proposed_penalties", "band_reason", "correction_ordered")),
}


def ec_notice(d: Deed) -> dict[str, Any]:
    return {
        "facts": _facts(d),
        "reasons": "违法事实清楚，证据确凿，应当依法处罚。",
        "legal_basis": d.matter.basis,
        "proposed_penalties": _fine(d),
        "discretion_reason": "按违法情节和裁量基准确定的档次拟定罚款数额。",
        "rights_told": True,
        "served_at": d.moment(-0.2),
        "service_method": "直接",
        "receiver": d.matter.principal,
        "receipt": RECEIPT,
    }


def ec_statement(d: Deed) -> dict[str, Any]:
    if d.matter.heavy:
        return HEARD | {"hearing_requested_on": d.day()}
    waived = {"waiver": True, "waiver_file": Paper("企业申请书", "放弃陈述申辩声明")}
    return {"statement_made": False, "new_facts": False} | waived


def ec_collective(d: Deed) -> dict[str, Any]:
    members = [
        {"member": f"{role}.{d.matter.seat}", "vote": "同意", "opinion": "同意拟处理意见。"}
        for role in ("agency_head", "deputy_head", "unit_head")
    ]
    return {
        "held_at": d.moment(-1.0),
        "place": "局会议室",
        "chair": f"agency_head.{d.matter.seat}",
        "members": members,
        "discussion": "听取承办机构汇报和法制审核意见，逐一发表意见后表决。",
        "result": "同意拟处理意见",
        "minutes": Paper("决定文件", "集体讨论记录签字件"),
    }


def ec_decide(d: Deed) -> dict[str, Any]:
    return {
        "decision": "行政处罚",
        "decided_on": d.day(),
        "facts": _facts(d),
        "legal_basis": d.matter.basis,
        "penalties": _fine(d),
        "discretion_reason": "按违法情节和裁量基准确定的档次处罚。",
        "payment_due_days": 15,
        "channel": "指定银行",
        "bank": "示例银行 0000-1",
        "surcharge_stated": True,
        "remedy_text": REMEDY,
    }


NOT_PUNISHED = {
    "decision": "不予行政处罚",
    **dict.fromkeys(("penalties", "discretion_reason", "payment_due_days", "channel", "bank", "surcharge_stated")),
}


def ec_execute(d: Deed) -> dict[str, Any]:
    """Return what is paid: nothing, a part, or the rest of the fine and of the surcharge; a story says which."""
    return {"outcome": "继续执行", "payments": d.said.get("ec_execute", {}).get("payments") or None}


def named(part: str, d: Deed) -> dict[str, Any]:
    """Return what a story calls by a name, which is a payment: `part` of the fine, the `rest` in time or `late`, or
    `all` with the surcharge."""
    before = list(d.said.get("ec_execute", {}).get("payments") or [])
    fine = Decimal(_fine(d)[0]["amount"])
    rest = fine - sum(Decimal(row["amount"]) for row in before if row["of"] == "罚款")
    row = {"paid_on": d.day(), "of": "罚款", "channel": "银行", "receipt_no": f"PJ{d.at:%Y%m%d}-{len(before) + 1}"}
    rows = [*before]
    if rest:
        rows.append(row | {"amount": str(fine / 2 if part == "part" else rest)})
    if part == "all":
        owed = d.said["ec_surcharge"]
        due = Decimal(owed["payable"]) - Decimal(owed.get("waived") or 0)
        rows.append(row | {"of": "加处罚款", "amount": str(due), "receipt_no": f"PJ{d.at:%Y%m%d}-9"})
    return {"payments": rows, "outcome": "继续执行" if part in ("part", "late") else "已全部履行"}


def ec_instalment(d: Deed) -> dict[str, Any]:
    half = str(Decimal(_fine(d)[0]["amount"]) / 2)
    return {
        "kind": "分期",
        "applied_on": d.day(),
        "reason": "连续两年亏损，流动资金不足。",
        "proof": [Paper("企业申请书", "财务报表")],
        "schedule": [{"due": d.day(30), "amount": half}, {"due": d.day(60), "amount": half}],
    }


def ec_urge(d: Deed) -> dict[str, Any]:
    return {
        "served_on": d.day(),
        "method": "直接",
        "receipt": RECEIPT,
        "pay_until": d.day(20),
        "pay_how": "到指定银行缴纳",
        "rights_told": True,
    }


def ec_court_apply(d: Deed) -> dict[str, Any]:
    return {
        "applied_on": d.day(),
        "court": f"{CITY_OF[d.matter.seat]}人民法院",
        "object": "罚款及加处罚款",
        "application": Paper("决定文件", "强制执行申请书"),
        "signed_by": "本机关负责人",
        "sealed": True,
        "decision_copy": Paper("决定文件", "行政处罚决定书"),
        "urge_copy": Paper("决定文件", "催告书"),
    }


STEPS: dict[str, Any] = {
    **linked_answers.STEPS,
    **{f.__name__: f for f in (ec_clue, ec_file_case, ec_investigate, ec_investigation_report, ec_notice)},
    **{f.__name__: f for f in (ec_statement, ec_collective, ec_decide, ec_execute, ec_instalment, ec_urge)},
    "ec_court_apply": ec_court_apply,
    "ec_publish": published,
    "ec_file_case_approve": lambda d: {"decision": "同意立案", "filed_on": d.day(), "opinion": "同意立案。"},
    "ec_sample": lambda d: {
        "sampled_at": d.moment(-1.0),
        "officers": d.officers,
        "place": d.matter.place,
        "samples": [{"name": "储罐残液", "qty": "500毫升"}],
        "av_record_id": f"AV-{d.at:%Y%m%d}-Y{d.matter.firm:02}",
    },
    "ec_appraise": lambda d: {
        "body": "示例检测中心",
        "items": "可燃气体报警装置功能",
        "commissioned_on": d.day(),
        "period_from": d.day(1),
        "period_to": d.day(10),
        "told_on": d.day(),
    },
    "ec_suspend": {"ground": "已移送司法机关", "subject": "全案", "facts": "负责人涉嫌犯罪，已移送公安机关处理。"},
    "ec_suspend_approve": lambda d: AGREE | {"suspended_on": d.day()},
    "ec_terminate": {"ground": "涉嫌违法的组织终止且无权利义务承受人", "facts": "企业已注销，无权利义务承受人。"},
    "ec_terminate_approve": lambda d: AGREE | {"terminated_on": d.day()},
    "ec_unit_review": {
        "decision": "同意",
        "benchmark": "国家裁量权基准",
        "benchmark_sector": "一般",
        "public_interest": False,
        "complex": False,
    },
    "ec_legal_review": PASSED,
    "ec_legal_review_final": PASSED,
    "eh_accept": lambda d: {"decision": "受理", "decided_on": d.day()},
    "eh_appoint": lambda d: {
        "host": f"hearing_host.{d.matter.seat}",
        "clerk": f"hearing_clerk.{d.matter.seat}",
        "hearing_at": d.hearing_at,
        "place": "局二楼会议室",
        "public": True,
    },
    "eh_notify": lambda d: {
        "served_on": d.day(),
        "hearing_at": d.said["eh_appoint"]["hearing_at"],
        "place": "局二楼会议室",
        "receiver": d.matter.principal,
        "receipt": RECEIPT,
    },
    "eh_hold": lambda d: {
        "result": "已举行",
        "held_at": d.said["eh_notify"]["hearing_at"],
        "public": True,
        "party": d.matter.principal,
    },
    "eh_record": {
        "content": "承办人陈述违法事实和证据，当事人质证、申辩，双方发表最后意见。",
        "record": Paper("决定文件", "听证笔录签字件"),
        "party_checked": True,
        "party_signed": True,
    },
    "eh_report": {"facts": "违法事实属实。", "opinion": "拟处罚适当。", "suggestion": "维持拟处罚意见"},
    "ec_serve": lambda d: {
        "method": "直接",
        "signed_on": d.day(),
        "receiver": d.matter.principal,
        "receipt": RECEIPT,
    },
    "ec_instalment_approve": lambda d: AGREE | {"approved_on": d.day()},
    "ec_surcharge": lambda d: {"as_of": d.day()},
    "ec_court_result": lambda d: {"stage": "受理", "received_on": d.day(), "concluded": False},
    "ec_exec_end": {"ground": "法院裁定终结执行", "facts": "法院裁定终结执行，已无财产可供执行。"},
    "ec_exec_end_approve": lambda d: AGREE | {"ended_on": d.day()},
    "ec_close": {"reason": "执行完毕", "summary": "处罚决定已履行，违法行为已改正。"},
    "ec_close_approve": lambda d: AGREE | {"closed_on": d.day()},
    "ec_archive": lambda d: {
        "archived_on": d.day(),
        "volume_no": f"{d.at.year}-EC-{d.matter.firm:02}",
        "pages": 60 + d.matter.firm,
        "place": "档案室3排2柜",
        "recorded": STAGES,
    },
}
