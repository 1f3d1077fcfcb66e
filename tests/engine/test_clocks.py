"""Deadlines running in a case: started, moved, stopped and fired by what is answered and when."""

from collections import defaultdict
from datetime import UTC, date, datetime

import pytest

from engine import clocks, deadlines, model, parameters, people
from engine.errors import Broken
from engine.expressions import Answers
from engine.workdays import office_zone

SYSTEM = people.SYSTEM_ACTOR


def at(text):
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=office_zone())).astimezone(UTC)


def on(text):
    return date.fromisoformat(text)


class Office:
    """A case whose steps are answered in a test, and the clocks that listen."""

    def __init__(self, session, *tables):
        self.session, self.answers = session, defaultdict(Answers)
        self.rules = tuple(deadlines.load({"clock": [{"title": "时限", "article": "第一条"} | t for t in tables]}))
        session.add_all(
            [
                model.Org(id="o", name="区应急局", region="370202", kind="bureau", path="/o/"),
                model.Bundle(
                    hash="h",
                    process="p",
                    version=1,
                    title="x",
                    files=b"",
                    state="published",
                    uploaded_by="system",
                    uploaded_at=at("2026-01-01"),
                ),
            ]
        )
        session.flush()
        self.case = model.Case(
            id="c",
            number="1",
            process="p",
            bundle_hash="h",
            org_id="o",
            org_path="/o/",
            region="370202",
            opened_by="ann",
            opened_at=at("2026-01-05T09:00"),
        )
        session.add(self.case)
        session.flush()

    def functions(self):
        return {"due_on": lambda rule: clocks.due_on(self.session, self.case, rule)}

    def open(self):
        return clocks.on_opening(
            self.session, self.case, self.rules, self.answers, self.functions(), self.case.opened_at
        )

    def answer(self, step, when, item=None, corrects=None, **data):
        """Answer a step, or put an earlier answer right; return the number of the submission."""
        now = at(when)
        self.case.submissions += 1
        row = model.Submission(
            case_id="c", seq=self.case.submissions, step=step, item=item, by="ann", at=now, data={}, corrects=corrects
        )
        self.session.add(row)
        self.session.flush()
        self.answers |= {step: Answers(data), "item": item}
        self.moved = clocks.on_submission(self.session, self.case, self.rules, row, self.answers, self.functions(), now)
        return row.seq

    def clock(self, rule="C"):
        return clocks.latest(self.session, self.case, rule)

    def all(self, rule="C"):
        return [row for row in clocks.of_case(self.session, "c") if row.rule == rule]

    def fire(self, until):
        """Fire all that is due up to a moment; return (own moment, action) in order."""
        done, now = [], at(until)
        for _ in range(100):
            due = [row for row in clocks.running(self.session, "c") if row.next_at and row.next_at <= now]
            if not due:
                return done
            row = min(due, key=lambda row: row.next_at)
            moment = row.next_at
            done += [(moment, action) for action in clocks.fire(self.session, row, moment)]
        raise AssertionError("fires for ever")


@pytest.fixture
def office(session):
    parameters.seed_calendar(session)
    return lambda *tables: Office(session, *tables)


LIMIT = {"id": "C", "length": "3 WD", "start": {"step": "a"}, "stop": {"step": "b"}, "warn": ["1 WD"]}


# Start and stop.


def test_an_answer_starts_a_clock_and_another_stops_it(office):
    case = office(LIMIT)
    case.answer("a", "2026-02-12T09:00")
    assert (case.clock().state, case.clock().due_on) == ("running", on("2026-02-24"))
    assert case.clock().due_at == at("2026-02-24T23:59:59")
    case.answer("b", "2026-02-24T23:00")
    assert case.clock().state == "met" and case.clock().next_at is None


def test_an_answer_after_the_day_is_late(office):
    case = office(LIMIT)
    case.answer("a", "2026-02-12T09:00")
    case.answer("b", "2026-02-25T00:00")
    assert case.clock().state == "late"


def test_a_step_that_no_clock_knows_moves_nothing(office):
    case = office(LIMIT)
    case.answer("z", "2026-02-12T09:00")
    assert case.moved is False and case.clock() is None


def test_a_start_may_have_its_own_article_verified_or_not(office):
    """COAL 48 was read, the general rule was not."""
    starts = [
        {"step": "a", "when": "a.coal", "article": "《煤矿安全生产条例》第48条", "verified": True},
        {"step": "a"},
    ]
    case = office(LIMIT | {"start": starts})
    case.answer("a", "2026-02-12T09:00", coal=True)
    data = clocks.as_data(case.clock(), at("2026-02-12T10:00"))
    assert (data["article"], data["verified"]) == ("《煤矿安全生产条例》第48条", True)


def test_a_condition_and_a_field_decide_when_it_starts(office):
    start = {"step": "a", "at": "a.received_at", "when": "a.accepted"}
    case = office(LIMIT | {"start": start})
    case.answer("a", "2026-02-14T09:00", accepted=False, received_at=at("2026-02-12T09:00"))
    assert case.clock() is None
    case.answer("a", "2026-02-14T10:00", accepted=True, received_at=at("2026-02-12T09:00"))
    assert case.clock().started_at == at("2026-02-12T09:00")
    assert case.clock().due_on == on("2026-02-24")


def test_the_first_clause_that_applies_gives_its_length(office):
    """COAL 48, scenario 16: coal has 20 days."""
    start = [{"step": "a", "when": "a.coal", "length": "20 CD", "article": "煤矿条例第48条"}, {"step": "a"}]
    case = office(LIMIT | {"length": "10 CD", "start": start})
    case.answer("a", "2026-09-21T09:00", coal=True)
    assert case.clock().due_on == on("2026-10-11") and case.clock().lapse_on == on("2026-10-12")
    assert case.clock().values["article"] == "煤矿条例第48条"


def test_a_field_may_give_the_number_of_days(office):
    case = office(LIMIT | {"length": "60 CD", "start": {"step": "a", "days_field": "a.limit"}})
    case.answer("a", "2026-03-06", limit=45)
    assert case.clock().due_on == on("2026-04-20")


def test_a_running_clock_is_not_started_again(office):
    case = office(LIMIT)
    case.answer("a", "2026-02-12")
    case.answer("a", "2026-02-13")
    assert len(case.all()) == 1 and case.clock().due_on == on("2026-02-24")


def test_the_next_round_of_a_loop_has_a_clock_of_its_own(office):
    case = office(LIMIT)
    for step, day in (("a", "2026-03-02"), ("b", "2026-03-03"), ("a", "2026-03-04")):
        case.answer(step, day)
    assert [row.state for row in case.all()] == ["met", "running"]


def test_a_restart_stops_the_running_clock(office):
    case = office(LIMIT | {"restart": {"step": "r"}})
    case.answer("a", "2026-03-02")
    case.answer("r", "2026-03-04")
    assert [(row.state, row.due_on) for row in case.all()] == [
        ("stopped", on("2026-03-05")),
        ("running", on("2026-03-09")),
    ]


def test_a_cancelled_clock_is_neither_met_nor_late(office):
    case = office(LIMIT | {"cancel": {"step": "x"}})
    case.answer("a", "2026-03-02")
    case.answer("x", "2026-04-02")
    assert case.clock().state == "stopped"


def test_what_was_done_in_time_is_met_though_entered_later(office):
    case = office(LIMIT | {"stop": {"step": "b", "at": "b.published_on"}})
    case.answer("a", "2026-03-02")
    case.answer("b", "2026-03-09", published_on=on("2026-03-05"))
    assert case.clock().state == "met"


def test_a_clock_may_run_from_the_opening_of_the_case(office):
    case = office(LIMIT | {"start": {"step": "case"}})
    assert case.open()
    assert case.clock().due_on == on("2026-01-08")


def test_a_law_not_yet_in_force_starts_no_clock(office):
    old = LIMIT | {"in_force_from": on("2026-02-01")}
    case = office(old, LIMIT | {"length": "5 WD", "in_force_from": on("2026-03-01")})
    case.answer("a", "2026-01-30")
    assert case.clock() is None
    case.answer("a", "2026-03-02")
    assert case.clock().due_on == on("2026-03-09")


def test_the_day_of_the_event_not_of_the_entry_chooses_the_law(office):
    old = LIMIT | {"start": {"step": "a", "at": "a.on"}, "in_force_from": on("2026-02-01")}
    case = office(old, old | {"length": "5 WD", "in_force_from": on("2026-03-01")})
    case.answer("a", "2026-03-02", on=on("2026-02-27"))
    assert case.clock().values["length"] == "3 WD"


def test_each_row_of_a_list_has_its_clock(office):
    each = {"step": "a", "each": "len(a.measures)"}
    case = office(LIMIT | {"kind": "until", "day": "a.measures[item].due_on", "start": each})
    case.answer("a", "2026-03-02", measures=[{"due_on": on("2026-04-01")}, {"due_on": on("2026-05-06")}])
    assert [(row.item, row.due_on) for row in case.all()] == [(0, on("2026-04-01")), (1, on("2026-05-06"))]
    case.answer("b", "2026-03-20", item=1)
    assert [row.state for row in case.all()] == ["running", "met"]
    case.answer("b", "2026-03-21")
    assert [row.state for row in case.all()] == ["met", "met"]


# Pauses and extensions.

PAUSED = LIMIT | {
    "length": "60 CD",
    "pause": {"step": "p", "at": "p.on", "why": "技术鉴定"},
    "resume": {"step": "r", "at": "r.on"},
}


def test_a_pause_stops_the_count_and_a_resumption_continues_it(office):
    """493 art. 27, scenario 6."""
    case = office(PAUSED)
    case.answer("a", "2026-03-02")
    case.answer("p", "2026-03-20", on=on("2026-03-20"))
    row = case.clock()
    assert (row.state, row.due_on, row.next_at) == ("paused", None, None)
    assert clocks.as_data(row, at("2026-04-01"))["remaining"] == 42
    case.answer("r", "2026-04-12", on=on("2026-04-12"))
    assert (row.state, row.due_on) == ("running", on("2026-05-24"))


def test_pauses_with_keys_may_overlap(office):
    """493 scenario 7: two appraisals, 36 days and not 47."""
    keyed = {
        "pause": {"step": "p", "at": "p.on", "key": "p.number"},
        "resume": {"step": "r", "at": "r.on", "key": "r.number"},
    }
    case = office(PAUSED | keyed)
    case.answer("a", "2026-03-02")
    case.answer("p", "2026-03-20", on=on("2026-03-20"), number=1)
    case.answer("p", "2026-04-01", on=on("2026-04-01"), number=2)
    case.answer("r", "2026-04-12", on=on("2026-04-12"), number=1)
    assert case.clock().state == "paused"
    case.answer("r", "2026-04-25", on=on("2026-04-25"), number=2)
    assert case.clock().due_on == on("2026-06-06")


def test_days_between_two_fields_are_excluded(office):
    case = office(PAUSED | {"exclude": {"step": "x", "from": "x.entrusted_on", "to": "x.received_on"}})
    case.answer("a", "2026-03-02")
    case.answer("x", "2026-04-13", entrusted_on=on("2026-03-20"), received_on=on("2026-04-12"))
    assert case.clock().due_on == on("2026-05-24")


SEALING = LIMIT | {
    "length": "30 CD",
    "lapse": "none",
    "exclude": {"step": "test", "days_field": "test.days", "why": "检测时间"},
    "extend": {"step": "ext", "when": "ext.decision == '同意'", "by_field": "ext.days"},
    "ladder": [{"before": "0 CD", "act": "coercion_lift"}],
}


def test_a_sealing_with_testing_and_extension(office):
    """AEL 25, 28, scenario 10."""
    case = office(SEALING)
    case.answer("a", "2026-04-10")
    assert case.clock().due_on == on("2026-05-10")
    case.answer("test", "2026-04-20", days=10)
    assert case.clock().due_on == on("2026-05-20")
    case.answer("ext", "2026-05-15", decision="同意", days=30)
    assert case.clock().due_on == case.clock().lapse_on == on("2026-06-19")


def test_a_sealing_that_is_not_extended_must_be_lifted_that_day(office):
    case = office(SEALING)
    case.answer("a", "2026-04-10")
    case.answer("test", "2026-04-20", days=10)
    assert (at("2026-05-20"), {"act": "coercion_lift"}) in case.fire("2026-05-20T08:00")
    assert clocks.lamp(case.clock(), at("2026-05-20T12:00")) != "red"
    assert clocks.lamp(case.clock(), at("2026-05-21")) == "red"


def test_a_refused_extension_leaves_the_day(office):
    case = office(SEALING)
    case.answer("a", "2026-04-10")
    case.answer("ext", "2026-05-01", decision="不同意", days=30)
    assert case.clock().due_on == on("2026-05-10")


GRANTED = {"extend": {"step": "a", "by_field": "a.more", "why": "批准延长"}}


def test_what_the_starting_answer_grants_counts_from_the_start(office):
    case = office(LIMIT | GRANTED)
    case.answer("a", "2026-02-12T09:00", more=2)
    assert case.clock().due_on == on("2026-02-26")
    assert {"extended": "2 WD", "why": "批准延长"} in case.clock().explanation


def test_what_the_starting_answer_grants_may_be_corrected(office):
    case = office(LIMIT | GRANTED)
    first = case.answer("a", "2026-02-12T09:00")
    case.answer("a", "2026-02-13T09:00", corrects=first, more=1)
    assert case.clock().due_on == on("2026-02-25")
    assert case.clock().explanation[-1]["why"] == "更正后重新计算：期限2026-02-24改为2026-02-25"


def test_the_grant_of_a_later_start_leaves_the_first_clock_alone(office):
    case = office(LIMIT | GRANTED)
    case.answer("a", "2026-02-12T09:00")
    case.answer("b", "2026-02-13T09:00")
    case.answer("a", "2026-02-24T09:00", more=1)
    assert [row.due_on for row in case.all()] == [on("2026-02-24"), on("2026-02-28")]


def test_a_second_extension_is_not_counted_and_that_is_said(office):
    case = office(SEALING)
    case.answer("a", "2026-04-10")
    for day in ("2026-05-01", "2026-05-02"):
        case.answer("ext", day, decision="同意", days=10)
    assert case.clock().due_on == on("2026-05-20")
    assert "达到上限" in case.clock().explanation[-1]["why"]


# The rectification deadline, its ladder and its lead.

LISTING = {"step": "list", "when": "list.decision == '同意'"}
DEADLINE = {
    "id": "HZ-C08",
    "kind": "until",
    "day": "list.deadline",
    "start": LISTING,
    "stop": {"step": "accept"},
    "extend": {"step": "extension", "when": "extension.ok", "day_field": "extension.deadline"},
}
LADDER = DEADLINE | {
    "id": "HZ-C24",
    "day": "due_on('HZ-C08')",
    "ladder": [
        {"on": "1 CD", "act": "escalate", "level": "L2"},
        {"after": "15 CD", "act": "escalate", "level": "L3"},
        {"after": "30 CD", "act": "escalate", "level": "L4"},
    ],
}
del LADDER["extend"]
LEAD = {"id": "HZ-C11", "kind": "lead", "length": "20 WD", "day": "due_on('HZ-C08')", "start": LISTING}


def listed(office):
    case = office(LADDER, LEAD, DEADLINE)
    case.answer("list", "2026-03-06", decision="同意", deadline=on("2026-06-30"))
    return case


def levels(done):
    return [(moment.astimezone(office_zone()).date().isoformat(), a["level"]) for moment, a in done if "level" in a]


def test_a_deadline_its_lead_and_its_ladder_start_together(office):
    """Scenario 6: the last day for an application is 06-01."""
    case = listed(office)
    assert case.clock("HZ-C08").due_on == on("2026-06-30")
    assert case.clock("HZ-C11").due_on == on("2026-06-01")


def test_clocks_that_start_together_see_each_other_whatever_was_read_before(office):
    early = LIMIT | {"id": "A", "start": {"step": "list", "when": "due_on('HZ-C08') == None"}}
    chain = LEAD | {"id": "Z", "length": "1 CD", "day": "due_on('HZ-C11')"}
    case = office(early, chain, LEAD, DEADLINE)
    read = {}
    case.functions = lambda: {
        "due_on": lambda rule: read.setdefault(rule, clocks.due_on(case.session, case.case, rule))
    }
    case.answer("list", "2026-03-06", decision="同意", deadline=on("2026-06-30"))
    assert (case.clock("HZ-C11").due_on, case.clock("Z").due_on) == (on("2026-06-01"), on("2026-05-31"))


def test_the_ladder_climbs_without_an_extension(office):
    """Scenarios 6 and 12: 07-01 L2, 07-16 L3, 07-31 L4, each once."""
    case = listed(office)
    assert levels(case.fire("2026-08-31")) == [("2026-07-01", "L2"), ("2026-07-16", "L3"), ("2026-07-31", "L4")]
    assert case.fire("2026-12-31") == []


def test_an_extension_moves_the_deadline_the_lead_and_the_ladder(office):
    case = listed(office)
    case.answer("extension", "2026-06-10", ok=True, deadline=on("2026-07-31"))
    assert case.clock("HZ-C08").due_on == on("2026-07-31")
    assert case.clock("HZ-C11").due_on == on("2026-07-03")
    assert levels(case.fire("2026-08-01T12:00")) == [("2026-08-01", "L2")]


def test_an_extension_granted_late_arms_the_ladder_again(office):
    case = listed(office)
    assert levels(case.fire("2026-07-02")) == [("2026-07-01", "L2")]
    case.answer("extension", "2026-07-02", ok=True, deadline=on("2026-08-31"))
    assert case.clock("HZ-C08").state == "running"
    assert levels(case.fire("2026-09-01T12:00")) == [("2026-09-01", "L2")]


def test_acceptance_stops_the_ladder(office):
    case = listed(office)
    case.answer("accept", "2026-07-10")
    assert case.clock("HZ-C08").state == "late"
    assert levels(case.fire("2026-08-31")) == []


def test_a_moved_day_says_from_which_to_which(office):
    case = listed(office)
    case.answer("extension", "2026-06-10", ok=True, deadline=on("2026-07-31"))
    note = case.clock("HZ-C11").explanation[-1]
    assert note["why"] == "所依据的日期变更：期限2026-06-01改为2026-07-03"


def test_a_deadline_without_a_day_waits_for_one(office):
    case = office(DEADLINE | {"day": "plan.deadline", "start": {"step": "list"}})
    case.answer("list", "2026-03-06")
    assert case.clock("HZ-C08").due_on is None and case.clock("HZ-C08").state == "running"
    case.answer("plan", "2026-03-09", deadline=on("2026-06-30"))
    assert case.clock("HZ-C08").due_on == on("2026-06-30")


# Periods and windows.

PERIOD = {
    "id": "C",
    "kind": "period",
    "length": "30 CD",
    "start": {"step": "plan"},
    "rearm": {"step": "progress"},
    "stop": {"step": "accept"},
}


def test_each_report_arms_the_next_period(office):
    case = office(PERIOD)
    case.answer("plan", "2026-03-02")
    case.answer("progress", "2026-03-20")
    case.answer("progress", "2026-05-01")
    case.answer("accept", "2026-05-10")
    assert [(row.state, row.due_on.isoformat()) for row in case.all()] == [
        ("met", "2026-04-01"),
        ("late", "2026-04-19"),
        ("met", "2026-05-31"),
    ]


def test_a_report_without_a_running_period_arms_nothing(office):
    case = office(PERIOD)
    case.answer("progress", "2026-03-20")
    assert case.all() == []


def test_a_quarterly_check_is_owed_again_in_the_next_quarter(office):
    """HZ-C10 一季度一挂牌一验收一通报."""
    case = office(PERIOD | {"length": "1 Q"})
    case.answer("plan", "2026-03-06")
    assert case.clock().due_on == on("2026-03-31")
    case.answer("progress", "2026-03-20")
    assert case.clock().due_on == on("2026-06-30")


WINDOW = {
    "id": "C",
    "kind": "window",
    "windows": [{"count": 3, "length": "180 CD"}, {"count": 4, "length": "1 Y"}],
    "start": {"step": "penalty", "at": "penalty.decided_on"},
    "on_expiry": [{"open": "hz_closure_propose"}],
}


def penalised(office, *days):
    case = office(WINDOW)
    for day in days:
        case.answer("penalty", f"{day}T10:00", decided_on=on(day))
    return case


def test_the_third_penalty_on_day_180_proposes_closure(office):
    """SL 113, scenario 15."""
    case = penalised(office, "2026-01-15", "2026-04-02", "2026-07-13")
    assert [action for _, action in case.fire("2026-07-13T10:01")][-1] == {"open": "hz_closure_propose"}
    assert clocks.words(case.clock(), at("2026-07-13T12:00")) == "已达次数"
    assert clocks.lamp(case.clock(), at("2026-07-13T12:00")) == "red"


def test_the_third_penalty_on_day_181_does_not(office):
    case = penalised(office, "2026-01-15", "2026-04-02", "2026-07-14")
    assert {"open": "hz_closure_propose"} not in [action for _, action in case.fire("2026-12-31")]
    assert case.clock().lapse_on == on("2027-01-14")


def test_one_penalty_short_is_yellow_while_the_window_lasts(office):
    case = penalised(office, "2026-01-15", "2026-04-02")
    assert clocks.lamp(case.clock(), at("2026-07-13T12:00")) == "yellow"
    assert clocks.lamp(case.clock(), at("2026-07-14T12:00")) == "green"
    assert [action for _, action in case.fire("2026-04-03")] == [{"warn": "yellow"}]


def test_a_corrected_penalty_is_counted_on_its_new_day(office):
    case = penalised(office, "2026-01-15", "2026-04-02", "2026-07-13")
    case.answer("penalty", "2026-07-13T11:00", corrects=3, decided_on=on("2026-07-14"))
    assert case.clock().due_at is None and len(case.all()) == 1


# Corrections.


def test_a_corrected_start_is_counted_again_and_says_so(office):
    case = office(LIMIT | {"start": {"step": "a", "at": "a.on"}})
    first = case.answer("a", "2026-02-12", on=on("2026-02-12"))
    case.answer("a", "2026-02-13", corrects=first, on=on("2026-02-11"))
    row = case.clock()
    assert len(case.all()) == 1 and row.due_on == on("2026-02-14")
    assert row.explanation[-1]["why"] == "起算由2026-02-12更正为2026-02-11：期限2026-02-24改为2026-02-14"


def test_a_correction_of_a_correction_reaches_the_first_answer(office):
    case = office(LIMIT | {"start": {"step": "a", "at": "a.on"}})
    first = case.answer("a", "2026-02-12", on=on("2026-02-12"))
    second = case.answer("a", "2026-02-13", corrects=first, on=on("2026-02-11"))
    case.answer("a", "2026-02-13", corrects=second, on=on("2026-02-10"))
    assert len(case.all()) == 1 and case.clock().due_on == on("2026-02-13")


def test_a_correction_after_the_stop_judges_again(office):
    case = office(LIMIT | {"start": {"step": "a", "at": "a.on"}})
    first = case.answer("a", "2026-03-02", on=on("2026-03-02"))
    case.answer("b", "2026-03-05T10:00")
    assert case.clock().state == "met"
    case.answer("a", "2026-03-06", corrects=first, on=on("2026-02-27"))
    assert case.clock().state == "late"


def test_a_start_that_no_longer_applies_stops_the_clock(office):
    case = office(LIMIT | {"start": {"step": "a", "when": "a.accepted"}})
    first = case.answer("a", "2026-03-02", accepted=True)
    case.answer("a", "2026-03-03", corrects=first, accepted=False)
    assert case.clock() is None and case.all()[0].state == "stopped"
    assert "不再符合起算条件" in case.all()[0].explanation[-1]["why"]


def test_a_start_that_applies_only_after_correction_counts_from_the_first_answer(office):
    case = office(LIMIT | {"start": {"step": "a", "when": "a.accepted"}})
    first = case.answer("a", "2026-03-02", accepted=False)
    case.answer("a", "2026-03-04", corrects=first, accepted=True)
    assert case.clock().due_on == on("2026-03-05")


def test_a_clock_that_a_correction_starts_hears_what_was_answered_since(office):
    case = office(LIMIT | {"start": {"step": "a", "when": "a.accepted"}})
    first = case.answer("a", "2026-03-02", accepted=False)
    case.answer("b", "2026-03-04")
    case.answer("a", "2026-03-10", corrects=first, accepted=True)
    assert (case.clock().state, case.clock().stopped_at) == ("met", at("2026-03-04"))


def test_a_stop_corrected_into_being_undoes_what_followed_it(office):
    case = office(PERIOD | {"stop": {"step": "accept", "when": "accept.ok"}})
    case.answer("plan", "2026-03-02")
    second = case.answer("accept", "2026-03-10", ok=False)
    case.answer("progress", "2026-03-20")
    case.answer("accept", "2026-03-25", corrects=second, ok=True)
    assert [(row.state, row.stopped_at) for row in case.all()] == [
        ("met", at("2026-03-10")),
        ("stopped", at("2026-03-25")),
    ]
    assert clocks.due_on(case.session, case.case, "C") == on("2026-04-01")


def test_a_day_taken_from_a_paused_clock_is_open(office):
    lead = {"id": "L", "kind": "lead", "length": "5 CD", "day": "due_on('C')", "start": {"step": "a"}}
    case = office(PAUSED, lead)
    case.answer("a", "2026-03-02")
    assert case.clock("L").due_on == on("2026-04-26")
    case.answer("p", "2026-03-20", on=on("2026-03-20"))
    assert case.clock("L").due_on is None
    case.answer("r", "2026-04-12", on=on("2026-04-12"))
    assert case.clock("L").due_on == on("2026-05-19")


def test_a_stop_that_no_longer_applies_lets_the_clock_run_on(office):
    case = office(LIMIT | {"stop": {"step": "b", "when": "b.ok"}})
    case.answer("a", "2026-03-02")
    second = case.answer("b", "2026-03-03", ok=True)
    case.answer("b", "2026-03-04", corrects=second, ok=False)
    row = case.clock()
    assert (row.state, row.stopped_at) == ("running", None) and row.next_at is not None
    assert row.explanation[-1]["why"] == "更正后恢复计时"


def test_a_corrected_pause_keeps_its_end(office):
    case = office(PAUSED)
    case.answer("a", "2026-03-02")
    second = case.answer("p", "2026-03-22", on=on("2026-03-22"))
    case.answer("r", "2026-04-12", on=on("2026-04-12"))
    case.answer("p", "2026-04-13", corrects=second, on=on("2026-03-20"))
    assert case.clock().due_on == on("2026-05-24")


def test_a_corrected_extension_replaces_the_first(office):
    case = office(SEALING)
    case.answer("a", "2026-04-10")
    second = case.answer("ext", "2026-05-01", decision="同意", days=30)
    case.answer("ext", "2026-05-02", corrects=second, decision="同意", days=10)
    assert case.clock().due_on == on("2026-05-20")
    assert "更正后重新计算" in case.clock().explanation[-1]["why"]


def test_a_correction_of_an_old_round_leaves_the_new_round_alone(office):
    case = office(LIMIT | {"stop": {"step": "b", "when": "b.ok"}})
    case.answer("a", "2026-03-02")
    second = case.answer("b", "2026-03-03", ok=True)
    case.answer("a", "2026-03-10")
    case.answer("b", "2026-03-11", corrects=second, ok=True)
    assert [row.state for row in case.all()] == ["met", "running"]


def test_a_corrected_deadline_moves_the_clock(office):
    case = office(DEADLINE)
    first = case.answer("list", "2026-03-06", decision="同意", deadline=on("2026-06-30"))
    case.answer("list", "2026-03-07", corrects=first, decision="同意", deadline=on("2026-06-20"))
    assert case.clock("HZ-C08").due_on == on("2026-06-20")
    assert len(case.all("HZ-C08")) == 1


def test_a_corrected_report_keeps_its_two_periods(office):
    case = office(PERIOD)
    case.answer("plan", "2026-03-02")
    second = case.answer("progress", "2026-03-20")
    case.answer("progress", "2026-03-21", corrects=second)
    assert [(row.state, row.due_on) for row in case.all()] == [
        ("met", on("2026-04-01")),
        ("running", on("2026-04-19")),
    ]


# Firing.


def test_warnings_and_expiry_each_come_once_at_their_own_moment(office):
    case = office(LIMIT | {"warn": ["2 WD", "1 WD"], "on_expiry": [{"notify": "unit_head"}]})
    case.answer("a", "2026-03-02T09:00")
    assert case.fire("2026-03-31") == [
        (at("2026-03-03"), {"warn": "yellow"}),
        (at("2026-03-04"), {"warn": "orange"}),
        (at("2026-03-06"), {"warn": "red"}),
        (at("2026-03-06"), {"notify": "unit_head"}),
    ]
    assert case.clock().state == "expired" and case.clock().next_at is None


def test_an_expired_clock_is_still_owed_and_then_late(office):
    case = office(LIMIT)
    case.answer("a", "2026-03-02")
    case.fire("2026-03-31")
    assert [row.rule for row in clocks.running(case.session, "c")] == ["C"]
    case.answer("b", "2026-04-01")
    assert case.clock().state == "late"


def test_nothing_fires_before_its_moment_or_after_the_stop(office):
    case = office(LIMIT)
    case.answer("a", "2026-03-02")
    assert clocks.fire(case.session, case.clock(), at("2026-03-03T23:59:59")) == []
    assert clocks.due_events(case.clock(), at("2026-03-03T23:59:59")) == []
    case.answer("b", "2026-03-03")
    assert case.fire("2026-12-31") == []


def test_what_is_entered_after_its_day_is_red_at_once_without_stale_warnings(office):
    case = office(LIMIT | {"start": {"step": "a", "at": "a.on"}})
    case.answer("a", "2026-03-20T09:00", on=on("2026-03-02"))
    assert [action for _, action in case.fire("2026-03-20T09:00")] == [{"warn": "red"}]


def test_a_clock_stops_with_its_case_but_stays_expired(office):
    case = office(LIMIT, LIMIT | {"id": "D", "length": "90 CD"})
    case.answer("a", "2026-03-02")
    case.fire("2026-03-31")
    clocks.stop_all(clocks.of_case(case.session, case.case.id), at("2026-04-01"))
    assert (case.clock("C").state, case.clock("D").state) == ("expired", "stopped")
    assert clocks.running(case.session, "c") == []


def test_waiting_times_end_without_turning_red(office):
    case = office(LIMIT | {"kind": "not_before", "length": "24 H", "start": {"step": "a", "at": "a.notice_at"}})
    case.answer("a", "2026-08-07T15:00", notice_at=at("2026-08-07T15:00"))
    row = case.clock()
    assert row.due_at == at("2026-08-08T15:00") and row.due_on is None
    assert clocks.due_on(case.session, case.case, "C") == on("2026-08-08")
    assert clocks.words(row, at("2026-08-08T10:00")) == "未满"
    assert (clocks.words(row, at("2026-08-08T15:00:01")), clocks.lamp(row, at("2026-08-09"))) == ("已满", "green")


@pytest.mark.parametrize(
    ("when", "lamp", "word"),
    [
        ("2026-03-04T23:59", "green", "正常"),
        ("2026-03-05T00:00", "yellow", "关注"),
        ("2026-03-06T00:00", "orange", "临期"),
        ("2026-03-09T23:59:59", "orange", "临期"),
        ("2026-03-10T00:00", "red", "逾期"),
    ],
)
def test_the_lamp_follows_the_moment(office, when, lamp, word):
    case = office(LIMIT | {"length": "5 WD", "warn": ["2 WD", "1 WD"]})
    case.answer("a", "2026-03-02")
    row = case.clock()
    assert row.due_on == on("2026-03-09")
    assert (clocks.lamp(row, at(when)), clocks.words(row, at(when))) == (lamp, word)


def test_a_task_has_the_lamp_of_its_thresholds():
    task = model.Task(yellow_at=at("2026-03-05"), orange_at=at("2026-03-06"), due_at=at("2026-03-09T23:59:59"))
    lamps = [clocks.lamp(task, at(f"2026-03-{day}")) for day in ("04", "05", "06", "10")]
    assert lamps == ["green", "yellow", "orange", "red"]


def test_a_task_answers_to_the_clock_that_its_step_stops(office):
    case = office(LIMIT, LIMIT | {"id": "D", "length": "1 WD", "stop": {"step": "x"}}, LEAD | {"start": {"step": "a"}})
    case.answer("a", "2026-03-02")
    rows = clocks.running(case.session, "c")
    assert clocks.for_step(case.rules, rows, "b", None).rule == "C"
    assert clocks.for_step(case.rules, rows, "nothing", None) is None
    assert clocks.nearest(case.session, case.case).rule == "D"


def test_a_timer_sees_a_clock_only_while_it_runs(office):
    case = office(LIMIT)
    assert clocks.due_at(case.session, case.case, "C") is None
    case.answer("a", "2026-03-02")
    assert clocks.due_at(case.session, case.case, "C") == at("2026-03-05T23:59:59")
    case.answer("b", "2026-03-03")
    assert clocks.due_at(case.session, case.case, "C") is None
    assert clocks.due_on(case.session, case.case, "C") == on("2026-03-05")


def test_a_clock_reads_as_the_conventions_say(office):
    case = office(LIMIT | {"source": "内部规定"})
    case.answer("a", "2026-02-12T09:00")
    case.answer("b", "2026-02-13T09:00")
    data = clocks.as_data(case.clock(), at("2026-02-13T10:00"))
    expected = {
        "id": "C",
        "started_at": "2026-02-12T09:00:00+08:00",
        "due_on": "2026-02-24",
        "due_at": "2026-02-24T23:59:59+08:00",
        "lapse_on": "2026-02-24",
        "state": "met",
        "lamp": "green",
        "provisional": False,
        "source": "内部规定",
        "verified": False,
    }
    assert expected.items() <= data.items()
    assert data["explanation"][2] == {"from": "2026-02-15", "to": "2026-02-23", "skipped": "春节"}


# Places and years.


def test_a_place_settles_its_own_length_and_the_clock_keeps_it(office):
    case = office(LIMIT | {"length": "5 WD", "regional": True})
    settle = (case.session, "clock.C.length", "3 WD", "370200", "青安委〔2012〕5号", SYSTEM, at("2026-01-01"))
    parameters.set_(*settle, verified=True)
    case.answer("a", "2026-02-12")
    parameters.set_(case.session, "clock.C.length", "9 WD", "370202", "新规", SYSTEM, at("2026-02-12"))
    case.answer("a", "2026-02-13", corrects=1)
    data = clocks.as_data(case.clock(), at("2026-02-13"))
    assert (data["due_on"], data["source"], data["verified"]) == ("2026-02-24", "青安委〔2012〕5号", True)
    assert data["settled"] == {"length": {"value": "3 WD", "region": "370200"}}


def test_what_the_law_fixes_for_all_no_place_moves(office):
    """A row that stands in the table all the same is not heard."""
    case = office(LIMIT | {"length": "5 WD", "regional": False})
    parameters.set_(case.session, "clock.C.length", "3 WD", "370200", "市规", SYSTEM, at("2026-01-01"))
    case.answer("a", "2026-02-12")
    data = clocks.as_data(case.clock(), at("2026-02-13"))
    assert (data["due_on"], data["source"], data["settled"]) == ("2026-02-26", "第一条", {})


def test_a_place_value_that_cannot_be_read_is_an_incident(office):
    case = office(LIMIT | {"regional": True})
    parameters.set_(case.session, "clock.C.warn", "soon", "370202", "误填", SYSTEM, at("2026-01-01"))
    with pytest.raises(Broken, match="本地参数"):
        case.answer("a", "2026-02-12")


def test_a_notice_for_the_new_year_moves_only_provisional_days(office):
    case = office(LIMIT | {"length": "5 WD"}, LIMIT | {"id": "D", "length": "5 CD"}, LIMIT | {"id": "E"})
    case.answer("a", "2026-12-28")
    assert case.clock("C").provisional and not case.clock("D").provisional
    days = [(on(f"2027-01-0{n}"), "holiday", "元旦") for n in (1, 2, 3)]
    days += [(on("2027-01-04"), "holiday", "元旦"), (on("2027-10-01"), "holiday", "国庆节")]
    parameters.set_days(case.session, days, "国办发明电〔2026〕X号")
    calendar = parameters.calendar(case.session)
    moved = clocks.recompute_provisional(case.session, calendar, at("2026-12-29"))
    assert [(row.rule, old, new) for row, old, new in moved] == [("C", on("2027-01-04"), on("2027-01-06"))]
    assert not case.clock("C").provisional
    assert case.clock("D").lapse_on == on("2027-01-05")
    assert case.clock("C").explanation[-1]["why"] == "放假安排公布后重新计算：2027-01-04改为2027-01-06"
    assert clocks.recompute_provisional(case.session, calendar, at("2026-12-30")) == []
