"""What each code of the hazard family refuses, and what stays allowed, on the days of the domain's scenarios."""

import pytest

from engine import forms
from engine.errors import Refused
from engine.expressions import Answers
from tests.processes.hazard_answers import ANSWERS, OFFICERS, PDF
from tests.processes.hazard_desk import (
    APPROVED,
    AT_WORK,
    EXTENDING,
    POWER,
    SEALING,
    Desk,
    answers,
    at_work,
    codes,
    desk,
    hazard,
    load,
)

# code, step, the answers that provoke it (the acceptable answers of the step otherwise)
REFUSED = [
    ("E-COM-12", "coercion_execute", {"id_shown": False}),
    ("E-COM-12", "coercion_execute", {"told": False}),
    ("HZ-E02", "hz_register", {"description": "联锁停用"}),
    ("HZ-E04", "hz_verify", {"criterion": None}),
    ("HZ-E05", "hz_verify", {"checked_at": "2026-03-02T08:59:00+08:00"}),
    ("E-COM-07", "hz_verify", {"officers": ["zhang"]}),
    ("E-COM-07", "hz_verify", {"officers": ["zhang", "li"]}),
    ("E-COM-08", "hz_confirm_list", {"confirm": "退回重新核查"}),
    ("E-COM-08", "hz_approve_listing", {"decision": "退回"}),
    ("HZ-E06", "hz_interim_order", {"resume_condition": None}),
    ("HZ-E07", "hz_interim_order", {"scope": None}),
    ("HZ-E08", "hz_approve_listing", {"deadline": "2027-03-07"}),
    ("HZ-E09", "hz_approve_listing", {"list_level": "市级"}),
    ("HZ-E09", "hz_approve_listing", {"decision": "不挂牌", "list_level": None}),
    ("HZ-E10", "hz_approve_listing", {"deadline": "2026-03-05"}),
    ("HZ-E11", "hz_assign", {"deadline": "2026-07-01"}),
    ("HZ-E12", "hz_publish_listing", {"masked_check": False}),
    ("HZ-E12", "hz_publish_delisting", {"masked_check": False}),
    ("HZ-E13", "hz_plan", {"congress_minutes": None}),
    ("HZ-E13", "hz_plan", {"report_congress_on": None}),
    ("HZ-E13", "hz_plan", {"report_regulator_file": None}),
    ("HZ-E14", "hz_plan", {"schedule": [{"milestone": "投用", "due_on": "2026-07-01"}]}),
    ("HZ-E15", "hz_plan", {"funds": "0"}),
    ("E-COM-08", "hz_review_plan", {"result": "退回修改"}),
    ("HZ-E17", "hz_progress", {"percent": 100}),
    ("E-COM-22", "hz_progress", {"percent": 101}),
    ("HZ-E21", "hz_extension_apply", {"new_deadline": "2027-03-07"}),
    ("HZ-E21", "hz_extension_decide", {"approved_deadline": "2027-03-07"}),
    ("HZ-E44", "hz_extension_apply", {"new_deadline": "2026-06-30"}),
    ("HZ-E44", "hz_extension_decide", {"approved_deadline": "2026-06-30"}),
    ("HZ-E24", "coercion_request", {"decision_served_at": None}),
    ("HZ-E24", "coercion_request", {"decision_no": None}),
    ("HZ-E25", "coercion_request", {**SEALING, "related": False}),
    ("HZ-E26", "coercion_request", {"implementer": "受委托机构"}),
    ("HZ-E42", "coercion_request", {**SEALING, "already_sealed": True}),
    ("HZ-E46", "coercion_request", {"real_danger": False}),
    ("HZ-E46", "coercion_request", {"safety_assessed": False}),
    ("HZ-E46", "coercion_request", {"household_use": True}),
    ("E-COM-07", "coercion_execute", {"officers": ["zhang"]}),
    ("E-COM-22", "coercion_extend", {"days": 31}),
    ("HZ-E28", "hz_interview", {"signed": False}),
    ("HZ-E28", "hz_interview", {"signed": False, "refused_sign": True}),
    ("HZ-E30", "hz_acceptance_apply", {"self_assessment": None}),
    (
        "HZ-E31",
        "hz_acceptance_apply",
        {"agency_report": PDF, "agency_cert_no": "APJ-1", "agency_cert_until": "2026-06-24"},
    ),
    (
        "HZ-E32",
        "hz_acceptance_check",
        {"items": [{"clause": "联锁", "result": "不合格", "evidence": "未投用"}]},
    ),
    ("HZ-E33", "hz_acceptance_check", {"experts_no_conflict": False}),
    ("HZ-E34", "hz_delist_review", {"no_coercion": False}),
    ("HZ-E35", "hz_delist_review", {"double_report_filed": False}),
    ("HZ-E35", "hz_delist_review", {"congress_minutes": None}),
    ("HZ-E36", "hz_delist_review", {"acceptance_approved": False}),
    ("HZ-E43", "hz_delist_review", {"orders_closed": False}),
    ("HZ-E43", "hz_delist_review", {"published": False}),
    ("HZ-E37", "hz_look_back", {"officers": OFFICERS}),
    ("HZ-E38", "hz_closure_propose", {"hearing_notice": None}),
    ("HZ-E39", "hz_unfixable", {"expert_opinion": None}),
    ("HZ-E48", "qr_select", {"units": [{"unit": "市北区", "listed": 2}]}),
    ("HZ-E50", "qr_select", {"candidates": None}),
    ("HZ-E51", "qr_bulletin", {"on_time": 5}),
]


@pytest.mark.parametrize(("code", "step", "changes"), REFUSED)
def test_one_wrong_answer_is_refused_with_its_code(code, step, changes):
    assert codes(step, at_work(step), **changes) == [code]


ALLOWED = [
    ("hz_approve_listing", {"deadline": "2027-03-06"}),
    ("hz_approve_listing", {"list_level": "市级", "reason": "毗邻学校，危险性大"}),
    ("hz_approve_listing", {"deadline": "2026-03-06"}),
    (
        "hz_confirm_list",
        {"confirm": "退回重新核查", "reason": "判定条款有误", "supervising_dept": None, "supervisor": None},
    ),
    ("hz_verify", {"grade": "一般", "criterion": None}),
    ("hz_verify", {"checked_at": "2026-03-02T09:00:00+08:00"}),
    ("hz_plan", {"funds": "0", "funds_reason": "自有人员和备件"}),
    ("hz_progress", {"percent": 99}),
    ("hz_extension_apply", {"new_deadline": "2027-03-06"}),
    ("coercion_request", SEALING),
    ("hz_interview", {"signed": False, "refused_sign": True, "refused_note": "当场离开，李某在场"}),
    (
        "hz_acceptance_apply",
        {"agency_report": PDF, "agency_cert_no": "APJ-1", "agency_cert_until": "2026-06-25"},
    ),
    ("hz_delist_review", {"decision": "退回", "orders_closed": False, "reason": "现场措施未解除"}),
    ("qr_select", {"candidates": None, "zero_return": True, "zero_reason": "本季无符合条件的隐患"}),
]


@pytest.mark.parametrize(("step", "changes"), ALLOWED)
def test_what_the_law_still_allows_is_accepted(step, changes):
    assert codes(step, at_work(step), **changes) == []


def with_open(**registers):
    return hazard("2026-03-02T10:00:00", open=registers)


KNOWN = {"hazard_supervision": [Answers(number="HZ-370202-2026-0009", open=True)]}
REPORTED = {
    "source": "群众举报(12350)",
    "photos": None,
    "informant_protected": True,
    "informant_name": "周某某",
}


def test_a_second_hazard_at_the_same_place_is_refused():
    assert codes("hz_register", with_open(**KNOWN)) == ["HZ-E01"]


@pytest.mark.parametrize(("status", "expected"), [("rectifying", ["HZ-E01"]), ("publishing", []), ("look_back", [])])
def test_a_hazard_already_struck_off_is_no_duplicate(status, expected):
    known = {"hazard_supervision": [Answers(number="HZ-370202-2026-0009", status=status, open=True)]}
    assert codes("hz_register", with_open(**known)) == expected


def test_a_second_hazard_is_registered_when_the_reason_is_given():
    reasons = {"duplicate_action": "不是同一隐患，继续登记", "duplicate_reason": "另一台储罐"}
    assert codes("hz_register", with_open(**KNOWN), **reasons) == []


def test_a_merge_needs_its_reason_too():
    merge = {"duplicate_action": "并入已有隐患", "duplicate_of": "HZ-370202-2026-0009"}
    assert codes("hz_register", with_open(**KNOWN), **merge) == ["HZ-E01"]


def test_a_reported_hazard_needs_no_photo():
    assert codes("hz_register", with_open(), **REPORTED) == []


def test_any_other_hazard_needs_a_photo():
    assert codes("hz_register", with_open(), photos=[]) == ["E-COM-01"]


def test_the_name_of_an_informant_may_not_stand_in_the_description():
    told = "周某某反映二号库可燃气体报警联锁被人为停用，存在泄漏爆炸风险"
    assert codes("hz_register", with_open(), **REPORTED, description=told) == ["HZ-E03"]


def test_the_informant_is_shown_to_the_intake_clerk_only():
    fields = load("hazard_supervision", "hz_register").fields
    assert list(fields["informant_name"].confidential) == ["intake_clerk"]


def test_the_plan_without_congress_minutes_is_refused_and_names_the_field():
    with pytest.raises(Refused) as refused:
        form = load("hazard_supervision", "hz_plan")
        forms.validate(form, answers("hazard_supervision", "hz_plan", congress_minutes=None), hazard())
    assert refused.value.fields == {"congress_minutes": "HZ-E13"}
    assert refused.value.detail == "缺少向职工(代表)大会报告的证明，双报告不完整"


@pytest.mark.parametrize("step", ["hz_plan", "hz_progress", "hz_extension_apply", "hz_acceptance_apply"])
def test_an_officer_who_enters_for_the_enterprise_adds_the_signed_paper(step):
    seen = AT_WORK.get(step) or hazard()
    officer = Desk(**{**vars(seen), "roles": ("case_handler",)})
    assert codes(step, officer) == ["E-COM-01"]
    assert codes(step, officer, signed_paper=PDF) == []


def test_less_progress_than_last_time_needs_a_reason():
    before = hazard("2026-05-01T10:00:00", history={"hz_progress": [answers("hazard_supervision", "hz_progress")]})
    assert codes("hz_progress", before, percent=39) == ["HZ-E16"]
    assert codes("hz_progress", before, percent=39, drop_reason="返工") == []
    assert codes("hz_progress", before, percent=40) == []


# Scenarios 6 and 7: deadline 2026-06-30, the last timely day is 2026-06-01 (20 working days before).
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-05-28", []),
        ("2026-06-01", []),
        ("2026-06-02", ["HZ-E19"]),
        ("2026-06-10", ["HZ-E19"]),
        ("2026-06-30", ["HZ-E19"]),
        ("2026-07-01", ["HZ-E18"]),
    ],
)
def test_an_extension_is_asked_for_in_time(day, expected):
    assert codes("hz_extension_apply", hazard(f"{day}T10:00:00", **EXTENDING)) == expected


def test_the_day_of_a_paper_application_counts_not_the_day_it_is_entered():
    late = hazard("2026-06-03T10:00:00", **EXTENDING)
    assert codes("hz_extension_apply", late, applied_on="2026-06-01") == []


def test_a_late_application_passes_when_the_unit_head_gives_the_reason():
    head = hazard("2026-06-10T10:00:00", roles=("unit_head", "enterprise_reporter"), **EXTENDING)
    assert codes("hz_extension_apply", head, _override={"HZ-E19": "台风停工"}) == []


def test_nobody_else_may_pass_a_late_application():
    firm = hazard("2026-06-10T10:00:00", **EXTENDING)
    assert "HZ-E19" in codes("hz_extension_apply", firm, _override={"HZ-E19": "台风停工"})


def test_where_the_local_rule_is_a_window_an_early_application_is_the_untimely_one():
    window = {"params": {"ext_lead_mode": "window"}, **EXTENDING}
    assert codes("hz_extension_apply", hazard("2026-05-29T10:00:00", **window)) == ["HZ-E19"]
    assert codes("hz_extension_apply", hazard("2026-06-10T10:00:00", **window)) == []


def test_a_second_extension_is_refused_once_one_was_granted():
    granted = {
        "history": {"hz_extension_decide": [answers("hazard_supervision", "hz_extension_decide")]},
        **EXTENDING,
    }
    assert codes("hz_extension_apply", hazard("2026-05-28T10:00:00", **granted)) == ["HZ-E20"]


def test_a_refused_extension_does_not_use_up_the_one_extension():
    said = {"decision": "不同意", "reason": "理由不充分"}
    refused = {"history": {"hz_extension_decide": [said]}, **EXTENDING}
    assert codes("hz_extension_apply", hazard("2026-05-28T10:00:00", **refused)) == []


MISSING = {"decision": "通知补正", "reason": "缺供货合同"}


def test_missing_papers_of_an_extension_are_named_once():
    again = hazard("2026-06-10T10:00:00", history={"hz_extension_decide": [MISSING]}, **EXTENDING)
    assert codes("hz_extension_decide", again, decision="通知补正", approved_deadline=None) == ["HZ-E45"]
    assert codes("hz_extension_decide", again) == []


def test_an_application_completed_after_the_notice_is_still_in_time():
    asked = hazard("2026-06-05T10:00:00", steps={"hz_extension_decide": MISSING}, **EXTENDING)
    assert codes("hz_extension_apply", asked, supplement_note="补交供货合同") == []


# Scenario 8: notice on Friday 2026-08-07 15:00.
@pytest.mark.parametrize(
    ("effective", "emergency", "expected"),
    [
        ("2026-08-08T10:00:00", False, ["HZ-E23"]),
        ("2026-08-08T14:59:59", False, ["HZ-E23"]),
        ("2026-08-08T15:00:00", False, []),
        ("2026-08-07T15:30:00", True, []),
    ],
)
def test_the_power_is_cut_24_hours_after_the_notice_or_in_an_emergency(effective, emergency, expected):
    facts = {"emergency_facts": "储罐超压，随时可能爆炸"} if emergency else {}
    said = {"effective_at": f"{effective}+08:00", "emergency": emergency, **facts}
    assert codes("coercion_execute", desk("coercion", **POWER), **said) == expected


@pytest.mark.parametrize(
    ("effective", "expected"),
    [
        ("2026-10-02T10:00:00", ["HZ-E27"]),
        ("2026-10-09T22:30:00", ["HZ-E27"]),
        ("2026-10-09T05:59:00", ["HZ-E27"]),
        ("2026-10-09T10:00:00", []),
        ("2026-08-08T15:00:00", []),
    ],
)
def test_a_measure_at_night_or_on_a_holiday_needs_an_emergency(effective, expected):
    assert codes("coercion_execute", desk("coercion", **POWER), effective_at=f"{effective}+08:00") == expected


def test_an_emergency_needs_its_facts():
    assert codes("coercion_execute", desk("coercion", **POWER), emergency=True) == ["E-COM-01"]


@pytest.mark.parametrize("kind", ["停止供电", "停止供应民用爆炸物品"])
def test_only_the_head_of_the_agency_approves_a_power_cut(kind):
    request = answers("coercion", "coercion_request", kind=kind)
    deputy = desk("coercion", roles=("deputy_head",), steps={"coercion_request": request})
    assert codes("coercion_request_approve", deputy) == ["HZ-E22"]
    assert codes("coercion_request_approve", deputy, decision="不同意", reason="危险已排除") == []


def test_a_deputy_approves_a_sealing():
    request = answers("coercion", "coercion_request", **SEALING)
    deputy = desk("coercion", roles=("deputy_head",), steps={"coercion_request": request})
    assert codes("coercion_request_approve", deputy) == []


def test_a_sealing_is_extended_once():
    request = {"coercion_request": answers("coercion", "coercion_request", **SEALING)}
    extended = desk("coercion", steps=request, history={"coercion_extend_approve": [{"decision": "同意", "days": 30}]})
    assert codes("coercion_extend", extended) == ["HZ-E47"]


def test_only_a_sealing_can_be_extended():
    assert codes("coercion_extend", desk("coercion", **POWER)) == ["HZ-E49"]


def test_exposure_without_the_legal_check_is_refused():
    assert codes("hz_escalate_l3_approve", desk("hazard_escalation")) == ["HZ-E29"]


@pytest.mark.parametrize(("on_list", "refused"), [(True, ["HZ-E31"]), (False, [])])
def test_a_report_of_a_blacklisted_agency_is_refused(on_list, refused):
    said = {
        "agency_report": PDF,
        "agency_cert_no": "APJ-1",
        "agency_uscc": ANSWERS["coercion"]["coercion_request"]["uscc"],
    }
    listing = Answers(number="SX-1", open=True, on_list=on_list)
    listed = hazard("2026-06-25T10:00:00", open={"dishonest_listing": [listing]})
    assert codes("hz_acceptance_apply", listed, **said) == refused


def test_a_city_level_hazard_is_accepted_with_an_expert():
    city = hazard(steps={"hz_approve_listing": answers("hazard_supervision", "hz_approve_listing", list_level="市级")})
    assert codes("hz_acceptance_check", city) == ["E-COM-01"]
    assert codes("hz_acceptance_check", city, experts=[{"name": "赵某"}]) == []


def test_a_failed_item_goes_with_a_failed_conclusion():
    failed = {"items": [{"clause": "联锁", "result": "不合格", "evidence": "未投用"}], "conclusion": "不合格"}
    assert codes("hz_acceptance_check", hazard(), **failed) == ["E-COM-01"]
    assert codes("hz_acceptance_check", hazard(), **failed, next_check_on="2026-07-10") == []


@pytest.mark.parametrize(("open_", "expected"), [(True, ["HZ-E34"]), (False, [])])
def test_a_hazard_under_a_coercive_measure_is_not_struck_off(open_, expected):
    sealed = hazard("2026-07-03T10:00:00", steps=APPROVED, linked={"coercion": [Answers(number="QZ-1", open=open_)]})
    assert codes("hz_delist_review", sealed) == expected


def test_a_hazard_without_approved_acceptance_is_not_struck_off():
    assert codes("hz_delist_review", hazard("2026-07-03T10:00:00")) == ["HZ-E36"]


def test_the_double_report_of_the_application_is_enough_for_striking_off():
    told = {
        "report_regulator_on": "2026-06-24",
        "report_regulator_file": PDF,
        "report_congress_on": "2026-06-24",
        "congress_minutes": PDF,
    }
    filed = {**APPROVED, "hz_acceptance_apply": answers("hazard_supervision", "hz_acceptance_apply", **told)}
    review = hazard("2026-07-03T10:00:00", steps=filed)
    assert codes("hz_delist_review", review, **dict.fromkeys(told)) == []


def test_the_look_back_by_the_same_officers_is_a_local_choice():
    free = hazard("2026-09-20T10:00:00", steps=APPROVED, params={"look_back_fresh_officers": False})
    assert codes("hz_look_back", free, officers=OFFICERS) == []


def test_a_closure_goes_to_the_government_only_with_the_legal_opinion():
    unchecked = hazard(steps={"hz_closure_propose": None})
    assert codes("hz_closure_propose_approve", unchecked) == ["HZ-E38"]


@pytest.mark.parametrize(("roles", "expected"), [(("deputy_head",), ["HZ-E41"]), (("agency_head",), [])])
def test_a_coal_mine_resumes_by_the_head_of_the_agency(roles, expected):
    mine = {"hz_register": answers("hazard_supervision", "hz_register", industry="煤矿")}
    assert codes("hz_resume", hazard(steps=mine, roles=roles), mine_consent=PDF) == expected


def test_a_coal_mine_does_not_resume_without_the_consent_of_the_mine_safety_organ():
    mine = {"hz_register": answers("hazard_supervision", "hz_register", industry="煤矿")}
    assert codes("hz_resume", hazard(steps=mine)) == ["E-COM-01"]


def test_the_number_of_the_hazard_is_given_not_chosen():
    form = load("hazard_supervision", "hz_register")
    said = answers("hazard_supervision", "hz_register", hazard_no="HZ-1")
    assert forms.validate(form, said, with_open())["hazard_no"] == "HZ-370202-2026-0001"


def test_the_assignment_is_prefilled_from_the_approval():
    confirmed = hazard(steps={step: None for step in ("hz_confirm_list", "hz_approve_listing")})
    filled = forms.defaults(load("hazard_supervision", "hz_assign"), confirmed)
    assert (filled["assignee_dept"], filled["deadline"]) == ("o1", "2026-06-30")
