"""Penalty cases and referrals as the demo tells them: which case a step belongs to, who does it, what is known then."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import model, parameters, sight
from engine.people import SYSTEM_ACTOR
from engine.workdays import office_day, office_zone
from web.demo.enterprises import ENTERPRISES, PLACES, credit_code

SEATS = {"3702": "city", "370202": "county1", "370281": "county2"}
# cause: the provision, what was found, the usual fine
CAUSES = {
    "SL97": ("第九十七条", "特种作业人员未取得相应资格上岗作业", "40000.00"),
    "SL99": ("第九十九条", "未设置明显的安全警示标志，安全设备未经常性维护、保养", "20000.00"),
    "SL101": ("第一百零一条", "动火、受限空间等危险作业未安排专门人员进行现场管理", "40000.00"),
    "SL102": ("第一百零二条", "未采取措施消除事故隐患，报警联锁长期停用", "20000.00"),
    "SL105": ("第一百零五条", "疏散通道被占用堵塞，出口不符合紧急疏散要求", "20000.00"),
}
# How the steps of each process begin; the first that fits counts.
PROCESSES = (
    ("ec_preserve", "evidence_preservation"),
    ("ec_order_correct", "correction_order"),
    ("ec_recheck", "correction_order"),
    ("ec_daily_fine", "correction_order"),
    ("ec_error", "error_correction"),
    ("ec_quality", "enforcement_quality"),
    ("dl_", "dishonest_listing"),
    ("ir_", "interference_record"),
    ("rt_", "remedy_tracking"),
    ("es_", "enforcement_simple"),
    ("ref_ban", "occupational_ban"),
    ("ref_", "judicial_referral"),
    ("jm_", "joint_meeting"),
)
FIRST = {"ec_clue", "es_show_id", "rt_file", "ec_order_correct", "ec_preserve", "ref_clue"}
FIRST |= {"dl_propose", "ir_record", "ec_quality_sample", "jm_agenda"}
ACTS = {
    "ec_investigate": "ask_investigate",
    "ec_sample": "ask_sample",
    "ec_appraise": "ask_appraise",
    "ec_suspend": "ask_suspend",
    "ec_resume": "ask_resume",
    "ec_terminate": "ask_terminate",
    "ec_recuse": "ask_recuse",
    "ec_instalment": "ask_instalment",
    "ec_surcharge": "ask_surcharge",
    "ec_urge": "note_urge",
    "ec_court_apply": "ask_court",
    "ref_tracking": "ask_tracking",
    "ref_assistance": "ask_assistance",
    "ref_chase": "ask_chase",
    "ref_addition": "ask_addition",
    "ref_procuratorate_opinion": "ask_opinion",
    "ref_duty_clue": "ask_duty",
    "dl_feedback": "note_feedback",
}
ROLES = {
    "unit_head": "ec_file_case_unit ec_unit_review es_report ref_clue_approve ref_team ref_return_decide_approve",
    "deputy_head": "ec_file_case_approve ec_suspend_approve ec_terminate_approve ec_recuse_decide ec_preserve_approve "
    "ec_daily_fine eh_appoint ec_decide ec_instalment_approve ec_surcharge_approve ec_exec_end_approve "
    "ec_close_approve ec_quality_approve es_end_approve",
    "agency_head": "ref_receive ref_decide ref_objection_choice_approve dl_decide",
    "legal_reviewer": "ec_legal_review ec_legal_review_final ref_legal_review",
    "legal_officer": "eh_accept ec_court_apply ec_court_result rt_file rt_accept rt_reply rt_result rt_answer "
    "rt_suit_watch es_court_apply ec_quality_sample ec_quality ec_quality_review ec_quality_report "
    "ec_error_find ec_error_record ec_error_notify ref_refused_internal ref_police_receipt "
    "ref_forwarded ref_refused_receipt ref_record_decision ref_other_organ ref_objection_choice ref_reconsider "
    "ref_record_recon ref_upheld_choice ref_suggest_supervision ref_record_supervision ref_accepted_refusal "
    "ref_case_officer ref_tracking ref_assistance ref_result ref_offset ref_procuratorate_opinion ref_opinion_reply "
    "ref_chase ref_addition ref_return_receive ref_close ref_duty_clue ref_ban ref_ban_begin "
    "jm_agenda jm_minutes jm_follow",
    "publicity_officer": "ec_publish es_publish rt_withdraw dl_publish_share ec_error_withdraw",
    "hearing_host": "eh_hold eh_report",
    "hearing_clerk": "eh_notify eh_record",
    "panel_secretary": "ec_collective",
    "finance_clerk": "ec_execute es_hand_in es_bank",
    "archivist": "ec_archive es_archive",
    "supervisory_liaison": "ir_report ir_outcome",
}
BY_STEP = {step: role for role, steps in ROLES.items() for step in steps.split()}
# Letters that are issued and served; the other papers of a case stay as they were written.
ISSUED = {"D-EC-08", "D-EC-11a", "D-EC-15a", "D-EC-19", "D-JR-04", "D-JR-10", "D-JR-11", "D-JR-12a"}
# Steps whose answers go on from what was said before.
LOOKS_BACK = {
    "eh_notify",
    "eh_hold",
    "ec_execute",
    "ec_instalment",
    "ref_supplement",
    "ref_opinion_reply",
    "ref_ban",
    "ec_error_",
    "jm_follow",
}


@dataclass(frozen=True)
class Matter:
    """One penalty case or referral: `place` names it, `firm` numbers its enterprise, `rows` tell it as a story's."""

    place: str
    firm: int
    rows: list[tuple[Any, ...]]
    cause: str = "SL102"
    heavy: bool = False  # a fine that is heard and discussed
    process: str = "enforcement_case"
    hazard: str = ""  # the hazard that handed the matter over
    opener: str = "case_handler"
    crime: str = ""  # the row of the threshold table that the watch is to find
    say: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.hazard}（移交）" if self.hazard else self.place

    @property
    def seat(self) -> str:
        return SEATS.get(self.row[1][:6]) or SEATS[self.row[1][:4]]

    @property
    def row(self) -> tuple[str, str, str, str, str, str]:
        return ENTERPRISES[self.firm - 1]

    @property
    def enterprise(self) -> str:
        return self.row[0]

    @property
    def principal(self) -> str:
        return self.row[5]

    @property
    def uscc(self) -> str:
        return credit_code(self.row[1][:6], self.firm)

    @property
    def basis(self) -> str:
        """Return the provision under which the matter is punished."""
        return f"《中华人民共和国安全生产法》{CAUSES[self.cause][0]}"

    @property
    def found(self) -> str:
        """Return what was found at the enterprise."""
        return CAUSES[self.cause][1]

    @property
    def fine(self) -> str:
        return "50000.00" if self.heavy else CAUSES[self.cause][2]

    @property
    def address(self) -> str:
        return PLACES[self.row[1]] + self.row[4]


@dataclass
class Deed:
    """One step of a matter being answered: when, and what the records say."""

    matter: Matter
    at: datetime
    hearing_on: date
    number: str = ""  # of the case that the step belongs to
    above: str = ""  # of the case above it
    times: int = 0  # how often this step was answered before
    said: dict[str, Any] = field(default_factory=dict)  # the case file, where the step goes on from it

    def moment(self, hours: float = 0.0) -> str:
        return (self.at + timedelta(hours=hours)).astimezone(office_zone()).isoformat(timespec="seconds")

    def day(self, days: int = 0) -> str:
        return (office_day(self.at) + timedelta(days=days)).isoformat()

    @property
    def hearing_at(self) -> str:
        return datetime.combine(self.hearing_on, time(9), office_zone()).isoformat(timespec="seconds")

    @property
    def officers(self) -> list[str]:
        return [f"case_handler.{self.matter.seat}", f"co_handler.{self.matter.seat}"]


def process_of(step: str) -> str:
    """Return the process to which a step belongs."""
    return next((process for start, process in PROCESSES if step.startswith(start)), "enforcement_case")


def person(step: str, matter: Matter) -> str:
    """Return the account that does a step of a matter."""
    if step == "ec_decide" and matter.heavy:
        return f"agency_head.{matter.seat}"
    if step in ("ec_clue", "ref_clue") and not matter.hazard:
        return f"{matter.opener}.{matter.seat}"
    if step == "ec_error_decide":
        return f"deputy_head.{matter.seat}"
    return f"{BY_STEP.get(step, 'case_handler')}.{matter.seat}"


def root_of(session: Session, matter: Matter) -> model.Case | None:
    """Return the case with which a matter began: opened by a person, or handed over by a hazard."""
    rows = select(model.Case)
    if matter.hazard:
        above = rows.where(
            model.Case.process == "hazard_supervision", model.Case.request_key.endswith(f":{matter.hazard}")
        )
        main = session.scalars(above).one()
        handed = rows.where(model.Case.parent_id == main.id, model.Case.process == matter.process)
        return session.scalars(handed.order_by(model.Case.opened_at, model.Case.number)).first()
    return session.scalars(rows.where(model.Case.request_key == f"{_opener(matter)}:{matter.name}")).first()


def case_of(session: Session, matter: Matter, step: str) -> model.Case | None:
    """Return the case of a matter in which a step is done: the one it began with, or one linked below it."""
    root, wanted = root_of(session, matter), process_of(step)
    if root is None or root.process == wanted:
        return root
    below = select(model.Case.id).where(model.Case.parent_id == root.id)
    rows = select(model.Case).where(
        model.Case.process == wanted, or_(model.Case.parent_id == root.id, model.Case.parent_id.in_(below))
    )
    tasks = model.Task
    waits = select(tasks.id).where(tasks.case_id == model.Case.id, tasks.step == step, tasks.state == "open").exists()
    order = (waits.desc(), model.Case.state.desc(), model.Case.opened_at.desc())
    return session.scalars(rows.order_by(*order)).first()


def deed(session: Session, matter: Matter, step: str, case: model.Case | None, at: datetime) -> Deed:
    """Return what is known when a step is answered."""
    hearing_on = parameters.calendar(session).add(office_day(at), 9)
    found = Deed(matter, at, hearing_on)
    root = root_of(session, matter)
    found.above = root.number if root is not None else ""
    if matter.hazard and root is not None and (case is None or case.id == root.id):
        found.above = session.get_one(model.Case, root.parent_id).number
    if case is None:
        return found
    found.number = case.number
    rows = select(model.Answer.count).where(model.Answer.case_id == case.id, model.Answer.step == step)
    found.times = session.scalar(rows) or 0
    if any(step.startswith(start) for start in LOOKS_BACK):
        found.said = sight.case_file(session, case, SYSTEM_ACTOR, at)
    return found


def _opener(matter: Matter) -> str:
    return f"{matter.opener}.{matter.seat}"
