"""Who does which step in the demo office, and by which act a step is begun that anybody may begin at any time."""

from __future__ import annotations

from web.demo.agenda import Event
from web.demo.answers import CITY_AND_ABOVE, Scene

ACTS = {
    "hz_progress": "ask_progress",
    "hz_onsite_check": "ask_check",
    "hz_extension_apply": "ask_extension",
    "hz_penalty_note": "note_penalty",
    "coercion_testing": "note_testing",
    "coercion_extend": "ask_coercion_extension",
    "hz_interim_extend": "ask_interim_extension",
}
ROLES = {
    "hz_not_hazard_approve": "unit_head",
    "hz_confirm_list": "unit_head",
    "hz_approve_listing": "deputy_head",
    "hz_approve_listing_approve": "committee_leader",
    "hz_assign": "committee_office",
    "hz_file_listing": "committee_office",
    "hz_publish_listing": "publicity_officer",
    "hz_plan": "enterprise_reporter",
    "hz_review_plan": "technical_expert",
    "hz_review_plan_approve": "unit_head",
    "hz_progress": "enterprise_reporter",
    "hz_penalty_note": "legal_officer",
    "hz_extension_apply": "enterprise_reporter",
    "hz_extension_decide": "deputy_head",
    "hz_acceptance_apply": "enterprise_reporter",
    "hz_acceptance_approve": "deputy_head",
    "hz_resume": "deputy_head",
    "hz_resume_approve": "government_leader",
    "hz_delist_review": "committee_office",
    "hz_delist_review_approve": "committee_leader",
    "hz_publish_delisting": "publicity_officer",
    "hz_look_back": "case_handler2",
    "hz_closure_propose_legal": "legal_reviewer",
    "hz_closure_propose_approve": "agency_head",
    "hz_closure_decide": "government_leader",
    "hz_closure_publish": "publicity_officer",
    "hz_closure_verify": "case_handler2",
    "hz_interim_order_approve": "deputy_head",
    "hz_interim_lift_approve": "deputy_head",
    "coercion_request_legal": "legal_reviewer",
    "coercion_request_approve": "deputy_head",
    "coercion_extend_approve": "deputy_head",
    "hz_escalate": "committee_office",
    "hz_escalate_l1_approve": "unit_head",
    "hz_escalate_l2_approve": "deputy_head",
    "hz_escalate_l3_legal": "legal_reviewer",
    "hz_escalate_l3_approve": "deputy_head",
    "hz_escalate_l4_approve": "committee_leader",
    "hz_escalate_l5_approve": "agency_head",
    "hz_escalate_follow": "committee_office",
    "hz_interview": "committee_office",
    "qr_select": "committee_office",
    "qr_acceptance": "committee_office",
    "qr_bulletin": "committee_office",
    "qr_bulletin_approve": "committee_leader",
    "qr_publish": "publicity_officer",
    "iq_compile": "supervisory_liaison",
    "iq_report": "supervisory_liaison",
}
SUPPLIES = "停止供"  # power or explosives: reserved to the head of the office


def person(event: Event, scene: Scene) -> str:
    """Return the account that does the step of an event."""
    step = event.step
    if event.story is None:
        role = ROLES[step]
        return f"{role}.commission_{scene.office}" if role == "publicity_officer" else f"{role}.{scene.office}"
    if step == "hz_progress" and event.story.reporter.startswith("town_officer"):
        return event.story.reporter
    return f"{_role(step, scene)}.{scene.office}"


def _role(step: str, scene: Scene) -> str:
    if step == "hz_extension_decide" and scene.level in CITY_AND_ABOVE:
        return "committee_leader"
    if step == "hz_resume" and scene.hazard.industry == "煤矿":
        return "agency_head"
    if step == "coercion_request_approve" and scene.measure.startswith(SUPPLIES):
        return "agency_head"
    if step == "hz_review_plan" and scene.hazard.number % 2:
        return "case_handler2"
    return ROLES.get(step, "case_handler")
