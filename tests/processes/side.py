"""What hangs on a penalty case: listing the dishonest, recording interference, correcting errors, sampling files.

The penalty case above them is a real one, decided on 2026-07-31 and served on 2026-08-03.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.workdays import office_zone
from tests.api import Office
from tests.office import at, publish
from tests.processes import enforcement, execution_answers
from tests.processes.enforcement import Case
from tests.processes.execution_answers import TODAY
from tests.processes.hazard_answers import PDF, USCC
from tests.processes.stages import Family, Move

LINKED = (
    *("remedy_tracking", "dishonest_listing", "interference_record", "interference_quarter"),
    *("error_correction", "enforcement_quality"),
)
LAW = "《安全生产法》第七十八条"
MEASURES = [
    {"measure": "政府采购", "organ": "东山区财政局", "legal_basis": "《安全生产法》第七十八条"},
    {"measure": "土地出让", "organ": "东山区自然资源局", "legal_basis": "《安全生产法》第七十八条"},
]
SHARES = [
    {**MEASURES[0], "organ_kind": "其他", "sent_on": TODAY},
    {**MEASURES[1], "organ_kind": "自然资源", "sent_on": TODAY},
    *(
        {"measure": measure, "organ": organ, "organ_kind": kind, "legal_basis": LAW, "sent_on": TODAY}
        for kind, organ, measure in (
            ("行业主管", "东山区工业和信息化局", "经营"),
            ("投资主管", "东山区发展和改革局", "投融资"),
            ("生态环境", "东山区生态环境局", "资质"),
            ("证券监管", "示例证监局", "投融资"),
            ("金融机构", "示例银行东山支行", "投融资"),
        )
    ),
]
BOARD = ["legal_officer.county1", "legal_reviewer.county1", "unit_head.county1"]
FULL_MARKS = {"subject": 10, "facts": 25, "law": 15, "procedure": 25, "discretion": 10, "papers": 10, "filing": 5}
SIDE: dict[str, dict[str, dict[str, Any]]] = {
    "dishonest_listing": {
        "dl_propose": {
            "subject_kind": "单位",
            "enterprise_name": "甲化工厂",
            "uscc": USCC,
            "sector": "化工",
            "grave": True,
            "facts": "多次停用报警联锁，拒不改正",
            "legal_basis": "《安全生产法》第七十八条",
            "measures": MEASURES,
        },
        "dl_inform": {
            "facts": "多次停用报警联锁，拒不改正",
            "legal_basis": "《安全生产法》第七十八条",
            "consequences": "列入期限三年",
            "rights_told": True,
            "served_at": "2029-12-31T10:00:00+08:00",
            "method": "直接",
            "receiver": "刘某",
            "receipt": PDF,
        },
        "dl_statement": {"statement_made": False},
        "dl_decide": {
            "decision": "列入",
            "reason": "性质恶劣、情节严重",
            "listed_on": TODAY,
            "legal_basis": "《安全生产法》第七十八条",
            "measures": MEASURES,
            "remedy_text": "可以申请行政复议或者提起行政诉讼",
        },
        "dl_publish_share": {
            "served_on": TODAY,
            "receipt": PDF,
            "published_at": "2029-12-31T10:00:00+08:00",
            "channels": ["信用信息共享平台", "企业信用信息公示系统", "部门网站"],
            "masked_check": True,
            "shares": SHARES,
        },
        "dl_feedback": {
            "feedbacks": [
                {
                    "measure": "政府采购",
                    "organ": "东山区财政局",
                    "feedback": "已限制参加政府采购",
                    "received_on": TODAY,
                }
            ]
        },
        "dl_stay": {"kind": "停止执行", "on": TODAY, "organ": "东山区人民法院", "paper": PDF},
        "dl_repair": {
            "applied_on": TODAY,
            "applicant": "甲化工厂",
            "corrected": True,
            "obligations_met": True,
            "no_new_violation": True,
            "commitment": PDF,
            "check_result": "现场核查属实",
        },
        "dl_repair_approve": {"decision": "同意", "decided_on": TODAY},
        "dl_remove": {"removed_on": TODAY, "channels": ["部门网站"], "told": True},
        "dl_restore": {"found_on": TODAY, "facts": "验收报告系伪造", "evidence": [PDF]},
        "dl_restore_approve": {"decision": "同意", "restored_on": TODAY, "republished": True},
    },
    "interference_record": {
        "ir_record": {
            "occurred_at": "2029-12-31T10:00:00+08:00",
            "person_name": "高某某",
            "unit_post": "某局副局长",
            "form": "电话",
            "content": "来电要求对该企业从轻处理",
        },
        "ir_report": {"checked": "已向记录人核对", "report_to": "本机关主要负责人", "reported_on": TODAY},
        "ir_outcome": {
            "finding": "属于非法干预",
            "reason": "无职务依据过问个案",
            "circulation": "通报",
            "circulated_on": TODAY,
            "circulated_to": "全局",
            "accountability": "移送纪检监察机关",
            "accountable_on": TODAY,
        },
        "ir_addendum": {"content": "次日再次来电", "reason": "后续情况"},
    },
    "interference_quarter": {
        "iq_compile": {"summary": "本季度干预情况见所列记录"},
        "iq_report": {"reported_on": TODAY, "report_to": "区委政法委"},
    },
    "error_correction": {
        "ec_error_find": {
            "source": "自行发现",
            "case_no": "EC-370202-2026-0001",
            "found_on": TODAY,
            "act": "处罚决定",
            "errors": ["违反法定程序"],
            "facts": "告知书未载明听证权利",
            "proposal": "撤销",
        },
        "ec_error_decide": {"decision": "撤销", "reason": "违反法定程序", "decided_on": TODAY, "effective_on": TODAY},
        "ec_error_notify": {"served_on": TODAY, "method": "直接", "receiver": "刘某", "receipt": PDF},
        "ec_error_withdraw": {"withdrawn_on": TODAY, "channel": "部门网站", "reason": "原决定已撤销"},
        "ec_error_refund": {"refunded_on": TODAY, "amount": "20000.00", "voucher": "TK-1"},
        "ec_error_remake": {"outcome": "不予处罚", "decided_on": TODAY},
        "ec_error_record": {"summary": "已撤销并退还罚款", "recorded_on": TODAY},
    },
    "enforcement_quality": {
        "ec_quality_sample": {
            "period": "2026年第3季度",
            "method": "随机抽取",
            "population": 20,
            "board": BOARD,
            "cases": [
                {"case_no": "EC-370202-2026-0001", "party": "甲化工厂"},
                {"case_no": "EC-370202-2026-0002", "party": "乙机械厂"},
            ],
        },
        "ec_quality": {**FULL_MARKS, "wrong": False, "comments": "案卷完整"},
        "ec_quality_review": {"reviewed_on": TODAY, "present": BOARD, "summary": "总体良好"},
        "ec_quality_approve": {"decision": "同意"},
        "ec_quality_report": {"reported_on": TODAY, "report_to": "各科室"},
    },
}
SIDE_PEOPLE = {
    "dl_decide": "agency_head",
    "dl_publish_share": "publicity_officer",
    "dl_repair_approve": "agency_head",
    "dl_restore_approve": "agency_head",
    **{step: "supervisory_liaison" for step in ("ir_report", "ir_outcome", "ir_addendum", "iq_compile", "iq_report")},
    "ec_error_find": "legal_officer",
    "ec_error_decide": "agency_head",
    "ec_error_withdraw": "publicity_officer",
    "ec_error_refund": "finance_clerk",
    "ec_error_record": "legal_officer",
    **{step: "legal_officer" for step in SIDE["enforcement_quality"]},
    "ec_quality_approve": "deputy_head",
}


class Side(Case):
    """A penalty case and what hangs on it; what is done today is dated today."""

    people = {**enforcement.PEOPLE, **execution_answers.PEOPLE, **SIDE_PEOPLE}
    told = {**enforcement.ANSWERS, "remedy_tracking": execution_answers.REMEDY, **SIDE}

    @property
    def watcher(self) -> str:
        role = "supervisory_liaison" if self.process.startswith("interference_") else "case_handler"
        return f"{role}.{self.place}"

    def answers(
        self, process: str, step: str, person: str, changes: dict[str, Any], moment: datetime
    ) -> dict[str, Any]:
        today = moment.astimezone(office_zone()).date().isoformat()
        found = super().answers(process, step, person, changes, moment)
        return {name: _dated(value, today) for name, value in found.items()}

    def said(self, step: str) -> dict[str, Any]:
        """Return the latest answers of a step."""
        return self.case()["case_file"].get(step, {})

    def end(self) -> tuple[str, str]:
        """Return whether the case is over, and how."""
        case = self.case()
        return case["state"], case["status"]


def _dated(value: Any, today: str) -> Any:
    if isinstance(value, list):
        return [_dated(entry, today) for entry in value]
    if isinstance(value, dict):
        return {name: _dated(entry, today) for name, entry in value.items()}
    return today if value == TODAY else value


def open_side_office() -> None:
    """The demo office with penalty cases and all that hangs on them."""
    enforcement.open_enforcement_office()
    publish(*LINKED)


def register(office: Office, who: str, register_id: str) -> list[dict[str, Any]]:
    """Return the lines of a register as somebody sees them."""
    return [row["cells"] for row in office.get(who, f"/registers/{register_id}")["items"]]


PUBLISHED = {"published_at": "2026-08-05T09:00:00+08:00"}
PAID = {"payments": execution_answers.PAID, "outcome": "已全部履行"}
STAGES = {
    **enforcement.STAGES,
    "published": ("served", (Move("ec_publish", "2026-08-05 10:00", PUBLISHED),)),
    "paid": ("published", (Move("ec_execute", "2026-08-10 10:00", PAID),)),
    "closing": ("paid", enforcement.STAGES["closing"][1]),
}
SIDES = Family(
    STAGES,
    open_side_office,
    lambda office: Side.open(office, at(enforcement.REGISTERED)),
    Side,
    "enforcement_case",
    enforcement.REGISTERED,
)
