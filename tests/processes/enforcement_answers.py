"""One acceptable set of answers for every step from the clue to the report, as a person would send them."""

from __future__ import annotations

from typing import Any

from tests.processes.hazard_answers import OFFICERS, USCC

AGREE = {"decision": "同意"}
EVIDENCE = {
    "type": "当事人的陈述",
    "name": "询问笔录",
    "collected_at": "2026-07-08T10:00:00+08:00",
    "collectors": OFFICERS,
    "place": "甲化工厂会议室",
    "provider": "刘某",
    "lawful_source": True,
}
GOODS = [{"name": "可燃气体报警控制器", "spec": "GT-8", "qty": "1台", "state": "完好"}]

ANSWERS: dict[str, dict[str, dict[str, Any]]] = {
    "enforcement_case": {
        "ec_clue": {
            "source": "计划检查",
            "plan_id": "JH-2026-07",
            "found_on": "2026-07-03",
            "party_kind": "单位",
            "enterprise_name": "甲化工厂",
            "uscc": USCC,
            "principal": "刘某",
            "place": "二号库",
            "persons": [{"name": "刘某", "id_no": "370202197001010011", "role_in_unit": "总经理"}],
            "facts": "二号库可燃气体报警联锁被人为停用，事故隐患未及时消除",
            "occurred_at": "2026-07-02T09:00:00+08:00",
            "life_safety_harm": False,
            "authority_basis": "本机关",
            "handling": "立案查处",
        },
        "ec_file_case": {
            "cause": "SL102",
            "facts": "未采取措施消除事故隐患",
            "legal_basis": "《安全生产法》第一百零二条",
            "handlers": OFFICERS,
            "recusal_checked": True,
        },
        "ec_file_case_unit": AGREE,
        "ec_file_case_approve": {"decision": "同意立案", "filed_on": "2026-07-06"},
        "ec_investigate": {
            "kind": "询问",
            "begun_at": "2026-07-08T09:00:00+08:00",
            "place": "甲化工厂会议室",
            "officers": OFFICERS,
            "id_shown": True,
            "asked_name": "刘某",
            "record": "问：联锁何时停用？答：六月底。",
            "signed": True,
            "evidence": [EVIDENCE],
        },
        "ec_sample": {
            "sampled_at": "2026-07-08T11:00:00+08:00",
            "officers": OFFICERS,
            "place": "二号库",
            "samples": [{"name": "储罐残液", "qty": "500毫升"}],
            "av_record_id": "AV-2",
        },
        "ec_appraise": {
            "body": "示例检测中心",
            "items": "可燃气体报警装置功能",
            "commissioned_on": "2026-07-09",
            "period_from": "2026-07-10",
            "period_to": "2026-07-19",
            "told_on": "2026-07-09",
        },
        "ec_suspend": {
            "ground": "已移送司法机关",
            "subject": "全案",
            "facts": "总经理刘某涉嫌危险作业罪，已移送公安机关",
        },
        "ec_suspend_approve": {**AGREE, "suspended_on": "2026-08-15"},
        "ec_resume": {"resumed_on": "2026-12-01", "reason": "公安机关决定不予立案，复议终结"},
        "ec_terminate": {"ground": "涉嫌违法的组织终止且无权利义务承受人", "facts": "企业已注销，无权利义务承受人"},
        "ec_terminate_approve": {**AGREE, "terminated_on": "2026-08-20"},
        "ec_recuse": {
            "officer": "wang",
            "kind": "当事人申请",
            "applicant": "甲化工厂",
            "reason": "系刘某近亲属",
            "applied_on": "2026-07-08",
        },
        "ec_recuse_decide": {"decision": "同意回避", "decided_on": "2026-07-09"},
        "ec_investigation_report": {
            "outcome": "拟处罚",
            "facts": "2026年6月底停用二号库可燃气体报警联锁，经责令未改正",
            "evidence_summary": "询问笔录一份",
            "legal_basis": "违反《安全生产法》第四十一条，依据第一百零二条",
            "violations": [{"code": "SL102", "stage": "首次", "subject": "单位", "name": "甲化工厂"}],
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
            "proposed_penalties": [{"subject": "单位", "name": "甲化工厂", "kind": "罚款", "amount": "20000.00"}],
        },
        "ec_publish": {
            "decision": "予以公示",
            "published_at": "2026-09-29T09:00:00+08:00",
            "channel": "部门网站",
            "url": "https://example.cn/2",
            "masked_check": True,
        },
    },
    "evidence_preservation": {
        "ec_preserve": {
            "ground": "证据可能灭失",
            "reason": "控制器数据可能被清除",
            "items": GOODS,
            "keep_place": "二号库值班室",
            "officers": OFFICERS,
        },
        "ec_preserve_approve": AGREE,
        "ec_preserve_serve": {
            "served_at": "2026-12-31T10:00:00+08:00",
            "served_to": "刘某",
            "officers": OFFICERS,
            "items": GOODS,
        },
        "ec_preserve_dispose": {"disposed_at": "2026-12-31T10:00:00+08:00", "disposal": "解除", "items": GOODS},
        "ec_preserve_release": {
            "released_at": "2026-12-31T10:00:00+08:00",
            "receiver": "刘某",
            "late_reason": "经办人外出未及时处理",
        },
    },
    "correction_order": {
        "ec_order_correct": {
            "items": [{"problem": "报警联锁停用", "requirement": "恢复联锁"}],
            "basis": "《行政处罚法》第二十八条",
            "deadline": "2026-12-31",
            "officers": OFFICERS,
            "served_at": "2026-12-31T10:00:00+08:00",
        },
        "ec_recheck": {
            "checked_at": "2026-12-31T10:00:00+08:00",
            "officers": OFFICERS,
            "items": [{"problem": "报警联锁停用", "result": "已改正"}],
            "result": "已改正",
        },
        "ec_daily_fine": AGREE,
    },
}
