"""Carries out an event of the agenda as its person would: by the engine's verbs, in one transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import bundles, cases, catalog, deputies, documents, incidents, model, notices, people, sight, tasks
from engine.errors import Broken, OfficeError
from engine.people import Actor
from engine.workdays import office_day
from web.demo import cast, enforcement_answers, matters, office, papers, records, referral_answers
from web.demo.agenda import Event
from web.demo.answers import Scene, answers, failed
from web.demo.papers import Paper
from web.demo.records import LEVELS, MAIN

ROOT = Path(__file__).parents[2]
# Papers of the enterprise stay as they came; the others are issued at once, and those for others served.
NOT_ISSUED = {"D-HZ-01", "D-HZ-06", "D-HZ-07", "D-HZ-08"}
SERVED = {"D-HZ-03", "D-HZ-05", "D-HZ-09", "D-HZ-10", "D-HZ-13a", "D-HZ-18", "D-HZ-19", "D-HZ-20", "D-HZ-22", "D-HZ-23"}
STILL_DRAFTS = timedelta(days=4)
SIGNED = {"hz_plan", "hz_progress", "hz_extension_apply", "hz_acceptance_apply"}
AWAY = {"deputy_head.city": "unit_head.city", "deputy_head.county1": "unit_head.county1"}


class Teller:
    """Tells the events of one demo, whose today is `now`."""

    def __init__(self, now: datetime) -> None:
        self.now, self.made, self.away = now, papers.make(), False
        self._actors: dict[tuple[str, str], Actor] = {}

    def tell(self, session: Session, event: Event) -> None:
        """Carry out one event; Broken says which one cannot be."""
        self.away = event.away
        try:
            getattr(self, f"_{event.verb}")(session, event)
        except OfficeError as error:
            raise Broken(f"{event.words}：{error.detail}{error.fields or ''}") from error

    # Steps.

    def _do(self, session: Session, event: Event) -> None:
        if event.step == "hz_register" and not event.branch:
            self._register(session, event)
            return
        case = records.case_of(session, event)
        task = records.open_task(session, case, event.step) if case is not None else None
        if task is None and event.branch in LEVELS:
            return  # around a long holiday the clock that escalates has not run out yet
        scene = records.scene(session, event, case, self.now)
        by = self._actor(session, cast.person(event, scene), event.at)
        said = self._said(session, event, scene, by)
        if task is not None:
            tasks.complete(session, task.id, said, by, event.at)
        else:
            cases.act(session, case.id, cast.ACTS[event.step], by, event.at, said)
        self._letters(session, case, event)

    def _register(self, session: Session, event: Event) -> None:
        scene = records.scene(session, event, None, self.now)
        by = self._actor(session, event.story.opener, event.at)
        said = self._said(session, event, scene, by)
        case = cases.open_case(session, MAIN, by, event.at, data=said, request_key=event.story.name)
        self._letters(session, case, event)

    # Steps of penalty cases and referrals.

    def _handle(self, session: Session, event: Event) -> None:
        matter, step = event.matter, event.step
        case = matters.case_of(session, matter, step)
        task = records.open_task(session, case, step) if case is not None else None
        by = self._actor(session, matters.person(step, matter), event.at)
        if step == "ec_archive":
            self._complete_papers(session, case, event)
        said = self._told(session, event, matters.deed(session, matter, step, case, event.at), by)
        if task is not None:
            tasks.complete(session, task.id, said, by, event.at)
        elif step in matters.FIRST:
            case = self._lodged(session, matter, step, by, event.at, said)
        else:
            cases.act(session, case.id, matters.ACTS[step], by, event.at, said)
        self._letters(session, case, event, matters.ISSUED)

    def _told(self, session: Session, event: Event, deed: matters.Deed, by: Actor) -> dict[str, Any]:
        told = referral_answers if matters.process_of(event.step) in referral_answers.PROCESSES else enforcement_answers
        said = told.answers(event.step, deed) | event.matter.say.get(event.step, {})
        said |= told.named(event.said, deed) if isinstance(event.said, str) else event.said
        return {key: self._filed(session, value, by, event.at) for key, value in said.items() if value is not None}

    def _lodged(
        self, session: Session, matter: matters.Matter, step: str, by: Actor, at: datetime, said: dict | None
    ) -> model.Case:
        above = matters.root_of(session, matter)
        key = f"{matter.name}:{step}" if above is not None else matter.name
        parent = above.id if above is not None else None
        process = matters.process_of(step) if step else matter.process
        return cases.open_case(session, process, by, at, data=said, parent=parent, request_key=key)

    def _lodge(self, session: Session, event: Event) -> None:
        """Open a penalty case or a referral and leave its first step unanswered."""
        by = self._actor(session, f"{event.matter.opener}.{event.matter.seat}", event.at)
        self._lodged(session, event.matter, "", by, event.at, None)

    def _take_up(self, session: Session, event: Event) -> None:
        """Begin what may be begun at any time, and leave it unanswered."""
        case = matters.case_of(session, event.matter, event.step)
        by = self._actor(session, matters.person(event.step, event.matter), event.at)
        cases.act(session, case.id, matters.ACTS[event.step], by, event.at)

    def _said(self, session: Session, event: Event, scene: Scene, by: Actor) -> dict[str, Any]:
        said = answers(event.step, scene)
        if event.branch == "again" and event.step == "hz_register":
            said |= {"source": "回头看发现", "relapse_of": scene.known["number"], "relapse_level": "县级"}
            said |= {"designated_level": None, "designated_file": None}
        elif event.story is not None and event.branch != "again":
            said |= event.story.say.get(event.step, {})
        said |= failed(scene) if event.said == "failed" else event.said
        if event.step in SIGNED and "enterprise_reporter" not in by.role_ids:
            said["signed_paper"] = Paper("企业申请书", "企业签字盖章材料")
        said |= {key: scene.known.get(value[6:]) for key, value in said.items() if str(value).startswith("known:")}
        return {key: self._filed(session, value, by, event.at) for key, value in said.items() if value is not None}

    def _filed(self, session: Session, value: Any, by: Actor, at: datetime) -> Any:
        if isinstance(value, Paper):
            return papers.hand_in(session, value, self.made, by.user, at).id
        if isinstance(value, list):
            return [self._filed(session, entry, by, at) for entry in value]
        return value

    def _letters(self, session: Session, case: model.Case, event: Event, issued: set[str] | None = None) -> None:
        if self.now - event.at < STILL_DRAFTS:
            return
        drafts = select(model.Document).where(model.Document.case_id == case.id, model.Document.state == "draft")
        letter = model.Document.letter
        drafts = drafts.where(letter.in_(issued) if issued is not None else letter.not_in(NOT_ISSUED))
        for row in session.scalars(drafts).all():
            by = self._actor(session, office.account(row.issue_role, row.org_id), event.at)
            documents.issue(session, row.id, by, event.at, ahead=False)
            if row.letter in SERVED | matters.ISSUED:
                documents.serve(session, row.id, by, event.at, "直接送达", event.at, addressee=case.enterprise)

    def _complete_papers(self, session: Session, case: model.Case, event: Event) -> None:
        """Issue what still lies there, and serve what no step proves the service of: a volume holds no draft."""
        rows = select(model.Document).where(model.Document.case_id == case.id)
        for row in session.scalars(rows.order_by(model.Document.created_at)).all():
            by = self._actor(session, office.account(row.issue_role, row.org_id), event.at)
            if row.state == "draft":
                documents.issue(session, row.id, by, event.at, ahead=False)
            if row.letter == "D-EC-18a" and row.state == "issued":
                documents.serve(session, row.id, by, event.at, "电子送达", event.at, addressee=case.enterprise)

    # Other verbs on cases.

    def _open(self, session: Session, event: Event) -> None:
        """Open a hazard and leave its first step unanswered, or a linked case and put its first step in the pool."""
        story = event.story
        if not event.branch:
            by = self._actor(session, story.opener, event.at)
            cases.open_case(session, MAIN, by, event.at, request_key=story.name)
            return
        measure = event.branch == "coercion"
        role, process = ("case_handler", "coercion") if measure else ("committee_office", "hazard_escalation")
        by = self._actor(session, f"{role}.{story.hazard.bureau}", event.at)
        above, key = records.main_case(session, story), f"{story.name}:{event.branch}"
        case = cases.open_case(session, process, by, event.at, parent=above.id, request_key=key)
        first = records.open_task(session, case, "coercion_request" if measure else "hz_escalate")
        tasks.release(session, first.id, by, event.at)

    def _claim(self, session: Session, event: Event) -> None:
        case = records.case_of(session, event)
        person = cast.person(event, records.scene(session, event, case, self.now))
        task = records.open_task(session, case, event.step)
        tasks.claim(session, task.id, self._actor(session, person, event.at), event.at)

    def _draft(self, session: Session, event: Event) -> None:
        hazard = event.story.hazard
        typed = {"enterprise_name": hazard.enterprise, "uscc": hazard.uscc, "location": hazard.place}
        typed |= {"source": hazard.source, "industry": hazard.industry, "description": hazard.found[:18]}
        task = records.open_task(session, records.case_of(session, event), event.step)
        by = self._actor(session, event.story.opener, event.at)
        tasks.save_draft(session, task.id, typed, by, event.at)

    def _remind(self, session: Session, event: Event) -> None:
        task = records.open_task(session, records.case_of(session, event), event.step)
        by = self._actor(session, f"unit_head.{event.story.hazard.bureau}", event.at)
        tasks.remind(session, task.id, "已过时限，请今日办结。", by, event.at)

    def _begin(self, session: Session, event: Event) -> None:
        case = records.case_of(session, event)
        person = cast.person(event, records.scene(session, event, case, self.now))
        cases.act(session, case.id, cast.ACTS[event.step], self._actor(session, person, event.at), event.at)

    # What the office does beside its cases.

    def _appoint(self, session: Session, event: Event) -> None:
        first, last = office_day(event.at), office_day(self.now) + timedelta(days=10)
        for principal, deputy in AWAY.items():
            by = people.actor(session, principal, event.at)
            deputies.appoint(session, principal, deputy, first, last, by, event.at, "外出学习期间代为审批")

    def _tidy(self, session: Session, event: Event) -> None:
        """Read all notices, and close the incidents of what was late but is done."""
        for name, _, _ in office.people():
            notices.mark_read(session, self._actor(session, name, event.at), event.at)
        clock, late = model.Clock, model.Incident
        done = select(late.id, clock.case_id).join(
            clock, (clock.case_id == late.case_id) & (clock.rule == late.element)
        )
        done = done.where(late.state == "open", clock.stopped_at.is_not(None))
        for incident_id, case_id in dict(session.execute(done).all()).items():
            place = session.get_one(model.Case, case_id).org_id.removeprefix("commission_")
            by = self._actor(session, f"unit_head.{place}", event.at)
            incidents.resolve(session, incident_id, by, event.at, "事项已办结，已提醒责任人。")

    def _take(self, session: Session, event: Event) -> None:
        """Let every third task that waits in the hazard family be taken by somebody of its role."""
        waiting = select(model.Task).join(model.Case, model.Case.id == model.Task.case_id)
        waiting = waiting.where(model.Task.state == "open", model.Task.assignee.is_(None))
        waiting = waiting.where(or_(model.Case.process.startswith("hazard_"), model.Case.process == "coercion"))
        for task in session.scalars(waiting.order_by(model.Task.opened_at, model.Task.id)).all()[::3]:
            case = session.get_one(model.Case, task.case_id)
            role = sight.bundle_of(session, case).steps[task.step].roles[0]
            for holder in people.members(session, role, task.org_id)[-1:]:
                tasks.claim(session, task.id, self._actor(session, holder.name, event.at), event.at)

    def _design(self, session: Session, event: Event) -> None:
        """Leave a changed version of a process for a second person to publish."""
        files, changed = bundles.collect(ROOT, records.ROUND), f"bpmn/{records.ROUND}/params.toml"
        files[changed] = files[changed].replace(b"value = 3", b"value = 4")
        by, note = self._actor(session, "designer.city", event.at), "每季度挂牌拟由3项增至4项，请第二人审核发布"
        catalog.upload(session, records.ROUND, files, by, event.at, note)

    def _correct(self, session: Session, event: Event) -> None:
        rectified = select(model.Case).where(model.Case.process == MAIN, model.Case.status == "rectifying")
        case = session.scalars(rectified.where(model.Case.org_id == "county1").order_by(model.Case.number)).first()
        by = self._actor(session, "case_handler.county1", event.at)
        changed = {"received_by": "综合科（夜班）"}
        cases.correct(session, case.id, "hz_receipt", changed, "签收人填写有误", by, event.at)

    def _void(self, session: Session, event: Event) -> None:
        letters = select(model.Document).where(model.Document.letter == "D-HZ-23", model.Document.state == "served")
        row = session.scalars(letters.order_by(model.Document.issued_at.desc())).first()
        by = self._actor(session, office.account("committee_office", row.org_id), event.at)
        documents.void(session, row.id, by, event.at, "收文单位名称有误，另行发函。")

    def _actor(self, session: Session, name: str, at: datetime) -> Actor:
        # Nobody changes office or role in the year that is told: who somebody is, is asked once.
        key = (name, AWAY.get(name, "") if self.away else "")
        if key not in self._actors:
            self._actors[key] = people.actor(session, key[1] or name, at, acting_for=name if key[1] else None)
        return self._actors[key]
