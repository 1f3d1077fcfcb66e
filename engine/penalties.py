"""What became of the penalty cases of a year: how many, how soon, how evenly; no fine is ranked (APL 74(3))."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from statistics import mean
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import catalog, model, references, sight
from engine.people import Actor
from engine.workdays import office_day, office_zone

ORDINARY, SIMPLE, CAUSES = "S-EC-1", "S-EC-1S", "violation_codes"
TIERS = ("不予处罚", "减轻", "从轻", "一般", "从重")
PERMITTED, RULED = {"裁定准予执行", "复议裁定准予执行"}, {"裁定不准予执行", "不予受理", "复议维持不予执行"}
# What is counted by the day on which it happened: its title, the registers, and the column that holds the day.
STAGES = (
    ("立案", (ORDINARY,), "立案日"),
    ("普通程序决定", (ORDINARY,), "决定日"),
    ("当场处罚", (SIMPLE,), "决定日"),
    ("举行听证", (ORDINARY,), "听证日"),
    ("集体讨论", (ORDINARY,), "集体讨论日"),
    ("申请法院强制执行", (ORDINARY, SIMPLE), "法院申请日"),
    ("结案", (ORDINARY,), "结案日"),
)
Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """Figures by cause or by person: heads, and lines of as many cells."""

    title: str
    heads: list[str]
    lines: list[list[Any]]


@dataclass(frozen=True)
class Summary:
    """A year of penalty cases: counts by months, (what, how much) in blocks, and two tables of the discretion."""

    year: int
    lines: list[tuple[str, tuple[int, ...]]]
    blocks: list[tuple[str, list[tuple[str, Any]]]]
    tables: list[Table]


def summary(session: Session, by: Actor, now: datetime, year: int) -> Summary:
    """Count a year of the penalty cases that this person may see; what follows a decision counts in its year."""
    found = _facts(session, by, year)
    ordinary, simple = found[ORDINARY], found[SIMPLE]
    decided = [row for row in ordinary if _year(row["决定日"]) == year]
    on_the_spot = [row for row in simple if _year(row["决定日"]) == year]
    punished = [row for row in decided if row["决定"] == "行政处罚"]
    both = [*punished, *on_the_spot]
    today = office_day(now)
    blocks = [
        ("案件构成", _kinds(ordinary, decided, on_the_spot, year)),
        ("办案期限", _punctual(ordinary, decided, year, today)),
        ("法制审核", _reviewed(decided)),
        ("裁量与处罚种类", _measures(decided, punished)),
        ("罚款缴纳", _paid(both)),
        ("纠错与公示", _corrected(decided, on_the_spot, both, today)),
        ("申请法院强制执行", _enforced([*ordinary, *simple], year)),
        ("全过程记录", _recorded(ordinary, simple, year)),
    ]
    titles = {row.code: row.title for row in references.options(session, CAUSES)}
    tables = [_by_cause(decided, on_the_spot, titles), _by_handler(decided, on_the_spot)]
    return Summary(year, _months(found, year), blocks, tables)


def _facts(session: Session, by: Actor, year: int) -> dict[str, list[Facts]]:
    """Return the lines of both registers whose cases can have moved in the year."""
    rows, cases = model.RegisterRow, model.Case
    begun = datetime(year, 1, 1, tzinfo=office_zone()).astimezone(UTC)
    query = (
        select(cases.bundle_hash, rows.register, rows.cells)
        .join(rows, rows.case_id == cases.id)
        .where(rows.register.in_((ORDINARY, SIMPLE)), rows.opened_on <= date(year, 12, 31), sight.visible(by))
        .where(or_(cases.closed_at.is_(None), cases.closed_at >= begun))
        .order_by(cases.number)
    )
    titles: dict[tuple[str, str], list[str]] = {}
    found: dict[str, list[Facts]] = {ORDINARY: [], SIMPLE: []}
    for digest, register, cells in session.execute(query).all():
        if (digest, register) not in titles:
            own = next(entry for entry in catalog.load(session, digest).registers if entry.id == register)
            titles[digest, register] = [title for title, _ in own.columns]
        # What an earlier version of the process did not write is not said.
        found[register].append(defaultdict(lambda: None, zip(titles[digest, register], cells, strict=False)))
    return found


def _months(found: Mapping[str, list[Facts]], year: int) -> list[tuple[str, tuple[int, ...]]]:
    lines = []
    for title, registers, column in STAGES:
        rows = [row for register in registers for row in found[register]]
        days = [on for row in rows if (on := _day(row[column])) is not None and on.year == year]
        counted = Counter(on.month for on in days)
        lines.append((title, tuple(counted[month] for month in range(1, 13))))
    return lines


def _kinds(ordinary: Iterable[Facts], decided: list[Facts], simple: list[Facts], year: int) -> list[tuple[str, Any]]:
    outcomes = Counter(str(row["决定"]) for row in decided)
    return [
        ("普通程序立案", sum(_year(row["立案日"]) == year for row in ordinary)),
        *(
            (f"决定：{title}", outcomes[title])
            for title in ("行政处罚", "不予行政处罚", "违法事实不成立", "移送司法机关")
        ),
        ("简易程序当场处罚", len(simple)),
    ]


def _punctual(ordinary: Iterable[Facts], decided: list[Facts], year: int, today: date) -> list[tuple[str, Any]]:
    dated = [row for row in decided if row["决定期限"]]
    kept = sum(_day(row["决定日"]) <= _day(row["决定期限"]) for row in dated)
    open_ = [row for row in ordinary if not row["决定日"] and row["决定期限"] and not row["结案日"]]
    late = sum(_day(row["决定期限"]) < today for row in open_)
    days = [(_day(row["决定日"]) - _day(row["立案日"])).days for row in decided if row["立案日"]]
    return [
        ("九十日内作出决定", _rate(kept, len(dated))),
        ("平均办案天数（立案至决定）", f"{mean(days):.1f}" if days else "—"),
        ("目前已超期未决定", late),
    ]


def _reviewed(decided: list[Facts]) -> list[tuple[str, Any]]:
    rounds, back = (sum(row[title] or 0 for row in decided) for title in ("法制审核次数", "法制审核退回次数"))
    return [
        ("法制审核次数", rounds),
        ("审核退回率", _rate(back, rounds)),
        ("经听证的案件", sum(row["听证日"] is not None for row in decided)),
        ("经集体讨论的案件", sum(row["集体讨论日"] is not None for row in decided)),
    ]


def _measures(decided: list[Facts], punished: list[Facts]) -> list[tuple[str, Any]]:
    tiers = Counter(row["裁量档次"] for row in decided if row["裁量档次"])
    kinds = Counter(kind for row in punished for kind in set(row["处罚种类"] or []))
    return [
        *((f"档次：{tier}", _rate(tiers[tier], tiers.total())) for tier in TIERS),
        ("按幅度上限罚款的案件", sum(_at_the_top(row) for row in punished)),
        ("责令停产停业", kinds["责令停产停业"]),
        ("责令关闭", kinds["责令关闭"]),
    ]


def _paid(punished: list[Facts]) -> list[tuple[str, Any]]:
    fined = [row for row in punished if _fine(row)]
    owed = sum((_fine(row) for row in fined), Decimal())
    paid = sum((_money(row["实缴"]) for row in fined), Decimal())
    return [
        ("决定罚款（元，不含加处和按日连续处罚）", f"{owed:.2f}"),
        ("已缴罚款（元）", f"{paid:.2f}"),
        ("收缴率", f"{100 * paid / owed:.1f}%" if owed else "—"),
    ]


def _corrected(decided: list[Facts], simple: list[Facts], punished: list[Facts], today: date) -> list[tuple[str, Any]]:
    every = [*decided, *simple]
    owed = [row for row in punished if row["公示期限"] and (row["公示日"] or _day(row["公示期限"]) < today)]
    kept = sum(bool(row["公示日"]) and _day(row["公示日"]) <= _day(row["公示期限"]) for row in owed)
    return [
        ("被撤销、变更或者确认违法", _rate(sum(bool(row["撤销变更"]) for row in every), len(every))),
        ("按期公示率", _rate(kept, len(owed))),
    ]


def _enforced(every: Iterable[Facts], year: int) -> list[tuple[str, Any]]:
    asked = [row for row in every if _year(row["法院申请日"]) == year]
    permitted = sum(bool(PERMITTED & set(row["法院进展"] or [])) for row in asked)
    ruled = sum(bool((PERMITTED | RULED) & set(row["法院进展"] or [])) for row in asked)
    return [("申请件数", len(asked)), ("准予执行率（已有裁定的）", _rate(permitted, ruled))]


def _recorded(ordinary: Iterable[Facts], simple: Iterable[Facts], year: int) -> list[tuple[str, Any]]:
    """A case of the simple procedure is closed by its filing."""
    closed = [row for row in ordinary if _year(row["结案日"]) == year]
    closed += [row for row in simple if _year(row["归档日"]) == year]
    whole = sum(bool(row["归档日"]) and not row["记录缺失"] for row in closed)
    return [("结案件数", len(closed)), ("记录齐全并已归档", _rate(whole, len(closed)))]


def _by_cause(decided: list[Facts], on_the_spot: list[Facts], titles: Mapping[str, str]) -> Table:
    groups = _grouped(decided, on_the_spot, lambda row: [row["案由"] or ""])
    lines = [[f"{code} {titles.get(code, '')}".strip() or "未填", *_spread(*groups[code])] for code in sorted(groups)]
    return Table("各案由裁量", ["案由", *SPREAD], lines)


def _by_handler(decided: list[Facts], on_the_spot: list[Facts]) -> Table:
    """Every handler of a case counts it; in the order of their names, never of an amount."""
    groups = _grouped(decided, on_the_spot, lambda row: row["承办人"] or [])
    return Table("各承办人裁量", ["承办人", *SPREAD], [[name, *_spread(*groups[name])] for name in sorted(groups)])


def _grouped(
    decided: list[Facts], on_the_spot: list[Facts], keys: Callable[[Facts], Iterable[Any]]
) -> dict[str, tuple[list[Facts], list[Facts]]]:
    """Return the cases of the ordinary and of the simple procedure under each of their keys."""
    groups: dict[str, tuple[list[Facts], list[Facts]]] = defaultdict(lambda: ([], []))
    for place, rows in enumerate((decided, on_the_spot)):
        for row in rows:
            for key in keys(row):
                groups[str(key)][place].append(row)
    return groups


SPREAD = ("普通程序决定", "当场处罚", *TIERS, "档内平均位置")


def _spread(decided: list[Facts], on_the_spot: list[Facts]) -> list[Any]:
    tiers = Counter(row["裁量档次"] for row in decided)
    places = [100 * (fine - low) / (high - low) for row in decided for fine, low, high in _bands(row)]
    share = f"{mean(places):.0f}%" if places else "—"
    return [len(decided), len(on_the_spot), *(tiers[tier] for tier in TIERS), share]


def _at_the_top(row: Facts) -> bool:
    return any(fine >= high for fine, _, high in _bands(row))


def _bands(row: Facts) -> list[tuple[Decimal, Decimal, Decimal]]:
    """Return what each party was fined in all, and its band; a fixed amount (SL 95) leaves nothing to weigh."""
    told = zip(*(row[title] or () for title in ("受罚当事人", "各方罚款", "各方下限", "各方上限")), strict=False)
    # A party that was fined for several acts stands there once for each.
    parties = {party: (_money(fine), _money(low), _money(high)) for party, fine, low, high in told}
    return [(fine, low, high) for fine, low, high in parties.values() if high > low]


def _fine(row: Facts) -> Decimal:
    return sum((_money(amount) for amount in row["罚款各项"] or [row["罚款"]]), Decimal())


def _money(value: Any) -> Decimal:
    return Decimal(str(value)) if value not in (None, "") else Decimal()


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None


def _year(value: Any) -> int | None:
    on = _day(value)
    return on.year if on else None


def _rate(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%（{part}/{whole}）" if whole else "—"
