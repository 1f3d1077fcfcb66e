"""What the demo's people write beside a penalty case: punishments on the spot, remedies, orders, listings, records."""

from __future__ import annotations

from typing import Any

from web.demo.matters import Deed
from web.demo.papers import Paper

AGREE = {"decision": "同意", "opinion": "同意。"}
RECEIPT = Paper("送达回证")
SIMPLE_REMEDY = "如不服本决定，应当自收到本决定书之日起六十日内先申请行政复议。"
CITY_OF = {"city": "示例市", "county1": "东山区", "county2": "西河县"}
GOODS = [{"name": "可燃气体报警控制器", "spec": "GT-8", "qty": "1台", "state": "完好"}]
ITEM = {"problem": "报警联锁停用", "requirement": "恢复联锁并测试"}
MEASURES = [{"measure": "政府采购", "organ": "示例市财政局", "legal_basis": "《安全生产法》第七十八条"}]
SHARES = [MEASURES[0] | {"organ_kind": "其他"}]
SHARES += [
    {"measure": measure, "organ": organ, "organ_kind": kind, "legal_basis": MEASURES[0]["legal_basis"]}
    for kind, organ, measure in (
        ("行业主管", "示例市工业和信息化局", "经营"),
        ("投资主管", "示例市发展和改革委员会", "投融资"),
        ("自然资源", "示例市自然资源和规划局", "土地出让"),
        ("生态环境", "示例市生态环境局", "资质"),
        ("证券监管", "示例证监局", "投融资"),
        ("金融机构", "示例银行", "投融资"),
    )
]
FULL_MARKS = {"subject": 10, "facts": 24, "law": 15, "procedure": 24, "discretion": 9, "papers": 9, "filing": 5}
LISTED_BY = "《安全生产法》第七十八条、《安全生产严重失信主体名单管理办法》"
REFUSED = {
    "items": [{"problem": ITEM["problem"], "result": "未改正"}],
    "result": "未改正",
    "refuses": True,
    "refusal_facts": "复查时联锁仍处于停用状态，负责人称不影响生产。",
    "daily_fine": True,
}


def published(d: Deed) -> dict[str, Any]:
    """Return how a decision is made public."""
    return {
        "decision": "予以公示",
        "published_at": d.moment(-0.2),
        "channel": "部门网站",
        "url": "https://www.example.cn/aqjg/xzcf",
        "masked_check": True,
    }


def rt_file(d: Deed) -> dict[str, Any]:
    above = "示例省应急管理厅" if d.matter.seat == "city" else f"{CITY_OF[d.matter.seat]}人民政府"
    return {
        "kind": "行政复议",
        "filed_on": d.day(),
        "organ": "示例市人民政府" if d.matter.seat == "city" else above,
        "case_no": f"复〔{d.at.year}〕{d.matter.firm}号",
        "applicant": d.matter.enterprise,
        "received_on": d.day(),
        "start_event": "直接送达：签收之日",
        "told": "已告知",
    }


SUED = {"kind": "行政诉讼", "organ": "示例市中级人民法院", "start_event": None}


def es_show_id(d: Deed) -> dict[str, Any]:
    return {
        "shown_at": d.moment(-1.0),
        "officers": d.officers,
        "party_kind": "单位",
        "enterprise_name": d.matter.enterprise,
        "uscc": d.matter.uscc,
        "place": d.matter.place,
        "occurred_at": d.moment(-2.0),
    }


def es_hear(d: Deed) -> dict[str, Any]:
    return {
        "cause": d.matter.cause,
        "facts": f"{d.matter.place}{d.matter.found}",
        "evidence": "现场照片两张、现场检查记录一份。",
        "legal_basis": d.matter.basis,
        "told_at": d.moment(-0.3),
        "statement_made": False,
        "handling": "当场处罚",
    }


def es_decide(d: Deed) -> dict[str, Any]:
    return {
        "kind": "罚款",
        "amount": f"{1000 + 500 * (d.matter.firm % 5)}.00",
        "decided_at": d.moment(-0.2),
        "decision_no": f"当罚{d.at:%Y%m%d}{d.matter.firm:02}",
        "payment_due_days": 15,
        "remedy_text": SIMPLE_REMEDY,
        "handed_over": True,
    }


WARNED = {"kind": "警告", "amount": None, "payment_due_days": None}
CASH = {"method": "当场收缴", "ground": "不当场收缴事后难以执行"}
NOT_PAID = dict.fromkeys(("method", "paid_on", "receipt_no"))
URGED, SUED_FOR = {"unpaid": "催告", **NOT_PAID}, {"unpaid": "申请法院强制执行", **NOT_PAID}
BY_COURT = {"method": "法院划拨", "surcharge_paid": "1500.00"}
GONE = {
    "unpaid": "提请终结执行",
    **NOT_PAID,
    "end_ground": "执行标的灭失",
    "end_facts": "个体户已注销，无财产可供执行。",
}


def dl_propose(d: Deed) -> dict[str, Any]:
    return {
        "subject_kind": "单位",
        "enterprise_name": d.matter.enterprise,
        "uscc": d.matter.uscc,
        "sector": "化工",
        "grave": True,
        "facts": f"{d.matter.found}，责令改正后拒不改正，性质恶劣、情节严重。",
        "legal_basis": LISTED_BY,
        "measures": MEASURES,
    }


def dl_inform(d: Deed) -> dict[str, Any]:
    return {
        "facts": f"{d.matter.found}，责令改正后拒不改正。",
        "legal_basis": LISTED_BY,
        "consequences": "列入期限三年，期间限制参加政府采购。",
        "rights_told": True,
        "served_at": d.moment(-0.2),
        "method": "直接",
        "receiver": d.matter.principal,
        "receipt": RECEIPT,
    }


def dl_publish_share(d: Deed) -> dict[str, Any]:
    return {
        "served_on": d.day(),
        "receipt": RECEIPT,
        "published_at": d.moment(-0.2),
        "channels": ["信用信息共享平台", "部门网站"],
        "masked_check": True,
        "shares": [row | {"sent_on": d.day()} for row in SHARES],
    }


def board(d: Deed) -> list[str]:
    """Return who assesses a file."""
    return [f"{role}.{d.matter.seat}" for role in ("legal_officer", "legal_reviewer", "unit_head")]


def ir_record(d: Deed) -> dict[str, Any]:
    return {
        "occurred_at": d.moment(-2.0),
        "person_name": "佟某",
        "unit_post": "某单位负责人",
        "form": "电话",
        "content": "来电要求对该企业从轻处理，已当场说明依法办理。",
    }


STEPS: dict[str, Any] = {
    **{f.__name__: f for f in (rt_file, es_show_id, es_hear, es_decide)},
    **{f.__name__: f for f in (dl_propose, dl_inform, dl_publish_share, ir_record)},
    "es_publish": published,
    "es_pay": lambda d: {"method": "银行或电子支付", "paid_on": d.day(), "receipt_no": f"PJ{d.at:%Y%m%d}"},
    "es_urge": lambda d: {
        "served_on": d.day(),
        "method": "直接",
        "letter": Paper("决定文件", "履行行政决定催告书"),
        "receipt": RECEIPT,
        "pay_until": d.day(15),
        "pay_how": "到指定银行缴纳",
        "rights_told": True,
    },
    "es_court_apply": lambda d: {
        "applied_on": d.day(),
        "court": f"{CITY_OF[d.matter.seat]}人民法院",
        "application": Paper("决定文件", "强制执行申请书"),
        "signed_by": "本机关负责人",
        "sealed": True,
        "urge_copy": Paper("决定文件", "催告书"),
    },
    "es_end_approve": lambda d: {"decision": "同意", "ended_on": d.day()},
    "ec_superior_report": lambda d: {
        "organ": "示例省应急管理厅" if d.matter.seat == "city" else "示例市应急管理局",
        "filed_on": d.day(),
        "receipt": RECEIPT,
    },
    "es_hand_in": lambda d: {
        "handed_in_on": d.day(),
        "amount": es_decide(d)["amount"],
        "handed_by": f"case_handler.{d.matter.seat}",
        "voucher": f"JJ{d.at:%Y%m%d}",
    },
    "es_bank": lambda d: {"banked_on": d.day(), "voucher": f"YH{d.at:%Y%m%d}"},
    "es_report": lambda d: {"reported_on": d.day(), "opinion": "予以备案"},
    "es_archive": lambda d: {
        "archived_on": d.day(),
        "volume_no": f"{d.at.year}-ES-{d.matter.firm:02}",
        "pages": 8,
        "place": "档案室1排1柜",
    },
    "rt_accept": lambda d: {
        "result": "受理",
        "accepted_on": d.day(),
        "procedure": "普通程序",
        "copy_received_on": d.day(),
    },
    "rt_reply": lambda d: {
        "replied_on": d.day(),
        "evidence": "立案审批表等二十件。",
        "reply": Paper("决定文件", "行政复议答复书"),
    },
    "rt_result": lambda d: {"result": "维持", "decided_on": d.day(-2), "served_on": d.day()},
    "rt_answer": lambda d: {
        "answered_on": d.day(),
        "evidence": "立案审批表等二十件。",
        "answer": Paper("决定文件", "行政诉讼答辩状"),
    },
    "rt_withdraw": lambda d: {
        "withdrawn_on": d.day(),
        "channel": "部门网站",
        "reason": "原处罚决定已被撤销。",
        "copies_told": True,
    },
    "ec_order_correct": lambda d: {
        "items": [ITEM],
        "basis": "《行政处罚法》第二十八条",
        "deadline": d.day(10),
        "officers": d.officers,
        "served_at": d.moment(-0.2),
    },
    "ec_recheck": lambda d: {
        "checked_at": d.moment(-1.0),
        "officers": d.officers,
        "items": [{"problem": ITEM["problem"], "result": "已改正"}],
        "result": "已改正",
    },
    "ec_preserve": lambda d: {
        "ground": "证据可能灭失",
        "reason": "控制器数据可能被清除。",
        "items": GOODS,
        "keep_place": d.matter.place,
        "officers": d.officers,
    },
    "ec_preserve_serve": lambda d: {
        "served_at": d.moment(-0.2),
        "served_to": d.matter.principal,
        "officers": d.officers,
        "items": GOODS,
    },
    "ec_preserve_dispose": lambda d: {"disposed_at": d.moment(-0.2), "disposal": "解除", "items": GOODS},
    "dl_statement": {"statement_made": False, "waiver": True, "waiver_file": Paper("企业申请书", "放弃陈述申辩声明")},
    "dl_decide": lambda d: {
        "decision": "列入",
        "reason": "性质恶劣、情节严重。",
        "listed_on": d.day(),
        "legal_basis": LISTED_BY,
        "remedy_text": "如不服本决定，可以自收到之日起六十日内申请行政复议，或者六个月内提起行政诉讼。",
        "measures": MEASURES,
    },
    "dl_feedback": lambda d: {
        "feedbacks": [
            {"measure": "政府采购", "organ": "示例市财政局", "feedback": "已限制参加政府采购。", "received_on": d.day()}
        ]
    },
    "ir_report": lambda d: {
        "checked": "经核对通话记录属实。",
        "report_to": "本机关主要负责人",
        "reported_on": d.day(),
    },
    "ir_outcome": lambda d: {
        "finding": "属于非法干预",
        "reason": "要求对具体案件从轻处理，属于非法干预。",
        "circulation": "通报",
        "circulated_on": d.day(),
        "circulated_to": "该单位上级机关",
        "accountability": "批评教育",
        "accountable_on": d.day(),
        "accountable_result": "已批评教育。",
    },
    "ec_quality_sample": lambda d: {
        "period": f"{d.at.year}年第{(d.at.month + 2) // 3}季度",
        "method": "重点抽查",
        "population": 1,
        "board": board(d),
        "cases": [{"case_no": d.above, "party": d.matter.enterprise, "reason": "结案案卷重点抽查"}],
    },
    "ec_quality": FULL_MARKS | {"wrong": False, "comments": "案卷完整，程序合法。"},
    "ec_quality_review": lambda d: {"reviewed_on": d.day(), "present": board(d), "summary": "案卷质量良好。"},
    "ec_quality_report": lambda d: {"reported_on": d.day(), "report_to": "各承办机构"},
}
