"""What a case has to say on a page: steps, diagram, clocks, open work, watch, links and acts, in office words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import cases, catalog, clocks, dossier, model, reversals, watch
from engine.bundles import HUMAN, Bundle
from engine.dossier import Dossier
from engine.forms import Form
from engine.people import SYSTEM, Actor
from engine.workdays import office_zone
from web import diagrams, lamps
from web.choices import Names, Row, Told

UNITS = {"WD": "个工作日", "CD": "天", "H": "小时", "M": "个月", "Y": "年", "Q": "个季度"}
RETURNS = ("退回", "不同意", "不通过", "不予", "不合格", "补正", "修改", "重新")
ACTS = {
    "case opened": "发起案件",
    "case closed": "案件办结",
    "case terminated": "终止案件",
    "change refused": "删除、终止或者更正被拒绝",
    "case merged": "并案",
    "case taken in": "并入本案",
    "linked case opened": "发起关联事项",
    "matter handed off": "移交",
    "entered": "计入其他案件的决定",
    "entered elsewhere": "计入关联案件",
    "not entered": "没有可计入的案件",
    "act begun": "发起",
    "task claimed": "领取",
    "task released": "释放",
    "task assigned": "转办",
    "task reminded": "催办",
    "task completed": "提交",
    "task cancelled": "流程撤回任务",
    "submission corrected": "更正",
    "entry taken back": "冲回",
    "document drafted": "生成文书",
    "document issued": "签发文书",
    "document served": "送达文书",
    "document voided": "作废文书",
    "volume locked": "归档，案卷锁定",
    "volume bound": "案卷装订完成",
    "letter issued": "签发文书",
    "letter served": "送达文书",
    "letter voided": "作废文书",
    "timer fired": "定时触发",
    "clock overdue": "期限逾期",
    "clock act begun": "期限触发",
    "clock act not waiting": "期限触发时该事项已结束",
    "clock moved": "期限重新计算",
    "publication noted": "登记公开事项",
    "case handed in": "接收移交",
    "crime watch hit": "命中涉嫌犯罪移送标准",
    "crime watch answered": "说明涉罪提示不移送的理由",
    "crime watch referred": "涉罪线索转入移送办理",
}


@dataclass
class StepTold:
    """One submission as the page shows it."""

    seq: int
    step: str
    item: int | None
    title: str
    by: str
    at: datetime
    lines: list[Told]
    by_person: bool
    corrects: int | None = None
    corrected_by: int | None = None
    reverses: bool = False
    gone: bool = False  # taken back by a later entry
    reason: str = ""
    may_correct: bool = False
    may_reverse: bool = False
    changes: list[tuple[str, str, str]] = field(default_factory=list)


def asked(bundle: Bundle, rows: Sequence[model.Submission], names: Names) -> Iterator[Row]:
    """Yield the rows whose names stand in these submissions."""
    for row in rows:
        yield from ((model.User, row.by), (model.User, row.for_user))
        yield from names.asked(bundle.forms.get(row.step), row.data)


def steps(
    case: model.Case, bundle: Bundle, rows: Sequence[model.Submission], by: Actor, names: Names
) -> list[StepTold]:
    """Return the submissions that this person may see, in order, with what each correction changed."""
    titles = {
        name: item.title for form in bundle.forms.values() for name, item in form.fields.items() if item.title
    } | {"rows": "结果", "reason": "理由"}
    replaced = {row.corrects: row.seq for row in rows if row.corrects}
    latest = {(row.step, row.item): row.seq for row in rows}
    by_seq = {row.seq: row for row in rows}
    gone = {row.corrects for row in rows if row.reverses}
    last = reversals.offered(bundle, case, rows, by)
    found = []
    for row in rows:
        step = bundle.steps.get(row.step)
        form = bundle.forms.get(row.step)
        told = StepTold(
            seq=row.seq,
            step=row.step,
            item=row.item,
            title=_step_title(bundle, row.step, row.item),
            by=names.person(row.by) + (f"（代{names.person(row.for_user)}）" if row.for_user else ""),
            at=row.at,
            lines=_lines(bundle, form, row, titles, names),
            by_person=row.by != SYSTEM and (step is None or step.kind in HUMAN),
            corrects=row.corrects,
            corrected_by=replaced.get(row.seq),
            reverses=row.reverses,
            gone=row.reverses or (row.corrects or row.seq) in gone,
            reason=row.reason,
            may_reverse=last is row,
        )
        told.may_correct = (
            case.state == "open"
            and not told.gone
            and "append_only" not in bundle.settings
            and form is not None
            and latest[row.step, row.item] == row.seq
            and cases.not_correcting(bundle, case, [row.by, row.for_user], by) is None
        )
        if row.corrects in by_seq and form is not None and not row.reverses:
            told.changes = _changes(names, form, by_seq[row.corrects].data, row.data)
        found.append(told)
    return found


def _lines(
    bundle: Bundle, form: Form | None, row: model.Submission, titles: Mapping[str, str], names: Names
) -> list[Told]:
    element = bundle.model.elements.get(row.step)
    table = bundle.tables.get(element.decision or "") if element else None
    if table:
        return names.decided(table, row.data)
    questions = (question for known in bundle.forms.values() for question in known.fields.values())
    tables = {question.id: question for question in questions if question.kind == "rows"} if form is None else None
    return names.told(form, row.data, titles, tables)


def latest(told: Sequence[StepTold]) -> list[StepTold]:
    """Return the last word of each step, in the order in which they were said."""
    last = {(entry.step, entry.item): entry for entry in told if entry.step != "carried" and not entry.gone}
    return sorted(last.values(), key=lambda entry: entry.seq)


def returned(told: Sequence[StepTold], task: model.Task, bundle: Bundle) -> StepTold | None:
    """Return the answer by which somebody sent the process back to a step that was already answered."""
    if not any(entry.step == task.step and entry.item == task.item for entry in told):
        return None
    back = next((entry for entry in told if entry.seq == task.opened_by_seq and entry.by_person), None)
    if back is not None and back.reverses:
        return back
    # A step in a loop comes again without anybody having refused it: only a choice that says so is a return.
    form = bundle.forms.get(back.step) if back is not None else None
    if form is None or back.step == task.step:
        return None
    chosen = {item.title for item in form.fields.values() if item.kind == "enum"}
    refusing = (line for line in back.lines if line.title in chosen)
    return back if any(word in line.text for line in refusing for word in RETURNS) else None


def time_limits(rows: Sequence[model.Clock], now: datetime) -> list[dict[str, Any]]:
    """Return the clocks of a case, the running ones first, each with its lamp and its reasons."""
    found = [_clock(row, now) for row in rows]
    return sorted(found, key=lambda clock: (not clock["running"], _far(clock["row"])))


def diagram(
    known: Dossier, told: Sequence[StepTold], wanted: str | None = None
) -> tuple[diagrams.Diagram, list[diagrams.Diagram]]:
    """Return the drawing to show and all of them, marked with where the case stands."""
    case, bundle = known.case, known.bundle
    waiting = [task.step for task in known.tasks]
    possible = [*(timer.step for timer in known.timers), *(act.act for act in known.acts)]
    ended = [step.id for step in bundle.steps.values() if case.state == "closed" and step.outcome == case.status != ""]
    drawn = diagrams.of(bundle, [*(entry.step for entry in told), *ended], waiting, possible)
    return diagrams.shown(drawn, wanted), drawn


def open_work(open_tasks: Sequence[model.Task], bundle: Bundle, by: Actor, now: datetime, names: Names):
    """Return the open tasks of a case: who has each, what lamp it shows, whether this person may work on it."""
    found = []
    for task in open_tasks:
        if task.confidential and not set(task.confidential) & by.role_ids and not by.is_one_of([task.assignee]):
            continue
        roles = "、".join(bundle.roles.get(role, role) for role in bundle.steps[task.step].roles)
        found.append(
            {
                "task": task,
                "title": _step_title(bundle, task.step, task.item),
                "who": names.person(task.assignee) if task.assignee else f"待领取（{roles}）",
                "mine": by.is_one_of([task.assignee]),
                "lamp": lamps.of(task, now),
            }
        )
    return found


def asked_of_acts(entries: Sequence[model.LedgerEntry]) -> Iterator[Row]:
    """Yield the people whom these acts name."""
    for row in entries:
        yield from ((model.User, who) for who in (row.actor, row.for_user, (row.detail or {}).get("to")))


def acts(entries: Sequence[model.LedgerEntry], bundle: Bundle, names: Names) -> list[dict[str, Any]]:
    """Return the ledger of acts, the newest first, in words."""
    names.learn(asked_of_acts(entries))
    return [
        {"at": row.at, "who": _who(row, names), "what": _act(row, bundle, names), "seq": row.seq}
        for row in reversed(entries)
    ]


def watched(known: Dossier, by: Actor, names: Names) -> dict[str, Any]:
    """Return what the crime watch found in a case, and what this person may do about it."""
    hits = watch.shown(known.hits, known.bundle, by)
    if not hits:
        return {"hits": [], "open": 0}
    return {
        "hits": [
            {
                "row": hit,
                "state": watch.STATES[hit.state],
                "tag": {"open": "tag-red", "answered": "tag-yellow", "referred": "tag-green"}[hit.state],
                "facts": "；".join(f"{fact['title']}：{_fact(fact['value'])}" for fact in hit.facts),
                "who": names.person(hit.answered_by)
                + (f"（代{names.person(hit.answered_for)}）" if hit.answered_for else ""),
            }
            for hit in hits
        ],
        "open": sum(hit.state == "open" for hit in hits),
        "may_answer": watch.may_answer(known.case, by),
        "referral": next(iter(watch.referrals(known.near)), None),
        "shortest": watch.SHORTEST_REASON,
    }


def _fact(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(map(_fact, value)) or "无"
    return "未填" if value is None else str(value)


def links(session: Session, known: Dossier, by: Actor) -> dict[str, Any]:
    """Return the linked cases with their titles and statuses, the hand-offs that wait, and what may be opened."""
    case, rows = known.case, known.near.linked
    bundles = {row.id: catalog.load(session, row.bundle_hash) for row in rows}
    return {
        "linked": [
            {
                "case": row,
                "title": bundles[row.id].title,
                "status": bundles[row.id].status_title(row.status),
                "relation": _relation(case, row),
            }
            for row in rows
        ],
        "waiting": known.waiting,
        "labels": dossier.labels(session, known.near),
        "openable": cases.may_open(session, by, case) if case.state == "open" else [],
    }


def _relation(case: model.Case, other: model.Case) -> str:
    if other.id == case.parent_id:
        return "来源案件"
    if other.id == case.merged_into:
        return "并入的案件"
    return "并入本案" if other.merged_into == case.id else "关联案件"


def _changes(
    names: Names, form: Any, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    return [
        (item.title, _brief(names, item, before.get(name)), _brief(names, item, after.get(name)))
        for name, item in form.fields.items()
        if before.get(name) != after.get(name)
    ]


def _brief(names: Names, item: Any, value: Any) -> str:
    if value in (None, "", []):
        return "（空）"
    if item.kind == "rows":
        return f"{len(value)} 项"
    if item.kind in ("file", "files"):
        ids = value if isinstance(value, list) else [value]
        return "、".join(names.attachment(known)["name"] for known in ids)
    return names.words(item, value)


def _step_title(bundle: Bundle, step: str, item: int | None) -> str:
    known = bundle.steps.get(step)
    title = "移交带入的信息" if step == "carried" else known.title if known else step
    return title if item is None else f"{title}（第 {item + 1} 项）"


def _clock(row: model.Clock, now: datetime) -> dict[str, Any]:
    values = row.values or {}
    # What is overdue is owed all the more: it stands first until it is done.
    overdue = row.state == "expired" and row.stopped_at is None and clocks.is_duty(row)
    running = row.state == "running" or overdue
    said = clocks.words(row, now)
    if running and row.due_at is not None and said in lamps.TITLES.values():
        said = lamps.words(row.due_at, now, row.due_on)
    due = "" if row.due_at is None else lamps.due(row.due_at, row.due_on)
    return {
        "row": row,
        "lamp": lamps.Lamp(clocks.lamp(row, now) if row.state != "paused" else "paused", said, due),
        "article": values.get("article") or "",
        "source": values.get("source") or "",
        "verified": bool(values.get("verified")),
        "length": _length(values.get("length")),
        "why": [_reason(entry) for entry in row.explanation or []],
        "running": running,
        "open": running or row.state == "paused",
    }


def _far(row: model.Clock) -> datetime:
    return row.due_at or datetime.max.replace(tzinfo=row.started_at.tzinfo)


def _length(text: Any) -> str:
    if not isinstance(text, str):
        return ""
    parts = []
    for part in text.split("+"):
        number, _, unit = part.strip().partition(" ")
        parts.append(f"{number} {UNITS.get(unit, unit)}")
    return "又 ".join(parts)


def _reason(entry: Mapping[str, Any]) -> dict[str, str]:
    """Return one row of an explanation as a short text and the class that colours it."""
    unit = UNITS.get(entry.get("unit", ""), "天")
    span = _span(entry.get("from"), entry.get("to"))
    why = str(entry.get("why") or "")
    if "skipped" in entry:
        left = f"，剩余 {entry['remaining']}" if "remaining" in entry else ""
        return {"text": f"{span} 不计：{entry['skipped']}{left}", "kind": "skipped"}
    if "lapse" in entry:
        return {"text": f"宽限至 {entry['lapse']}：{why}", "kind": "due"}
    if "day" in entry:
        number = f"第 {entry['n']} 日" if entry.get("n") else ""
        return {"text": " ".join(filter(None, (_short(entry["day"]), number, why))), "kind": "counted"}
    if span:
        number = f"计 {entry['n']} {unit}" if entry.get("n") else ""
        return {"text": " ".join(filter(None, (span, number, why))), "kind": "counted"}
    by = entry.get("by") or entry.get("extended") or ""
    return {"text": " ".join(filter(None, (why, _length(by) if isinstance(by, str) else str(by)))), "kind": "note"}


def _span(start: Any, end: Any) -> str:
    if not start:
        return ""
    if start == end:
        return _short(start)
    return f"{_short(start)} 至 {_short(end)}" if end else f"自 {_short(start)} 起"


def _short(value: Any) -> str:
    text = str(value)
    if len(text) > 10:
        return datetime.fromisoformat(text).astimezone(office_zone()).strftime("%m-%d %H:%M")
    return f"{date.fromisoformat(text):%m-%d}"


def _who(row: model.LedgerEntry, names: Names) -> str:
    who = names.person(row.actor)
    return f"{who}（代{names.person(row.for_user)}）" if row.for_user else who


def _act(row: model.LedgerEntry, bundle: Bundle, names: Names) -> str:
    detail = row.detail or {}
    text = ACTS.get(row.act, row.act)
    step = detail.get("step") or detail.get("event") or detail.get("act")
    known = bundle.steps.get(step) if isinstance(step, str) else None
    letter = bundle.letters.get(detail.get("letter"))
    if letter is not None:
        text += f"“{letter.title}”"
    elif known is not None:
        text += f"“{known.title}”"
    if detail.get("rows") and row.act.startswith("crime watch"):
        text += f" {'、'.join(detail['rows'])}"
    if detail.get("title"):
        text += f"“{detail['title']}”"
    if detail.get("number"):
        text += f" {detail['number']}"
    if detail.get("to"):
        text += f" 给{names.person(detail['to'])}"
    if detail.get("into"):
        text += f" 并入 {detail['into']}"
    if detail.get("clock"):
        text += f"（{detail['clock']}）"
    if detail.get("outcome"):
        text += f"：{bundle.status_title(detail['outcome'])}"
    for key, word in (("reason", "理由"), ("text", "留言")):
        if detail.get(key):
            text += f"，{word}：{detail[key]}"
    return text
