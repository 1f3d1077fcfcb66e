"""Referrals to which everything befell that the office writes a paper about, driven once through the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.api import Office
from tests.office import at
from tests.processes.enforcement_papers import FIRM, settle_place
from tests.processes.hazard import PDF, upload
from tests.processes.papers import PRINCIPAL, USCC, Papers
from tests.processes.referral import ASKED, NOT_FILED, REFUSED, Referral
from tests.processes.stages import Move

HANDLER, LEGAL, HEAD = "case_handler.county1", "legal_officer.county1", "agency_head.county1"
LIAISON = "supervisory_liaison.county1"
PERSONS = [
    {
        "name": PRINCIPAL,
        "id_no": "370202197001010011",
        "role_in_unit": "总经理",
        "suspected_crime": "危险作业罪",
    }
]
FACTS = "2026年5月20日收到停产整改决定后，仍组织工人在3号罐区装卸甲醇，联锁停用，有发生爆炸的现实危险。"
CLUE = {"enterprise_name": FIRM, "uscc": USCC, "persons": PERSONS, "facts": FACTS}


def _chain(day: str) -> list[dict[str, str]]:
    return [{"giver": "张文涛", "receiver": "李敏（证据保管人）", "at": f"{day}T15:00:00+08:00"}]


def _evidence(number: int, type_: str, name: str, **more: Any) -> dict[str, Any]:
    return {
        "no": str(number),
        "type": type_,
        "name": name,
        "source": "现场提取",
        "form": "原件",
        "place": "证据室2柜",
        "lawful_source": True,
        "chain": _chain("2026-06-05"),
        **more,
    }


EVIDENCE = [
    _evidence(1, "书证", "停产整改决定书"),
    _evidence(2, "书证", "送达回证"),
    _evidence(3, "视听资料", "3号罐区监控录像", form="复制件", hash="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b" * 2),
    *(_evidence(number, "书证", f"装卸作业票第{number - 3}号") for number in range(4, 30)),
]
PROPERTY = [
    {"name": "甲醇", "seizure_no": "扣1", "seized_qty": 12, "qty": 12, "seal_no": "F-1", "place": "证据库"},
    {"name": "装卸泵控制箱", "seizure_no": "扣2", "seized_qty": 1, "qty": 1, "seal_no": "F-2", "place": "证据库"},
]
HANDED = [
    {"name": "甲醇", "listed_qty": 12, "qty": 12, "state": "完好", "seal_no": "F-1", "place": "公安物证室"},
    {
        "name": "装卸泵控制箱",
        "listed_qty": 1,
        "qty": 1,
        "state": "完好",
        "seal_no": "F-2",
        "place": "原址",
        "kept_by_agency": True,
    },
]
REPORT = {
    "facts": FACTS,
    "analysis": "决定书和送达回证证明决定已经送达；监控录像和作业票证明送达以后仍在装卸。",
    "crimes": "危险作业罪（《中华人民共和国刑法》第一百三十四条之一第二项）",
}
REASONS = "决定已经送达，拒不执行的事实有监控录像和作业票证明；联锁停用期间装卸甲醇，现实危险明显。"
FINE = {
    "name": PRINCIPAL,
    "decision_no": "东应急罚〔2026〕9号",
    "fine": "30000.00",
    "paid": "30000.00",
    "paid_on": "2026-05-20",
    "receipt_no": "PJ-20260520-7",
}


def write_all(office: Office) -> Papers:
    """Drive the referrals and issue every paper, each when and by whom it is issued."""
    papers = Papers(office)
    settle_place()
    _convicted(papers)
    _objected(papers)
    _refused_inside(papers)
    _duty(papers)
    return papers


def _approved(papers: Papers, name: str, number: str, suspect: str) -> Referral:
    person = {**PERSONS[0], "name": suspect} | ({} if suspect == PRINCIPAL else {"id_no": f"37020219700101{number}"})
    said = {**CLUE, "persons": [person], "from_case": f"EC-370202-2026-{number}"}
    case = Referral.open(papers.office, at("2026-06-05 09:30"), **said)
    papers.drivers[name] = case
    case.do("ref_team", at("2026-06-05 11:00"))
    found = {"evidence": EVIDENCE, "property": PROPERTY}
    report = {"name": "联锁功能检测报告", "organ": "示例检测中心", "appraiser": "吴工", "qualified": True}
    found["appraisals"] = [report]
    case.do("ref_verify", at("2026-06-05 16:30"), **found)
    case.do("ref_report", at("2026-06-08 09:00"), **REPORT)
    case.do("ref_legal_review", at("2026-06-08 09:30"), crimes="定性准确")
    case.do("ref_receive", at("2026-06-08 10:00"))
    return case


def _accepted(papers: Papers, name: str, number: str, suspect: str) -> Referral:
    case = _approved(papers, name, number, suspect)
    case.do("ref_decide", at("2026-06-10 16:30"), reason="事实清楚，涉嫌犯罪，应当移送。")
    given = {"carrier": "张文涛", "contact": "0532-85911235", "penalties": [{**FINE, "name": suspect}]}
    case.do("ref_handover", at("2026-06-11 15:00"), **given)
    case.do("ref_police_receipt", at("2026-06-11 15:30"), receiver="周某")
    return case


def _convicted(papers: Papers) -> None:
    case = _accepted(papers, "convicted", "0001", PRINCIPAL)
    papers.take("D-JR-01", case, "D-JR-01", HANDLER, "2026-06-11 15:40")
    papers.take("D-JR-02", case, "D-JR-02", HANDLER, "2026-06-11 15:41")
    papers.take("D-JR-03", case, "D-JR-03", LEGAL, "2026-06-11 15:42")
    papers.take("D-JR-04", case, "D-JR-04", HANDLER, "2026-06-11 15:43")
    papers.take("D-JR-05a", case, "D-JR-05a", HANDLER, "2026-06-11 15:44")
    papers.take("D-JR-05b", case, "D-JR-05b", HANDLER, "2026-06-11 15:45")
    papers.take("D-JR-06", case, "D-JR-06", HANDLER, "2026-06-11 15:46")
    case.do("ref_record_decision", at("2026-06-12 11:30"), **ASKED)
    supplied = [{"item": "送达回证原件", "note": "送达回证原件1份"}]
    case.do("ref_supplement", at("2026-06-15 10:00"), supplied=supplied)
    papers.take("D-JR-08", case, "D-JR-08", HANDLER, "2026-06-15 10:30")
    chase = {"content": "案件移送后，我局已按通知补正材料。", "sent_on": "2026-06-17"}
    _chase(case, at("2026-06-17 10:00"), **chase)
    papers.take("D-JR-12a", case, "D-JR-12a", LEGAL, "2026-06-17 10:10")
    told = {"kind": "报告检察机关", "to_organ": "东山区人民检察院", "sent_on": "2026-06-18"}
    told["content"] = "经催办，公安机关仍未书面告知审查结果。"
    _chase(case, at("2026-06-18 10:00"), **told)
    papers.take("D-JR-12c", case, "D-JR-12c", LEGAL, "2026-06-18 10:10")
    filed = {"decided_on": "2026-06-18", "notice_received_on": "2026-06-19"}
    case.do("ref_record_decision", at("2026-06-19 11:00"), **filed)
    case.do("ref_property", at("2026-06-20 10:30"), items=HANDED, keep_paper="a1", party_told_on="2026-06-20")
    papers.take("D-JR-07", case, "D-JR-07", HANDLER, "2026-06-20 10:40")
    papers.take("D-JR-09", case, "D-JR-09", HANDLER, "2026-06-20 10:50")
    case.do("ref_case_officer", at("2026-06-22 10:00"), since="2026-06-22")
    case.act("ask_tracking", "ref_tracking", at("2026-08-12 10:00"))
    asked = {"kind": "查询函", "sent_on": "2026-11-12", "content": "案件移送起诉后已满九十日，我局未收到进程通知。"}
    _chase(case, at("2026-11-12 10:00"), **asked)
    papers.take("D-JR-12b", case, "D-JR-12b", LEGAL, "2026-11-12 10:10")
    result = {"name": PRINCIPAL, "id_no": "370202197001010011", "result": "判处刑罚", "effective_on": "2026-11-18"}
    result |= {"criminal_fine": "50000.00", "imprisonment": "有期徒刑八个月", "sentence_ends_on": "2027-03-01"}
    case.do("ref_result", at("2026-11-20 10:00"), persons=[result], document_no="（2026）东刑初51号")
    case.do("ref_offset", at("2026-11-24 10:00"))
    papers.take("D-JR-14", case, "D-JR-14", LEGAL, "2026-11-24 10:10")
    bans = case.linked("occupational_ban")
    said = {"person": PRINCIPAL, "id_no": "370202197001010011", "basis_doc": "（2026）东刑初51号刑事判决书"}
    said["notify"] = ["安全生产许可机关", "市场监督管理部门"]
    said["scope"] = "任何生产经营单位的主要负责人"
    if bans:
        ban = bans[0]
        ban.do("ref_ban", at("2026-11-25 10:00"), **said)
    else:
        ban = case.begin("occupational_ban", "ref_ban", at("2026-11-25 10:00"), **said)
    papers.take("D-JR-16a", ban, "D-JR-16a", LEGAL, "2026-11-25 10:10")
    papers.take("D-JR-16b", ban, "D-JR-16b", LEGAL, "2026-11-25 10:20")


def _chase(case: Referral, moment: datetime, **said: Any) -> None:
    """Write to those who are late; where a clock has opened the task already, that one is done."""
    case.pass_time(moment)
    case.make("ref_chase", moment, "" if "ref_chase" in case.steps() else "ask_chase", **said)


def _objected(papers: Papers) -> None:
    case = _accepted(papers, "objected", "0002", "孙洪亮")
    case.do("ref_record_decision", at("2026-06-15 10:00"), **NOT_FILED, document_no="东公不立字〔2026〕3号")
    case.do("ref_objection_choice", at("2026-06-16 10:00"))
    case.do("ref_objection_choice_approve", at("2026-06-16 15:00"))
    case.do("ref_reconsider", at("2026-06-17 10:00"), reasons=REASONS)
    papers.take("D-JR-10", case, "D-JR-10", LEGAL, "2026-06-17 10:10")
    upheld = {"reason": "现有证据不足", "document_no": "东公复字〔2026〕1号"}
    case.do("ref_record_recon", at("2026-06-22 10:00"), **upheld)
    case.do("ref_upheld_choice", at("2026-06-23 10:00"))
    case.do("ref_suggest_supervision", at("2026-06-24 10:00"), reasons=REASONS)
    papers.take("D-JR-11", case, "D-JR-11", LEGAL, "2026-06-24 10:10")
    sound = {"result": "不立案理由成立", "received_on": "2026-07-20"}
    case.do("ref_record_supervision", at("2026-07-20 10:00"), **sound)
    case.lead(
        Move("ref_accepted_refusal", "2026-07-21 10:00"),
        Move(
            "ref_return_receive",
            "2026-07-22 10:00",
            {
                "received_on": "2026-07-22",
                "document_no": "东公退字〔2026〕2号",
                "items": [{"no": row["no"], "name": row["name"], "returned": True} for row in EVIDENCE],
            },
        ),
    )
    papers.take("D-JR-15", case, "D-JR-15", LEGAL, "2026-07-22 10:30")


def _refused_inside(papers: Papers) -> None:
    case = _approved(papers, "refused", "0003", "周建平")
    case.do("ref_decide", at("2026-06-10 16:30"), **REFUSED)
    papers.take("D-JR-18", case, "D-JR-18", LEGAL, "2026-06-10 17:00")
    opinion = {"document_no": "东检意〔2026〕1号", "received_on": "2026-07-06"}
    case.act("ask_opinion", "ref_procuratorate_opinion", at("2026-07-06 10:00"), **opinion)
    reply = {"opinion_no": "东检意〔2026〕1号", "content": "我局已重新报请主要负责人审批，补充了监控录像。"}
    case.do("ref_opinion_reply", at("2026-07-09 10:00"), **reply)
    papers.take("D-JR-13", case, "D-JR-13", LEGAL, "2026-07-09 10:30")
    papers.office.set(at("2026-07-09 11:00"))
    case.act("ask_duty", "ref_duty_clue", at("2026-07-09 11:30"), persons=[{"name": "赵某", "post": "监管科科长"}])
    papers.take("D-JR-17", case, "D-JR-17", LIAISON, "2026-07-09 11:40")


def _duty(papers: Papers) -> None:
    papers.office.set(at("2026-06-05 08:00"))
    file = upload(papers.office, HANDLER, "举报材料.pdf", PDF)
    said = {
        "handling": "移送监察机关",
        "threshold_rows": ["R12 公职人员职务违法犯罪"],
        "persons": [{"name": "赵某", "role_in_unit": "监管科科长", "suspected_crime": "玩忽职守罪"}],
        "facts": "明知企业违法生产，收受财物后不予查处。",
        "material": [file],
    }
    case = Referral.open(papers.office, at("2026-06-05 09:30"), enterprise_name=FIRM, uscc=USCC, **said)
    papers.drivers["duty"] = case
    papers.take("D-JR-17 clue", case, "D-JR-17", LIAISON, "2026-06-05 10:00")
