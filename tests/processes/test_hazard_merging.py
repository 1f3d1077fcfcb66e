"""A hazard that was registered twice: merged at registration, in one act, without losing what was written down."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine import cases, model, store
from tests.office import at, who
from tests.processes.hazard import Driver, answers

SECOND = "case_handler2.county1"
MERGE = {"duplicate_action": "并入已有隐患", "duplicate_reason": "与已登记的为同一储罐的同一联锁"}


def register_again(kept: Driver, **changes) -> Driver:
    """Register the same place once more and merge it into the known hazard."""
    given = MERGE | {"duplicate_of": kept.case()["number"]} | changes
    return Driver.open(kept.office, at("2026-03-03 09:00"), who=SECOND, **given)


@pytest.fixture
def kept(hazard_at) -> Driver:
    return hazard_at("verifying")


def test_a_hazard_registered_twice_ends_as_merged(kept):
    double = register_again(kept).case()
    assert (double["state"], double["status"], double["open_tasks"]) == ("merged", "merged", [])
    assert (double["merged_into"], double["close_reason"]) == (kept.id, MERGE["duplicate_reason"])
    assert kept.steps() == ["hz_verify"]


def test_both_ledgers_and_both_pages_name_the_other(kept):
    double = register_again(kept)
    pairs = ((kept, double, "case taken in"), (double, kept, "case merged"))
    for one, other, verb in pairs:
        entry = next(row for row in one.state()["history"]["items"] if row["act"] == verb)
        assert entry["detail"]["reason"] == MERGE["duplicate_reason"]
        assert other.case()["number"] in (entry["detail"].get("number"), entry["detail"].get("into"))
        assert other.id in [row["id"] for row in one.case()["linked"]]


def test_what_was_registered_is_read_from_the_kept_hazard(kept):
    """Whoever takes part in the kept one sees description and photos of the other, wherever that was registered."""
    double = register_again(kept, description="二号储罐液位联锁再次被人为短接，现场无人值守，仪表无显示。")
    with store.writing() as session:
        session.get_one(model.Case, double.id).org_path = "/elsewhere/"
    office, handler = kept.office, "case_handler.county1"
    said = office.get(handler, f"/cases/{double.id}")["case_file"]["hz_register"]
    assert said["description"].startswith("二号储罐液位联锁再次")
    with store.reading() as session:
        photo = cases.attachment(session, said["photos"][0], who(handler))
    assert photo.media_type == "image/jpeg"


def test_the_kept_hazard_tells_its_handlers(kept):
    number = register_again(kept).case()["number"]
    with store.reading() as session:
        rows = session.scalars(select(model.Notice).where(model.Notice.case_id == kept.id)).all()
    told = {row.user_name for row in rows if f"{number} 并入本案" in row.text}
    assert "case_handler.county1" in told


def test_clocks_and_papers_of_the_merged_one_go_no_further(kept):
    double = register_again(kept)
    assert double.clock("HZ-C01")["state"] == "stopped"
    assert double.state()["documents"] in ([], {"items": []})
    double.pass_time(at("2026-03-20 09:00"))
    assert double.linked("hazard_interim") == []


def test_a_danger_that_comes_with_it_opens_the_measures_on_the_kept_hazard(kept):
    double = register_again(kept, immediate_danger=True)
    (interim,) = kept.linked("hazard_interim")
    assert interim.case()["parent"] == kept.id and double.linked("hazard_interim") == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"duplicate_of": "HZ-370202-2026-0999"}, "HZ-E52"),
        ({"duplicate_of": None}, "E-COM-01"),
        ({"duplicate_reason": None}, "HZ-E01"),
    ],
)
def test_a_merge_names_a_hazard_of_the_same_place_and_a_reason(kept, changes, code):
    given = MERGE | {"duplicate_of": kept.case()["number"]} | changes
    data = answers(kept.office, "hazard_supervision", "hz_register", SECOND, "county1", given, at("2026-03-03 09:00"))
    problem = kept.office.post(SECOND, "/cases", {"process": "hazard_supervision", "data": data}, 422)
    assert code in [error["code"] for error in problem["errors"]]


def test_handing_the_registration_in_twice_merges_once(kept):
    office, process = kept.office, "hazard_supervision"
    office.set(at("2026-03-03 09:00"))
    case = office.post(SECOND, "/cases", {"process": process}, 201)
    given = MERGE | {"duplicate_of": kept.case()["number"]}
    body = {"data": answers(office, process, "hz_register", SECOND, "county1", given, at("2026-03-03 09:00"))}
    task = case["open_tasks"][0]["id"]
    first, again = (office.post(SECOND, f"/tasks/{task}/complete", body) for _ in range(2))
    assert first["case"]["state"] == again["case"]["state"] == "merged"
    taken = [row for row in kept.state()["history"]["items"] if row["act"] == "case taken in"]
    assert len(taken) == 1


def test_a_hazard_that_was_struck_off_meanwhile_takes_nothing_in(kept):
    """The new one goes on by itself."""
    office, process = kept.office, "hazard_supervision"
    given = MERGE | {"duplicate_of": kept.case()["number"]}
    office.set(at("2026-03-03 09:00"))
    case = office.post(SECOND, "/cases", {"process": process}, 201)
    data = answers(office, process, "hz_register", SECOND, "county1", given, at("2026-03-03 09:00"))
    with store.writing() as session:
        session.get_one(model.Case, kept.id).state = "closed"
    office.post(SECOND, f"/tasks/{case['open_tasks'][0]['id']}/complete", {"data": data}, 200)
    assert office.get(SECOND, f"/cases/{case['id']}")["state"] == "open"
