"""Forms: what a file may say, what may be handed in, and that every error is told at once."""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from engine import forms
from engine.errors import Broken, Refused
from engine.expressions import Answers
from engine.forms import BadForm
from engine.forms.kinds import is_uscc

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 of 2 March in the office
USCC = "91350100M000100Y43"
OFFICE_FORMS = Path(__file__).parents[2] / "forms"


class Office:
    """The look-ups of a small office: Zhang and Li hold certificates, Li's ends on 28 February."""

    def user(self, name):
        return {"name": name} if name in ("zhang", "li", "wang") else None

    def officer(self, name, day):
        until = {"zhang": date(2027, 1, 1), "li": date(2026, 2, 28)}.get(name)
        return {"name": name} if until and day <= until else None

    def org(self, org_id):
        return {"id": org_id} if org_id == "o1" else None

    def enterprise(self, uscc):
        return {"uscc": uscc} if uscc == USCC else None

    def reference(self, list_name, code):
        return {"code": code} if (list_name, code) == ("criteria", "C1") else None

    def attachment(self, attachment_id):
        files = {"a1": ("现场.jpg", "image/jpeg"), "a2": ("报告.pdf", "application/pdf")}
        return dict(zip(("name", "type"), files[attachment_id], strict=True)) if attachment_id in files else None


@dataclass
class Context:
    names: dict = field(default_factory=dict)
    functions: dict = field(default_factory=lambda: {"today": lambda: date(2026, 3, 2), "now": lambda: NOW})
    by: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(role_ids={"case_handler"}))
    now: datetime = NOW
    lookup: Office = field(default_factory=Office)


def form_of(properties, required=(), rules=(), step="check"):
    schema = {"title": "核查", "type": "object", "properties": properties, "required": list(required)}
    return forms.load(json.dumps({**schema, "x-rules": list(rules)}).encode(), step)


def one(kind, type="string", required=False, **more):
    """A form with the one field `x`."""
    ui = {key: more.pop(key) for key in list(more) if key not in ("enum", "items", "format")}
    return form_of(
        {"x": {"type": type, "title": "甲", "x-ui": {"kind": kind, **ui}, **more}}, ["x"] if required else []
    )


TEXT_LIST = {"type": "array", "items": {"type": "string"}}
FORMS = {
    "text": one("text"),
    "longtext": one("longtext"),
    "date": one("date"),
    "datetime": one("datetime"),
    "int": one("int", "integer"),
    "money": one("money"),
    "bool": one("bool", "boolean"),
    "enum": one("enum", enum=["属实", "不属实"]),
    "enums": one("enums", "array", items={"type": "string", "enum": ["甲", "乙"]}),
    "user": one("user"),
    "users": one("users", **TEXT_LIST),
    "officers": one("officers", **TEXT_LIST),
    "org": one("org"),
    "enterprise": one("enterprise"),
    "uscc": one("uscc"),
    "ref": one("ref", list="criteria"),
    "file": one("file", accept=["image/*"]),
    "files": one("files", accept=["image/jpeg"], max=2, **TEXT_LIST),
}


def handed_in(form, answers, context=None):
    return forms.validate(form, answers, context or Context())


def refused(form, answers, context=None):
    with pytest.raises(Refused) as caught:
        handed_in(form, answers, context)
    return caught.value


def codes(form, answers, context=None):
    return refused(form, answers, context).fields


# Kinds


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("text", "  二号库 ", "二号库"),
        ("text", "x" * 500, "x" * 500),
        ("longtext", "第一行\r\n第二行\t", "第一行\n第二行"),
        ("date", "2028-02-29", "2028-02-29"),
        ("date", "２０２６-０２-１２", "2026-02-12"),
        ("datetime", "2026-02-12T09:00:00+08:00", "2026-02-12T09:00:00+08:00"),
        ("datetime", "2026-02-12T01:00:00Z", "2026-02-12T09:00:00+08:00"),
        ("datetime", "2026-02-12T09:00", "2026-02-12T09:00:00+08:00"),
        ("datetime", "2026-02-12 09:00:30.5", "2026-02-12T09:00:30+08:00"),
        ("int", 0, 0),
        ("int", -3, -3),
        ("money", "1,234.5", "1234.50"),
        ("money", "１，２３４．５", "1234.50"),
        ("money", "1234.50", "1234.50"),
        ("money", 1234.5, "1234.50"),
        ("money", 0, "0.00"),
        ("bool", False, False),
        ("enum", "属实", "属实"),
        ("enums", ["乙", "甲", "乙"], ["乙", "甲"]),
        ("user", "wang", "wang"),
        ("users", ["wang", "li"], ["wang", "li"]),
        ("org", "o1", "o1"),
        ("uscc", USCC.lower(), USCC),
        ("uscc", " 91350100Ｍ000100Y43", USCC),
        ("enterprise", USCC, USCC),
        ("ref", "C1", "C1"),
        ("file", "a1", "a1"),
        ("files", ["a1"], ["a1"]),
    ],
)
def test_an_answer_is_kept_in_the_plain_form_of_its_kind(kind, given, kept):
    assert handed_in(FORMS[kind], {"x": given}) == {"x": kept}


@pytest.mark.parametrize(
    ("kind", "given", "code"),
    [
        ("text", 5, "E-COM-21"),
        ("text", ["a"], "E-COM-21"),
        ("text", {"a": 1}, "E-COM-21"),
        ("text", "a\nb", "E-COM-21"),
        ("text", "a\x00b", "E-COM-21"),
        ("text", "\ud800", "E-COM-21"),
        ("text", "a\u202eb", "E-COM-21"),
        ("longtext", "a\x07b", "E-COM-21"),
        ("text", "x" * 501, "E-COM-22"),
        ("longtext", "x" * 20_001, "E-COM-22"),
        ("date", "2026-02-30", "E-COM-21"),
        ("date", "2026-2-3", "E-COM-21"),
        ("date", "20260203", "E-COM-21"),
        ("date", "2026-W07-4", "E-COM-21"),
        ("date", "0001-01-01", "E-COM-21"),
        ("date", "2026-02-12T09:00:00+08:00", "E-COM-21"),
        ("date", 20260212, "E-COM-21"),
        ("datetime", "2026-02-12", "E-COM-21"),
        ("datetime", "2026-02-12T25:00", "E-COM-21"),
        ("datetime", "9999-12-31T23:59:59-23:59", "E-COM-21"),
        ("datetime", "明天", "E-COM-21"),
        ("int", "12", "E-COM-21"),
        ("int", 1.0, "E-COM-21"),
        ("int", True, "E-COM-21"),
        ("int", 10**16, "E-COM-22"),
        ("money", "-1", "E-COM-22"),
        ("money", "1.234", "E-COM-21"),
        ("money", "1,23", "E-COM-21"),
        ("money", "1e5", "E-COM-21"),
        ("money", "NaN", "E-COM-21"),
        ("money", float("nan"), "E-COM-21"),
        ("money", float("inf"), "E-COM-21"),
        ("money", 10**4000, "E-COM-22"),
        ("money", "9" * 100, "E-COM-22"),
        ("money", True, "E-COM-21"),
        ("bool", "true", "E-COM-21"),
        ("bool", 1, "E-COM-21"),
        ("enum", "未知", "E-COM-23"),
        ("enum", ["属实"], "E-COM-21"),
        ("enums", "甲", "E-COM-21"),
        ("enums", ["甲", "丙"], "E-COM-23"),
        ("enums", ["甲"] * 1001, "E-COM-22"),
        ("user", "eve", "E-COM-23"),
        ("users", ["wang", "eve"], "E-COM-23"),
        ("org", "o2", "E-COM-23"),
        ("uscc", "91350100M000100Y44", "E-COM-03"),
        ("uscc", "123", "E-COM-03"),
        ("uscc", "91350100I000100Y43", "E-COM-03"),
        ("enterprise", "91350100M000100Y44", "E-COM-03"),
        ("enterprise", "91370200MA3C000007", "E-COM-03"),
        ("ref", "C2", "E-COM-23"),
        ("file", "a9", "E-COM-23"),
        ("file", "a2", "E-COM-23"),
        ("files", ["a1", "a2"], "E-COM-23"),
        ("files", ["a1", "a3", "a4"], "E-COM-22"),
        ("files", "a1", "E-COM-21"),
        ("officers", ["zhang"], "E-COM-07"),
    ],
)
def test_an_answer_of_another_kind_is_refused(kind, given, code):
    found = refused(FORMS[kind], {"x": given})
    assert found.fields == {"x": code}
    assert 0 < len(found.detail) < 80


@pytest.mark.parametrize("kind", sorted(FORMS))
@pytest.mark.parametrize("given", [None, "", "  ", []])
def test_a_blank_answer_is_no_answer(kind, given):
    assert handed_in(FORMS[kind], {"x": given}) == {}


@pytest.mark.parametrize("given", [[""], [None, " "]])
def test_a_list_of_blanks_is_no_answer(given):
    assert handed_in(FORMS["users"], {"x": given}) == {}


def test_the_check_digit_of_gb_32100():
    assert is_uscc(USCC)
    assert sum(is_uscc(USCC[:17] + sign) for sign in "0123456789ABCDEFGHJKLMNPQRTUWXY") == 1


def test_a_negative_amount_needs_a_negative_minimum():
    assert handed_in(one("money", min=-100), {"x": "-1.5"}) == {"x": "-1.50"}


def test_a_limit_is_said_in_schema_or_in_x_ui():
    form = form_of({"x": {"type": "integer", "title": "进度", "minimum": 0, "maximum": 100}})
    assert codes(form, {"x": 101}) == {"x": "E-COM-22"}
    assert codes(one("int", "integer", min=1), {"x": 0}) == {"x": "E-COM-22"}


def test_a_text_too_short_bears_the_code_and_sentence_of_its_form():
    form = one("longtext", min=20, code="HZ-E02", detail="隐患描述过短")
    found = refused(form, {"x": "太短"})
    assert (found.code, found.detail) == ("HZ-E02", "隐患描述过短")


def test_a_kind_follows_from_type_and_format():
    form = form_of(
        {
            "a": {"type": "string", "title": "a"},
            "b": {"type": "string", "format": "date", "title": "b"},
            "c": {"type": "string", "format": "date-time", "title": "c"},
            "d": {"type": "string", "enum": ["x"], "title": "d"},
            "e": {"type": "array", "items": {"type": "string", "enum": ["x"]}, "title": "e"},
            "f": {"type": "integer", "title": "f"},
            "g": {"type": "boolean", "title": "g"},
            "h": {"type": "array", "items": {"type": "object", "properties": {}}, "title": "h"},
        }
    )
    kinds = [item.kind for item in form.fields.values()]
    assert kinds == ["text", "date", "datetime", "enum", "enums", "int", "bool", "rows"]


# Facts and people


def test_a_fact_does_not_lie_in_the_future():
    form = one("datetime", past=True)
    assert handed_in(form, {"x": "2026-03-02T09:00:00+08:00"})
    assert codes(form, {"x": "2026-03-02T09:00:01+08:00"}) == {"x": "E-COM-02"}


def test_a_day_of_the_past_may_be_today():
    form = one("date", past=True)
    assert handed_in(form, {"x": "2026-03-02"}) == {"x": "2026-03-02"}
    assert refused(form, {"x": "2026-03-03"}).detail == "日期晚于当前时间：甲"


CHECK = {
    "checked_at": {"type": "string", "format": "date-time", "title": "核查时间"},
    "officers": {
        **TEXT_LIST,
        "title": "核查人员",
        "x-ui": {"kind": "officers", "on": "checked_at", "code": "E-COM-07"},
    },
}


def test_certificates_are_looked_at_on_the_day_of_the_check():
    answers = {"checked_at": "2026-02-28T23:59:00+08:00", "officers": ["zhang", "li"]}
    assert handed_in(form_of(CHECK), answers) == answers


def test_an_expired_certificate_is_named():
    found = refused(form_of(CHECK), {"checked_at": "2026-03-01T00:00:00+08:00", "officers": ["zhang", "li"]})
    assert (found.code, found.detail) == ("E-COM-07", "执法人员少于两人或执法证已失效：li")


def test_without_a_day_certificates_must_be_valid_today():
    assert codes(FORMS["officers"], {"x": ["zhang", "li"]}) == {"x": "E-COM-07"}


# Required, shown, readonly


def test_all_that_is_missing_is_told_at_once_in_the_order_of_the_form():
    form = form_of(
        {name: {"type": "string", "title": name.upper()} for name in "abc"} | {"d": {"type": "integer", "title": "D"}},
        ["c", "a"],
    )
    found = refused(form, {"d": "x"})
    assert [(error["field"], error["code"]) for error in found.errors] == [
        ("a", "E-COM-01"),
        ("c", "E-COM-01"),
        ("d", "E-COM-21"),
    ]
    assert found.detail == "必填项未填写：A" and found.code == "E-COM-01"


def test_a_missing_field_may_have_a_code_of_its_own():
    assert codes(one("money", required=True, code="TIP-E02"), {}) == {"x": "TIP-E02"}


CONDITIONAL = {
    "result": {"type": "string", "enum": ["属实", "不属实"], "title": "结果"},
    "fine": {"type": "string", "title": "罚款", "x-ui": {"kind": "money", "required_if": "form.result == '属实'"}},
    "why": {"type": "string", "title": "理由", "x-ui": {"show_if": "form.result == '不属实'"}},
    "note": {"type": "string", "title": "说明", "x-ui": {"show_if": "form.why", "required_if": "True"}},
}


def test_a_field_is_required_when_its_condition_holds():
    assert codes(form_of(CONDITIONAL), {"result": "属实"}) == {"fine": "E-COM-01"}
    assert handed_in(form_of(CONDITIONAL), {"result": "不属实"}) == {"result": "不属实"}


def test_a_hidden_field_is_dropped_and_not_required():
    answers = {"result": "属实", "fine": "1", "why": "夹带", "note": "夹带"}
    assert handed_in(form_of(CONDITIONAL), answers) == {"result": "属实", "fine": "1.00"}


def test_what_a_hidden_field_holds_shows_no_other():
    form = form_of(CONDITIONAL)
    shown = forms.state(form, {"result": "属实", "why": "x"}, Context()).shown
    assert shown == {"result": True, "fine": True, "why": False, "note": False}


def test_an_error_in_a_hidden_field_is_no_error():
    assert handed_in(form_of(CONDITIONAL), {"result": "属实", "fine": "1", "why": 5}) == {
        "result": "属实",
        "fine": "1.00",
    }


def test_undeclared_fields_are_dropped():
    assert handed_in(FORMS["text"], {"x": "a", "approved": True, "__class__": 1, "y": "\x00"}) == {"x": "a"}


def test_a_readonly_field_takes_its_default_whatever_is_sent():
    form = form_of(
        {
            "price": {"type": "string", "title": "单价", "x-ui": {"kind": "money"}},
            "count": {"type": "integer", "title": "数量"},
            "total": {
                "type": "string",
                "title": "合计",
                "x-ui": {"kind": "money", "readonly": True, "default": "form.price * form.count"},
            },
        }
    )
    kept = handed_in(form, {"price": "1.25", "count": 3, "total": "999999"})
    assert kept["total"] == "3.75"
    assert forms.state(form, {"price": "1.25", "count": 3}, Context()).computed == {"total": "3.75"}


def test_a_default_fills_the_form_but_not_the_submission():
    form = one("datetime", default="now()")
    assert forms.defaults(form, Context()) == {"x": "2026-03-02T09:00:00+08:00"}
    assert handed_in(form, {}) == {}


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (one("date", default="now()"), "2026-03-02"),
        (one("money", default="1234.5"), "1234.50"),
        (one("text", default="case.number"), "HZ-1"),
        (one("bool", "boolean", default="True"), True),
        (one("users", default="['wang']", **TEXT_LIST), ["wang"]),
        (one("enum", default="'属实'", enum=["属实"]), "属实"),
        (one("text", default="case.nothing"), None),
    ],
)
def test_defaults_come_in_the_form_of_their_kind(form, expected):
    context = Context(names={"case": Answers(number="HZ-1")})
    assert forms.defaults(form, context).get("x") == expected


def test_a_default_may_fill_rows():
    columns = {"text": {"type": "string", "title": "措施"}, "days": {"type": "integer", "title": "天"}}
    form = form_of(
        {
            "rows": {
                "type": "array",
                "title": "措施",
                "items": {"type": "object", "properties": columns},
                "x-ui": {"default": "[{'text': m.text, 'other': 1} for m in plan.measures]"},
            }
        }
    )
    context = Context(names={"plan": Answers(measures=[Answers(text="停产")])})
    assert forms.defaults(form, context) == {"rows": [{"text": "停产"}]}


# Rows

ITEMS = {
    "items": {
        "type": "array",
        "title": "项目",
        "x-ui": {"kind": "rows", "min": 1, "max": 3},
        "items": {
            "type": "object",
            "required": ["clause", "result"],
            "properties": {
                "clause": {"type": "string", "title": "条款"},
                "result": {"type": "string", "enum": ["合格", "不合格"], "title": "结果"},
                "why": {"type": "string", "title": "原因", "x-ui": {"required_if": "row.result == '不合格'"}},
                "fix": {"type": "string", "title": "整改", "x-ui": {"show_if": "row.result == '不合格'"}},
                "amount": {"type": "string", "title": "金额", "x-ui": {"kind": "money"}},
                "photos": {**TEXT_LIST, "title": "照片", "x-ui": {"kind": "files"}},
            },
        },
    },
    "conclusion": {"type": "string", "enum": ["合格", "不合格"], "title": "结论"},
}
HZ_E32 = {
    "code": "HZ-E32",
    "refuse_if": "form.conclusion == '合格' and any(r.result == '不合格' for r in form.items)",
    "fields": ["conclusion"],
    "detail": "存在不合格项，结论不能为合格",
}


def test_rows_are_kept_column_by_column():
    row = {"clause": " 一 ", "result": "合格", "amount": "5", "fix": "夹带", "x": 1, "photos": ["a1"]}
    kept = handed_in(form_of(ITEMS), {"items": [row]})
    assert kept == {"items": [{"clause": "一", "result": "合格", "amount": "5.00", "photos": ["a1"]}]}


def test_errors_in_rows_say_which_row_and_column():
    rows = [{"clause": "一", "result": "合格", "amount": "x"}, {"result": "不合格", "photos": ["a7"]}]
    assert codes(form_of(ITEMS), {"items": rows}) == {
        "items.0.amount": "E-COM-21",
        "items.1.clause": "E-COM-01",
        "items.1.why": "E-COM-01",
        "items.1.photos": "E-COM-23",
    }


@pytest.mark.parametrize(
    ("rows", "code"), [("x", "E-COM-21"), (["x"], "E-COM-21"), ([None], "E-COM-21"), ([{}] * 4, "E-COM-22")]
)
def test_rows_of_another_shape_are_refused(rows, code):
    assert codes(form_of(ITEMS), {"items": rows}) == {"items": code}


def test_required_rows_must_be_there():
    assert codes(form_of(ITEMS, ["items"]), {"items": []}) == {"items": "E-COM-01"}


def test_the_state_of_rows_is_told_by_path():
    state = forms.state(form_of(ITEMS), {"items": [{"result": "不合格"}]}, Context())
    assert state.shown["items.0.fix"] and state.required["items.0.why"] and not state.required["items.0.amount"]


def test_rows_may_hold_rows():
    inner = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer", "title": "数"}}}
    middle = {"type": "object", "properties": {"b": {"type": "array", "title": "乙", "items": inner}}}
    form = form_of({"a": {"type": "array", "title": "甲", "items": middle}})
    assert handed_in(form, {"a": [{"b": [{"n": 1}]}]}) == {"a": [{"b": [{"n": 1}]}]}
    assert codes(form, {"a": [{"b": [{"n": 1}, {}]}]}) == {"a.0.b.1.n": "E-COM-01"}


# Rules

HZ_E05 = {
    "code": "HZ-E05",
    "refuse_if": "form.checked_at < hz_register.discovered_at",
    "fields": ["checked_at"],
    "detail": "核查时间早于发现时间",
}
REGISTER = {"hz_register": Answers(discovered_at=datetime(2026, 2, 12, 9, tzinfo=SHANGHAI))}


def test_a_rule_refuses_with_its_code_and_sentence():
    found = refused(form_of(CHECK, rules=[HZ_E05]), {"checked_at": "2026-02-12T08:59:59+08:00"}, Context(REGISTER))
    assert (found.code, found.detail, found.fields) == ("HZ-E05", "核查时间早于发现时间", {"checked_at": "HZ-E05"})


def test_a_rule_that_holds_says_nothing():
    answers = {"checked_at": "2026-02-12T09:00:00+08:00"}
    assert handed_in(form_of(CHECK, rules=[HZ_E05]), answers, Context(REGISTER)) == answers


def test_a_rule_waits_until_its_fields_are_clean():
    assert codes(form_of(CHECK, rules=[HZ_E05]), {"checked_at": "早"}, Context(REGISTER)) == {"checked_at": "E-COM-21"}


def test_a_rule_is_asked_although_other_fields_are_wrong():
    answers = {"checked_at": "2026-02-12T08:00:00+08:00", "officers": ["eve"]}
    found = codes(form_of(CHECK, rules=[HZ_E05]), answers, Context(REGISTER))
    assert found == {"officers": "E-COM-07", "checked_at": "HZ-E05"}


def test_a_rule_reads_rows():
    rows = [{"clause": "一", "result": "不合格", "why": "未改"}]
    form = form_of(ITEMS, rules=[HZ_E32])
    assert codes(form, {"items": rows, "conclusion": "合格"}) == {"conclusion": "HZ-E32"}


def test_a_rule_that_cannot_be_worked_out_is_an_incident_not_a_refusal():
    rule = {"code": "X-1", "refuse_if": "form.x + 1 > 2", "detail": "甲"}
    with pytest.raises(Broken, match="表单“核查”规则 X-1 `form.x \\+ 1 > 2`：第 1 个字符：文本与数字不能相加"):
        handed_in(form_of({"x": {"type": "string", "title": "甲"}}, rules=[rule]), {"x": "a"})


def test_a_rule_sees_who_submits():
    rule = {"code": "X-1", "refuse_if": "'unit_head' not in by.roles", "detail": "只有负责人可以提交"}
    form = form_of({"x": {"type": "string", "title": "甲"}}, rules=[rule])
    assert refused(form, {}, Context({"by": Answers(roles=["case_handler"])})).code == "X-1"
    assert handed_in(form, {}, Context({"by": Answers(roles=["unit_head"])})) == {}


SOFT = {
    "code": "HZ-E19",
    "refuse_if": "True",
    "fields": ["x"],
    "detail": "距到期不足规定提前量，须说明特殊原因",
    "soft": True,
    "override": "unit_head",
}
HEAD = Context(by=SimpleNamespace(role_ids={"unit_head"}))


def soft(rule=SOFT):
    return form_of({"x": {"type": "string", "title": "甲"}}, rules=[rule])


def test_a_soft_rule_refuses_without_a_reason():
    assert refused(soft(), {"x": "a"}, HEAD).code == "HZ-E19"
    assert refused(soft(), {"x": "a", "_override": {"HZ-E19": "  "}}, HEAD).code == "HZ-E19"


def test_a_soft_rule_yields_to_a_reason_of_the_right_role_and_keeps_it():
    kept = handed_in(soft(), {"x": "a", "_override": {"HZ-E19": " 汛期停工 ", "HZ-E20": "夹带"}}, HEAD)
    assert kept == {"x": "a", "_override": {"HZ-E19": "汛期停工"}}


def test_a_soft_rule_does_not_yield_to_another_role():
    assert refused(soft(), {"x": "a", "_override": {"HZ-E19": "汛期"}}).code == "HZ-E19"


def test_a_hard_rule_yields_to_no_reason():
    rule = {key: SOFT[key] for key in ("code", "refuse_if", "fields", "detail")}
    assert refused(soft(rule), {"x": "a", "_override": {"HZ-E19": "汛期"}}, HEAD).code == "HZ-E19"


@pytest.mark.parametrize(
    ("which", "detail"),
    [("[w for w in ['甲', '乙'] if w != form.x]", "缺：乙"), ("form.x", "缺：甲"), ("None", "缺"), ("[]", "缺")],
)
def test_a_rule_may_say_which_things_it_refuses(which, detail):
    rule = {"code": "A-1", "refuse_if": "True", "detail": "缺", "fields": ["x"], "which": which}
    assert str(refused(soft(rule), {"x": "甲"})) == detail


def test_a_reason_that_is_too_long_is_said_to_be():
    found = refused(soft(), {"x": "a", "_override": {"HZ-E19": "长" * 501}}, HEAD)
    assert found.fields["_override"] == "E-COM-22"


@pytest.mark.parametrize("given", ["x", ["HZ-E19"], {"HZ-E19": 5}, {"HZ-E19": {"a": 1}}])
def test_reasons_of_another_shape_do_not_pass(given):
    assert "x" in codes(soft(), {"x": "a", "_override": given}, HEAD)


@pytest.mark.parametrize("answers", [None, "x", [], 5])
def test_answers_that_are_no_object_are_refused(answers):
    assert refused(FORMS["text"], answers).code == "E-COM-21"


# Reading back


def test_stored_answers_are_typed_for_expressions():
    form = form_of(ITEMS | CHECK | {"funds": {"type": "string", "title": "经费", "x-ui": {"kind": "money"}}})
    data = {"items": [{"clause": "一", "amount": "5.00"}], "checked_at": "2026-02-12T09:00:00+08:00", "funds": "1.50"}
    found = forms.typed(form, data)
    assert found["funds"] == Decimal("1.50") and found["conclusion"] is None
    assert found["checked_at"] == datetime(2026, 2, 12, 1, tzinfo=UTC)
    assert found["items"][0]["amount"] == Decimal("5") and found["items"][0]["nothing"] is None


SECRET = {
    "place": {"type": "string", "title": "地点"},
    "informant": {"type": "string", "title": "举报人", "x-ui": {"confidential": ["intake_clerk"]}},
    "calls": {
        "type": "array",
        "title": "来电",
        "items": {
            "type": "object",
            "properties": {
                "day": {"type": "string", "title": "日"},
                "number": {"type": "string", "title": "号码", "x-ui": {"confidential": ["intake_clerk", "unit_head"]}},
            },
        },
    },
}
TOLD = {"place": "二号库", "informant": "王", "calls": [{"day": "一", "number": "138"}], "_override": {"A": "b"}}


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (set(), {"place": "二号库", "calls": [{"day": "一"}], "_override": {"A": "b"}}),
        ({"unit_head"}, {"place": "二号库", "calls": [{"day": "一", "number": "138"}], "_override": {"A": "b"}}),
        ({"intake_clerk"}, TOLD),
    ],
)
def test_confidential_fields_are_shown_to_their_roles_alone(roles, expected):
    assert forms.public(form_of(SECRET), TOLD, roles) == expected


def test_files_are_found_in_rows_too():
    fields = ITEMS | {"paper": {"type": "string", "title": "纸", "x-ui": {"kind": "file"}}}
    data = {"items": [{"photos": ["a1", "a2"]}, {"clause": "一"}], "paper": "a3"}
    assert forms.attachment_ids(form_of(fields), data) == ["a1", "a2", "a3"]


# Form files


def problems(schema):
    with pytest.raises(BadForm) as caught:
        forms.load(schema if isinstance(schema, bytes) else json.dumps(schema).encode(), "check")
    return "\n".join(caught.value.problems)


def with_field(**schema):
    return {"title": "t", "type": "object", "properties": {"x": {"type": "string", "title": "甲", **schema}}}


def with_ui(**ui):
    return with_field(**{"x-ui": ui})


def with_rule(**rule):
    base = {"code": "A-1", "refuse_if": "form.x", "detail": "d"}
    return {**with_field(), "x-rules": [{key: value for key, value in (base | rule).items() if value is not None}]}


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        (b"{", "不是合法的 JSON"),
        (b"[]", "应为一个 JSON 对象"),
        (b'{"title": NaN}', "不能使用 NaN"),
        (b'{"title": "a", "title": "b"}', "title 出现了两次"),
        (b"[" * 100_000, "不是合法的 JSON"),
        (b"\xff", "不是合法的 JSON"),
        (b" " * 1_000_001, "超过 1 MB"),
        ({"title": "t"}, "表单须有"),
        ({**with_field(), "title": " "}, "表单：缺少 title"),
        ({**with_field(), "if": {}}, "表单：不认识的键 if"),
        ({**with_field(), "required": ["y"]}, "required 中的 y 不是字段"),
        ({**with_field(), "required": "x"}, "required 应为字段名的列表"),
        ({"title": "t", "type": "object", "properties": {"X-1": {}}}, "字段名 X-1 只能用"),
        ({"title": "t", "type": "object", "properties": {"class": {}}}, "字段名 class 只能用"),
        ({"title": "t", "type": "object", "properties": {"x": 5}}, "字段 x 应为对象"),
        (with_field(title=""), "字段 x：缺少 title"),
        (with_field(pattern="a*"), "字段 x：不认识的键 pattern"),
        (with_field(format="email"), "字段 x：format email 与 kind text 不符"),
        (with_field(type="number"), "字段 x：需要 x-ui.kind"),
        (with_field(type="array", items={"type": "string"}), "字段 x：需要 x-ui.kind"),
        (with_ui(kind="colour"), "字段 x：不认识的 kind colour"),
        (with_ui(kind=["text"]), "不认识的 kind"),
        (with_ui(kind="int"), "kind int 的 type 应为 integer"),
        (with_ui(colour="red"), "不认识的 x-ui 键 colour"),
        (with_ui(past=True), "x-ui 的 past 不用于 kind text"),
        (with_ui(kind="date", past="yes"), "x-ui 的 past 应为是否"),
        (with_ui(help=5), "x-ui 的 help 应为文本"),
        (with_ui(confidential="a"), "x-ui 的 confidential 应为文本列表"),
        (with_ui(kind="file", accept=["jpg"]), "accept 中的 jpg 不是媒体类型"),
        (with_ui(kind="file", accept=5), "accept 应为文本列表"),
        (with_ui(code="hz e2"), "错误码 hz e2 应由大写字母"),
        (with_ui(readonly=True), "readonly 需要 default"),
        (with_ui(kind="ref"), "kind ref 需要 list"),
        (with_ui(kind="enum"), "enum 应为互不相同的文本"),
        (with_field(enum=[]), "enum 应为互不相同的文本"),
        (with_field(enum=["a", "a"]), "enum 应为互不相同的文本"),
        (with_field(enum=[1]), "enum 应为互不相同的文本"),
        (with_field(enum=["a"], **{"x-ui": {"kind": "text"}}), "kind text 不能有 enum"),
        (with_field(maxLength=5, **{"x-ui": {"max": 6}}), "maxLength 与 x-ui 的 max 只能写一个"),
        (with_ui(max="5"), "max 应为整数"),
        (with_ui(kind="money", max="many"), "max 应为整数"),
        (with_field(minimum=5), "不认识的键 minimum"),
        (with_field(type="array", items={"type": "object"}), "kind rows 需要 items.properties"),
        (with_ui(kind="officers", on="y") | {"title": "t"}, "on 指向的 y 不是字段"),
        (with_ui(show_if="1 +"), "字段 x 的 show_if `1 +`"),
        (with_ui(required_if="form.y"), "form 没有字段 y"),
        (with_ui(required_if="row.x"), "没有步骤或名称 row"),
        (with_ui(show_if="form.x"), "只能读取排在 x 前面的字段，不能读取 x"),
        ({**with_field(), "x-rules": {}}, "x-rules 应为对象的列表"),
        (with_rule(code=None), "规则 1：缺少 code"),
        (with_rule(detail=None), "规则 A-1：缺少 detail"),
        (with_rule(refuse_if=None), "规则 A-1：缺少 refuse_if"),
        (with_rule(refuse_if="form.y > 1"), "规则 A-1 `form.y > 1`：form 没有字段 y"),
        (with_rule(refuse_if="lambda: 1"), "规则 A-1 `lambda: 1`：第 1 个字符：不能使用 lambda"),
        (with_rule(fields=["y"]), "规则 A-1：fields 中的 y 不是字段"),
        (with_rule(override="unit_head"), "规则 A-1：override 只用于 soft 规则"),
        (with_rule(soft="yes"), "soft 应为 true 或 false"),
        (with_rule(why="x"), "规则 A-1：不认识的键 why"),
        (with_rule(which="form.y"), "规则 A-1 的 which `form.y`：form 没有字段 y"),
        ({**with_field(), "x-rules": [{"code": "A-1", "refuse_if": "1", "detail": "d"}] * 2}, "规则 A-1：错误码重复"),
    ],
)
def test_what_a_form_file_says_wrong_is_named(schema, problem):
    assert problem in problems(schema)


def test_rows_go_two_levels_deep():
    inner = {"type": "array", "title": "t", "items": {"type": "object", "properties": {}}}
    for _ in range(2):
        inner = {"type": "array", "title": "t", "items": {"type": "object", "properties": {"x": inner}}}
    assert "最多再套一层行" in problems({"title": "t", "type": "object", "properties": {"x": inner}})


def test_columns_are_checked_like_fields():
    columns = {"a": {"type": "string", "title": "a", "x-ui": {"show_if": "row.b"}}, "b": {"type": "string"}}
    rows = {"type": "array", "title": "t", "items": {"type": "object", "properties": columns, "required": ["c"]}}
    found = problems({"title": "t", "type": "object", "properties": {"x": rows}})
    assert "字段 x.a 的 show_if：只能读取排在 a 前面的字段，不能读取 b" in found
    assert "字段 x.b：缺少 title" in found and "x.required 中的 c 不是字段" in found


def test_every_problem_of_a_file_is_told():
    found = problems({"title": "", "type": "object", "properties": {"x": {"type": "string"}}, "x-rules": [{}]})
    assert len(found.splitlines()) >= 4


def test_a_form_lists_its_expressions_for_the_check_at_deploy():
    places = [where for where, _ in form_of(ITEMS, rules=[HZ_E32]).expressions()]
    assert places == ["字段 items.why 的 required_if", "字段 items.fix 的 show_if", "规则 HZ-E32"]


@pytest.mark.parametrize("path", sorted(OFFICE_FORMS.glob("*/*.json")), ids=lambda path: path.stem)
def test_the_forms_of_the_office_can_be_read(path):
    assert forms.load(path.read_bytes(), path.stem).step == path.stem
