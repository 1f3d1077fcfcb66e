"""What became of the suspected crimes of a year: how many came how far, why others did not, who was late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from statistics import median
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from engine import catalog, facts, model, sight
from engine.people import Actor
from engine.workdays import office_day, office_zone

REGISTER, BANS = "S-JR-1", "L-JR-6"
# What is counted by the day on which it happened: its title, and the column of the register that holds the day.
STAGES = (
    ("发现涉罪线索", "发现日"),
    ("成立专案组", "成立专案日"),
    ("批准移送", "批准日"),
    ("移送公安", "移送日"),
    ("公安接受", "接受日"),
    ("公安立案", "公安立案日"),
    ("提起公诉", "起诉日"),
    ("法院判决", "判决日"),
)
ON_TIME = {"JR-C01": "主要负责人审批", "JR-C02": "二十四小时移送", "JR-C07": "物品材料移交"}
Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """A count by months."""

    title: str
    months: tuple[int, ...]
    total: int


@dataclass(frozen=True)
class Block:
    """Figures of the whole year that belong together: (what, how much)."""

    title: str
    lines: list[tuple[str, Any]]


@dataclass(frozen=True)
class Summary:
    """A year of referrals; `substituted` are penalties where a referral was due: cases, and none may be there."""

    year: int
    lines: list[Line]
    blocks: list[Block]
    substituted: list[str]


def summary(session: Session, by: Actor, now: datetime, year: int, cohort: bool = False) -> Summary:
    """Count a year of the referrals that this person may see.

    Each stage counts in the month in which it was reached; with `cohort` every stage counts in the month in which
    the clue was found, of the clues found in the year only.
    """
    rows = _facts(session, by)
    whole = Counter[tuple[str, int]]()
    for row in rows:
        for title, column in STAGES:
            on = _day(row["发现日"] if cohort else row[column])
            if row[column] and on is not None and on.year == year:
                whole[title, on.month] += 1
    lines = [_line(title, whole) for title, _ in STAGES]
    lost = [row for row in rows if row["流失原因"] and _year(row["发现日" if cohort else "流失日"]) == year]
    losses, reasons = Counter[tuple[str, int]](), Counter(str(row["流失原因"]) for row in lost).most_common()
    for row in lost:
        month = _day(row["发现日" if cohort else "流失日"]).month
        losses["退出移送", month] += 1
        losses[f"退出移送：{row['流失原因']}", month] += 1
    lines += [_line(title, losses) for title in ("退出移送", *(f"退出移送：{reason}" for reason, _ in reasons))]
    substituted, explained = _substituted(session, by, year)
    blocks = [
        Block("未继续追究的原因", reasons),
        Block("按期率", _punctual(session, by, now, year)),
        Block("移送与公安处理", _police(rows, year)),
        Block("结果与反向移送", [*_outcomes(rows, year), ("登记职业禁入人次", _bans(session, by, year))]),
        Block(
            "以罚代刑核查",
            [
                ("命中移送标准、未移送而已作处罚决定的案件（应为 0）", len(substituted)),
                ("命中后已说明理由的案件", explained),
            ],
        ),
    ]
    return Summary(year, lines, blocks, substituted)


def _facts(session: Session, by: Actor) -> list[Facts]:
    rows, above = model.RegisterRow, aliased(model.Case)
    query = (
        select(model.Case.id, model.Case.bundle_hash, rows.cells, above.exposed)
        .join(rows, rows.case_id == model.Case.id)
        .outerjoin(above, above.id == model.Case.parent_id)
        .where(rows.register == REGISTER, sight.visible(by))
    )
    below = _filed_anew(session)
    titles: dict[str, list[str]] = {}
    found = []
    for key, digest, cells, exposed in session.execute(query).all():
        if digest not in titles:
            registers = catalog.load(session, digest).registers
            titles[digest] = [title for entry in registers if entry.id == REGISTER for title, _ in entry.columns]
        row = dict(zip(titles[digest], cells, strict=False))
        found.append(row | {"退回后处罚": _penalised(_day(row["退回日"]), [exposed, *below.get(key, ())])})
    return found


def _filed_anew(session: Session) -> dict[str, list[Mapping[str, Any]]]:
    """Return what the penalty cases expose that were opened from a referral, by the id of the referral."""
    case, rows = model.Case, model.RegisterRow
    referrals = select(rows.case_id).where(rows.register == REGISTER)
    query = select(case.parent_id, case.exposed).where(
        case.process.like("enforcement%"), case.parent_id.in_(referrals), case.exposed.is_not(None)
    )
    found: dict[str, list[Mapping[str, Any]]] = {}
    for parent, exposed in session.execute(query):
        found.setdefault(parent, []).append(exposed)
    return found


def _penalised(returned: date | None, cases: Iterable[Mapping[str, Any] | None]) -> bool:
    """Tell whether one of these cases ended in a penalty after the return; 不予处罚 is a decision too, and none."""
    decided = [_exposed_day(one, "decided_on") for one in cases if (one or {}).get("decision") == "行政处罚"]
    return returned is not None and any(on is not None and on >= returned for on in decided)


def _line(title: str, counted: Counter[tuple[str, int]]) -> Line:
    months = tuple(counted[title, month] for month in range(1, 13))
    return Line(title, months, sum(months))


def _punctual(session: Session, by: Actor, now: datetime, year: int) -> list[tuple[str, str]]:
    first, last = (datetime(place, 1, 1, tzinfo=office_zone()).astimezone(UTC) for place in (year, year + 1))
    rows = model.Clock
    query = (
        select(rows.rule, rows.state, rows.due_at, rows.stopped_at)
        .join(model.Case, model.Case.id == rows.case_id)
        .where(rows.rule.in_(ON_TIME), rows.started_at >= first, rows.started_at < last, sight.visible(by))
    )
    kept, owed = Counter[str](), Counter[str]()
    for rule, state, due_at, stopped_at in session.execute(query):
        overdue = stopped_at is None and due_at is not None and now > due_at
        if state in ("met", "late") or overdue:
            owed[rule] += 1
            kept[rule] += state == "met"
    return [(title, _rate(kept[rule], owed[rule])) for rule, title in ON_TIME.items()]


def _police(rows: Iterable[Facts], year: int) -> list[tuple[str, Any]]:
    known = list(rows)

    def in_year(column: str) -> list[Facts]:
        return [row for row in known if _year(row[column]) == year]

    referred, accepted, filed = in_year("移送日"), in_year("接受日"), in_year("公安立案日")
    decided = [row for row in known if year in (_year(row["公安立案日"]), _year(row["不立案日"]))]
    reconsidered, suggested = in_year("复议提出日"), in_year("监督建议日")
    days = [(_day(row["公安立案日"]) - _day(row["移送日"])).days for row in filed if row["移送日"]]
    return [
        ("筛查线索", len(in_year("发现日"))),
        ("其中命中移送标准", sum(bool(row["命中标准"]) for row in in_year("发现日"))),
        ("内部不批准移送", sum(str(row["流失原因"] or "").startswith("内部不批准") for row in in_year("流失日"))),
        ("公安立案率", _rate(sum(row["公安立案日"] is not None for row in decided), len(decided))),
        ("补正率", _rate(sum(row["补正次数"] > 0 for row in accepted), len(accepted))),
        ("复议改立率", _rate(sum(row["复议结果"] == "立案" for row in reconsidered), len(reconsidered))),
        ("监督立案率", _rate(sum(row["监督结果"] == "公安已立案" for row in suggested), len(suggested))),
        ("移送至立案天数（中位数）", f"{median(days):g}" if days else "—"),
        ("已立案而物品尚未移交", sum(bool(row["物品未移交"]) for row in referred)),
        ("尚未移交的物品（项）", sum(row.get("未移交物品") or 0 for row in referred)),
    ]


def _outcomes(rows: Iterable[Facts], year: int) -> list[tuple[str, Any]]:
    known = list(rows)
    returned = [row for row in known if _year(row["退回日"]) == year]
    ended = [row for row in known if _year(row["结果收到日"]) == year]
    return [
        ("判处刑罚人数", sum(row["判处刑罚人数"] or 0 for row in ended)),
        ("不起诉人数", sum((row["未追究结果"] or []).count("不起诉") for row in ended)),
        ("不起诉后退回", sum(row["退回事由"] == "不起诉" for row in returned)),
        ("退回案件合计", len(returned)),
        ("退回后恢复或者另行立案", sum(row["退回后处理"] in ("恢复原案", "另行立案") for row in returned)),
        ("退回后作出处罚决定", sum(row["退回后处罚"] for row in returned)),
        ("罚款折抵合计（元）", f"{sum((Decimal(str(row['折抵额'] or 0)) for row in ended), Decimal()):.2f}"),
    ]


def _bans(session: Session, by: Actor, year: int) -> int:
    rows = model.RegisterRow
    query = select(func.count()).select_from(rows).join(model.Case, model.Case.id == rows.case_id)
    first, last = date(year, 1, 1), date(year, 12, 31)
    return (
        session.scalar(query.where(rows.register == BANS, rows.opened_on.between(first, last), sight.visible(by))) or 0
    )


def _substituted(session: Session, by: Actor, year: int) -> tuple[list[str], int]:
    """Return the cases that were penalised though their facts met the table and nothing was referred, and how many
    were explained instead."""
    if not facts.SEEING & by.role_ids:
        return [], 0
    hits = model.WatchHit
    query = (
        select(model.Case.number, model.Case.exposed, hits.state)
        .join(hits, hits.case_id == model.Case.id)
        .where(hits.state.in_(("open", "answered")), model.Case.process.like("enforcement%"), sight.visible(by))
        .order_by(model.Case.number)
    )
    found: dict[str, set[str]] = {"open": set(), "answered": set()}
    for number, exposed, state in session.execute(query):
        on = _exposed_day(exposed, "decided_on")
        if on is not None and on.year == year and (exposed or {}).get("decision") == "行政处罚":
            found[state].add(number)
    return sorted(found["open"]), len(found["answered"] - found["open"])


def _exposed_day(exposed: Mapping[str, Any] | None, name: str) -> date | None:
    value = (exposed or {}).get(name)
    return _day(value.get("$date") or value.get("$moment") if isinstance(value, dict) else value)


def _day(value: Any) -> date | None:
    if not value:
        return None
    return office_day(datetime.fromisoformat(value)) if "T" in str(value) else date.fromisoformat(value)


def _year(value: Any) -> int | None:
    on = _day(value)
    return on.year if on else None


def _rate(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%（{part}/{whole}）" if whole else "—"
