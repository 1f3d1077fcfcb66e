"""Decision tables as dmn-js writes them: what hits, what is refused and where, and the examples beside a table."""

from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

import pytest

from engine import decisions
from engine.decisions import BadTable
from engine.errors import Broken
from engine.expressions import Answers

INPUTS = ("hz_register.industry", "hz_verify.deaths")


def dmn(rules, policy="FIRST", inputs=INPUTS, outputs=("list_level",), table="", more=""):
    """Write a table as dmn-js 17 exports it; each rule is its input cells and then its output cells."""

    def entries(tag, cells):
        return "".join(f'<{tag} id="c"><text>{escape(cell)}</text></{tag}>' for cell in cells)

    columns = "".join(
        f'<input id="i{n}" label="列{n}"><inputExpression id="e{n}" typeRef="string">'
        f"<text>{escape(source)}</text></inputExpression></input>"
        for n, source in enumerate(inputs)
    )
    columns += "".join(f'<output id="o" label="层级" name="{name}" typeRef="string" />' for name in outputs)
    rows = "".join(
        f'<rule id="r{n}"><description>说明</description>{entries("inputEntry", rule[: len(inputs)])}'
        f"{entries('outputEntry', rule[len(inputs) :])}</rule>"
        for n, rule in enumerate(rules)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" '
        'xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" '
        'xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" id="d" name="挂牌" namespace="http://camunda.org/schema/1.0/dmn">'
        f'<decision id="dmn_listing" name="挂牌建议"><decisionTable id="t" hitPolicy="{policy}" {table}>'
        f"{columns}{rows}</decisionTable></decision>{more}"
        '<dmndi:DMNDI><dmndi:DMNDiagram><dmndi:DMNShape dmnElementRef="dmn_listing">'
        '<dc:Bounds height="80" width="180" x="160" y="100" /></dmndi:DMNShape></dmndi:DMNDiagram></dmndi:DMNDI>'
        "</definitions>"
    ).encode()


def decide(table, industry="危化", deaths=3, **functions):
    names = {"hz_register": Answers(industry=industry), "hz_verify": Answers(deaths=deaths)}
    return table.decide(names, functions)


def hits(cell, value):
    table = decisions.load(dmn([(cell, '"中"'), ("-", '"不中"')], inputs=("x",)))
    return table.decide({"x": value}, {}) == {"list_level": "中"}


def test_a_table_tells_what_it_is():
    table = decisions.load(dmn([('"危化"', ">= 1", '"市级"')]))
    assert (table.id, table.name, table.hit_policy, table.outputs) == (
        "dmn_listing",
        "挂牌建议",
        "FIRST",
        ("list_level",),
    )
    assert [source.source for source in table.inputs] == list(INPUTS)


@pytest.mark.parametrize(
    ("cell", "inside", "outside"),
    [
        ('"危化"', ["危化"], ["矿山", None, 1, ""]),
        ('"矿山","危化"', ["矿山", "危化"], ["金属冶炼", None]),
        ('"危化", "矿山"', ["矿山", "危化"], ["金属冶炼"]),
        ('not("矿山")', ["危化", None], ["矿山"]),
        ('not("矿山", "危化")', ["金属冶炼", None], ["矿山", "危化"]),
        ('"a\\"b, c"', ['a"b, c'], ["a"]),
        ("3", [3, Decimal("3.0")], [4, None, "3", True]),
        ("-2.5", [Decimal("-2.5")], [2]),
        ("true", [True], [False, None, 1]),
        ("false", [False], [True, None, 0]),
        ("null", [None], [0, ""]),
        ("< 5", [4, Decimal("4.99")], [5, 6, None]),
        ("<= 5", [5], [6, None]),
        (">5", [6], [5, None]),
        (">= 5", [5], [4, None]),
        ("[1..5]", [1, 3, 5], [0, 6, None]),
        ("]1..5[", [2, 4], [1, 5, None]),
        ("(1..5)", [2, 4], [1, 5]),
        ("[1 .. 5)", [1], [5]),
        ("[1.5..2.5]", [2], [1]),
        ("1, [3..4], > 10", [1, 3, 4, 11], [2, 5, 10, None]),
        ("not([1..5])", [0, 6, None], [1, 5]),
        ('date("2026-01-01")', [date(2026, 1, 1)], [date(2026, 1, 2), None, "2026-01-01"]),
        ('>= date("2026-01-01")', [date(2026, 1, 1)], [date(2025, 12, 31), None]),
        ('[date("2026-01-01")..date("2026-03-31")]', [date(2026, 2, 1)], [date(2026, 4, 1)]),
        ("-", [1, None, "x"], []),
        ("", [1, None, "x"], []),
    ],
)
def test_a_cell_lets_through_what_it_says(cell, inside, outside):
    assert [value for value in inside if not hits(cell, value)] == []
    assert [value for value in outside if hits(cell, value)] == []


def test_a_moment_falls_on_its_office_day():
    table = decisions.load(dmn([('< date and time("2026-01-01T08:00:00")', '"早"'), ("", '"晚"')], inputs=("x",)))
    assert table.decide({"x": date(2025, 12, 31)}, {}) == {"list_level": "早"}


@pytest.mark.parametrize(
    "cell",
    [
        "危化",
        "“危化”",
        '"危化',
        "1..5",
        "[5..1]",
        "[1..5",
        '["a"..3]',
        "> 1 and < 5",
        "? > 5",
        "in (1)",
        "> true",
        "< null",
        "1,",
        ",1",
        "not 1",
        "not()",
        "not(1",
        "x.y",
        "today()",
        "[1,2]",
        'date("2026-02-30")',
        "date(2026)",
        "= 5",
        "!= 5",
        'duration("P1D")',
        "1 2",
        "1.2.3",
        "12ab",
        "--",
        '__import__("os")',
        "lambda: 1",
        '"a" + "b"',
        "9" * 40,
        "{}",
    ],
)
def test_other_cells_are_refused_with_row_and_column(cell):
    with pytest.raises(BadTable) as caught:
        decisions.load(dmn([("-", "1", '"a"'), ('"危化"', cell, '"b"')]))
    assert (caught.value.row, caught.value.column) == (2, 2)
    assert str(caught.value).startswith("第 2 行第 2 列：")


def test_chinese_quotes_are_explained():
    with pytest.raises(BadTable, match="标点和引号请用英文的"):
        decisions.load(dmn([("“危化”", "-", '"a"')]))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('"市级"', "市级"),
        ("true", True),
        ("null", None),
        ("", None),
        ("-", None),
        ("1.50", Decimal("1.50")),
        ('date("2026-01-01")', date(2026, 1, 1)),
        ("hz_verify.deaths * 2", 6),
        ("'市级' if hz_register.industry == '危化' else '县级'", "市级"),
        ('["甲", "乙"]', ["甲", "乙"]),
    ],
)
def test_an_output_is_a_literal_or_an_expression(cell, expected):
    assert decide(decisions.load(dmn([("-", "-", cell)]))) == {"list_level": expected}


@pytest.mark.parametrize("cell", ["市级 A", "lambda: 1", "x.__class__", "“市级”", "1 +"])
def test_other_outputs_are_refused_with_row_and_column(cell):
    with pytest.raises(BadTable) as caught:
        decisions.load(dmn([("-", "-", cell)]))
    assert (caught.value.row, caught.value.column) == (1, 3)


def test_an_input_may_be_any_expression():
    table = decisions.load(dmn([("> 2", '"多"'), ("", '"少"')], inputs=("count('hz_plan') + len(hz_verify.rows)",)))
    assert table.decide({"hz_verify": Answers(rows=[1, 2])}, {"count": lambda step: 1}) == {"list_level": "多"}


def test_a_bad_input_expression_is_refused_with_its_column():
    with pytest.raises(BadTable, match="第 2 列：输入“列1”的表达式 lambda: 1"):
        decisions.load(dmn([], inputs=("a.b", "lambda: 1")))


# Hit policies

OVERLAPPING = [('"危化"', "-", '"A"'), ("-", ">= 1", '"B"'), ('"矿山"', "-", '"C"')]


def test_first_takes_the_first_hit():
    assert decide(decisions.load(dmn(OVERLAPPING, "FIRST"))) == {"list_level": "A"}


def test_collect_takes_every_hit_in_order():
    assert decide(decisions.load(dmn(OVERLAPPING, "COLLECT"))) == [{"list_level": "A"}, {"list_level": "B"}]


def test_unique_with_two_hits_is_broken_and_names_the_rules():
    with pytest.raises(Broken, match="“挂牌建议”第 1、2 行规则同时命中"):
        decide(decisions.load(dmn(OVERLAPPING, "UNIQUE")))


def test_unique_with_one_hit_decides():
    assert decide(decisions.load(dmn(OVERLAPPING, "UNIQUE")), "矿山", 0) == {"list_level": "C"}


@pytest.mark.parametrize(("policy", "expected"), [("UNIQUE", {"list_level": None}), ("COLLECT", [])])
def test_no_hit_says_nothing(policy, expected):
    assert decide(decisions.load(dmn(OVERLAPPING, policy)), "其他", 0) == expected


@pytest.mark.parametrize("policy", ["PRIORITY", "ANY", "RULE ORDER", "OUTPUT ORDER", "unique"])
def test_other_hit_policies_are_refused(policy):
    with pytest.raises(BadTable, match=f"命中策略 {policy} 不支持"):
        decisions.load(dmn(OVERLAPPING, policy))


def test_an_aggregation_is_refused():
    with pytest.raises(BadTable, match="命中策略 COLLECT SUM 不支持"):
        decisions.load(dmn(OVERLAPPING, "COLLECT", table='aggregation="SUM"'))


def test_a_value_of_the_wrong_kind_is_broken_with_its_place():
    with pytest.raises(Broken, match="第 2 行第 2 列：不能比较文本与数字的大小"):
        decide(decisions.load(dmn(OVERLAPPING, "COLLECT")), deaths="三人")


def test_an_input_that_cannot_be_worked_out_is_broken():
    table = decisions.load(dmn([("1", '"a"')], inputs=("1 / x",)))
    with pytest.raises(Broken, match="第 1 列：1 / x：第 1 个字符：除数为零"):
        table.decide({"x": 0}, {})


# Files

GOOD = dmn(OVERLAPPING)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "不是可读的 XML"),
        (b"not xml", "不是可读的 XML"),
        (GOOD[:-20], "不是可读的 XML"),
        (GOOD.replace(b"20191111/MODEL", b"20180521/MODEL"), "不是 DMN 1.3 文件"),
        (b"<definitions/>", "不是 DMN 1.3 文件"),
        (GOOD.replace(b"?>", b"?><!DOCTYPE definitions>", 1), "DOCTYPE"),
        (GOOD.replace(b"?>", b'?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>', 1), "DOCTYPE"),
        (GOOD.replace(b"?>", b'?><!DOCTYPE d [<!ENTITY x "y">]>', 1).replace("危化".encode(), b"&x;"), "DOCTYPE"),
        (GOOD + b" " * 2_000_000, "文件超过 2 MB"),
        (dmn([], more='<decision id="b" name="b"/>'), "只能有一个决策，这里有 2 个"),
        (GOOD.replace(b'id="dmn_listing"', b'id="dmn listing"', 1), "决策没有 id"),
        (dmn([], outputs=()), "没有输出列"),
        (dmn([], outputs=("",)), "第 3 列：输出“层级”的名称"),
        (dmn([], outputs=("a", "a")), "第 4 列：输出名称 a 重复"),
        (dmn([], inputs=("",)), "第 1 列：输入“列0”没有表达式"),
        (dmn([("-", '"a"')]), "第 1 行：应有 2 个输入和 1 个输出"),
        (GOOD.replace(b'<inputEntry id="c">', b'<inputEntry id="c" expressionLanguage="juel">', 1), "表达式语言 juel"),
        (GOOD.replace(b"decisionTable", b"literalExpression"), "必须是决策表"),
    ],
)
def test_a_file_of_another_kind_is_refused(data, reason):
    with pytest.raises(BadTable, match=reason):
        decisions.load(data)


def test_an_entity_bomb_is_refused_quickly():
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    bomb = GOOD.replace(b"?>", f'?><!DOCTYPE d [<!ENTITY a0 "x">{levels}]>'.encode(), 1)
    with pytest.raises(BadTable):
        decisions.load(bomb.replace("危化".encode(), b"&a11;"))


def test_the_expressions_of_a_table_can_be_checked_at_deploy():
    places = decisions.load(dmn([("-", "-", "hz_verify.x")])).expressions()
    assert [(place, source.source) for place, source in places][1:] == [
        ("第 2 列输入", "hz_verify.deaths"),
        ("第 1 行第 3 列", "hz_verify.x"),
    ]


# Examples beside a table


def test_examples_that_hold_give_no_problems():
    cases = [
        {"given": {"hz_register.industry": "危化"}, "expect": {"list_level": "A"}},
        {"title": "未核查", "given": {}, "expect": {"list_level": None}},
    ]
    assert decisions.run_cases(decisions.load(GOOD), cases) == []


def test_examples_know_days_money_and_functions():
    rules = [('>= date("2026-01-01")', "> 100", "2", '"是"'), ("-", "-", "-", '"否"')]
    table = decisions.load(dmn(rules, inputs=("a.day", "a.money", "count('b') + len(all('b'))")))
    given = {"a.day": "2026-02-01", "a.money": 100.5, "count('b')": 1, "all('b')": [{"x": 1}]}
    assert decisions.run_cases(table, [{"given": given, "expect": {"list_level": "是"}}]) == []


@pytest.mark.parametrize(
    ("case", "problem"),
    [
        ({"given": {"hz_register.industry": "危化"}, "expect": {"list_level": "B"}}, "list_level 应为 B，得到 A"),
        ({"given": {}, "expect": {"level": "B"}}, "expect 中的 level 不是输出列"),
        ({"given": {"hz_register.x": 1}, "expect": {}}, "given 中的 hz_register.x 与该表无关"),
        ({"given": {"hz_verify.deaths": "多"}, "expect": {}}, "不能比较文本与数字的大小"),
        ({"given": {"count('x')": 1}, "expect": {}}, "given 中的 count('x') 与该表无关"),
        ({"given": []}, "用例只能有 given、expect 和 title"),
        ({"given": {}, "expect": []}, "expect 应为对象"),
    ],
)
def test_an_example_that_does_not_hold_is_named(case, problem):
    (found,) = decisions.run_cases(decisions.load(GOOD), [case])
    assert found.startswith("第 1 个用例：") and problem in found


def test_examples_of_a_collecting_table_are_lists():
    table = decisions.load(dmn(OVERLAPPING, "COLLECT"))
    given = {"hz_register.industry": "危化", "hz_verify.deaths": 1}
    assert decisions.run_cases(table, [{"given": given, "expect": [{"list_level": "A"}, {"list_level": "B"}]}]) == []
    assert decisions.run_cases(table, [{"given": given, "expect": []}]) != []


@pytest.mark.parametrize("cases", [None, {}, [], "x"])
def test_an_empty_example_file_is_a_problem(cases):
    assert len(decisions.run_cases(decisions.load(GOOD), cases)) == 1
