"""Every letter of hazard supervision, drafted by its step and issued by its office: what it says, to whom, when."""

from __future__ import annotations

import io

import pypdf
import pytest
from sqlalchemy import select

from engine import documents, model, store
from tests.office import at, who
from tests.processes import papers as story
from tests.processes.hazard import Driver
from tests.processes.issued import IssuedPapers
from tests.processes.papers import DEPUTY, FIRM, HANDLER, HEAD, HOSTILE, LEADER, OFFICE, words

REMEDIES = ["60日内依法向东山区人民政府申请行政复议", "6个月内依法向", "提起行政诉讼"]
BUREAU, COMMISSION = "东山区应急管理局", "东山区安全生产委员会办公室"
OFFICERS = ["{handler}", "{co}", "签名："]
LAW = "《中华人民共和国安全生产法》"
# What the domain (§4) wants in each letter, item by item; {…} are the people of the place.
MUST = {
    "D-HZ-01": {
        "number": ["HZ-370202-2026-0001"],
        "source": ["双随机检查"],
        "enterprise": [FIRM, "91370202MA3C00001K", "钱镕"],
        "place": ["3号罐区", "东山区化工路18号"],
        "description": ["联锁系统被人为摘除，可燃气体探测器失效"],
        "discoverer": ["巡查二组"],
    },
    "D-HZ-02": {
        "time": ["2026年3月3日9时30分至2026年3月3日11时00分"],
        "place": ["检查地点：3号罐区"],
        "content": ["检查3号罐区安全附件、联锁系统和作业现场。"],
        "problems and handling": ["1.储罐高液位联锁被摘除；", "2.可燃气体探测器失效3只。", "责令立即停止使用3号罐，"],
        "two officers": OFFICERS,
        "enterprise signature": ["现场负责人：钱镕", "签名："],
        "photos": ["现场照片"],
    },
    "D-HZ-02 check": {
        "time": ["2026年5月12日9时00分"],
        "content": ["停产停用决定执行情况：未执行。企业仍在使用3号罐。"],
        "finding": ["检查结论：拒不整改。"],
        "refusal note": ["现场负责人钱镕拒绝签名。情况说明：现场负责人称需请示总部，拒绝签名。"],
    },
    "D-HZ-03 interim": {
        "facts": ["3号罐区联锁被摘除，随时可能发生泄漏爆炸。"],
        "basis": [f"{LAW}第六十五条第一款第三项"],
        "measure": ["☑撤出作业人员☐暂时停产停业☑停止使用设施设备"],
        "scope": ["3号罐区全部储罐和装卸设施。"],
        "resume condition": ["恢复条件：联锁恢复并经测试合格。"],
        "remedies": REMEDIES,
        "officers": OFFICERS,
        "seal": [f"{BUREAU}2026年3月2日"],
    },
    "D-HZ-03": {
        "facts": ["1号反应车间超温超压运行"],
        "basis": [f"{LAW}第六十五条第一款第三项"],
        "measure": ["责令你单位停产停业", "2026年4月7日15时00分起"],
        "scope": ["停产停业范围：1号反应车间全部装置。"],
        "resume condition": ["恢复条件：联锁投用并经测试合格。"],
        "remedies": REMEDIES,
        "seal": [f"{BUREAU}2026年4月7日"],
    },
    "D-HZ-04": {
        "criterion clause": ["判定标准条款"],
        "level": ["市级"],
        "deadline": ["2026年6月30日"],
        "result of the table": ["系统建议层级市级", "高危行业且有现实危险"],
        "opinions": ["同意列入重大隐患清单。", "同意挂牌督办。", "同意，请严格督办。"],
        "who says so": ["{unit}", "{deputy}", "{leader}"],
    },
    "D-HZ-05": {
        "hazard": ["HZ-370202-2026-0001", "联锁系统被人为摘除"],
        "firm and person": [f"整改责任单位：{FIRM}", "整改责任人：钱镕（总经理）"],
        "department and person": [f"承办部门：{BUREAU}", "承办责任人：{second}"],
        "measures": ["（一）措施。恢复联锁，更换探测器，开展HAZOP分析。"],
        "funds": ["整改资金1200000元"],
        "deadline": ["2026年6月30日前完成整改"],
        "plan": ["（四）预案。修订3号罐区泄漏专项应急预案并演练。"],
        "contact": ["联系人：孙祎赟，电话：0532-85911002"],
        "copies": [f"抄送：{BUREAU}，示例市应急管理局。"],
        "seal": [f"{COMMISSION}2026年3月9日"],
    },
    "D-HZ-06": {
        "goal": ["一、治理的目标和任务", "恢复联锁，消除泄漏爆炸风险。"],
        "methods": ["二、采取的方法和措施", "更换液位变送器；恢复SIS联锁；更换探测器。"],
        "funds and materials": ["1200000元（大写：壹佰贰拾万元整）", "液位变送器4台"],
        "people": ["四、负责治理的机构和人员", "总经理任组长"],
        "time": ["完成设计2026年4月10日", "完成安装调试2026年6月20日"],
        "safety": ["六、安全措施和应急预案", "设置警戒"],
    },
    "D-HZ-07": {
        "to whom": [BUREAU, "☑职工代表大会"],
        "when": ["2026年3月5日", "2026年3月18日"],
        "minutes": ["ZDH-2026-02"],
        "attachments": ["隐患报告.pdf", "职代会纪要.pdf"],
    },
    "D-HZ-07 result": {
        "of the result": ["☐隐患及治理方案☑治理结果"],
        "to whom": ["☑职工大会"],
        "when": ["2026年8月9日", "2026年8月8日"],
        "minutes": ["ZDH-2026-05"],
        "attachments": ["治理结果报告.pdf", "职工大会纪要.pdf"],
    },
    "D-HZ-08": {
        "reason": ["进口变送器到货延迟。"],
        "done work": ["已完成设计和基础施工。"],
        "interim measures": ["3号罐保持停用，每班巡检。"],
        "new date": ["申请延期至2026年8月31日", "整改期限为2026年6月30日"],
    },
    "D-HZ-09": {
        "decision": ["同意将整改期限由2026年6月30日延至2026年8月15日"],
        "reason": ["理由：延期理由成立。"],
        "conditions": ["3号罐保持停用，每班巡检。", "其他要求：每周报送进展。"],
    },
    "D-HZ-10": {
        "decision no.": ["东应急现决〔2026〕1号", "2026年3月2日11时00分送达"],
        "refusal facts": ["5月12日检查时3号罐仍在使用。"],
        "danger": ["罐内存有甲醇300吨，联锁失效。"],
        "start": ["2026年5月14日15时00分起"],
        "addressee": ["国网海东供电公司："],
        "approver": ["主要负责人{head}批准"],
        "place": ["地点：3号罐区"],
    },
    "D-HZ-11": {
        "items": ["高液位联锁投用并测试合格合格联锁测试记录", "检定证书12份"],
        "conclusion": ["☑合格☐不合格"],
        "experts": ["周堃", "海东大学", "教授"],
        "signatures": [*OFFICERS, "单位负责人：钱镕"],
    },
    "D-HZ-12": {
        "check list": ["没有未解除的强制措施☑是☐否", "关联的指令、决定已全部办结☑是"],
        "linked cases": ["XC-370202-2026-0001", "QZ-370202-2026-0001", "已解除", "关联处罚案件1件"],
        "opinions": ["同意验收结论。", "符合销号条件。", "同意销号。", "{leader}"],
    },
    "D-HZ-13a": {
        "subject": ["约谈主题：3号罐区重大隐患整改"],
        "persons": ["被约谈人：钱镕"],
        "when and where": ["2026年7月3日14时30分", "局机关三楼会议室"],
        "facts": ["督办检查两次指出问题，仍未恢复联锁。"],
        "demands": ["8月5日前恢复联锁。"],
    },
    "D-HZ-13b": {
        "subject": ["3号罐区重大隐患整改"],
        "persons": ["约谈人：{deputy}、{office}", "被约谈人：钱镕"],
        "facts": ["通报了隐患整改滞后情况。"],
        "demands": ["8月5日前恢复联锁。"],
        "promises": ["保证8月5日前完成。"],
        "signatures": ["被约谈人（签名）", "约谈人（签名）", "记录人（签名）"],
    },
    "D-HZ-14a": {
        "facts": ["督办检查两次指出问题，仍未恢复联锁。"],
        "timeline": ["2026年3月2日隐患登记", "2026年3月6日挂牌督办审批{deputy}", "2026年5月12日督办检查"],
        "failures": ["整改进度滞后。", "2026年5月12日督办检查，结论：拒不整改。1.储罐高液位联锁被摘除；"],
        "attachments": ["附件：1.隐患报告", "2.督办台账"],
        "what is asked": ["列为省级挂牌督办", "妥否，请批示。"],
    },
    "D-HZ-14b": {
        "facts": ["督办检查两次指出问题，仍未恢复联锁。"],
        "timeline": ["2026年3月2日隐患登记", "2026年6月10日延期审批"],
        "failures": ["承办部门未按期检查，企业未落实资金。", "涉及人员：钱镕"],
        "attachments": ["附件：1.隐患报告", "2.督办台账"],
    },
    "D-HZ-15": {
        "ground": [f"{LAW}第一百一十三条", "180日内三次或者一年内四次受到处罚（第113条第1项）"],
        "penalties": ["东应急罚〔2026〕3号", "2026年4月2日", "拒不整改200000元"],
        "legal opinion": ["事实清楚，适用法律正确，程序合法。"],
        "expert opinion": ["专家组认为装置不具备改造条件。"],
        "hearing": ["2026年5月13日已依法告知"],
        "to the government": ["东山区人民政府：", "妥否，请批示。"],
    },
    "D-HZ-16": {
        "counts": ["新发现重大事故隐患21项，挂牌督办9项，到期应整改12项，销号11项，其中按期销号10项", "83.3%"],
        "names": [FIRM, "柳林街道", "石桥镇"],
        "overdue": ["HZ-370202-2026-0001", "2026年6月30日92"],
        "next steps": ["对逾期隐患逐一约谈。"],
    },
    "D-HZ-17": {
        "finding": ["☑无反弹☐反弹☐降级使用/停用"],
        "photos": ["现场照片", "回头看"],
        "signature": ["{handler}", "{second}", "签名：", "现场负责人：钱镕"],
    },
    "D-HZ-18": {
        "problems": ["1.安全警示标志缺失；", "2.应急物资台账不全。"],
        "basis and term": [f"{LAW}第六十五条", "2026年3月20日前整改完毕"],
        "remedies": REMEDIES,
    },
    "D-HZ-19": {"decision": ["自2026年8月15日起恢复", "恢复范围：3号罐区。", "验收结论为合格", "批准人：{deputy}。"]},
    "D-HZ-19 interim": {"decision": ["2026年8月13日14时00分起解除", "联锁测试合格", "批准人：{deputy}。"]},
    "D-HZ-20": {
        "period": ["2026年4月8日15时00分起至2026年5月8日止（30日）"],
        "list": ["查封清单", "反应釜R-101", "计量泵P-102", "见证人（签名）"],
        "remedies": REMEDIES,
    },
    "D-HZ-21": {"transfer": ["海东市交通运输局：", "隐患属于道路运输车辆管理。依据", "附件：1.隐患报告"]},
    "D-HZ-22": {
        "reason": ["解除理由：企业已履行决定，隐患已消除。"],
        "from when": ["2026年6月1日10时00分起解除"],
        "supplier": ["国网海东供电公司"],
    },
    "D-HZ-23": {"reminder": ["整改进度滞后。现就", "2026年8月5日前将落实情况书面报送"]},
}  # fmt: skip
# Who reads a letter in these tests: those of §4 that the commission writes are confidential or its own.
READERS = {"D-HZ-14b": OFFICE, "D-HZ-16": OFFICE}
PEOPLE = {
    "handler": HANDLER,
    "second": "case_handler2.county1",
    "co": "co_handler.county1",
    "unit": "unit_head.county1",
    "deputy": DEPUTY,
    "head": HEAD,
    "office": OFFICE,
    "leader": LEADER,
}
NUMBERS = {
    "D-HZ-02": "东应急检记〔2026〕1号",
    "D-HZ-03 interim": "东应急现决〔2026〕1号",
    "D-HZ-05": "东安办挂督〔2026〕1号",
    "D-HZ-09": "东应急延批〔2026〕1号",
    "D-HZ-10": "东应急停供〔2026〕1号",
    "D-HZ-11": "东应急复查〔2026〕1号",
    "D-HZ-13a": "东安办约谈〔2026〕1号",
    "D-HZ-14a": "东安办请〔2026〕1号",
    "D-HZ-14b": "东安办问移〔2026〕1号",
    "D-HZ-15": "东应急请〔2026〕1号",
    "D-HZ-16": "东安办通报〔2026〕1号",
    "D-HZ-18": "东应急责改〔2026〕1号",
    "D-HZ-20": "东应急查扣〔2026〕1号",
    "D-HZ-21": "东应急移函〔2026〕1号",
    "D-HZ-22": "东应急解除〔2026〕1号",
    "D-HZ-23": "东安办提醒〔2026〕1号",
}


def test_every_letter_of_the_page_is_looked_at():
    page = {f"D-HZ-{n:02}" for n in range(1, 18)} - {"D-HZ-13", "D-HZ-14"}
    assert page | {"D-HZ-13a", "D-HZ-13b", "D-HZ-14a", "D-HZ-14b"} <= set(MUST)


class TestLettersOfHazards(IssuedPapers):
    must, people, reader, readers = MUST, PEOPLE, HANDLER, READERS


@pytest.mark.parametrize(("letter", "number"), NUMBERS.items())
def test_a_letter_bears_the_number_of_its_office(papers, letter, number):
    assert number in papers.text(letter, READERS.get(letter, HANDLER))


def test_a_picture_of_the_check_is_in_its_record(papers):
    assert any(page.images for page in pypdf.PdfReader(io.BytesIO(papers.paper("D-HZ-17"))).pages)


def all_numbers() -> dict[str, list[int]]:
    """The numbers that were taken, by series; void ones too."""
    found: dict[str, list[int]] = {}
    with store.reading() as session:
        rows = session.execute(select(model.Document.series, model.Document.number).where(model.Document.series != ""))
        for series, number in rows:
            found.setdefault(series, []).append(int(number.split("〕")[1].removesuffix("号")))
    return found


def no_gap(series: dict[str, list[int]]) -> bool:
    return all(sorted(numbers) == list(range(1, len(numbers) + 1)) for numbers in series.values())


def test_numbers_run_without_a_gap_in_every_series(papers):
    """Per office and year; D-HZ-02 and D-HZ-17 share theirs."""
    assert len(all_numbers()) > 15 and no_gap(all_numbers())


# A hostile name.


@pytest.mark.parametrize("letter", ["D-HZ-01", "D-HZ-02", "D-HZ-04", "D-HZ-05"])
def test_a_hostile_name_is_printed_as_text(papers, letter):
    said = papers.text(f"hostile {letter}", HANDLER)
    assert HOSTILE in said and "&lt;" not in said


@pytest.mark.parametrize("letter", ["D-HZ-01", "D-HZ-02", "D-HZ-04", "D-HZ-05"])
def test_a_very_long_name_is_broken_and_the_rest_stays_whole(papers, letter):
    """A line of the page holds some 40 characters; a page more than usual is needed, no more."""
    pages = pypdf.PdfReader(io.BytesIO(papers.paper(f"hostile {letter}"))).pages
    lines = [line for page in pages for line in page.extract_text().splitlines()]
    assert max(sum(1 if ord(sign) > 0x2E7F else 0.5 for sign in line) for line in lines) <= 44
    assert len(pages) <= len(pypdf.PdfReader(io.BytesIO(papers.paper(letter))).pages) + 2


# Who may.


@pytest.fixture
def drafted(own_papers) -> tuple[story.Papers, Driver, str]:
    """A fresh hazard whose registration form lies there as a draft."""
    hazard = Driver.open(own_papers.office, at("2026-11-12 10:00"), location="南门")
    return own_papers, hazard, story.draft(hazard, "D-HZ-01", HANDLER)["id"]


def test_a_draft_is_marked_until_it_is_issued(drafted):
    written, hazard, letter = drafted
    assert "草稿" in words(written.office.get(HANDLER, f"/documents/{letter}.pdf"))
    written.office.post(HANDLER, f"/documents/{letter}/issue")
    assert "草稿" not in words(written.office.get(HANDLER, f"/documents/{letter}.pdf"))


@pytest.mark.parametrize("who", ["intake_clerk.county1", DEPUTY, OFFICE])
def test_who_may_not_issue_is_refused(drafted, who):
    written, _, letter = drafted
    assert written.office.post(who, f"/documents/{letter}/issue", status=403)["code"] == "E-COM-04"


@pytest.mark.parametrize("verb", ["issue", "serve", "void"])
def test_another_county_does_not_know_a_letter(drafted, verb):
    written, _, letter = drafted
    body = {"method": "直接", "served_at": "2026-11-12T10:00:00+08:00", "reason": "x"}
    written.office.post("case_handler.county2", f"/documents/{letter}/{verb}", body, 404)


def test_another_county_sees_neither_the_paper_nor_the_list(papers):
    case = papers.drivers["D-HZ-05"]
    papers.office.get("case_handler.county2", f"/documents/{papers.ids['D-HZ-05']}.pdf", 404)
    papers.office.get("case_handler.county2", f"/cases/{case.id}/documents", 404)


# The clue for accountability (L5).


@pytest.mark.parametrize("who", [HANDLER, DEPUTY, "unit_head.county1", "enterprise_reporter.county1"])
def test_the_clue_is_hidden_from_those_whom_it_may_concern(papers, who):
    case = papers.drivers["D-HZ-14b"]
    papers.office.get(who, f"/documents/{papers.ids['D-HZ-14b']}.pdf", 404)
    papers.office.get(who, f"/cases/{case.id}/documents", 404)
    papers.office.get(who, f"/cases/{case.id}", 404)


@pytest.mark.parametrize("who", [HEAD, OFFICE, "supervisory_liaison.county1"])
def test_the_clue_is_read_by_its_own_roles(papers, who):
    case = papers.drivers["D-HZ-14b"]
    assert [row["letter"] for row in story.documents(case, who)] == ["D-HZ-14b"]
    assert FIRM in papers.text("D-HZ-14b", who)


def test_the_clue_is_in_no_list_of_the_hazard(papers):
    hazard, clue = papers.drivers["D-HZ-01"], papers.drivers["D-HZ-14b"]
    number = papers.office.get(OFFICE, f"/cases/{clue.id}")["number"]
    assert number not in [row["number"] for row in hazard.case()["linked"]]
    assert number not in papers.text("D-HZ-12", HANDLER)
    cases = papers.office.get(HANDLER, "/cases", process="hazard_escalation", size=100)["items"]
    assert number not in [case["number"] for case in cases]


def test_the_other_levels_are_seen_as_usual(papers):
    papers.office.get(HANDLER, f"/cases/{papers.drivers['D-HZ-14a'].id}")


# What happens to a letter afterwards.


def test_the_slip_of_service_says_what_was_served_on_whom_and_how(own_papers):
    letter = own_papers.ids["D-HZ-05"]
    served = {"method": "直接", "served_at": "2026-03-09T15:00:00+08:00", "addressee": FIRM}
    own_papers.office.post(OFFICE, f"/documents/{letter}/serve", served)
    with store.reading() as session:
        said = words(documents.service_return(session, letter, who(OFFICE)))
    wanted = ["送达回证", FIRM, "挂牌督办通知书", NUMBERS["D-HZ-05"], "直接送达", "2026年3月9日15时00分", COMMISSION]
    assert [text for text in wanted if text not in said] == []


def test_a_void_letter_keeps_its_number_and_the_next_takes_another(own_papers):
    office, hazard = own_papers.office, own_papers.drivers["closing"]
    before = [row["number"] for row in story.documents(own_papers.drivers["D-HZ-01"], HANDLER) if row["number"]]
    office.post(HANDLER, f"/documents/{own_papers.ids['D-HZ-02 check']}/void", {"reason": "当事人有误"})
    assert "作废" in words(own_papers.paper("D-HZ-02 check"))
    again = story.draft(hazard, "D-HZ-02", HANDLER)["id"]
    number = office.post(HANDLER, f"/documents/{again}/issue")["number"]
    assert number.startswith("东应急检记〔2026〕") and number not in before
    assert no_gap(all_numbers())


def test_another_office_counts_for_itself(own_papers):
    office = own_papers.office
    hazard = Driver.open(office, at("2026-11-12 10:00"), "county2")
    hazard.do("hz_verify", at("2026-11-12 11:00"), checked_at="2026-11-12T10:30:00+08:00")
    letter = story.draft(hazard, "D-HZ-02", "case_handler.county2")["id"]
    assert office.post("case_handler.county2", f"/documents/{letter}/issue")["number"] == "西应急检记〔2026〕1号"


def test_a_correction_does_not_reach_what_was_issued(own_papers):
    letter = "hostile D-HZ-02"
    hazard, before = own_papers.drivers[letter], words(own_papers.paper(letter))
    body = {"step": "hz_verify", "data": {"problems": "另有一处泄漏点"}, "reason": "补录"}
    own_papers.office.post(HANDLER, f"/cases/{hazard.id}/correct", body)
    assert hazard.case()["case_file"]["hz_verify"]["problems"] == "另有一处泄漏点"
    assert words(own_papers.paper(letter)) == before


def test_a_correction_reaches_what_is_still_a_draft(drafted):
    written, hazard, letter = drafted
    body = {"step": "hz_register", "data": {"location": "北门"}, "reason": "录入有误"}
    written.office.post(HANDLER, f"/cases/{hazard.id}/correct", body)
    assert "北门" in words(written.office.get(HANDLER, f"/documents/{letter}.pdf"))


def test_the_record_of_one_check_is_not_lost_in_the_next(hazard_at):
    """D-HZ-02 of the verification lies there still when the first check is filed: two records."""
    hazard = hazard_at("rectifying")
    hazard.act("ask_check", "hz_onsite_check", at("2026-05-12 10:00"), content="第一次检查")
    hazard.act("ask_check", "hz_onsite_check", at("2026-06-12 10:00"), content="第二次检查")
    rows = [row["id"] for row in story.documents(hazard, HANDLER) if row["letter"] == "D-HZ-02"]
    said = [words(hazard.office.get(HANDLER, f"/documents/{key}.pdf")) for key in rows]
    assert [sum(text in paper for paper in said) for text in ("检查二号库", "第一次检查", "第二次检查")] == [1, 1, 1]


def test_missing_papers_of_an_extension_are_asked_for_by_letter(hazard_at):
    hazard = hazard_at("rectifying")
    hazard.act("ask_extension", "hz_extension_apply", at("2026-05-28 10:00"))
    asked = {"decision": "通知补正", "approved_deadline": None, "reason": "缺少采购合同"}
    hazard.do("hz_extension_decide", at("2026-06-02 10:00"), **asked)
    letter = story.draft(hazard, "D-HZ-09", DEPUTY)["id"]
    said = words(hazard.office.get(DEPUTY, f"/documents/{letter}.pdf"))
    assert "缺少采购合同" in said and "延期审批时限暂停计算" in said
