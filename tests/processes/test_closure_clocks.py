"""Which clocks stand still while a hazard that cannot be removed is on its way to closure."""

from tests.office import at


def test_no_progress_is_owed_once_a_hazard_cannot_be_removed(hazard_at):
    hazard = hazard_at("unfixable")
    assert hazard.clock("HZ-C09")["state"] == "stopped"


def test_no_progress_is_owed_once_closure_is_proposed(hazard_at):
    hazard = hazard_at("rectifying")
    for day, number in (("2026-04-02", 1), ("2026-04-20", 2), ("2026-05-12", 3)):
        said = {"decided_on": day, "decision_no": f"青应急罚〔2026〕{number}号"}
        hazard.act("note_penalty", "hz_penalty_note", at("2026-05-12 10:00"), **said)
    hazard.pass_time(at("2026-05-12 11:00"))
    hazard.do("hz_closure_propose", at("2026-05-14 10:00"))
    assert hazard.clock("HZ-C09")["state"] == "stopped"


def test_progress_is_owed_again_where_closure_is_refused(hazard_at):
    hazard = hazard_at("deciding")
    hazard.do("hz_closure_decide", at("2026-05-20 10:00"), decision="不予关闭", decided_on="2026-05-20")
    assert (hazard.clock("HZ-C09")["state"], hazard.clock("HZ-C09")["due_on"]) == ("running", "2026-06-19")
