"""What the office offers to open is what it lets be opened, alone or from a case, and nothing else."""

from __future__ import annotations

import tomllib

import pytest

from tests.office import ROOT
from tests.pages import Person

HANDLER, LEGAL = "case_handler.county1", "legal_officer.county1"


def alone(process: str) -> bool:
    said = tomllib.loads((ROOT / "bpmn" / process / "process.toml").read_text())
    return not said.get("starts_from") or said.get("linked_only") is False


@pytest.mark.parametrize("name", [HANDLER, LEGAL, "intake_clerk.county1"])
def test_alone_what_is_offered_opens_and_the_rest_is_refused(enforcement_at, name):
    office = enforcement_at("office").office
    for row in office.get(name, "/processes")["items"]:
        expected = 201 if row["may_start"] else 403 if alone(row["id"]) else 422
        said = office.post(name, "/cases", {"process": row["id"]}, expected)
        assert said.get("code") == {201: None, 403: "E-COM-04", 422: "E-COM-25"}[expected], row["id"]


@pytest.mark.parametrize("name", [HANDLER, LEGAL])
def test_on_a_case_what_is_offered_opens_and_the_rest_is_refused(enforcement_at, name):
    case = enforcement_at("investigating")
    offered = case.office.get(name, f"/cases/{case.id}")["may_open"]
    known = [row["id"] for row in case.office.get(name, "/processes")["items"]]
    assert offered
    for process in known:
        case.office.post(name, "/cases", {"process": process, "parent": case.id}, 201 if process in offered else 403)


@pytest.mark.parametrize("name", [HANDLER, LEGAL])
def test_the_page_offers_the_same(enforcement_at, name):
    case = enforcement_at("investigating")
    page = Person(case.office.app, name).open(f"/cases/{case.id}")
    titles = {row["id"]: row["title"] for row in case.office.get(name, "/processes")["items"]}
    offered = {titles[process] for process in case.office.get(name, f"/cases/{case.id}")["may_open"]}
    assert {title for title in titles.values() if f"发起{title}" in page.text} == offered


@pytest.mark.parametrize(("name", "folded"), [(HANDLER, True), (LEGAL, False)])
def test_what_is_more_than_a_few_is_folded_away(enforcement_at, name, folded):
    case = enforcement_at("investigating")
    page = Person(case.office.app, name).open(f"/cases/{case.id}")
    assert bool(page.find("//summary[.='发起关联事项']")) == folded
    assert (len(case.office.get(name, f"/cases/{case.id}")["may_open"]) > 3) == folded
