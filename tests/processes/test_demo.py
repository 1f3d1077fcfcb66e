"""The demo office after its year: every state of every process is there, and the records are whole."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from engine import clocks, installation, model, operations, outbox, people, store, upkeep
from engine.forms.kinds import is_uscc
from engine.workdays import Calendar, calendar, national, office_zone
from tests.office import ROOT, at
from tests.pages import Person, make_app
from web import auth, demo, serving, signins
from web.demo import agenda
from web.demo.hazards import HAZARDS

pytestmark = pytest.mark.slow

NOW = at("2026-11-21 10:30")
PROCESSES = ["hazard_supervision", "coercion", "hazard_interim", "hazard_escalation", "hazard_quarterly_round"]
REGISTERS = [f"L-HZ-{n}" for n in range(1, 6)] + ["L-HZ-QZ", "L-HZ-SJ"]
ROLES = [
    role for role, title in tomllib.loads((ROOT / "bpmn/roles.toml").read_text()).items() if isinstance(title, str)
]


@pytest.fixture(scope="module")
def filled(databases, tmp_path_factory):
    """The URL and the folder of a filled office, and what the filling said."""
    folder, said = tmp_path_factory.mktemp("demo"), []
    url = databases.ready(folder)
    store.configure(url, folder)
    operations.install()
    installation.install(NOW)
    assert demo.fill(NOW, signins.hash_password(auth.DEMO_PASSWORD), serving.publish_all, said.append)
    yield url, folder, said
    outbox.close()
    store.dispose()
    databases.drop(url)


@pytest.fixture
def session(filled):
    store.configure(*filled[:2])
    with store.reading() as session:
        yield session
    outbox.close()


def titles(process: str, session) -> set[str]:
    """The statuses that a process folder names."""
    return set(tomllib.loads((ROOT / "bpmn" / process / "process.toml").read_text())["statuses"])


def hazards(session, *conditions) -> list[model.Case]:
    """The hazards that fit."""
    rows = select(model.Case).where(model.Case.process == "hazard_supervision", *conditions)
    return list(session.scalars(rows.order_by(model.Case.opened_at)))


def said(session, step: str) -> list[dict]:
    """All answers of a step."""
    rows = select(model.Submission).where(model.Submission.step == step)
    return [row.data for row in session.scalars(rows)]


def linked(session, process: str, *conditions) -> list[model.Case]:
    return list(session.scalars(select(model.Case).where(model.Case.process == process, *conditions)))


def tasks_of(session, *conditions) -> list[model.Task]:
    return list(session.scalars(select(model.Task).where(model.Task.state == "open", *conditions)))


# Hazards in all states.


def test_there_are_about_sixty_hazards(session):
    assert 55 <= len(hazards(session)) <= 70


@pytest.mark.parametrize("process", PROCESSES)
def test_every_status_is_there(session, process):
    found = set(session.scalars(select(model.Case.status).where(model.Case.process == process)))
    assert titles(process, session) <= found


def test_each_place_has_its_hazards(session):
    counts = Counter(case.org_id for case in hazards(session))
    assert set(counts) == {"city", "county1", "county2"} and min(counts.values()) >= 10


def test_overdue_hazards_were_raised_step_by_step(session):
    rows = linked(session, "hazard_escalation", model.Case.state == "open")
    assert {"L1 提醒函", "L2 约谈告诫", "L3 公开曝光", "L4 提级督办", "L5 问责线索移送"} == {row.title for row in rows}


def test_measures_are_in_force(session):
    assert linked(session, "coercion", model.Case.status == "in_force")
    assert linked(session, "hazard_interim", model.Case.status == "in_force")
    assert said(session, "coercion_testing") and said(session, "coercion_extend_approve")


def test_extensions_were_granted_refused_sent_back_and_wait(session):
    assert {row["decision"] for row in said(session, "hz_extension_decide")} == {"同意", "不同意", "通知补正"}
    assert tasks_of(session, model.Task.step == "hz_extension_decide")


def test_an_acceptance_failed_twice(session):
    rows = select(model.Submission).where(model.Submission.step == "hz_acceptance_check")
    failed = Counter(row.case_id for row in session.scalars(rows) if row.data["conclusion"] == "不合格")
    assert max(failed.values()) == 2


def test_a_relapse_is_a_hazard_of_its_own(session):
    (again,) = hazards(session, model.Case.relation == "反弹")
    assert session.get_one(model.Case, again.parent_id).status == "closed_delisted"
    assert again.status == "rectifying"


def test_a_hazard_found_twice_was_merged(session):
    (double,) = hazards(session, model.Case.state == "merged")
    assert session.get_one(model.Case, double.merged_into).state == "open"


def test_every_place_held_its_quarterly_rounds(session):
    rounds = Counter(case.org_id for case in linked(session, "hazard_quarterly_round"))
    assert set(rounds.values()) == {4}
    assert session.scalar(select(func.count()).select_from(model.ScheduledRun)) == sum(rounds.values())


# Registers, lamps, the desks of the office.


@pytest.mark.parametrize("register", REGISTERS)
def test_every_column_of_a_register_is_filled_somewhere(session, register):
    rows = session.scalars(select(model.RegisterRow.cells).where(model.RegisterRow.register == register)).all()
    empty = [n for n in range(len(rows[0])) if all(cells[n] in (None, "", []) for cells in rows)]
    assert empty == []


def test_lamps_of_all_colours_are_lit(session):
    assert {clocks.lamp(task, NOW) for task in tasks_of(session) if task.due_at} == {"green", "yellow", "orange", "red"}


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_something_to_do(session, role):
    holders = session.scalars(select(model.Membership.user_name).where(model.Membership.role == role)).all()
    todo = [
        select(model.TaskOffer.task_id).where(model.TaskOffer.role == role, model.TaskOffer.pooled),
        select(model.Task.id).where(model.Task.assignee.in_(holders), model.Task.state == "open"),
    ]
    if role == "supervisory_liaison":  # has no step in these processes, but is told
        todo = [select(model.Notice.id).where(model.Notice.user_name.in_(holders), model.Notice.read_at.is_(None))]
    if role == "process_designer":
        todo = [select(model.Bundle.hash).where(model.Bundle.state == "draft")]
    assert any(session.scalars(rows.limit(1)).first() for rows in todo)


def test_tasks_are_held_and_wait_and_are_half_written_and_chased(session):
    assert tasks_of(session, model.Task.assignee.is_not(None)) and tasks_of(session, model.Task.assignee.is_(None))
    assert tasks_of(session, model.Task.draft_at.is_not(None)) and tasks_of(session, model.Task.reminders > 0)


def test_a_deputy_acts_today_and_has_acted(session):
    deputy = people.actor(session, "unit_head.county1", NOW, acting_for="deputy_head.county1")
    done = select(model.Task.id).where(model.Task.completed_by == deputy.user, model.Task.completed_for.is_not(None))
    assert session.scalars(done.limit(1)).first()


def test_letters_are_drafts_issued_served_and_void(session):
    assert set(session.scalars(select(model.Document.state))) == {"draft", "issued", "served", "void"}


def test_somebody_may_issue_every_draft(session):
    drafts = session.scalars(select(model.Document).where(model.Document.state == "draft")).all()
    lonely = {(row.letter, row.org_id) for row in drafts if not people.members(session, row.issue_role, row.org_id)}
    assert lonely == set()


# The records are whole, and grew in the order of time.


def test_the_records_are_whole_and_nothing_stands_still(session):
    assert list(upkeep.problems(session)) == []
    assert session.scalar(select(func.count()).select_from(model.Seal)) == 1


def test_a_filled_office_has_no_jobs_waiting(session):
    assert outbox.is_empty()


def test_no_process_broke_down(session):
    assert set(session.scalars(select(model.Incident.kind))) == {"clock_overdue"}


def test_numbers_grow_in_the_order_of_time(session):
    for table, moment in ((model.Case, model.Case.opened_at), (model.Document, model.Document.issued_at)):
        rows = session.execute(select(table.number, moment).where(table.number.is_not(None)).order_by(moment)).all()
        series: dict[str, list[int]] = {}
        for number, _ in rows:
            head, _, last = number.removesuffix("号").rpartition("〕" if "〕" in number else "-")
            series.setdefault(head, []).append(int(last))
        assert all(taken == list(range(1, len(taken) + 1)) for taken in series.values())


def test_nothing_happened_after_now(session):
    assert session.scalar(select(func.max(model.LedgerEntry.at))) <= NOW
    assert session.scalar(select(func.min(model.LedgerEntry.at))) < NOW - timedelta(days=300)


# What is invented is marked as such.


def test_enterprises_bear_valid_credit_codes(session):
    codes = session.scalars(select(model.Enterprise.uscc)).all()
    assert len(codes) == 40 and all(map(is_uscc, codes))


def test_reference_lists_hold_titles_only(session):
    rows = session.scalars(select(model.ReferenceItem)).all()
    assert rows and not any(row.verified for row in rows)
    assert all("条文待核" in row.source and len(row.title) < 60 for row in rows)


# The door.


def test_a_demo_account_signs_in(filled, monkeypatch, tmp_path):
    store.configure(*filled[:2])
    browser = Person(make_app(monkeypatch, tmp_path, NOW, DEMO=True)).open("/sign-in")
    assert auth.DEMO_PASSWORD in browser.text
    with store.writing() as session:
        assert signins.is_password_of(session, "case_handler.county1", auth.DEMO_PASSWORD)
    browser = Person(browser.client.application, "case_handler.county1").open("/")
    assert "待办" in browser.text


def test_the_page_of_an_overdue_hazard_says_so(filled, monkeypatch, tmp_path):
    store.configure(*filled[:2])
    with store.reading() as session:
        (case,) = hazards(session, model.Case.title == "树脂车间")
    browser = Person(make_app(monkeypatch, tmp_path, NOW), "case_handler.county1").open(f"/cases/{case.id}")
    assert "已超期 58 天" in browser.find("//div[@class='page-head']")[0].text_content()


def test_the_reason_of_a_decision_table_is_called_reason(filled, monkeypatch, tmp_path):
    store.configure(*filled[:2])
    with store.reading() as session:
        (case,) = hazards(session, model.Case.title == "树脂车间")
    browser = Person(make_app(monkeypatch, tmp_path, NOW), "case_handler.county1").open(f"/cases/{case.id}")
    assert "移送理由" not in browser.text


def test_a_second_filling_changes_nothing(filled):
    store.configure(*filled[:2])
    assert not demo.fill(NOW, "", serving.publish_all, pytest.fail)


def test_an_office_with_people_is_not_filled(database):
    installation.install(NOW)
    with store.writing() as session:
        org = model.Org(id="qd", name="某局", code="某", region="370202", kind="bureau", path="/qd/", active=True)
        session.add(org)
        session.flush()
        session.add(model.User(name="zhang", display="张三", org_id="qd", active=True, created_at=NOW))
    assert not demo.fill(NOW, "", serving.publish_all, pytest.fail)


def test_without_the_demo_nobody_has_an_account(database):
    installation.install(NOW)
    with store.reading() as session:
        assert session.scalars(select(model.User)).all() == []


# The table of stories holds on any day.


@pytest.fixture(scope="module")
def holidays() -> Calendar:
    return calendar(national(range(2025, 2027)))


@pytest.mark.parametrize("week", range(0, 52, 3))
def test_whatever_today_is_each_story_runs_in_its_order(holidays, week):
    now = datetime(2026, 1, 7, 3, 20, tzinfo=office_zone()) + timedelta(weeks=week, days=week % 7)
    steps: dict[str, list[str]] = {}
    for event in agenda.agenda(now, holidays, []):
        if event.story is not None:
            assert event.at < now
            steps.setdefault(event.story.name, []).append(f"{event.branch}:{event.step}")
    assert len(steps) > len(HAZARDS) - 1
    assert all(done[0] in (":hz_register", ":") for done in steps.values())
