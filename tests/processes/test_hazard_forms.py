"""The forms of the hazard family: they load, ask for what the domain names, and bear its codes."""

import pytest

from engine import expressions, forms
from tests.processes.hazard_answers import ANSWERS
from tests.processes.hazard_desk import ROOT, answers, at_work, desk, load

STEPS = [(folder, step) for folder, steps in ANSWERS.items() for step in steps]

# What the domain page asks of each step. Fields it names besides are allowed, none of these may be missing.
DOMAIN = {
    "hazard_supervision": {
        "hz_register": "hazard_no source discovered_at enterprise_name uscc industry risk_color location description "
        "photos criterion immediate_danger informant_protected relapse_of",
        "hz_verify": "checked_at officers av_record_id grade criterion cannot_self_fix expert_opinion",
        "hz_confirm_list": "confirm reason supervising_dept supervisor",
        "hz_approve_listing": "decision list_level deadline reason",
        "hz_assign": "assignee_dept assignee_person enterprise_responsible requirements deadline copies measures funds "
        "emergency_plan contact",
        "hz_receipt": "received_at receipt_file",
        "hz_publish_listing": "channel url published_at masked_check",
        "hz_plan": "goal methods funds materials org_people schedule safety_emergency report_regulator_on "
        "report_regulator_file report_congress_on congress_kind congress_minutes signed_paper",
        "hz_review_plan": "result comments",
        "hz_progress": "percent done next funds_used interim_protection photos signed_paper",
        "hz_onsite_check": "officers finding order_obeyed av_record_id refusal_facts real_danger_basis "
        "suggested_violation",
        "hz_extension_apply": "reason new_deadline completed_work interim_measures evidence signed_paper",
        "hz_extension_decide": "decision approved_deadline reason",
        "hz_acceptance_apply": "self_assessment agency_report plan_summary agency_cert_no signed_paper",
        "hz_acceptance_check": "checked_at officers experts items conclusion experts_no_conflict",
        "hz_acceptance_approve": "decision",
        "hz_delist_review": "acceptance_approved double_report_filed no_coercion orders_closed published linked_cases",
        "hz_publish_delisting": "channel url published_at masked_check",
        "hz_look_back": "officers finding",
        "hz_unfixable": "route basis expert_opinion",
        "hz_closure_propose": "ground penalties hearing_notice",
    },
    "coercion": {
        "coercion_request": "kind real_danger danger_facts safety_assessed decision_no decision_served_at related "
        "already_sealed objects",
        "coercion_notice": "notice_at",
        "coercion_execute": "effective_at emergency officers id_shown told record_file",
        "coercion_lift": "lifted_at reason returned_all",
    },
    "hazard_interim": {
        "hz_interim_order": "measures scope served_at served_to refused_sign refused_note resume_condition",
    },
    "hazard_escalation": {
        "hz_escalate": "level facts persons_interviewed commitments follow_up_date",
        "hz_interview": "persons_interviewed commitments signed refused_note",
    },
    "hazard_quarterly_round": {
        "qr_select": "candidates zero_reason",
        "qr_acceptance": "done",
        "qr_bulletin": "overdue good bad",
        "qr_publish": "channel published_at",
    },
}

CODES = {
    "HZ-E01": ["hz_register"],
    "HZ-E02": ["hz_register"],
    "HZ-E03": ["hz_register"],
    "HZ-E04": ["hz_verify"],
    "HZ-E05": ["hz_verify"],
    "HZ-E06": ["hz_interim_order"],
    "HZ-E07": ["hz_interim_order"],
    "HZ-E08": ["hz_approve_listing"],
    "HZ-E09": ["hz_approve_listing"],
    "HZ-E10": ["hz_approve_listing"],
    "HZ-E11": ["hz_assign"],
    "HZ-E12": ["hz_escalate_l3_approve", "hz_publish_delisting", "hz_publish_listing"],
    "HZ-E13": ["hz_double_report", "hz_plan"],
    "HZ-E14": ["hz_plan"],
    "HZ-E15": ["hz_plan"],
    "HZ-E16": ["hz_progress"],
    "HZ-E17": ["hz_progress"],
    "HZ-E18": ["hz_extension_apply"],
    "HZ-E19": ["hz_extension_apply"],
    "HZ-E20": ["hz_extension_apply"],
    "HZ-E21": ["hz_extension_apply", "hz_extension_decide"],
    "HZ-E22": ["coercion_request_approve"],
    "HZ-E23": ["coercion_execute"],
    "HZ-E24": ["coercion_request"],
    "HZ-E25": ["coercion_request"],
    "HZ-E26": ["coercion_request"],
    "HZ-E27": ["coercion_execute"],
    "HZ-E28": ["hz_interview"],
    "HZ-E29": ["hz_escalate_l3_approve"],
    "HZ-E30": ["hz_acceptance_apply"],
    "HZ-E31": ["hz_acceptance_apply"],
    "HZ-E32": ["hz_acceptance_check"],
    "HZ-E33": ["hz_acceptance_check"],
    "HZ-E34": ["hz_delist_review"],
    "HZ-E35": ["hz_delist_review"],
    "HZ-E36": ["hz_delist_review"],
    "HZ-E37": ["hz_look_back"],
    "HZ-E38": ["hz_closure_propose", "hz_closure_propose_approve"],
    "HZ-E39": ["hz_unfixable"],
}  # HZ-E40 is raised where the hand-off is sent

TEXTS = dict(
    line.split(" ", 1)
    for line in """\
HZ-E01 疑似重复：同一企业同一部位已有未销号隐患
HZ-E02 隐患描述过短
HZ-E03 举报人信息不得出现在公开字段
HZ-E04 判定为重大隐患必须选择判定标准条款
HZ-E05 核查时间早于发现时间
HZ-E06 未填写恢复条件
HZ-E07 措施范围不得为空
HZ-E08 整改期限超过上限
HZ-E09 偏离建议结果必须说明理由
HZ-E10 整改期限不得早于今日
HZ-E11 交办期限与审批期限不一致
HZ-E12 公示内容含个人敏感信息或商业秘密未脱敏
HZ-E13 缺少向职工(代表)大会报告的证明，双报告不完整
HZ-E14 里程碑晚于整改期限
HZ-E15 资金为零须说明理由
HZ-E16 进度低于上次填报须说明原因
HZ-E17 进度100%请改为“申请验收”
HZ-E18 已超过整改期限，不受理延期
HZ-E19 距到期不足规定提前量，须说明特殊原因
HZ-E20 已延期一次，不得再次延期
HZ-E21 新期限超过总时限
HZ-E22 停止供电须由主要负责人批准
HZ-E23 距通知不足24小时且未勾选紧急情形
HZ-E24 未见已送达的停产停用决定
HZ-E25 查封扣押对象与违法行为无关
HZ-E26 委托执法机构不得实施行政强制措施
HZ-E27 夜间或法定节假日执行须为紧急情况
HZ-E28 约谈记录未经被约谈人签名且未注明拒签
HZ-E29 公开曝光未经法制审核
HZ-E30 缺少治理效果评估报告
HZ-E31 评价机构资质无效或已列入黑名单
HZ-E32 存在不合格项，结论不能为合格
HZ-E33 验收人员与方案编制单位存在利害关系
HZ-E34 仍有未解除的强制措施，不得销号
HZ-E35 缺少治理结果双报告
HZ-E36 验收未审批
HZ-E37 回头看人员应至少一人未参与原验收
HZ-E38 提请关闭须附法制审核意见和听证权利告知证明
HZ-E39 未附专家论证意见""".splitlines()
)


def codes_of(form):
    """The codes of a form: of its rules, its fields and their columns."""
    fields = [*form.fields.values()]
    fields += [column for entry in fields for column in entry.columns.values()]
    return {rule.code for rule in form.rules} | {entry.code for entry in fields if entry.code}


def placed_codes():
    """Where each code of the family stands, over all forms."""
    found = {}
    for folder, step in STEPS:
        for code in codes_of(load(folder, step)):
            found.setdefault(code, set()).add(step)
    return {code: sorted(steps) for code, steps in found.items() if code.startswith("HZ-")}


def test_every_step_of_the_family_has_an_example():
    files = {(path.parent.name, path.stem) for folder in ANSWERS for path in (ROOT / folder).glob("*.json")}
    assert files == set(STEPS)


@pytest.mark.parametrize(("folder", "step"), STEPS)
def test_the_form_loads_and_takes_the_acceptable_answers(folder, step):
    given = answers(folder, step)
    stored = forms.validate(load(folder, step), given, at_work(step))
    assert {key: stored.get(key) for key in given} == given


@pytest.mark.parametrize(("folder", "step"), STEPS)
def test_the_form_opens_before_anything_is_known(folder, step):
    form, nothing_yet = load(folder, step), desk(folder)
    opened = forms.state(form, forms.defaults(form, nothing_yet), nothing_yet)
    assert opened.shown.keys() >= form.fields.keys()


@pytest.mark.parametrize(("folder", "step"), STEPS)
def test_every_expression_names_only_what_exists(folder, step):
    working = at_work(step)
    names = {name: frozenset(load(folder, name).fields) for name in ANSWERS[folder]}
    names |= {
        "case": None,
        "carried": None,
        "parent_case": None,
        "by": None,
        "item": None,
        "row": None,
        "hz_listing_advice": None,
    }
    form = load(folder, step)
    for where, source in form.expressions():
        problems = expressions.check(source, names | {"form": frozenset(form.fields)}, working.functions)
        assert problems == [], where


@pytest.mark.parametrize(("folder", "step"), [(f, s) for f, steps in DOMAIN.items() for s in steps])
def test_the_form_asks_for_what_the_domain_names(folder, step):
    assert set(DOMAIN[folder][step].split()) - set(load(folder, step).fields) == set()


def test_every_code_of_the_domain_stands_where_it_belongs():
    found = placed_codes()
    assert {code: found.get(code) for code in CODES} == CODES


def test_codes_beyond_the_domain_do_not_reuse_its_numbers():
    extra = set(placed_codes()) - set(CODES)
    assert extra == {f"HZ-E{n}" for n in range(41, 55)}


@pytest.mark.parametrize(("step", "code"), [(step, code) for code, steps in CODES.items() for step in steps])
def test_a_code_says_what_the_domain_says(step, code):
    folder = next(name for name, steps in ANSWERS.items() if step in steps)
    form = load(folder, step)
    said = [rule.detail for rule in form.rules if rule.code == code]
    said += [entry.detail for entry in form.fields.values() if entry.code == code]
    assert TEXTS[code] in said
