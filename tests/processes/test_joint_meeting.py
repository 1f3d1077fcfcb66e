"""The joint meeting of enforcement and justice (联席会议, §5): agenda, minutes, what was agreed, a year's counts."""

from __future__ import annotations

import pytest

from tests.api import Office, make_app
from tests.office import at, open_office
from tests.processes.hazard import Driver
from tests.processes.hazard_answers import PDF

LEGAL = "legal_officer.county1"
MEMBERS = [{"organ": "东山区公安局", "kind": "公安机关"}, {"organ": "东山区人民检察院", "kind": "检察机关"}]
AGREED = [
    {"matter": "补正涉案物品移交手续", "owner": "东山区公安局", "due_on": "2026-07-10"},
    {"matter": "统一证据目录格式", "owner": "东山区应急管理局", "due_on": "2026-07-31"},
]
DONE = {"done_on": "2026-07-09", "result": "已补正"}
COUNTS = {"found": 27, "referred": 20, "accepted": 18, "filed": 15, "prosecuted": 9, "judged": 6}


class Meeting(Driver):
    """A joint meeting, driven by the legal officer of the office that holds it."""

    people = dict.fromkeys(("jm_agenda", "jm_minutes", "jm_follow"), "legal_officer")
    told = {
        "joint_meeting": {
            "jm_agenda": {
                "kind": "联席会议",
                "meeting_at": "2026-06-30T14:00:00+08:00",
                "place": "东山区应急管理局",
                "members": MEMBERS,
                "agenda": [{"topic": "涉案物品移交"}],
            },
            "jm_minutes": {
                "held_at": "2026-06-30T14:00:00+08:00",
                "attended": MEMBERS,
                "minutes": "研究涉案物品移交。",
                "agreed": AGREED,
                "scan": [PDF],
            },
            "jm_follow": {"agreed": AGREED},
        }
    }

    @property
    def watcher(self) -> str:
        return LEGAL


@pytest.fixture
def meeting(database, tmp_path, monkeypatch) -> Meeting:
    open_office("joint_meeting")
    office = Office(tmp_path, monkeypatch, make_app())
    return Meeting(office, "", "joint_meeting").begin("joint_meeting", "jm_agenda", at("2026-06-25 10:00"))


@pytest.fixture
def agreed(meeting) -> Meeting:
    meeting.do("jm_minutes", at("2026-07-01 10:00"))
    return meeting


def test_what_was_agreed_is_followed_until_all_of_it_is_done(agreed):
    agreed.do("jm_follow", at("2026-07-09 10:00"), agreed=[AGREED[0] | DONE, AGREED[1]])
    assert agreed.case()["status"] == "following"
    agreed.do("jm_follow", at("2026-07-20 10:00"), agreed=[AGREED[0] | DONE, AGREED[1] | DONE])
    assert (agreed.case()["state"], agreed.case()["status"]) == ("closed", "closed")


def test_the_limit_is_that_of_what_is_due_next(agreed):
    assert agreed.clock("JR-C20")["due_on"] == "2026-07-10"
    agreed.do("jm_follow", at("2026-07-09 10:00"), agreed=[AGREED[0] | DONE, AGREED[1]])
    assert agreed.clock("JR-C20")["due_on"] == "2026-07-31"


def test_the_limit_that_passes_is_late(agreed):
    agreed.pass_time(at("2026-07-11 09:00"))
    assert agreed.clock("JR-C20")["lamp"] == "red"


def test_a_meeting_that_agreed_on_nothing_is_over_with_its_minutes(meeting):
    meeting.do("jm_minutes", at("2026-07-01 10:00"), agreed=[])
    assert meeting.case()["state"] == "closed"


def test_the_counts_of_a_year_stand_in_the_ledger(meeting):
    office = meeting.office
    yearly = Meeting(office, "", "joint_meeting").begin(
        "joint_meeting", "jm_agenda", at("2026-06-25 11:00"), kind="年度通报会议"
    )
    yearly.do("jm_minutes", at("2026-07-01 10:00"), year=2025, agreed=[], **COUNTS)
    page = office.get(LEGAL, "/registers/L-JR-7")
    (row,) = [row for row in page["items"] if row["number"] == yearly.case()["number"]]
    assert list(row["cells"].values())[-7:] == [2025, *COUNTS.values()]


def test_the_yearly_meeting_is_nothing_without_its_counts(meeting):
    yearly = Meeting(meeting.office, "", "joint_meeting").begin(
        "joint_meeting", "jm_agenda", at("2026-06-25 11:00"), kind="年度通报会议"
    )
    problem = yearly.do("jm_minutes", at("2026-07-01 10:00"), status=422, agreed=[])
    assert set(problem["fields"]) == {"year", *COUNTS}


@pytest.mark.parametrize(
    ("code", "step", "changes"),
    [
        ("JR-E01", "jm_minutes", {"scan": None}),
        ("JR-E31", "jm_minutes", {"attended": [{"organ": "东山区住建局", "kind": "其他部门"}]}),
        ("JR-E32", "jm_minutes", {"agreed": [AGREED[0] | {"due_on": "2026-06-29"}]}),
        ("JR-E33", "jm_follow", {"agreed": AGREED[:1]}),
        ("JR-E33", "jm_follow", {"agreed": [AGREED[0], AGREED[1] | {"matter": "另一事项"}]}),
        ("JR-E34", "jm_follow", {"agreed": [AGREED[0] | {"done_on": "2026-07-01"}, AGREED[1]]}),
        ("E-COM-22", "jm_follow", {"agreed": [AGREED[0] | DONE | {"done_on": "2026-06-29"}, AGREED[1]]}),
    ],
)
def test_it_is_refused_and_nothing_has_changed(meeting, code, step, changes):
    if step == "jm_follow":
        meeting.do("jm_minutes", at("2026-07-01 10:00"))
    meeting.refused(code, step, "2026-07-10 10:00", **changes)


def test_a_meeting_is_for_the_legal_staff_and_the_head(meeting):
    for name, status in ((LEGAL, 200), ("agency_head.county1", 200), ("case_handler.county1", 404)):
        meeting.office.get(name, f"/cases/{meeting.id}", status)
