"""What the demo's people write in referrals to the police, bans and joint meetings, from the facts and the moment."""

from __future__ import annotations

from typing import Any

from web.demo import enterprises
from web.demo.matters import Deed
from web.demo.papers import Paper

PROCESSES = {"judicial_referral", "occupational_ban", "joint_meeting"}
AGREE = {"decision": "同意", "opinion": "同意。"}
# row of the threshold table: its title and the crime
ROWS = {
    "R1": ("R1 重大责任事故", "重大责任事故罪"),
    "R3": ("R3 危险作业（破坏监控报警设施数据）", "危险作业罪"),
    "R4": ("R4 危险作业（拒不执行决定）", "危险作业罪"),
    "R5": ("R5 危险作业（擅自从事高危活动）", "危险作业罪"),
    "R8": ("R8 不报、谎报安全事故", "不报、谎报安全事故罪"),
    "R12": ("R12 公职人员职务违法犯罪", "滥用职权罪"),
}
FOUND = {
    "R1": "组织生产中违反安全管理规定，发生一人死亡的生产安全事故",
    "R3": "擅自关闭可燃气体报警系统并删除监测数据，有发生爆炸的现实危险",
    "R4": "收到停产停业整改决定后仍组织生产，有发生重大伤亡事故的现实危险",
    "R5": "未经许可擅自从事危险物品生产储存，有发生爆炸的现实危险",
    "R8": "发生事故后隐瞒不报，贻误抢救",
    "R12": "监管人员收受财物后放任企业违法生产",
}
SEATS = {"city": "370200", "county1": "370202", "county2": "370281"}
POLICE = {seat: enterprises.POLICE[region] for seat, region in SEATS.items()}
PROCURATORATE = {seat: enterprises.PROCURATORATES[region] for seat, region in SEATS.items()}
DRUM = {"name": "甲醇", "seizure_no": "扣1", "seized_qty": 12, "qty": 12, "seal_no": "F-1", "place": "证据库"}
ITEM = {"name": "甲醇", "listed_qty": 12, "qty": 12, "state": "完好", "seal_no": "F-1", "place": "公安物证室"}
COUNTS = {"found": 24, "referred": 22, "accepted": 18, "filed": 12, "prosecuted": 6, "judged": 5}
ENCLOSURES = ["移送书", "调查报告", "涉案物品清单", "检验报告或者鉴定意见", "其他有关材料"]
# What a story says otherwise.
REFUSED_INSIDE = {
    "decision": "不批准移送",
    "ground": "证据不足",
    "reason": "现有证据只能证明决定已经送达，不能证明送达之后仍在组织生产，也没有材料证明存在发生爆炸的现实危险，"
    "不足以认定达到移送标准，待补充调查以后再行研究决定。",
}
NOT_FILED = {"decision": "不予立案", "reason": "认为没有犯罪事实。", "volume_returned": False}
NO_CRIME = {
    "handling": "不涉嫌犯罪",
    "threshold_rows": None,
    "no_crime_reason": "经核实未造成现实危险，未达到移送标准。",
}
OFFICIAL = {"handling": "移送监察机关", "continuing_danger": None, "flight_or_evidence_risk": None}
RECEIVED = {
    "handling": "接收反向移送",
    "source": "司法机关移送",
    "continuing_danger": None,
    "flight_or_evidence_risk": None,
}
DIRECT = {"trigger": "司法机关直接移送", "items": None}
NOT_PROSECUTED = {"trigger": "不起诉"}
FEWER = {
    "items": [ITEM | {"qty": 11}],
    "difference_note": "运输途中一桶破损，已现场清点并拍照记录。",
}


def answers(step: str, d: Deed) -> dict[str, Any]:
    """Return acceptable answers of a step of a referral; what a story says otherwise is laid over them."""
    found = STEPS.get(step, AGREE)
    return dict(found(d) if callable(found) else found)


def _scan(d: Deed, kind: str) -> dict[str, Any]:
    number = f"{kind}〔{d.at.year}〕{d.matter.firm * 3 + d.times}号"
    return {"document_no": number, "scan": [Paper("决定文件", "公安机关文书")]}


def _row(d: Deed) -> tuple[str, str]:
    return ROWS[d.matter.crime or "R4"]


def _name(d: Deed) -> str:
    return d.matter.principal


def _facts(d: Deed) -> str:
    return f"{d.matter.enterprise}{d.matter.place}：{_name(d)}{FOUND[d.matter.crime or 'R4']}"


def ref_clue(d: Deed) -> dict[str, Any]:
    title, crime = _row(d)
    source = "隐患督办" if d.matter.hazard else "行政执法" if d.above and d.above != d.number else "投诉举报"
    told = {
        "source": source,
        "from_case": d.above if source == "行政执法" else None,
        "hazard_no": d.above if d.matter.hazard else None,
        "enterprise_name": d.matter.enterprise,
        "uscc": d.matter.uscc,
        "handling": "组成专案组",
        "persons": [{"name": _name(d), "role_in_unit": "主要负责人", "suspected_crime": crime}],
        "facts": _facts(d),
        "discovered_at": d.moment(-1.0),
        "threshold_rows": [title],
        "continuing_danger": False,
        "flight_or_evidence_risk": False,
    }
    if d.matter.crime == "R12":
        told["persons"] = [{"name": "关某", "role_in_unit": "监管人员", "suspected_crime": crime}]
    return told


def ref_verify(d: Deed) -> dict[str, Any]:
    link = {"giver": "承办人", "receiver": "证据保管人", "at": d.moment(-0.5)}
    evidence = [
        {
            "no": number,
            "type": "书证",
            "name": name,
            "source": "现场提取",
            "form": "原件",
            "place": "证据室",
            "lawful_source": True,
            "chain": [link],
        }
        for number, name in (("1", "停产整改决定书"), ("2", "送达回证"))
    ]
    return {
        "verified_at": d.moment(-0.2),
        "officers": d.officers,
        "record": "询问有关人员，调取送达回证、监控录像和现场照片。",
        "evidence": evidence,
        "property": [DRUM],
        "grade_disputed": False,
    }


def ref_handover(d: Deed) -> dict[str, Any]:
    fine = {"name": _name(d), "decision_no": f"罚{d.matter.firm}号", "fine": "30000.00", "paid": "30000.00"}
    return {
        "police_organ": POLICE[d.matter.seat],
        "handed_at": d.moment(-0.2),
        "carrier": "专案组承办人",
        "enclosures": ENCLOSURES,
        "procuratorate": PROCURATORATE[d.matter.seat],
        "copy_to_procuratorate_at": d.moment(-0.1),
        "penalties": [fine | {"paid_on": d.day(-20), "receipt_no": f"PJ{d.day(-20)}"}],
    }


def ref_record_decision(d: Deed) -> dict[str, Any]:
    told = {"decision": "立案", "decided_on": d.day(), "notice_received_on": d.day()}
    return told | _scan(d, "公立字")


def organs(d: Deed) -> list[dict[str, str]]:
    """Return the organs beside the office at a joint meeting."""
    return [
        {"organ": POLICE[d.matter.seat], "kind": "公安机关"},
        {"organ": PROCURATORATE[d.matter.seat], "kind": "检察机关"},
    ]


def named(name: str, d: Deed) -> dict[str, Any]:
    """Return what a story calls by a name, because it depends on the moment."""
    return {
        "asked": {
            **{"decision": "通知补正", "decided_on": None, "notice_received_on": None},
            **{"notice_at": d.moment(-0.1), "missing": [{"item": "送达回证原件"}]},
        },
        "forwarded": {"result": "转送其他公安机关", "accepted_at": None, "found_at": d.moment(-0.1)},
        "others": {"result": "非公安职责", "accepted_at": None, "notice_received_on": d.day()},
        "explain": {"result": "要求公安说明理由", "police_received_on": d.day()},
        "fewer": FEWER | {"difference_officers": d.officers},
        "yearly": COUNTS | {"year": d.at.year - 1, "agreed": None},
        "freed": {"persons": [{"name": _name(d), "result": "不起诉", "effective_on": d.day(-3)}]},
    }[name]


def ref_property(d: Deed) -> dict[str, Any]:
    return {
        "handed_at": d.moment(-0.2),
        "materials": "卷宗一册、现场照片和录像光盘。",
        "items": [ITEM],
        "giver": "专案组承办人",
        "receiver": "公安机关承办人",
        "receiver_signed": Paper("签收回执", "涉案物品移交清单签收件"),
        "party_told_on": d.day(),
    }


def ref_result(d: Deed) -> dict[str, Any]:
    person = {
        "name": _name(d),
        "result": "判处刑罚",
        "effective_on": d.day(-5),
        "criminal_fine": "50000.00",
        "imprisonment": "有期徒刑八个月",
        "probation": "缓刑一年，禁止在缓刑考验期内从事与安全生产相关的经营活动",
        "court_ban_years": 3,
    }
    return {"persons": [person], "paper_received_on": d.day()} | _scan(d, "刑初")


def ref_ban(d: Deed) -> dict[str, Any]:
    kind = d.said.get("carried", {}).get("kind") or "受刑事处罚或者撤职的主要负责人"
    return {
        "person": _name(d),
        "kind": kind,
        "basis_doc": "关闭决定" if d.matter.hazard else "刑事判决书",
        "basis_scan": [Paper("决定文件")],
        "starts_on": d.day(),
        "years": 3 if kind == "法院从业禁止" else 5,
        "scope": "裁判或者决定载明的职业" if kind == "法院从业禁止" else "任何生产经营单位的主要负责人",
        "notify": ["安全生产许可机关", "市场监督管理部门"],
    }


SPOKEN = (ref_clue, ref_verify, ref_handover, ref_record_decision, ref_property, ref_result)
STEPS: dict[str, Any] = {
    **{function.__name__: function for function in SPOKEN},
    "ref_team": lambda d: {"officers": d.officers},
    "ref_report": lambda d: {
        "facts": _facts(d),
        "analysis": "书证、询问笔录、现场笔录相互印证，足以认定有犯罪嫌疑。",
        "crimes": _row(d)[1],
        "proposal": "移送公安机关",
    },
    "ref_legal_review": {"opinion": "同意移送", "comments": "事实、证据和条文适用无误。"},
    "ref_receive": lambda d: {"received_at": d.moment(-0.1)},
    "ref_decide": {"decision": "批准移送", "reason": "涉嫌犯罪，应当移送公安机关。"},
    "ref_refused_internal": {"choice": "重新报请", "new_facts": "取得现场监控录像，证明决定送达后仍在生产。"},
    "ref_police_receipt": lambda d: {"result": "接受", "accepted_at": d.moment(-0.1)} | _scan(d, "公受"),
    "ref_forwarded": lambda d: (
        {
            "organ": "西河县公安局",
            "told_at": d.moment(-0.2),
            "accepted_at": d.moment(-0.1),
        }
        | _scan(d, "公转")
    ),
    "ref_refused_receipt": lambda d: (
        {
            "refused_at": d.moment(-0.5),
            "place": POLICE[d.matter.seat],
            "refuser": "值班民警",
            "ground": "材料不全",
            "outcome": "公安已接受",
            "accepted_at": d.moment(-0.1),
        }
        | _scan(d, "公受")
    ),
    "ref_supplement": lambda d: {
        "supplied": [{"item": "送达回证原件"}],
        "supplied_at": d.moment(-0.1),
        "receiver": "公安机关承办人",
    },
    "ref_other_organ": lambda d: {
        "organ": "示例市监察委员会",
        "reason": "公职人员涉嫌职务违法犯罪，由监察机关管辖。",
        "sent_on": d.day(),
        "receipt": [Paper("签收回执")],
    },
    "ref_objection_choice": {"choice": "提请复议", "reason": "事实清楚，证据充分，应当立案。"},
    "ref_reconsider": lambda d: {
        "organ": POLICE[d.matter.seat],
        "filed_on": d.day(),
        "reasons": "决定已经送达，拒不执行的事实清楚。",
        "police_received_on": d.day(),
    },
    "ref_record_recon": lambda d: (
        {
            "result": "维持不立案",
            "decided_on": d.day(),
            "notice_received_on": d.day(),
            "reason": "维持原不予立案决定。",
        }
        | _scan(d, "公复")
    ),
    "ref_upheld_choice": {"choice": "建议立案监督", "reason": "复议理由不能成立。"},
    "ref_suggest_supervision": lambda d: {
        "sent_on": d.day(),
        "procuratorate": PROCURATORATE[d.matter.seat],
        "enclosures": ["立案监督建议书", "案件材料", "不予立案通知书", "复议决定书"],
        "reasons": "决定已经送达，拒不执行的事实清楚。",
    },
    "ref_record_supervision": lambda d: {"result": "公安已立案", "received_on": d.day()} | _scan(d, "检监"),
    "ref_accepted_refusal": {"action": "退回行政处理"},
    "ref_case_officer": lambda d: {"police_case_no": f"公立字〔{d.at.year}〕{d.matter.firm}号", "since": d.day()},
    "ref_tracking": lambda d: (
        {"stage": "移送起诉", "happened_on": d.day(-2), "received_on": d.day()} | _scan(d, "检诉")
    ),
    "ref_assistance": lambda d: {
        "requested_on": d.day(),
        "kind": "技术意见",
        "content": "说明甲醇储罐联锁的作用。",
        "due_on": d.day(10),
        "scan": [Paper("决定文件", "公安机关协助函")],
    },
    "ref_assistance_reply": lambda d: {"replied_on": d.day(), "content": "联锁停用后不能切断进料。"},
    "ref_offset": lambda d: {"letter_sent_on": d.day(), "fed_back_on": d.day()},
    "ref_procuratorate_opinion": lambda d: (
        {
            "kind": "行政处罚",
            "received_on": d.day(),
            "procuratorate": PROCURATORATE[d.matter.seat],
            "content": "对被不起诉人应当依法给予行政处罚。",
        }
        | _scan(d, "检意")
    ),
    "ref_opinion_reply": lambda d: {
        "opinion_no": d.said["ref_procuratorate_opinion"]["document_no"],
        "replied_on": d.day(),
        "content": "已恢复行政处罚案件的办理，结果另行函告。",
        "letter": Paper("决定文件", "检察意见回复函"),
    },
    "ref_chase": lambda d: {
        "kind": "催办函",
        "to_organ": POLICE[d.matter.seat],
        "sent_on": d.day(),
        "content": "请依法作出决定并书面告知。",
    },
    "ref_addition": lambda d: {
        "matter": "公安机关同意延长补正",
        "extended_to": d.day(5),
        "received_on": d.day(),
        "document_no": f"公补延〔{d.at.year}〕{d.matter.firm}号",
        "scan": [Paper("决定文件", "公安机关文书")],
    },
    "ref_duty_clue": lambda d: {
        "persons": [{"name": "关某", "post": "监管人员"}],
        "facts": FOUND["R12"],
        "organ": "监察机关",
        "sent_on": d.day(),
    },
    "ref_return_receive": lambda d: (
        {
            "trigger": "不立案终局",
            "organ": POLICE[d.matter.seat],
            "received_on": d.day(),
            "items": [{"no": "1", "returned": True}, {"no": "2", "returned": True}],
        }
        | _scan(d, "公退")
    ),
    "ref_return_decide": {"decision": "不再处罚", "reason": "违法行为轻微并已改正。"},
    "ref_close": lambda d: {"closed_on": d.day(), "summary": "人员、物品、答复均已了结。"},
    "ref_ban": ref_ban,
    "jm_agenda": lambda d: {
        "kind": "联席会议",
        "meeting_at": d.moment(72.0),
        "place": "应急管理局会议室",
        "members": organs(d),
        "agenda": [{"topic": "涉案物品移交"}, {"topic": "证据目录的格式"}],
    },
    "jm_minutes": lambda d: {
        "held_at": d.moment(-24.0),
        "attended": organs(d),
        "minutes": "会议商定了涉案物品移交的手续和证据目录的格式。",
        "agreed": [
            {"matter": "补正涉案物品移交手续", "owner": POLICE[d.matter.seat], "due_on": d.day(10)},
            {"matter": "印发统一的证据目录", "owner": "应急管理局法制科", "due_on": d.day(40)},
        ],
        "scan": [Paper("决定文件", "联席会议纪要")],
    },
    "jm_follow": lambda d: {
        "agreed": [
            row | ({"done_on": d.day(), "result": "手续已经补正。"} if n == 0 else {})
            for n, row in enumerate(d.said["jm_minutes"]["agreed"])
        ]
    },
}
