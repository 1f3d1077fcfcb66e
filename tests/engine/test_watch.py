"""The crime watch: asked after every answer, kept, handed over once, answered only with a reason."""

import pytest

from engine import cases, handoffs, instances, ledger, model, store, tasks, upkeep, watch
from engine.errors import Conflict, NotAllowed, NotFound, Refused
from tests import small, watching
from tests.office import open_office, who
from tests.processes.tips import FRIDAY, complete, rows
from tests.small import Step
from tests.watching import LATER, hits, referrals, report

REASON = "经核实为统计口径错误，实际无人员死亡"


@pytest.fixture
def office(database, tmp_path):
    watching.open_both(tmp_path)
    return tmp_path


def answer(case, row="R1", reason=REASON, by="case_handler.city", now=FRIDAY):
    with store.writing() as session:
        return watch.answer(session, case.id, row, reason, who(by), now)


def correct(case, by="case_handler.city", now=FRIDAY, **data):
    with store.writing() as session:
        cases.correct(session, case.id, "mt_report", data, "更正", who(by), now)


def acts(case):
    with store.reading() as session:
        return [row.act for row in ledger.of_case(session, case.id)]


def take_up(case, by="case_handler.city"):
    """Register the clue of the referral of a case."""
    (referral,) = referrals(case)
    complete(referral, by, {"facts": "一人死亡"})
    return referral


def test_facts_below_every_limit_hit_nothing(office):
    case = report(deaths=0, loss="999999.99", refused=False)
    assert hits(case) == {} and referrals(case) == []


@pytest.mark.parametrize("said", [{"deaths": 1}, {"loss": "1000000.00"}])
def test_facts_at_a_limit_hit_its_row(office, said):
    assert hits(report(**said)) == {"R1": "open"}


def test_a_hit_keeps_the_crime_the_article_and_the_facts_it_looked_at(office):
    hit = watching.rows(report(deaths=1, loss="1000000.00"))["R1"]
    assert (hit.crime, hit.article, hit.note) == ("重大责任事故罪", "刑法第一百三十四条第一款", "不得以罚代刑")
    assert [(fact["title"], fact["value"]) for fact in hit.facts] == [("死亡人数", 1), ("直接经济损失", "1000000.00")]


def test_a_draft_is_not_looked_at(office):
    with store.writing() as session:
        case = cases.open_case(session, "matter", who("case_handler.city"), FRIDAY)
        (task,) = instances.open_tasks(session, case.id)
        tasks.save_draft(session, task.id, {"deaths": 9}, who("case_handler.city"), FRIDAY)
    assert hits(case) == {}


def test_a_hit_opens_a_draft_clue_with_what_was_found(office):
    case = report(deaths=2)
    (referral,) = referrals(case)
    with store.reading() as session:
        carried = cases.case_file(session, referral, who("legal_officer.city"), FRIDAY)["carried"]
    assert (carried["threshold_row"], carried["from_case"]) == ("R1", case.number)
    assert carried["facts"] == "死亡人数：2"
    assert carried["rows"][0]["crime"] == "重大责任事故罪"


def test_later_hits_open_no_second_clue(office):
    case = report(deaths=1)
    correct(case, refused=True)
    assert hits(case) == {"R1": "open", "R4": "open"} and len(referrals(case)) == 1


def test_the_handler_and_the_legal_officer_are_told(office):
    case = report(deaths=1)
    with store.reading() as session:
        told = {row.user_name for row in session.query(model.Notice).filter_by(case_id=case.id, kind="watch")}
    assert {"case_handler.city", "legal_officer.city"} <= told


def test_the_same_facts_said_again_tell_nobody_again(office):
    case = report(deaths=1)
    before = rows(model.Notice)
    correct(case, place="三号库")
    assert rows(model.Notice) == before


def test_a_correction_is_looked_at_too(office):
    case = report(deaths=0)
    correct(case, deaths=1)
    assert hits(case) == {"R1": "open"}


def test_a_hit_stays_open_while_the_clue_is_only_a_draft(office):
    case = report(deaths=1)
    assert len(referrals(case)) == 1 and hits(case) == {"R1": "open"}


def test_a_registered_clue_refers_what_stands_open(office):
    case = report(deaths=1)
    referral = take_up(case)
    hit = watching.rows(case)["R1"]
    assert (hit.state, hit.referral_id) == ("referred", referral.id) and "crime watch referred" in acts(case)


def test_a_new_row_joins_the_referral_that_runs(office):
    case = report(deaths=1)
    take_up(case)
    correct(case, refused=True)
    assert hits(case) == {"R1": "referred", "R4": "referred"} and len(referrals(case)) == 1


def test_what_is_met_after_its_referral_ended_opens_another(office):
    case = report(deaths=1)
    referral = take_up(case)
    complete(referral, "unit_head.city", {"text": "不涉罪"})
    correct(case, refused=True)
    assert hits(case) == {"R1": "referred", "R4": "open"} and len(referrals(case)) == 2


def test_a_referral_opened_by_mistake_gives_the_hit_back(office):
    case = report(deaths=1)
    referral = take_up(case)
    with store.writing() as session:
        cases.terminate(session, referral.id, "重复", who("unit_head.city"), FRIDAY)
    correct(case, place="三号库")
    assert hits(case) == {"R1": "open"}


def test_an_answer_keeps_its_reason(office):
    case = report(deaths=1)
    answer(case)
    hit = watching.rows(case)["R1"]
    assert (hit.state, hit.reason, hit.answered_by) == ("answered", REASON, "case_handler.city")
    with store.reading() as session:
        kept = [row.detail for row in ledger.of_case(session, case.id) if row.act == "crime watch answered"]
    assert kept == [{"rows": ["R1"], "reason": REASON}]


@pytest.mark.parametrize("reason", ["", "   ", "不移送"])
def test_without_a_reason_it_stays_open(office, reason):
    case = report(deaths=1)
    with pytest.raises(Refused) as refused:
        answer(case, reason=reason)
    assert refused.value.code == "E-COM-08" and hits(case) == {"R1": "open"}


def test_what_is_answered_cannot_be_answered_again(office):
    case = report(deaths=1)
    answer(case)
    with pytest.raises(Conflict) as refused:
        answer(case, by="legal_officer.city")
    assert refused.value.by == "case_handler.city"


def test_other_facts_open_an_answered_hit_again(office):
    case = report(deaths=1)
    answer(case)
    correct(case, place="三号库")
    assert hits(case) == {"R1": "answered"}
    correct(case, deaths=2)
    assert hits(case) == {"R1": "open"} and acts(case).count("crime watch hit") == 2


def test_only_handlers_and_legal_staff_answer(office):
    case = report(deaths=1)
    with pytest.raises(NotAllowed):
        answer(case, by="unit_head.city")
    answer(case, by="legal_officer.city")


@pytest.mark.parametrize("name", ["archivist.city", "intake_clerk.city"])
def test_others_are_not_shown_what_the_watch_found(office, name):
    case = report(deaths=1)
    with store.reading() as session:
        assert watch.hits(session, cases.get(session, case.id, who(name)), who(name)) == []
    with pytest.raises(NotFound):
        answer(case, by=name)


def test_of_another_office_nobody_answers(office):
    with pytest.raises(NotFound):
        answer(report(deaths=1), by="case_handler.county2")


def test_an_unknown_row_is_not_found(office):
    with pytest.raises(NotFound):
        answer(report(deaths=1), row="R99")


def test_expressions_read_what_stands_open(database, tmp_path):
    rule = {"code": "EC-E32", "refuse_if": "len(watch_open()) > 0", "fields": ["sum"], "detail": "涉嫌犯罪未处理"}
    open_office()
    watching.write(tmp_path)
    decide = Step("mt_decide", watching.DECIDE.fields, "承办机构负责人", rules=[rule])
    small.write(tmp_path, "matter", [watching.REPORT, decide], watching.MATTER, {"facts.toml": watching.FACTS})
    for process in ("judicial_referral", "matter"):
        small.publish(tmp_path, process)
    case = report(deaths=1)
    with pytest.raises(Refused) as refused:
        complete(case, "unit_head.city", {"sum": "1.00"})
    assert refused.value.code == "EC-E32"
    answer(case)
    complete(case, "unit_head.city", {"sum": "1.00"})


def test_a_screen_notes_what_it_found_before_the_next_gateway(database, tmp_path):
    screen = Step("mt_screen", operation="screen")
    title = Step("mt_title", operation="notify", params={"role": "'unit_head'", "text": "'、'.join(mt_screen.rows)"})
    watching_steps = [watching.REPORT, screen, title, watching.DECIDE]
    open_office()
    watching.write(tmp_path)
    small.write(tmp_path, "matter", watching_steps, watching.MATTER, {"facts.toml": watching.FACTS})
    for process in ("judicial_referral", "matter"):
        small.publish(tmp_path, process)
    case = report(deaths=1)
    with store.reading() as session:
        told = session.query(model.Notice).filter_by(user_name="unit_head.city", kind="handoff").one()
        said = cases.case_file(session, case, who("unit_head.city"), FRIDAY)["mt_screen"]
    assert said == {"rows": ["R1"], "positive": True} and told.text.endswith("R1")


def test_without_a_published_table_nothing_is_asked_and_nothing_stops(database, tmp_path):
    open_office()
    watching.write(tmp_path)
    small.publish(tmp_path, "matter")
    assert hits(report(deaths=1)) == {}


def test_publishing_the_table_asks_about_every_open_case(database, tmp_path):
    open_office()
    watching.write(tmp_path)
    small.publish(tmp_path, "matter")
    case, other = report(deaths=1), report(deaths=0)
    small.publish(tmp_path, "judicial_referral")
    upkeep.tick(FRIDAY)
    assert hits(case) == {"R1": "open"} and hits(other) == {}
    assert len(referrals(case)) == 1


def test_a_changed_table_is_asked_about_every_open_case(office):
    case = report(deaths=0, loss="500000.00")
    watching.write(
        office, rules=[*watching.RULES, ("-", "[500000..900000]", "-", "-", "R9", "提供虚假证明文件罪", "刑法第229条")]
    )
    small.publish(office, "judicial_referral")
    assert watch.catch_up(LATER) == 1
    assert hits(case) == {"R9": "open"}
    assert watch.catch_up(LATER) == 0


def test_a_watch_that_fails_is_an_incident_and_stops_nobody(office):
    watching.write(office, facts=watching.FACTS.replace("mt_report.deaths", "mt_report.deaths + mt_report.place"))
    small.publish(office, "matter")
    case = report(deaths=1)
    correct(case, loss="5.00")
    with store.reading() as session:
        (incident,) = session.query(model.Incident).filter_by(case_id=case.id)
    assert incident.kind == "watch" and "涉罪筛查未能进行" in incident.cause


def test_the_check_refuses_a_fact_that_the_table_does_not_ask_for(office):
    watching.write(office, facts='dead = "mt_report.deaths"\n')
    assert any("移送标准表不问 dead" in text for text in small.problems(office, "matter"))


def test_the_check_refuses_a_fact_of_an_undeclared_step(office):
    watching.write(office, facts='deaths = "mt_said.deaths"\n')
    assert any("没有步骤或名称 mt_said" in text for text in small.problems(office, "matter"))


@pytest.mark.parametrize("facts", ["deaths = 1", "deaths = ", 'Deaths = "1"'])
def test_the_check_refuses_facts_that_cannot_be_read(office, facts):
    watching.write(office, facts=facts)
    assert any("facts.toml" in text for text in small.problems(office, "matter"))


def test_the_check_refuses_a_table_that_does_not_collect(office):
    (office / "bpmn" / "judicial_referral" / "thresholds.dmn").write_text(watching.table(policy="FIRST"))
    assert any("COLLECT" in text for text in small.problems(office, "judicial_referral"))


def test_a_case_without_facts_costs_the_watch_no_statement(office):
    small.write(office, "plain_matter", [watching.REPORT, watching.DECIDE], watching.MATTER)
    small.publish(office, "plain_matter")
    with store.writing() as session:
        case = cases.open_case(session, "plain_matter", who("case_handler.city"), FRIDAY, {"deaths": 3})
    assert hits(case) == {} and case.screened_by is None


def test_a_hit_of_the_case_above_that_is_referred_is_referred_below(database, tmp_path):
    open_office()
    watching.write(tmp_path, settings="")
    below = 'starts = ["case_handler"]\nstarts_from = ["matter"]\n'
    step = Step("mb_report", {"deaths": watching.NUMBER})
    small.write(
        tmp_path, "matter_below", [step, Step("mb_end")], below, {"facts.toml": 'deaths = "mb_report.deaths"\n'}
    )
    for process in ("judicial_referral", "matter", "matter_below"):
        small.publish(tmp_path, process)
    case = report(deaths=1)
    take_up(case)
    with store.writing() as session:
        by = who("case_handler.city")
        child = cases.open_case(session, "matter_below", by, FRIDAY, {"deaths": 1}, parent=case.id)
    assert hits(child) == {"R1": "referred"} and referrals(child) == []


def test_a_waiting_hand_off_of_the_watch_is_one(office):
    case = report(deaths=1)
    with store.reading() as session:
        (row,) = session.query(model.Handoff).filter_by(case_id=case.id)
    assert (row.key, row.state) == (f"{case.number}:judicial_referral:watch", "delivered")
    assert handoffs.by_name(session, row) == "系统"
