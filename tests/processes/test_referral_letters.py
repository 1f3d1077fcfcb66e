"""Every paper of a referral (§4), drafted by its step and issued by its office: what it says, and who reads it."""

from __future__ import annotations

import io

import pypdf
import pytest

from tests.api import make_app
from tests.office import at
from tests.processes import papers as story
from tests.processes import referral_papers as told
from tests.processes.enforcement_papers import FIRM
from tests.processes.issued import IssuedPapers
from tests.processes.papers import PRINCIPAL, USCC, Written, words
from tests.processes.referral import REFERRALS, Referral
from tests.processes.referral_papers import HANDLER, HEAD, LEGAL, LIAISON
from tests.processes.stages import Stages

BUREAU, POLICE, PROCURATORATE = "东山区应急管理局", "东山区公安局", "东山区人民检察院"
PERSON = [PRINCIPAL, "370202197001010011", "总经理", "危险作业罪"]
FACTS = "仍组织工人在3号罐区装卸甲醇，联锁停用，有发生爆炸的现实危险。"
LETTER = "东应急移送〔2026〕1号"
RULE = "《行政执法机关移送涉嫌犯罪案件的规定》"
# What the domain (§4) wants in each paper, item by item; {…} are the people of the place.
MUST = {
    "D-JR-01": {
        "persons": PERSON,
        "facts": [FACTS],
        "threshold row": ["R4危险作业（拒不执行决定）"],
        "source": ["行政执法", "EC-370202-2026-0001", FIRM, USCC, "2026年6月5日9时00分"],
    },
    "D-JR-02": {
        "facts": [FACTS],
        "evidence analysis": ["决定书和送达回证证明决定已经送达", "停产整改决定书", "装卸作业票第26号"],
        "suspected crime": ["危险作业罪（《中华人民共和国刑法》第一百三十四条之一第二项）"],
        "proposal": ["建议将本案移送公安机关立案侦查"],
        "appraisal": ["联锁功能检测报告（示例检测中心，吴工，机构和人员具有资质）"],
        "signatures": ["专案组成员：{handler}", "签名："],
    },
    "D-JR-03": {
        "receipt time": ["收到报告时间2026年6月8日10时00分"],
        "opinion": ["☑批准移送☐不批准移送", "同意移送。"],
        "reason": ["事实清楚，涉嫌犯罪，应当移送。"],
        "signature of the head": ["签名：{head}2026年6月10日"],
    },
    "D-JR-04": {
        "agency": [f"{BUREAU}2026年6月11日", f"{POLICE}："],
        "crime": [f"{PRINCIPAL}的行为涉嫌危险作业罪", *PERSON],
        "handlers and contacts": ["承办人：{handler}", "执法证号", "联系电话：0532-85911235", "移送人：张文涛"],
        "enclosures": ["涉嫌犯罪案件情况调查报告", "涉案物品清单2项，另附证据目录29项", "联锁功能检测报告"],
        "approval": ["主要负责人于2026年6月10日16时30分批准"],
        "penalties": ["东应急罚〔2026〕9号，罚款30000元，已缴30000元"],
        "return slip": ["涉嫌犯罪案件移送书（回执）", "☐接受☐转送有管辖权的公安机关", "（公安机关印章）"],
        "number": [LETTER],
    },
    "D-JR-05a": {
        "line by line": ["1书证停产整改决定书现场提取原件证据室2柜", "29书证装卸作业票第26号"],
        "lawful source and chain": ["来源合法；交接：2026年6月5日张文涛交李敏（证据保管人）"],
        "hash": ["校验值：9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"],
        "count": ["共29项", LETTER],
        "signatures": ["移交人：张文涛签名", "接收人签名"],
    },
    "D-JR-05b": {
        "line by line": ["1甲醇扣11212F-1证据库", "2装卸泵控制箱扣211F-2证据库"],
        "counted by": ["清点人：{handler}"],
        "signatures": ["移交人签名", "接收人签名"],
    },
    "D-JR-06": {
        "to": [f"{PROCURATORATE}："],
        "copy of the letter": [LETTER, "附件：1.涉嫌犯罪案件移送书（副本）"],
        "when and to whom": ["2026年6月11日15时00分", POLICE],
    },
    "D-JR-07": {
        "notice": ["《中华人民共和国行政强制法》第二十一条", "应当将查封、扣押、冻结的财物一并移送，并书面告知当事人"],
        "items": ["甲醇扣1", "装卸泵控制箱扣2"],
        "to whom": [f"{FIRM}：", POLICE, LETTER],
        "kept": ["由本机关依约定继续保管的：装卸泵控制箱（原址）"],
    },
    "D-JR-08": {
        "item": ["1送达回证原件送达回证原件1份"],
        "date": ["2026年6月15日", "2026年6月15日10时00分送达公安机关"],
        "asked": ["2026年6月12日11时00分", LETTER],
        "receiver": ["接收人：周某"],
    },
    "D-JR-09": {
        "line items": ["1甲醇1212完好F-1公安物证室", "2装卸泵控制箱11完好F-2原址由移交机关保管"],
        "seals": ["封签号"],
        "both sides": ["移交人", "接收人：周某", "签名："],
        "time": ["移交时间：2026年6月17日10时00分"],
        "materials": ["移交的案卷材料：卷宗一册。"],
    },
    "D-JR-10": {
        "refusal": ["东公不立字〔2026〕3号", "2026年6月15日收到书面通知", "没有犯罪事实"],
        "reasons": ["拒不执行的事实有监控录像和作业票证明"],
        "evidence": ["1.停产整改决定书（书证）", "3.3号罐区监控录像（视听资料）"],
        "term": ["在收到通知之日起三日内提请复议", f"{RULE}第九条"],
    },
    "D-JR-11": {
        "case": [f"{PROCURATORATE}：", "孙洪亮涉嫌危险作业罪案移送东山区公安局"],
        "refusals": ["东公不立字〔2026〕3号", "复议决定（东公复字〔2026〕1号）：维持不立案，理由：现有证据不足"],
        "reasons": ["现实危险明显。"],
        "papers": ["附件：1.案件材料2.不予立案通知书3.复议决定书"],
    },
    "D-JR-12a": {
        "case": [f"{POLICE}：", FIRM, LETTER],
        "due date": ["期限至2026年6月", "截至2026年6月17日，我局尚未收到书面决定"],
        "content": ["我局已按通知补正材料。"],
    },
    "D-JR-12b": {
        "case": [POLICE, "立案（公立字〔2026〕1号）"],
        "last entry": ["最近登记的进程：2026年8月10日移送起诉"],
        "content": ["已满九十日，我局未收到进程通知。"],
    },
    "D-JR-12c": {"case": [f"{PROCURATORATE}：", LETTER], "content": ["经催办，公安机关仍未书面告知审查结果。"]},
    "D-JR-13": {
        "opinion": ["东检意〔2026〕1号检察意见", "2026年7月6日收悉", "应当移送公安机关"],
        "result": ["已重新报请主要负责人审批，补充了监控录像。", "不批准移送的决定"],
        "papers": ["附件：不予批准移送理由书"],
    },
    "D-JR-14": {
        "decision no.": ["东应急罚〔2026〕9号"],
        "amount paid": ["30000元30000元"],
        "date": ["2026年5月20日"],
        "receipt": ["票据号", "PJ-20260520-7", "罚款缴纳票据（复印件）"],
        "offset": ["50000元30000元叁万元整"],
        "court": ["东山区人民法院：", "（2026）东刑初51号", "第三十五条第二款"],
    },
    "D-JR-15": {
        "volume check": ["1停产整改决定书原件☑已退回☐缺失", "应退29项，实退29项。核对相符。"],
        "from": [POLICE, "东公退字〔2026〕2号", "2026年7月22日"],
    },
    "D-JR-16a": {
        "person": [PRINCIPAL, "370202197001010011"],
        "basis": ["（2026）东刑初51号刑事判决书", "《中华人民共和国安全生产法》第九十四条第三款"],
        "period": ["5年", "2027年3月1日", "2032年3月1日"],
    },
    "D-JR-16b": {
        "basis": ["第九十四条第三款", "（2026）东刑初51号刑事判决书"],
        "period": ["自2027年3月1日起至2032年3月1日止（5年）", "任何生产经营单位的主要负责人"],
        "to": ["安全生产许可机关、市场监督管理部门："],
    },
    "D-JR-17": {
        "facts": ["收受财物后放任企业违法生产"],
        "persons": ["1.赵某，监管科科长"],
        "attachments": ["附件：问题线索材料"],
        "basis": [f"{RULE}第十九条"],
    },
    "D-JR-17 clue": {
        "facts": ["明知企业违法生产，收受财物后不予查处。"],
        "persons": ["赵某，监管科科长，涉嫌玩忽职守罪"],
        "attachments": ["附件：举报材料"],
    },
    "D-JR-18": {
        "reasons": [told.REFUSED["reason"], "证据不足"],
        "when": ["2026年6月8日10时00分", "2026年6月10日16时30分"],
        "head": ["{head}"],
        "basis": [f"{RULE}第五条第二款"],
    },
}  # fmt: skip
READERS = {"D-JR-17": LIAISON, "D-JR-17 clue": LIAISON}
PEOPLE = {"handler": HANDLER, "head": HEAD, "legal": LEGAL}


@pytest.fixture(scope="module")
def written(databases, tmp_path_factory) -> Written:
    stages = Stages(databases, tmp_path_factory.mktemp("referral_papers"), make_app(), REFERRALS)
    return Written.make(stages, tmp_path_factory.mktemp("papers"), told.write_all, after="2026-11-26 09:00")


def registered() -> set[str]:
    """The papers that the folders of the family can issue."""
    return story.letters_of("judicial_referral", "occupational_ban")


def test_every_paper_of_the_folders_is_looked_at():
    assert registered() - set(MUST) == set()


def test_every_row_of_the_page_has_its_papers():
    assert {letter[:7] for letter in registered()} == {f"D-JR-{n:02}" for n in range(1, 19)}


class TestPapersOfReferrals(IssuedPapers):
    must, people, reader, readers = MUST, PEOPLE, LEGAL, READERS


def test_a_long_index_breaks_between_its_lines_and_repeats_its_heading(papers):
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(papers.paper("D-JR-05a", LEGAL))).pages]
    assert len(pages) > 1 and all("存放地点" in page for page in pages[:-1])
    assert sum("校验值" in page and "监控录像" in page for page in pages) == 1


def test_the_refusal_of_the_head_is_told_in_fifty_characters_and_more(papers):
    assert len(told.REFUSED["reason"]) >= 50
    assert told.REFUSED["reason"] in papers.text("D-JR-18", LEGAL)


# The papers lie there before they are needed.


def draft(case: Referral, letter: str, who: str = HANDLER) -> str:
    key = story.draft(case, letter, who)["id"]
    return words(case.office.get(who, f"/documents/{key}.pdf"))


def drafted(case: Referral) -> set[str]:
    return {row["letter"] for row in story.documents(case, LEGAL)}


def test_all_papers_of_the_handover_lie_there_when_the_head_has_approved(referral_at):
    case = referral_at("approved")
    assert {"D-JR-03", "D-JR-04", "D-JR-05a", "D-JR-05b", "D-JR-06"} <= drafted(case)
    assert "停产整改决定送达后仍组织生产" in draft(case, "D-JR-04")


def test_a_refusal_by_the_head_drafts_no_letter_to_the_police(referral_at):
    case = referral_at("refused_internal")
    assert {"D-JR-03", "D-JR-18"} <= drafted(case) and "D-JR-04" not in drafted(case)


def test_the_request_for_reconsideration_lies_there_as_soon_as_it_is_decided_on(referral_at):
    said = draft(referral_at("objecting"), "D-JR-10", LEGAL)
    assert "没有犯罪事实" in said and "事实清楚，应当立案" in said


def test_the_suggestion_of_supervision_lies_there_after_the_refusal_was_upheld(referral_at):
    assert "维持不立案" in draft(referral_at("suggesting"), "D-JR-11", LEGAL)


@pytest.mark.parametrize(
    ("result", "day", "letter", "chase", "words_of_it"),
    [
        (
            "要求公安说明理由",
            "2026-06-29",
            "D-JR-12a",
            {"kind": "催办函"},
            ["收到", "七日期限已于2026年7月6日届满", "请依法说明不立案的理由"],
        ),
        (
            "通知公安立案",
            "2026-07-10",
            "D-JR-12c",
            {"kind": "报告检察机关", "to_organ": PROCURATORATE},
            [f"{PROCURATORATE}：", "十五日期限已于2026年7月25日届满，公安机关至今未立案", "请依法监督"],
        ),
    ],
)
def test_who_is_late_under_supervision_is_told_by_which_day(referral_at, result, day, letter, chase, words_of_it):
    case = referral_at("supervision")
    told_by = {"result": result, "received_on": day, "police_received_on": day, "document_no": "检监1"}
    case.do("ref_record_supervision", at(f"{day} 10:00"), **told_by)
    case.pass_time(at("2026-07-28 00:01"))
    case.do("ref_chase", at("2026-07-28 10:00"), sent_on="2026-07-28", **chase)
    said = draft(case, letter, LEGAL)
    assert [one for one in words_of_it if one not in said] == []


def test_a_return_with_a_gap_says_so(referral_at):
    case = referral_at("returning")
    case.do("ref_return_receive", at("2026-06-25 10:00"))
    assert "应退2项，实退2项。核对相符。" in draft(case, "D-JR-15", LEGAL)


# Who may.


@pytest.mark.parametrize("letter", ["D-JR-01", "D-JR-04", "D-JR-05a", "D-JR-10"])
@pytest.mark.parametrize("who", ["case_handler2.county1", "publicity_officer.county1", "archivist.county1"])
def test_who_is_not_named_reads_no_paper_of_a_referral(papers, letter, who):
    papers.office.get(who, f"/documents/{papers.ids[letter]}.pdf", 404)
    papers.office.get(who, f"/cases/{papers.drivers[letter].id}/documents", 404)


def test_who_is_on_the_team_reads_its_papers(papers):
    assert FIRM in papers.text("D-JR-02", HANDLER)


@pytest.mark.parametrize("who", ["agency_head.county1", "unit_head.county1"])
def test_who_may_not_issue_is_refused(referral_at, who):
    case = referral_at("approved")
    key = story.draft(case, "D-JR-04", HANDLER)["id"]
    assert case.office.post(who, f"/documents/{key}/issue", status=403)["code"] == "E-COM-04"
