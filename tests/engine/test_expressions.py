"""The designers' language: what it computes, what it refuses, and that it says where."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine import expressions
from engine.errors import Conflict
from engine.expressions import Answers, BadExpression, check, evaluate

SHANGHAI = ZoneInfo("Asia/Shanghai")
NAMES = {
    "plan": Answers(
        goal="消除隐患",
        funds=Decimal("1234.50"),
        due=date(2026, 6, 30),
        sent_at=datetime(2026, 6, 29, 17, 30, tzinfo=UTC),  # 01:30 of 30 June in the office
        danger=True,
        measures=[Answers(text="停产", days=3), Answers(text="撤人", days=None)],
    ),
    "empty": Answers(),
    "case": Answers(region="370202"),
    "item": 1,
}
FUNCTIONS = {
    "today": lambda: date(2026, 6, 1),
    "all": lambda step: [NAMES[step]],
    "count": lambda step: 2,
    "hours_between": lambda a, b: 23.5,
    "open_cases": lambda process, place=None: [{"number": f"{process}-{place}"}],
}


def value(source):
    return evaluate(source, NAMES, FUNCTIONS)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("plan.goal == '消除隐患'", True),
        ("plan.funds > 1000 and plan.danger", True),
        ("plan.funds + 1", Decimal("1235.50")),
        ("0.1 + 0.2 == 0.3", True),
        ("7 / 2", Decimal("3.5")),
        ("7 // 2", 3),
        ("-7.5 // 2", Decimal("-4")),
        ("-7.5 % 2", Decimal("0.5")),
        ("round(2.345, 2)", Decimal("2.35")),
        ("round(2.5)", 3),
        ("int(' 12 ') + int(3.9)", 15),
        ("1 < 2 <= 2 < 3", True),
        ("'停' in plan.measures[0].text", True),
        ("plan.measures[item].text", "撤人"),
        ("len(plan.measures)", 2),
        ("[m.text for m in plan.measures if m.days]", ["停产"]),
        ("any(m.days > 2 for m in plan.measures)", True),
        ("all([m.days > 2 for m in plan.measures])", False),
        ("all('plan')[0].goal", "消除隐患"),
        ("count('plan') + 1", 3),
        ("sum([m.days for m in plan.measures])", 3),
        ("flat([[1, 2], None, [3]])", [1, 2, 3]),
        ("[whole(t) for t in ['12桶', ' 7', '一批', '2.5吨', '1,200支', None]]", [12, 7, None, None, None, None]),
        ("distinct(['甲', '乙', '甲', None, None])", ["甲", "乙", None]),
        ("max(1, 3, 2) - min([4, None, 2])", 1),
        ("'、'.join([m.text for m in plan.measures])", "停产、撤人"),
        ("f'{case.region}：{plan.funds}元，{empty.x}'", "370202：1234.50元，"),
        ("'A,b'.lower().split(',')", ["a", "b"]),
        ("plan.due - today()", timedelta(days=29)),
        ("(plan.due - today()).days", 29),
        ("today() + days(30)", date(2026, 7, 1)),
        ("months(1, date('2026-01-31'))", date(2026, 2, 28)),
        ("months(12, plan.sent_at)", date(2027, 6, 30)),
        ("date(2026, 1, 2).weekday", 5),
        ("plan.sent_at.hour", 1),
        ("plan.sent_at + hours(24) > plan.sent_at", True),
        ("str(plan.sent_at)", "2026-06-30T01:30:00+08:00"),
        ("str(plan.danger) + str(None)", "是"),
        ("hours_between(1, 2)", Decimal("23.5")),
        ("open_cases('p', place='甲')[0].number", "p-甲"),
        ("'x' if plan.danger else 'y'", "x"),
        ("empty.x or 'default'", "default"),
        ("{'a': 1}.a", 1),
        ("plan.due in (date('2026-06-30'), None)", True),
        ("plan.goal == '消除隐患'\n  and plan.danger  # two lines", True),
    ],
)
def test_the_language_computes(source, expected):
    assert value(source) == expected
    assert type(value(source)) is type(expected)


@pytest.mark.parametrize(
    "source",
    [
        "empty.x == 0",
        "empty.x == ''",
        "empty.x == False",
        "empty.x < 1",
        "empty.x > 1",
        "empty.x <= 1",
        "empty.x >= empty.x",
        "1 < empty.x",
        "empty.x in [1]",
        "1 in empty.x",
        "empty.x.y.z == 1",
        "empty.x[0] == 1",
        "empty.x.startswith('a') == True",
        "any(empty.x)",
        "(empty.x + 1) == 1",
        "empty.x != None",
    ],
)
def test_none_equals_nothing_and_has_no_order(source):
    assert value(source) is False


def test_none_equals_none():
    assert value("empty.x == None and empty.x is None and empty.x in [None]") is True


def test_a_sum_with_none_is_none():
    assert value("[empty.x + 1, empty.x - plan.due, -empty.x, empty.x / 0, days(empty.x)]") == [None] * 5


def test_a_yes_is_not_a_number():
    assert value("[plan.danger == 1, plan.danger == True, True in [1]]") == [False, True, False]


def test_a_date_equals_a_moment_of_its_office_day():
    assert value("plan.due == plan.sent_at and plan.sent_at.date == plan.due") is True


def test_a_date_is_not_before_a_moment_of_its_office_day():
    assert value("plan.due < plan.sent_at") is False
    assert value("plan.due >= plan.sent_at") is True


def test_a_moment_without_offset_is_office_time():
    names = {"at": datetime(2026, 6, 30, 23, 59)}
    assert evaluate("at.date", names, {}) == date(2026, 6, 30)
    assert evaluate("at.date", {"at": datetime(2026, 6, 30, 23, 59, tzinfo=UTC)}, {}) == date(2026, 7, 1)


def test_a_float_from_outside_becomes_a_decimal():
    assert evaluate("x + 0.2", {"x": 0.1}, {}) == Decimal("0.3")


def test_a_long_decimal_is_read_exactly():
    assert value("0.1234567890123456789012") == Decimal("0.1234567890123456789012")


def test_a_set_from_outside_is_a_list():
    assert evaluate("'a' in roles and len(roles) == 2", {"roles": frozenset({"a", "b"})}, {}) is True


def test_a_field_named_like_a_method_is_a_field():
    names = {"form": Answers(items=[1], keys=2, get=3)}
    assert evaluate("[len(form.items), form.keys, form.get]", names, {}) == [1, 2, 3]


def test_the_result_shares_nothing_with_the_case_file():
    rows = value("plan.measures")
    rows[0]["text"] = "改动"
    assert NAMES["plan"]["measures"][0]["text"] == "停产"
    assert type(rows[0]) is dict


def test_a_name_of_the_case_file_does_not_shadow_a_function():
    assert evaluate("count('x') + count", {"count": 5}, {"count": lambda step: 1}) == 6


def test_a_loop_does_not_leak_its_variable():
    with pytest.raises(BadExpression, match="没有名为 m"):
        value("[m.text for m in plan.measures] + [m]")


def test_loops_may_reuse_a_name_inside_one_another():
    assert value("[[m for m in [1, 2]] + [m] for m in [3]]") == [[1, 2, 3]]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "表达式为空"),
        ("plan.goal = 1", "第 11 个字符"),
        ("“消除” == plan.goal", "英文标点"),
        ("(1 + 2", "括号没有成对"),
        ("'abc", "引号没有成对"),
        ("plan.goal == true", "第 14 个字符：true 要写作 True"),
        ("1 + '中文' + 甲.__x__", "第 12 个字符：名称 __x__ 不能以下划线开头"),
        ("plan.goal == nobody", "第 14 个字符：没有名为 nobody 的步骤或值"),
        ("1 + lenght(2)", "第 5 个字符：没有函数 lenght"),
        ("plan.goal + 1", "文本与数字不能相加"),
        ("plan.goal < 1", "不能比较文本与数字的大小"),
        ("1 / 0", "除数为零"),
        ("plan.measures[7]", "列表没有第 7 项"),
        ("2 ** 3", "只能用"),
        ("lambda: 1", "不能使用 lambda"),
        ("1 +\n  plan.__x__", "第 2 行第 3 个字符"),
        ("1)\n+(2", "第 2 行"),
        ("len", "len 是函数"),
        ("[x for x in [1] for y in [2]]", "只能写一个 for"),
        ("date('2026-02-30')", "date 的参数不对"),
        ("1 + f'{plan.goal + 1}'", "第 5 个字符"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(source, message):
    with pytest.raises(BadExpression) as caught:
        value(source)
    assert message in str(caught.value)


def test_an_answer_of_the_office_passes_through():
    def refuse():
        raise Conflict("已办理")

    with pytest.raises(Conflict):
        evaluate("f()", {}, {"f": refuse})


def test_references_name_step_and_field():
    found = expressions.compile("a.x + b + previous('c').y + d[0].z + all('e')[0].w + a").references
    assert found == {("a", "x"), ("a", None), ("b", None), ("c", "y"), ("d", "z"), ("e", "w")}


def test_calls_name_function_and_first_text():
    found = expressions.compile("due_on('HZ-C08') > today() and len(x)").calls
    assert found == {("due_on", "HZ-C08"), ("today", None), ("len", None)}


def test_an_expression_is_compiled_once():
    assert expressions.compile("1 + 1 + 1") is expressions.compile("1 + 1 + 1")


def test_the_same_expression_serves_different_answers():
    compiled = expressions.compile("[x + y for x in xs]")
    assert evaluate(compiled, {"xs": [1], "y": 1}, {}) == [2]
    assert evaluate(compiled, {"xs": [2], "y": 2}, {}) == [4]


# Limits


@pytest.mark.parametrize(
    "source",
    [
        "'" + "a" * 2000 + "'",
        "1" + "+1" * 200,
        "-" * 50 + "1",
        "[" * 41 + "]" * 41,
        "(" * 250 + "1" + ")" * 250,
        "-" * 1999,
        "not " * 499 + "1",
        "[" * 1900,
        "a" + ".b" * 900,
        "f(" * 600 + ")" * 600,
        "\x00",
        "1\x00",
    ],
)
def test_sources_beyond_the_limits_are_refused(source):
    with pytest.raises(BadExpression):
        expressions.compile(source)


@pytest.mark.parametrize(
    "names",
    [
        {"x": "a" * 100_001},
        {"x": [0] * 10_001},
        {"x": 10**31},
        {"x": Decimal("NaN")},
        {"x": float("inf")},
        {"x": object()},
        {"x": b""},
        {"x": lambda: 1},
        {"x": Answers(y=object())},
        {"x": [[object()]]},
    ],
)
def test_values_that_are_not_plain_are_refused(names):
    with pytest.raises(BadExpression):
        evaluate("[x, x.y]" if isinstance(names["x"], Answers) else "x", names, {})


def test_the_budget_stops_a_loop():
    with pytest.raises(BadExpression, match="20000 步"):
        evaluate("[[a + b for a in xs] for b in xs]", {"xs": list(range(200))}, {})


def test_a_loop_within_the_budget_runs():
    assert len(evaluate("[x + 1 for x in xs]", {"xs": list(range(4000))}, {})) == 4000


# Assignments


def test_a_script_is_lines_of_name_and_expression():
    lines = expressions.assignments("# 说明\nlevel = '市级'\nlate = (due_on('A')\n   < today())\n")
    assert [(name, line.source) for name, line in lines][0] == ("level", "'市级'")
    assert lines[1][1].calls == {("due_on", "A"), ("today", None)}


@pytest.mark.parametrize(
    "script",
    [
        "import os",
        "a",
        "a += 1",
        "a, b = 1, 2",
        "a.b = 1",
        "a['b'] = 1",
        "_a = 1",
        "len = 1",
        "a = 1\na = 2",
        "a = lambda: 1",
        "a: int = 1",
        "a = b = 1",
        "if 1: a = 1",
        "a = 1\n" * 101,
        "a = '" + "x" * 20_000 + "'",
    ],
)
def test_any_other_script_is_refused(script):
    with pytest.raises(BadExpression):
        expressions.assignments(script)


# Names at deploy

SHAPES = {"plan": {"goal": None, "rows": frozenset({"text"})}, "check": frozenset({"result"}), "case": None}


@pytest.mark.parametrize(
    "source",
    [
        "plan.goal == check.result",
        "any(r.text for r in plan.rows)",
        "all('check')[0].result",
        "max([c.at for c in all('check') if c.by == 'zhang'])",
        "case.anything",
        "plan.goal.year",
        "count('plan') + len(plan.rows)",
        "today() > plan.goal",
        "previous('check').result",
    ],
)
def test_declared_names_pass(source):
    assert check(source, SHAPES, {"today", "all", "count", "previous"}) == []


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("paln.goal", "没有步骤或名称 paln（是否为 plan？）"),
        ("plan.gaol == 1", "plan 没有字段 gaol（是否为 goal？）"),
        ("check.result.x == plan.x", "plan 没有字段 x"),
        ("any(r.txt for r in plan.rows)", "r 没有字段 txt（是否为 text？）"),
        ("all('check')[0].reslt", "all('check')[0] 没有字段 reslt（是否为 result？）"),
        ("count('chek')", "没有步骤或名称 chek（是否为 check？）"),
        ("todey()", "没有函数 todey（是否为 today？）"),
        ("open_cases('p', place=plan.plaec)", "plan 没有字段 plaec"),
        ("f'{plan.goa}'", "plan 没有字段 goa（是否为 goal？）"),
        ("plan.rows[0].txt", "plan.rows[0] 没有字段 txt（是否为 text？）"),
        ("plan.goal.strip(nobody.x)", "没有步骤或名称 nobody"),
        ("1 +", "第 4 个字符：写法有误"),
    ],
)
def test_undeclared_names_are_named(source, problem):
    assert problem in check(source, SHAPES, {"today", "all", "count", "open_cases"})


# Attacks: each is refused, or gives a plain value that nobody minds

ATTACKS = [
    line
    for line in Path(__file__).with_name("attacks.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


class Danger:
    danger = "/etc/passwd"

    def __str__(self):
        raise AssertionError("a foreign object was used")

    __call__ = __len__ = __eq__ = __format__ = __str__
    __hash__ = None


def victims():
    names = {
        "x": "x",
        "text": "甲厂",
        "long": "ab" * 49_000,
        "amount": Decimal("120000.00"),
        "due": date(2026, 1, 1),
        "moment": datetime(2026, 1, 1, tzinfo=SHANGHAI),
        "case": Answers(region="1"),
        "obj": Danger(),
        "items": [1, 2, 3],
        "big": [str(n) for n in range(9_000)],
        "other": [str(n) for n in range(9_000)],
    }
    return names, {"today": lambda: date(2026, 1, 1), "all": lambda step: [], "getter": names.get}


@pytest.mark.parametrize("source", ATTACKS)
def test_an_attack_is_refused(source):
    names, functions = victims()
    with pytest.raises(BadExpression) as caught:
        evaluate(source, names, functions)
    assert len(str(caught.value)) < 300
    assert names["case"] == {"region": "1"} and names["items"] == [1, 2, 3]


@pytest.mark.parametrize("source", ["case['__class__'].x", "case.mro", "case.get", "case.format", "(len)('') or None"])
def test_what_looks_like_an_attack_may_be_harmless(source):
    names, functions = victims()
    assert evaluate(source, names, functions) is None


def test_there_are_enough_attacks():
    assert len(set(ATTACKS)) == len(ATTACKS) >= 79
