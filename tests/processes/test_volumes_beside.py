"""The volumes of referrals, of punishments on the spot and of linked matters: what each lacks, whom each is for."""

import tomllib

import pytest

from tests.office import ROOT, at
from tests.processes.test_enforcement_simple import collected, settled

FAMILIES = ("enforcement_case", "judicial_referral")


def settings(process):
    return tomllib.loads((ROOT / "bpmn" / process / "process.toml").read_text())


def linked(process):
    """Return the processes whose cases may hang on one of this process."""
    found = (folder.name for folder in (ROOT / "bpmn").iterdir() if (folder / "process.toml").exists())
    return {name for name in found if process in settings(name).get("starts_from", ())}


def told(case, account=""):
    return case.office.get(account or case.watcher, f"/cases/{case.id}/volume")


@pytest.mark.parametrize("process", FAMILIES)
def test_what_hangs_on_a_case_lies_in_its_volume_or_in_its_own(process):
    bound = {name for section in settings(process)["volume"]["section"] for name in section.get("linked", ())}
    assert {name for name in linked(process) - bound if "volume" not in settings(name)} == set()


def test_a_referral_says_which_papers_its_volume_lacks(referral_at):
    said = [gap["text"] for gap in told(referral_at("accepted"))["gaps"]]
    assert "《涉嫌犯罪案件移送书》已拟稿，尚未签发" in said


def test_a_referral_that_is_closed_locks_its_volume(referral_at):
    referral = referral_at("closing")
    referral.do("ref_close", at("2026-11-25 10:00"))
    assert told(referral)["volume"]["locked"]
    referral.office.post(referral.watcher, f"/cases/{referral.id}/volume", status=409)


@pytest.mark.parametrize("account", ["case_handler2.county1", "archivist.county1", "legal_officer.county2"])
def test_who_may_not_know_a_referral_finds_no_volume_of_it(referral_at, account):
    referral = referral_at("accepted")
    referral.office.post(referral.watcher, f"/cases/{referral.id}/volume", status=201)
    referral.office.get(account, f"/cases/{referral.id}/volume", 404)
    referral.office.post(account, f"/cases/{referral.id}/volume", status=404)


def test_the_volume_of_a_punishment_on_the_spot_is_locked_at_the_archive(penalty_at):
    case = collected(penalty_at)
    case.do("es_hand_in", at("2026-04-30 10:00"))
    case.do("es_bank", at("2026-04-30 11:00"))
    settled(case, "2026-04-30")
    assert told(case)["volume"]["locked"]
