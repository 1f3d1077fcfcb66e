"""The demo office after its year: every state of every process is there, and the records are whole."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from engine import (
    clocks,
    installation,
    letters,
    model,
    operations,
    outbox,
    parameters,
    penalties,
    people,
    store,
    upkeep,
)
from engine.forms.kinds import is_uscc
from engine.workdays import Calendar, calendar, national, office_zone
from tests.api import own_app
from tests.office import ROOT, at
from tests.pages import Person, make_app
from web import auth, demo, serving, signins
from web.demo import agenda
from web.demo.hazards import HAZARDS

pytestmark = pytest.mark.slow

NOW = at("2026-11-21 10:30")
PROCESSES = ["hazard_supervision", "coercion", "hazard_interim", "hazard_escalation", "hazard_quarterly_round"]
PROCESSES += ["enforcement_case", "judicial_referral"]
REGISTERS = [f"L-HZ-{n}" for n in range(1, 6)] + ["L-HZ-QZ", "L-HZ-SJ"]
REGISTERS += [f"L-EC-{n}" for n in ("1", "1S", "2", "3", "4", "5", "6", "7", "8", "8Q", "9", "ZG")]
REGISTERS += [f"L-JR-{n}" for n in range(1, 8)]
# Nobody is taken off the list before twelve months: the year that is told is shorter. No small fine was quashed in it.
NOT_IN_A_YEAR = {"L-EC-7": {"修复", "移出日", "移出方式"}, "L-EC-1S": {"撤回公示"}}
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


def headings(register: str) -> list[str]:
    """The headings of a register, as its process folder has them."""
    for path in sorted(ROOT.glob("bpmn/*/process.toml")):
        for found in tomllib.loads(path.read_text()).get("register", ()):
            if found["id"] == register:
                return [title for title, _ in found["columns"]]
    raise LookupError(register)


def overdue(session, process: str) -> set[str]:
    """The rules of the process whose clocks have run out and were not answered."""
    rows = select(model.Clock.rule).join(model.Case, model.Case.id == model.Clock.case_id)
    late = rows.where(model.Clock.stopped_at.is_(None), model.Clock.state == "expired")
    return set(session.scalars(late.where(model.Case.process == process, model.Case.state == "open")))


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
    held = select(func.count()).where(model.ScheduledRun.process == "hazard_quarterly_round")
    assert session.scalar(held) == sum(rounds.values())


# Penalty cases and referrals.


def test_there_are_about_eighty_penalty_cases(session):
    ordinary, simple = (linked(session, process) for process in ("enforcement_case", "enforcement_simple"))
    assert len(simple) >= 25 and 75 <= len(ordinary) + len(simple) <= 90


def test_there_are_about_twenty_five_referrals(session):
    rows = [case for case in linked(session, "judicial_referral") if case.relation != "从业禁止"]
    assert 23 <= len(rows) <= 30


def test_referrals_come_of_hazards_and_of_penalty_cases(session):
    above = {case.parent_id for case in linked(session, "judicial_referral") if case.relation != "从业禁止"}
    found = {session.get_one(model.Case, parent).process for parent in above if parent}
    assert found == {"hazard_supervision", "enforcement_case"}


def test_everything_handed_over_was_delivered(session):
    waiting = select(model.Handoff.process).where(model.Handoff.state != "delivered")
    assert session.scalars(waiting).all() == []
    handed = set(session.scalars(select(model.Handoff.process)))
    assert {"enforcement_case", "judicial_referral"} <= handed


def test_referrals_are_late_in_the_ways_that_happen(session):
    # The twenty-four hours, the police's receipt and decision, and the three days to object.
    assert {"JR-C02", "JR-C03", "JR-C04", "JR-C08"} <= overdue(session, "judicial_referral")


def test_penalty_cases_are_late(session):
    assert {"EC-C06", "EC-C25"} <= overdue(session, "enforcement_case")
    assert "EC-C25" in overdue(session, "enforcement_simple")


def test_a_fine_was_paid_in_parts_with_a_surcharge_and_by_a_court(session):
    assert said(session, "ec_instalment_approve") and said(session, "ec_surcharge_approve")
    assert {row["stage"] for row in said(session, "ec_court_result")} >= {"受理", "裁定准予执行", "终结执行"}


def test_legal_review_sent_cases_back_and_a_hearing_was_held(session):
    assert {row["opinion"] for row in said(session, "ec_legal_review")} == {"通过", "程序纠正"}
    assert said(session, "eh_report") and said(session, "ec_collective")


def test_a_person_is_banned(session):
    assert linked(session, "occupational_ban", model.Case.status == "in_force")


# Registers, lamps, the desks of the office.


@pytest.mark.parametrize("register", REGISTERS)
def test_every_column_of_a_register_is_filled_somewhere(session, register):
    rows = session.scalars(select(model.RegisterRow.cells).where(model.RegisterRow.register == register)).all()
    lines = [line for cells in rows for line in (cells if isinstance(cells[0], list) else [cells])]
    empty = {n for n in range(len(lines[0])) if all(line[n] in (None, "", []) for line in lines)}
    assert {headings(register)[n] for n in empty} == NOT_IN_A_YEAR.get(register, set())


def test_the_statistics_of_the_year_have_something_to_say(session):
    found = penalties.summary(session, people.actor(session, "legal_officer.city", NOW), NOW, NOW.year)
    assert [title for title, months in found.lines if not sum(months)] == []
    assert all(table.lines for table in found.tables)


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


def test_a_filled_office_leaves_only_volumes_and_the_screening_to_its_worker(session):
    left = outbox.client().list_workflows(status=outbox.UNFINISHED, load_input=False, load_output=False)
    assert {row.name for row in left} <= {"screen_cases", "bind_volume"}


def test_no_process_broke_down(session):
    assert set(session.scalars(select(model.Incident.kind))) == {"clock_overdue"}


def test_numbers_grow_in_the_order_of_time(session):
    for table, moment in ((model.Case, model.Case.opened_at), (model.Document, model.Document.issued_at)):
        # Those of one moment may be told in any order.
        rows = session.execute(select(table.number, moment).where(table.number.is_not(None))).all()
        series: dict[str, list[int]] = {}
        for number, _ in sorted(rows, key=lambda row: (row[1], len(row[0]), row[0])):
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


@pytest.mark.parametrize("fact", letters.OFFICE[1:])  # the government is itself an office
def test_letters_name_what_lies_around_each_bureau(session, fact):
    bureaus = session.scalars(select(model.Org).where(model.Org.kind == "bureau")).all()
    settled = {org.id: parameters.value(session, f"office.{fact}", org.region, NOW.date()) for org in bureaus}
    assert [org.id for org in bureaus if not (settled[org.id] and settled[org.id].value)] == []


def test_a_demo_account_signs_in(filled, monkeypatch, tmp_path):
    store.configure(*filled[:2])
    browser = Person(make_app(monkeypatch, tmp_path, NOW, own_app(DEMO=True))).open("/sign-in")
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
