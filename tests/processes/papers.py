"""Hazards to which everything befell that the office writes a letter about, driven once through the API."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest

from engine import store
from tests.api import Office
from tests.office import ROOT, at
from tests.processes.hazard import PDF, Driver, upload
from tests.processes.hazard_desk import SEALING
from tests.processes.stages import Stages, disconnect

PICTURE = (Path(__file__).parents[1] / "engine" / "dot.png").read_bytes()
# As long as the form lets a name be, with what a page or a template might take for its own.
HOSTILE = "<script>alert(1)</script>{{7*7}}{%raw%}喆翀䶮" + "超长名称" * 18
FIRM, PRINCIPAL, USCC = "海东昇鑫精细化工有限公司", "钱镕", "91370202MA3C00001K"
ON_SITE = {
    "av_record_id": "YX-2026-0303-01",
    "content": "检查3号罐区安全附件、联锁系统和作业现场。",
    "problems": "1.储罐高液位联锁被摘除;\n2.可燃气体探测器失效3只。",
    "handling": "责令立即停止使用3号罐,并列入重大事故隐患清单督办。",
    "enterprise_rep": PRINCIPAL,
}
REGISTER = {
    "source": "双随机检查",
    "discovered_at": "2026-03-02T09:30:00+08:00",
    "discoverer": "巡查二组",
    "enterprise_name": FIRM,
    "uscc": USCC,
    "address": "东山区化工路18号",
    "principal": PRINCIPAL,
    "risk_color": "红",
    "location": "3号罐区",
    "description": "3号罐区储罐高液位联锁系统被人为摘除,可燃气体探测器失效,存在泄漏爆炸的现实危险。",
    "criterion": "WH-11",
    "immediate_danger": True,
}
VERIFY = {**ON_SITE, "checked_at": "2026-03-03T09:30:00+08:00", "checked_until": "2026-03-03T11:00:00+08:00"}
ASSIGN = {
    "enterprise_responsible": PRINCIPAL,
    "enterprise_responsible_post": "总经理",
    "requirements": "整改期间每周报告进展。",
    "measures": "恢复联锁，更换探测器，开展HAZOP分析。",
    "funds": "1200000.00",
    "emergency_plan": "修订3号罐区泄漏专项应急预案并演练。",
    "contact": "孙祎赟",
    "contact_phone": "0532-85911002",
    "copies": [{"dept": "county1"}, {"dept": "city"}],
}
PLAN = {
    "goal": "2026年6月30日前恢复联锁，消除泄漏爆炸风险。",
    "methods": "更换液位变送器；恢复SIS联锁；更换探测器。",
    "funds": "1200000.00",
    "materials": "液位变送器4台，探测器12只。",
    "org_people": "成立由总经理任组长的治理小组。",
    "schedule": [
        {"milestone": "完成设计", "due_on": "2026-04-10", "requirement": "设计单位具备资质"},
        {"milestone": "完成安装调试", "due_on": "2026-06-20", "requirement": "联锁测试合格"},
    ],
    "safety_emergency": "停用3号罐，设置警戒，配备应急物资。",
    "plan_unit": "海东安全设计院",
    "report_regulator_on": "2026-03-05",
    "report_congress_on": "2026-03-18",
    "minutes_no": "ZDH-2026-02",
}
CHECK = {
    **ON_SITE,
    "checked_at": "2026-05-12T09:00:00+08:00",
    "finding": "拒不整改",
    "order_obeyed": "未执行",
    "order_no": "东应急现决〔2026〕1号",
    "order_served_at": "2026-03-02T11:00:00+08:00",
    "refusal_facts": "企业仍在使用3号罐。",
    "real_danger": True,
    "real_danger_basis": "罐内存有甲醇300吨，联锁失效。",
    "refused_sign": True,
    "refused_note": "现场负责人称需请示总部，拒绝签名",
}
EXTENSION = {
    "new_deadline": "2026-08-31",
    "reason": "进口变送器到货延迟。",
    "completed_work": "已完成设计和基础施工。",
    "interim_measures": "3号罐保持停用，每班巡检。",
}
GRANTED = {"approved_deadline": "2026-08-15", "reason": "延期理由成立。", "conditions": "每周报送进展。"}
ACCEPTANCE = {
    "checked_at": "2026-08-12T09:00:00+08:00",
    "experts": [{"name": "周堃", "unit": "海东大学", "post": "教授"}],
    "items": [
        {"clause": "高液位联锁投用并测试合格", "result": "合格", "evidence": "联锁测试记录"},
        {"clause": "可燃气体探测器检定合格", "result": "合格", "evidence": "检定证书12份"},
    ],
    "opinion": "治理效果达到方案目标。",
    "enterprise_rep": PRINCIPAL,
}
RESULT = {
    "plan_summary": "全部完成。",
    "resume": True,
    "report_regulator_on": "2026-08-09",
    "report_congress_on": "2026-08-08",
    "congress_kind": "职工大会",
    "minutes_no": "ZDH-2026-05",
}
LOOK_BACK = {**ON_SITE, "checked_at": "2026-11-10T09:00:00+08:00", "problems": None, "handling": "继续日常监管。"}
INTERIM = {
    "facts": "3号罐区联锁被摘除，随时可能发生泄漏爆炸。",
    "measures": ["撤出作业人员", "停止使用设施设备"],
    "scope": "3号罐区全部储罐和装卸设施",
    "resume_condition": "联锁恢复并经测试合格",
    "on_the_spot": True,
    "served_at": "2026-03-02T11:00:00+08:00",
    "served_to": PRINCIPAL,
    "officers": ["zhang", "wang"],
}
LIFTED = {
    "officers": ["zhang", "wang"],
    "facts": "联锁测试合格，探测器检定有效。",
    "lifted_at": "2026-08-13T14:00:00+08:00",
}
POWER = {
    "facts": "企业拒不执行停止使用3号罐的决定，继续生产。",
    "danger_facts": "罐内存有甲醇300吨，联锁失效。",
    "refusal_facts": "5月12日检查时3号罐仍在使用。",
    "decision_no": "东应急现决〔2026〕1号",
    "decision_served_at": "2026-03-02T11:00:00+08:00",
    "utility_name": "国网海东供电公司",
    "enterprise_name": FIRM,
    "officers": ["zhang", "wang"],
}
STOP = {
    **{name: None for name in ("decision_no", "decision_served_at", "refusal_facts", "real_danger", "danger_facts")},
    **{name: None for name in ("safety_assessed", "utility_name")},
    "kind": "责令停产停业",
    "enterprise_name": FIRM,
    "facts": "1号反应车间超温超压运行，联锁未投用。",
    "scope": "1号反应车间全部装置",
    "resume_condition": "联锁投用并经测试合格",
    "officers": ["zhang", "wang"],
}
SEAL = {
    **SEALING,
    "enterprise_name": FIRM,
    "facts": "使用不符合国家标准的反应釜从事生产。",
    "place": "东山区化工路18号1号反应车间",
    "objects": [
        {"name": "反应釜", "spec": "R-101 5m³", "quantity": "1台", "condition": "在用", "place": "1号反应车间"},
        {"name": "计量泵", "spec": "P-102", "quantity": "2台", "condition": "完好", "place": "1号泵房"},
    ],
    "period_days": 30,
    "keeper": PRINCIPAL,
    "officers": ["zhang", "wang"],
}
ESCALATION = {
    "facts": "督办检查两次指出问题，仍未恢复联锁。",
    "trigger": "整改进度滞后。",
    "demands": "8月5日前恢复联锁。",
    "follow_up_date": "2026-08-05",
}
TALK = {
    "subject": "3号罐区重大隐患整改",
    "persons_interviewed": PRINCIPAL,
    "talk_at": "2026-07-03T14:30:00+08:00",
    "talk_place": "局机关三楼会议室",
}
LEVELS = (
    ("D-HZ-23", "L1 提醒函", {}),
    ("D-HZ-13a", "L2 约谈告诫", TALK),
    ("D-HZ-14a", "L4 提级督办", {"list_level": "省级"}),
    (
        "D-HZ-14b",
        "L5 问责线索移送",
        {"failures": "承办部门未按期检查，企业未落实资金。", "persons_interviewed": PRINCIPAL},
    ),
)
CLOSURE = {
    "ground": "180日内三次或者一年内四次受到处罚(第113条第1项)",
    "facts": "企业存在重大事故隐患，180日内三次受到行政处罚。",
    "penalties": [
        {"number": "东应急罚〔2026〕3号", "decided_on": "2026-01-15", "fact": "未消除隐患", "amount": "50000.00"},
        {"number": "东应急罚〔2026〕9号", "decided_on": "2026-04-02", "fact": "未如实记录", "amount": "80000.00"},
        {"number": "东应急罚〔2026〕21号", "decided_on": "2026-05-13", "fact": "拒不整改", "amount": "200000.00"},
    ],
    "hearing_told_on": "2026-05-13",
    "expert_opinion": "专家组认为装置不具备改造条件。",
}
BULLETIN = {
    "summary": "三季度全区重大事故隐患治理督办工作总体平稳。",
    "found": 21,
    "listed": 9,
    "due": 12,
    "delisted": 11,
    "on_time": 10,
    "overdue": [
        {
            "enterprise": FIRM,
            "hazard_no": "HZ-370202-2026-0001",
            "deadline": "2026-06-30",
            "days": 92,
            "dept": "东山区应急管理局",
        }
    ],
    "good": "柳林街道",
    "bad": "石桥镇",
    "next_steps": "对逾期隐患逐一约谈。",
    "recipients": "各街道安全生产委员会办公室",
}


@dataclass
class Papers:
    """The office in which all that happened, and where each letter lies."""

    office: Office
    drivers: dict[str, Driver] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    read: dict[str, str] = field(default_factory=dict)

    def take(self, name: str, case: Driver, letter: str, who: str, moment: str) -> str:
        """Find the latest draft of a letter, issue it, and remember it by a name."""
        self.drivers[name] = case
        self.ids[name] = draft(case, letter, who)["id"]
        self.office.set(at(moment))
        self.office.post(who, f"/documents/{self.ids[name]}/issue")
        return self.ids[name]

    def paper(self, name: str, who: str = "case_handler.county1") -> bytes:
        """Return the PDF of a letter."""
        return self.office.get(who, f"/documents/{self.ids[name]}.pdf")

    def text(self, name: str, who: str) -> str:
        """Return what a letter says, without spaces."""
        if name not in self.read:
            self.read[name] = words(self.paper(name, who))
        return self.read[name]


@dataclass
class Written:
    """The finished database with all letters; a test connects to it, or to a copy of it."""

    stages: Stages
    url: str
    papers: Papers
    tokens: dict[str, str]
    after: str = "2026-11-12 09:00"

    @classmethod
    def make(
        cls, stages: Stages, folder: Path, write: Callable[[Office], Papers] | None = None, after: str = ""
    ) -> Written:
        """Write all letters, of the hazards or those that `write` writes, in a copy of the office without a case."""
        with pytest.MonkeyPatch.context() as patch:
            url, hazard = stages.open("office", folder, patch)
            papers = (write or write_all)(hazard.office)
        disconnect()
        return cls(stages, url, papers, papers.office.tokens, after or cls.after)

    @contextmanager
    def connected(self) -> Iterator[None]:
        """Connect to the database itself."""
        store.configure(self.url, self.stages.folder / "data")
        yield
        disconnect()

    @contextmanager
    def copied(self, folder: Path) -> Iterator[None]:
        """Connect to a copy that is dropped afterwards."""
        url = self.stages.databases.copy(self.url, folder)
        store.configure(url, self.stages.folder / "data")
        yield
        disconnect()
        self.stages.databases.drop(url)

    def open(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Papers:
        """Return the letters with an office at work on the day after the last of them."""
        office = Office(folder, monkeypatch, self.stages.app, self.tokens)
        office.set(at(self.after))
        self.papers.office = office
        for driver in self.papers.drivers.values():
            driver.office = office
        return self.papers


def words(paper: bytes) -> str:
    """Return the text of a PDF without spaces and line ends."""
    pages = pypdf.PdfReader(io.BytesIO(paper)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def missing(said: str, wanted: Iterable[str], names: dict[str, str]) -> list[str]:
    """Return the texts that a paper does not say; `{name}` in one stands for the name of a person."""
    return [text for text in wanted if text.format(**names).replace(" ", "") not in said]


def slips(said: str) -> list[str]:
    """Return what no paper may say: half-width marks beside Chinese characters, doubled stops, unfilled values."""
    marks = [said[n - 1 : n + 2] for n, sign in enumerate(said) if sign in ",;:!?()" and n]
    beside = [three for three in marks if any("\u4e00" <= sign <= "\u9fff" for sign in three)]
    return beside + [two for two in ("。。", "，。", "；。", "。；", "None", "Undefined") if two in said]


def letters_of(*folders: str) -> set[str]:
    """Return the papers that these folders can issue."""
    tables = (tomllib.loads((ROOT / "bpmn" / name / "process.toml").read_text()) for name in folders)
    return {letter for table in tables for letter in table.get("letters", {})}


def documents(case: Driver, who: str) -> list[dict[str, Any]]:
    """Return the letters of a case as somebody sees them."""
    return case.office.get(who, f"/cases/{case.id}/documents")


def draft(case: Driver, letter: str, who: str) -> dict[str, Any]:
    """Return the latest draft of a letter."""
    found = [row for row in documents(case, who) if row["letter"] == letter and row["state"] == "draft"]
    assert found, f"{letter} was not drafted: {documents(case, who)}"
    return found[-1]


HANDLER, DEPUTY, HEAD = "case_handler.county1", "deputy_head.county1", "agency_head.county1"
OFFICE, LEADER = "committee_office.county1", "committee_leader.county1"


def write_all(office: Office) -> Papers:
    """Drive the hazards and issue every letter, each when and by whom it is issued."""
    papers = Papers(office)
    hazard = _listed(papers)
    _rectified(papers, hazard)
    _escalated(papers, hazard)
    _struck_off(papers, hazard)
    _closed(papers)
    _small(papers)
    _bulletin(papers)
    _hostile(papers)
    return papers


def _photo(office: Office, who: str, name: str = "现场照片一.png") -> str:
    return upload(office, who, name, PICTURE)


def _file(office: Office, who: str, name: str) -> str:
    return upload(office, who, name, PDF)


def _listed(papers: Papers) -> Driver:
    office = papers.office
    office.set(at("2026-03-02 10:00"))
    photos = [_photo(office, HANDLER)]
    hazard = Driver.open(office, at("2026-03-02 10:20"), **REGISTER, photos=photos)
    papers.take("D-HZ-01", hazard, "D-HZ-01", HANDLER, "2026-03-02 10:30")
    (interim,) = hazard.linked("hazard_interim")
    interim.do("hz_interim_order", at("2026-03-02 11:30"), **INTERIM)
    interim.do("hz_interim_order_approve", at("2026-03-02 15:00"))
    papers.take("D-HZ-03 interim", interim, "D-HZ-03", DEPUTY, "2026-03-02 15:10")
    hazard.do("hz_verify", at("2026-03-03 11:30"), **VERIFY, photos=[_photo(office, HANDLER)])
    papers.take("D-HZ-02", hazard, "D-HZ-02", HANDLER, "2026-03-03 14:00")
    hazard.do("hz_confirm_list", at("2026-03-05 09:00"), opinion="同意列入重大隐患清单。", supervisor="chen")
    listing = {"list_level": "市级", "deadline": "2026-06-30", "opinion": "同意挂牌督办。"}
    hazard.do("hz_approve_listing", at("2026-03-06 16:00"), **listing)
    hazard.do("hz_approve_listing_approve", at("2026-03-06 17:30"), opinion="同意，请严格督办。")
    papers.take("D-HZ-04", hazard, "D-HZ-04", DEPUTY, "2026-03-06 17:40")
    hazard.do("hz_assign", at("2026-03-09 09:00"), **ASSIGN, assignee_person="chen")
    papers.take("D-HZ-05", hazard, "D-HZ-05", OFFICE, "2026-03-09 09:30")
    hazard.do("hz_receipt", at("2026-03-09 16:00"), received_at="2026-03-09T15:00:00+08:00")
    hazard.do("hz_file_listing", at("2026-03-10 10:00"))
    hazard.do("hz_publish_listing", at("2026-03-11 10:00"))
    return hazard


def _rectified(papers: Papers, hazard: Driver) -> None:
    office, reporter = papers.office, "enterprise_reporter.county1"
    office.set(at("2026-03-20 08:00"))
    report = {
        "report_regulator_file": _file(office, reporter, "隐患报告.pdf"),
        "congress_minutes": _file(office, reporter, "职代会纪要.pdf"),
    }
    hazard.do("hz_plan", at("2026-03-20 09:00"), **PLAN, **report)
    papers.take("D-HZ-06", hazard, "D-HZ-06", HANDLER, "2026-03-20 10:00")
    papers.take("D-HZ-07", hazard, "D-HZ-07", HANDLER, "2026-03-20 10:10")
    hazard.do("hz_review_plan", at("2026-03-23 10:00"))
    hazard.do("hz_review_plan_approve", at("2026-03-24 10:00"))
    hazard.act("ask_check", "hz_onsite_check", at("2026-05-12 11:00"), **CHECK)
    papers.take("D-HZ-02 check", hazard, "D-HZ-02", HANDLER, "2026-05-12 11:10")
    (power,) = hazard.linked("coercion")
    power.do("coercion_request", at("2026-05-12 14:00"), **POWER, hazard_no=hazard.case()["number"])
    power.do("coercion_request_legal", at("2026-05-12 15:00"))
    start = {"measure_from": "2026-05-14T15:00:00+08:00"}
    power.do("coercion_request_approve", at("2026-05-12 16:00"), **start, opinion="同意。")
    papers.take("D-HZ-10", power, "D-HZ-10", HEAD, "2026-05-12 16:30")
    told = {"notice_at": "2026-05-13T14:00:00+08:00", "utility_notified_at": "2026-05-13T14:30:00+08:00"}
    power.do("coercion_notice", at("2026-05-13 15:00"), **told, served_to=PRINCIPAL)
    power.do("coercion_execute", at("2026-05-14 16:00"), effective_at="2026-05-14T15:00:00+08:00")
    hazard.act("ask_progress", "hz_progress", at("2026-05-20 10:00"))
    hazard.act("ask_extension", "hz_extension_apply", at("2026-05-28 10:00"), **EXTENSION)
    papers.take("D-HZ-08", hazard, "D-HZ-08", HANDLER, "2026-05-28 10:10")
    power.do("coercion_comply", at("2026-06-01 09:00"))
    lift = {"lifted_at": "2026-06-01T10:00:00+08:00", "reason": "企业已履行决定，隐患已消除。"}
    power.do("coercion_lift", at("2026-06-01 10:30"), **lift)
    papers.take("D-HZ-22", power, "D-HZ-22", DEPUTY, "2026-06-01 10:40")
    hazard.do("hz_extension_decide", at("2026-06-10 10:00"), LEADER, **GRANTED)
    papers.take("D-HZ-09", hazard, "D-HZ-09", DEPUTY, "2026-06-10 11:00")


def _escalated(papers: Papers, hazard: Driver) -> None:
    office = papers.office
    office.set(at("2026-07-01 08:00"))
    for hour, (letter, level, more) in enumerate(LEVELS, 10):
        files = ("隐患报告.pdf", "督办台账.pdf") if letter.startswith("D-HZ-14") else ()
        said = ESCALATION | more | {"level": level, "attachments": [_file(office, OFFICE, name) for name in files]}
        case = hazard.begin("hazard_escalation", "hz_escalate", at(f"2026-07-01 {hour}:00"), **said)
        papers.take(letter, case, letter, OFFICE, f"2026-07-01 {hour}:30")
    talk = papers.drivers["D-HZ-13a"]
    talk.do("hz_escalate_l2_approve", at("2026-07-02 10:00"))
    said = {
        **TALK,
        "facts": "通报了隐患整改滞后情况。",
        "demands": "8月5日前恢复联锁。",
        "commitments": "保证8月5日前完成。",
        "follow_up_date": "2026-08-05",
        "hosts": [DEPUTY, OFFICE],
    }
    said.pop("subject")
    talk.do("hz_interview", at("2026-07-03 16:00"), **said)
    papers.take("D-HZ-13b", talk, "D-HZ-13b", OFFICE, "2026-07-03 16:10")


def _struck_off(papers: Papers, hazard: Driver) -> None:
    office, reporter = papers.office, "enterprise_reporter.county1"
    office.set(at("2026-08-10 08:00"))
    result = {
        "report_regulator_file": _file(office, reporter, "治理结果报告.pdf"),
        "congress_minutes": _file(office, reporter, "职工大会纪要.pdf"),
    }
    hazard.do("hz_acceptance_apply", at("2026-08-10 09:00"), **RESULT, **result)
    papers.take("D-HZ-07 result", hazard, "D-HZ-07", HANDLER, "2026-08-10 09:30")
    hazard.do("hz_acceptance_check", at("2026-08-12 11:00"), **ACCEPTANCE)
    papers.take("D-HZ-11", hazard, "D-HZ-11", HANDLER, "2026-08-12 14:00")
    hazard.do("hz_acceptance_approve", at("2026-08-13 09:00"), opinion="同意验收结论。")
    (interim,) = hazard.linked("hazard_interim")
    interim.do("hz_interim_lift", at("2026-08-13 15:00"), **LIFTED, checked_at="2026-08-12T10:00:00+08:00")
    interim.do("hz_interim_lift_approve", at("2026-08-13 16:00"))
    papers.take("D-HZ-19 interim", interim, "D-HZ-19", DEPUTY, "2026-08-13 16:30")
    resume = {"resume_on": "2026-08-15", "scope": "3号罐区", "conditions": "恢复后一周内每班记录联锁状态。"}
    hazard.do("hz_resume", at("2026-08-14 09:00"), **resume)
    papers.take("D-HZ-19", hazard, "D-HZ-19", DEPUTY, "2026-08-14 09:30")
    said = {"opinion": "符合销号条件。", "linked_cases": "关联处罚案件1件，正在办理，不影响销号。"}
    hazard.do("hz_delist_review", at("2026-08-17 09:00"), **said)
    hazard.do("hz_delist_review_approve", at("2026-08-18 09:00"), opinion="同意销号。")
    papers.take("D-HZ-12", hazard, "D-HZ-12", OFFICE, "2026-08-18 10:00")
    hazard.do("hz_publish_delisting", at("2026-08-19 10:00"))
    office.set(at("2026-11-10 10:00"))
    hazard.do("hz_look_back", at("2026-11-10 11:00"), **LOOK_BACK, photos=[_photo(office, HANDLER, "回头看.png")])
    papers.take("D-HZ-17", hazard, "D-HZ-17", HANDLER, "2026-11-10 14:00")


def _closed(papers: Papers) -> None:
    office = papers.office
    where = {
        "location": "1号反应车间",
        "immediate_danger": False,
        "description": "1号反应车间外部安全距离不足，且无法调整平面布置。",
    }
    hazard = Driver.open(office, at("2026-03-02 14:00"), **REGISTER | where)
    hazard.do("hz_verify", at("2026-03-03 14:00"), **VERIFY, danger_high=True)
    hazard.do("hz_confirm_list", at("2026-03-04 10:00"))
    hazard.do("hz_approve_listing", at("2026-03-06 10:00"))
    hazard.do("hz_assign", at("2026-03-06 15:00"))
    for step, day in (("hz_receipt", 9), ("hz_file_listing", 10), ("hz_publish_listing", 11), ("hz_plan", 20)):
        hazard.do(step, at(f"2026-03-{day:02} 10:00"))
    hazard.do("hz_review_plan", at("2026-03-23 10:00"))
    hazard.do("hz_review_plan_approve", at("2026-03-24 10:00"))
    papers.drivers["closing"] = hazard
    for name, letter, kind, day in (("D-HZ-03", "D-HZ-03", STOP, "04-07"), ("D-HZ-20", "D-HZ-20", SEAL, "04-08")):
        case = hazard.begin("coercion", "coercion_request", at(f"2026-{day} 09:00"), **kind)
        case.do("coercion_request_legal", at(f"2026-{day} 10:00"))
        start = {"measure_from": f"2026-{day}T15:00:00+08:00", "measure_until": "2026-05-08"}
        case.do("coercion_request_approve", at(f"2026-{day} 11:00"), DEPUTY, **start)
        papers.take(name, case, letter, DEPUTY, f"2026-{day} 11:30")
    case.do("coercion_notice", at("2026-04-08 14:00"), notice_at="2026-04-08T14:00:00+08:00", utility_notified_at=None)
    case.do("coercion_execute", at("2026-04-08 16:00"), effective_at="2026-04-08T15:00:00+08:00")
    hazard.act("ask_check", "hz_onsite_check", at("2026-05-12 10:00"), finding="无法整改")
    hazard.do("hz_unfixable", at("2026-05-13 10:00"))
    files = [_file(office, HANDLER, "隐患报告.pdf"), _file(office, HANDLER, "专家论证意见.pdf")]
    notice = {"hearing_notice": _file(office, HANDLER, "听证权利告知书.pdf"), "attachments": files}
    hazard.do("hz_closure_propose", at("2026-05-14 10:00"), **CLOSURE, **notice)
    hazard.do("hz_closure_propose_legal", at("2026-05-15 10:00"), opinion="事实清楚，适用法律正确，程序合法。")
    hazard.do("hz_closure_propose_approve", at("2026-05-18 10:00"))
    papers.take("D-HZ-15", hazard, "D-HZ-15", HEAD, "2026-05-18 11:00")


def _small(papers: Papers) -> None:
    office, noon = papers.office, at("2026-03-04 12:00")
    plain = REGISTER | {"immediate_danger": False, "criterion": None}
    general = Driver.open(office, noon, **plain | {"location": "装卸站台"})
    general.do("hz_verify", noon, grade="一般", criterion=None)
    order = {
        "problems": "1.安全警示标志缺失；\n2.应急物资台账不全。",
        "requirements": "限期补齐。",
        "served_at": "2026-03-04T12:00:00+08:00",
        "served_to": PRINCIPAL,
        "officers": ["zhang", "wang"],
    }
    general.do("hz_general_order", noon + timedelta(hours=1), **order)
    papers.take("D-HZ-18", general, "D-HZ-18", HANDLER, "2026-03-04 14:00")
    other = Driver.open(office, noon, **plain | {"location": "厂区停车场", "industry": "道路运输"})
    other.do("hz_verify", noon, grade="非本部门职责", criterion=None, cannot_self_fix=None, finding_note="属道路运输")
    away = {"target_org": "海东市交通运输局", "reason": "隐患属于道路运输车辆管理。"}
    office.set(noon)
    files = [_file(office, HANDLER, "隐患报告.pdf"), _file(office, HANDLER, "现场照片.pdf")]
    other.do("hz_transfer_dept", noon + timedelta(hours=1), **away, attachments=files)
    papers.take("D-HZ-21", other, "D-HZ-21", HANDLER, "2026-03-04 14:30")


def _bulletin(papers: Papers) -> None:
    office = papers.office
    office.set(at("2026-07-01 09:00"))
    case = office.post(OFFICE, "/cases", {"process": "hazard_quarterly_round"}, 201)
    driver = Driver(office, case["id"], "hazard_quarterly_round")
    driver.do("qr_select", at("2026-10-08 10:00"))
    driver.do("qr_acceptance", at("2026-10-09 10:00"), summary="集中验收12项，合格10项。")
    driver.do("qr_bulletin", at("2026-10-10 10:00"), **BULLETIN)
    driver.do("qr_bulletin_approve", at("2026-10-12 10:00"))
    papers.take("D-HZ-16", driver, "D-HZ-16", LEADER, "2026-10-12 11:00")
    said = {"recipients": "各街道安委办", "feedback": "两项逾期隐患已约谈。"}
    driver.do("qr_publish", at("2026-10-13 10:00"), "publicity_officer.commission_county1", **said)


def _hostile(papers: Papers) -> None:
    hazard = Driver.open(papers.office, at("2026-03-02 15:00"), enterprise_name=HOSTILE, location="西厂区")
    papers.take("hostile D-HZ-01", hazard, "D-HZ-01", HANDLER, "2026-03-02 15:30")
    hazard.do("hz_verify", at("2026-03-03 15:00"), danger_high=True)
    papers.take("hostile D-HZ-02", hazard, "D-HZ-02", HANDLER, "2026-03-03 15:30")
    hazard.do("hz_confirm_list", at("2026-03-04 10:00"))
    hazard.do("hz_approve_listing", at("2026-03-06 10:00"))
    papers.take("hostile D-HZ-04", hazard, "D-HZ-04", DEPUTY, "2026-03-06 10:30")
    hazard.do("hz_assign", at("2026-03-06 15:00"))
    papers.take("hostile D-HZ-05", hazard, "D-HZ-05", OFFICE, "2026-03-06 15:30")
