"""One acceptable set of answers for every step of a referral and of a ban, as a person would send them."""

from typing import Any

from tests.processes.hazard_answers import USCC

PDF = "a1"
AGREE = {"decision": "同意"}
PAPER = {"document_no": "公立字〔2026〕1号", "scan": [PDF]}
EVIDENCE = [
    {
        "no": number,
        "type": "书证",
        "name": name,
        "source": "现场提取",
        "form": "原件",
        "place": "证据室",
        "lawful_source": True,
        "chain": [{"giver": "承办人", "receiver": "证据保管人", "at": "2026-06-05T15:00:00+08:00"}],
    }
    for number, name in (("1", "停产整改决定书"), ("2", "送达回证"))
]
DRUM = {"name": "甲醇", "seizure_no": "扣1", "seized_qty": 12, "qty": 12, "seal_no": "F-1", "place": "证据库"}
ITEM = {"name": "甲醇", "listed_qty": 12, "qty": 12, "state": "完好", "seal_no": "F-1", "place": "公安物证室"}
RESULT = {
    "name": "刘某",
    "result": "判处刑罚",
    "effective_on": "2026-11-18",
    "criminal_fine": "50000.00",
    "ban": "不适用",
}

ANSWERS: dict[str, dict[str, dict[str, Any]]] = {
    "judicial_referral": {
        "ref_clue": {
            "source": "行政执法",
            "from_case": "EC-370202-2026-0001",
            "enterprise_name": "甲化工厂",
            "uscc": USCC,
            "handling": "组成专案组",
            "persons": [{"name": "刘某", "role_in_unit": "总经理", "suspected_crime": "危险作业罪"}],
            "facts": "拒不执行停产整改决定，有发生爆炸的现实危险",
            "discovered_at": "2026-06-05T09:00:00+08:00",
            "threshold_rows": ["R4 危险作业（拒不执行决定）"],
            "continuing_danger": False,
            "flight_or_evidence_risk": False,
        },
        "ref_clue_approve": AGREE,
        "ref_team": {"officers": ["zhang", "wang"]},
        "ref_verify": {
            "verified_at": "2026-06-05T16:00:00+08:00",
            "officers": ["zhang", "wang"],
            "record": "询问有关人员，调取送达回证和现场照片",
            "evidence": EVIDENCE,
            "property": [DRUM],
            "grade_disputed": False,
        },
        "ref_report": {
            "facts": "停产整改决定送达后仍组织生产",
            "analysis": "书证、现场笔录相互印证",
            "crimes": "危险作业罪",
            "proposal": "移送公安机关",
        },
        "ref_legal_review": {"opinion": "同意移送"},
        "ref_receive": {"received_at": "2026-06-08T10:00:00+08:00"},
        "ref_decide": {"decision": "批准移送", "reason": "涉嫌犯罪，应当移送"},
        "ref_refused_internal": {"choice": "重新报请", "new_facts": "取得现场监控录像，证明决定送达后仍在生产"},
        "ref_handover": {
            "police_organ": "东山区公安局",
            "handed_at": "2026-06-11T15:00:00+08:00",
            "carrier": "王某",
            "enclosures": ["移送书", "调查报告", "涉案物品清单", "检验报告或者鉴定意见", "其他有关材料"],
            "procuratorate": "东山区人民检察院",
            "copy_to_procuratorate_at": "2026-06-11T15:00:00+08:00",
            "penalties": [
                {
                    "name": "刘某",
                    "decision_no": "罚1",
                    "fine": "30000",
                    "paid": "30000",
                    "paid_on": "2026-05-20",
                    "receipt_no": "0001236",
                }
            ],
        },
        "ref_police_receipt": {"result": "接受", "accepted_at": "2026-06-11T15:00:00+08:00", **PAPER},
        "ref_forwarded": {
            "organ": "西河县公安局",
            "told_at": "2026-06-12T10:00:00+08:00",
            "accepted_at": "2026-06-12T11:00:00+08:00",
            **PAPER,
        },
        "ref_refused_receipt": {
            "refused_at": "2026-06-11T15:00:00+08:00",
            "place": "东山区公安局",
            "refuser": "周某",
            "ground": "材料不全",
            "outcome": "公安已接受",
            "accepted_at": "2026-06-12T09:00:00+08:00",
            **PAPER,
        },
        "ref_record_decision": {
            "decision": "立案",
            "decided_on": "2026-06-12",
            "notice_received_on": "2026-06-15",
            **PAPER,
        },
        "ref_supplement": {
            "supplied": [{"item": "送达回证原件"}],
            "supplied_at": "2026-06-15T10:00:00+08:00",
            "receiver": "周某",
        },
        "ref_other_organ": {
            "organ": "监察机关",
            "reason": "公职人员涉嫌渎职",
            "sent_on": "2026-06-12",
            "receipt": [PDF],
        },
        "ref_objection_choice": {"choice": "提请复议", "reason": "事实清楚，应当立案"},
        "ref_objection_choice_approve": AGREE,
        "ref_reconsider": {
            "organ": "东山区公安局",
            "filed_on": "2026-06-17",
            "reasons": "决定已经送达，拒不执行的事实清楚",
            "police_received_on": "2026-06-17",
        },
        "ref_record_recon": {
            "result": "维持不立案",
            "decided_on": "2026-06-20",
            "notice_received_on": "2026-06-22",
            **PAPER,
            "document_no": "公复字〔2026〕1号",
        },
        "ref_upheld_choice": {"choice": "建议立案监督", "reason": "复议理由不能成立"},
        "ref_suggest_supervision": {
            "sent_on": "2026-06-24",
            "procuratorate": "东山区人民检察院",
            "enclosures": ["立案监督建议书", "案件材料", "不予立案通知书", "复议决定书"],
            "reasons": "决定已经送达，拒不执行的事实清楚",
        },
        "ref_record_supervision": {
            "result": "公安已立案",
            "received_on": "2026-07-20",
            **PAPER,
            "document_no": "公监立〔2026〕1号",
        },
        "ref_accepted_refusal": {"action": "退回行政处理"},
        "ref_property": {
            "handed_at": "2026-06-17T10:00:00+08:00",
            "materials": "卷宗一册",
            "items": [ITEM],
            "receiver": "周某",
            "receiver_signed": PDF,
            "party_told_on": "2026-06-17",
        },
        "ref_case_officer": {"police_case_no": "公立字〔2026〕1号", "since": "2026-06-18"},
        "ref_tracking": {
            "stage": "移送起诉",
            "happened_on": "2026-08-10",
            "received_on": "2026-08-12",
            **PAPER,
            "document_no": "东检移〔2026〕1号",
        },
        "ref_assistance": {
            "requested_on": "2026-07-01",
            "kind": "技术意见",
            "content": "甲醇储罐联锁的作用",
            "due_on": "2026-07-15",
            "scan": [PDF],
        },
        "ref_assistance_reply": {"replied_on": "2026-07-10", "content": "联锁停用后不能切断进料"},
        "ref_result": {
            "persons": [RESULT],
            "paper_received_on": "2026-11-20",
            **PAPER,
            "document_no": "（2026）东刑初1号",
        },
        "ref_offset": {"letter_sent_on": "2026-11-24", "fed_back_on": "2026-11-24"},
        "ref_procuratorate_opinion": {
            "kind": "应当移送",
            "received_on": "2026-07-06",
            "procuratorate": "东山区人民检察院",
            "document_no": "检意〔2026〕1号",
            "scan": [PDF],
            "content": "应当移送公安机关",
        },
        "ref_opinion_reply": {
            "opinion_no": "检意〔2026〕1号",
            "replied_on": "2026-07-09",
            "content": "已移送",
            "letter": PDF,
        },
        "ref_chase": {
            "kind": "催办函",
            "to_organ": "东山区公安局",
            "sent_on": "2026-06-16",
            "content": "请依法作出决定并书面告知",
        },
        "ref_addition": {
            "matter": "公安机关同意延长补正",
            "extended_to": "2026-06-18",
            "received_on": "2026-06-12",
            "document_no": "公补延〔2026〕1号",
            "scan": [PDF],
        },
        "ref_duty_clue": {
            "persons": [{"name": "赵某", "post": "监管人员"}],
            "facts": "收受财物后放任企业违法生产",
            "organ": "监察机关",
            "sent_on": "2026-06-10",
        },
        "ref_return_receive": {
            "trigger": "不立案终局",
            "organ": "东山区公安局",
            "received_on": "2026-06-25",
            "items": [{"no": "1", "returned": True}, {"no": "2", "returned": True}],
            **PAPER,
        },
        "ref_return_decide": {"decision": "不再处罚", "reason": "违法行为轻微并已改正"},
        "ref_return_decide_approve": AGREE,
        "ref_return_extend": {"reason": "案卷正在补充"},
        "ref_return_extend_approve": AGREE,
        "ref_close": {"closed_on": "2026-06-26", "summary": "人员、物品、答复均已了结"},
    },
    "occupational_ban": {
        "ref_ban": {
            "person": "刘某",
            "kind": "受刑事处罚或者撤职的主要负责人",
            "basis_doc": "刑事判决书",
            "basis_scan": [PDF],
            "starts_on": "2027-03-01",
            "years": 5,
            "notify": ["公安机关"],
        },
        "ref_ban_begin": {"starts_on": "2027-03-01", "scan": [PDF]},
        "ref_ban_lift": {"reason": "判决被撤销", "document_no": "再审1号", "scan": [PDF]},
    },
}
