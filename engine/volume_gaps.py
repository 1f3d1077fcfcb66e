"""What a case's volume still lacks, in plain words: letters, proofs of service, records, evidence, whole stages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import attachments, expressions, model, volume_plan
from engine.expressions import Answers
from engine.volume_plan import Plan

# Evidence of these kinds is a file; the others are things, or words that a record of this case holds.
FILED = ("书证", "视听资料", "电子数据", "鉴定意见")
WITHOUT_RECEIPT = ("公告送达", "电子送达")
OFFICERS = 2  # 行政处罚法第四十二条
KEPT = "有只对部分岗位公开的材料尚未办理完毕"


class File(Protocol):
    """What the check-up reads of a case file."""

    session: Session
    case: model.Case
    bundle: Any

    def names(self, item: int | None = None, extra: Mapping[str, Any] | None = None) -> Mapping[str, Any]: ...
    def functions(self, item: int | None = None) -> dict[str, Callable[..., Any]]: ...
    def count(self, step: str, item: int | None = None) -> int: ...
    def every(self, step: str) -> list[Answers]: ...
    def read_every(self, steps: Iterable[str]) -> None: ...
    def kept(self, key: Any, read: Callable[[], Any]) -> Any: ...


@dataclass(frozen=True)
class Gap:
    """Something that is missing, at which step; `kept_for` are the roles that alone may know, if any."""

    step: str
    title: str
    text: str
    kept_for: tuple[str, ...] = ()


@dataclass(frozen=True)
class Papers:
    """What the check-up reads beside the case file: the letters of the case, and (number, title) of the drafts that
    lie in linked cases whose papers belong into its volume."""

    letters: Sequence[model.Document]
    drafts: Sequence[tuple[str, str]]


def gaps(file: File, papers: Papers | None = None) -> list[Gap]:
    """Return what is missing, in the order of the volume; nothing where a process has none."""
    plan = volume_plan.read(file.bundle.settings)
    if plan is None:
        return []
    return file.kept("volume gaps", lambda: _ordered(plan, _find(file, plan, papers or _papers(file, plan))))


def sentences(file: File) -> list[str]:
    """Return what is missing as a form may show it: of what is kept for some roles only that there is something."""
    return list(dict.fromkeys(KEPT if gap.kept_for else gap.text for gap in gaps(file)))


def known_to(found: list[Gap], roles: frozenset[str]) -> list[Gap]:
    """Return what somebody who holds these roles may know of it."""
    return [gap for gap in found if not gap.kept_for or set(gap.kept_for) & roles]


def catalogue(session: Session, case_id: str, whole: bool) -> dict[str, Any]:
    """Return what lies in the bound volume, for the letter that lists it; nothing while none is bound."""
    rows = select(model.Volume).where(model.Volume.case_id == case_id, model.Volume.state == "ready")
    row = session.scalars(rows.where(model.Volume.cut == ("whole" if whole else "open"))).first()
    return {"entries": row.entries, "pages": row.pages} if row else {}


def _papers(file: File, plan: Plan) -> Papers:
    paper, below = model.Document, model.Case
    own = select(paper).where(paper.case_id == file.case.id).order_by(paper.created_at)
    processes = {process for section in plan.sections for process in section.linked}
    drafts = select(below.number, paper.title).join(paper, paper.case_id == below.id)
    drafts = drafts.where(below.parent_id == file.case.id, below.process.in_(processes), paper.state == "draft")
    drafts = drafts.where(below.hidden.is_(False), below.confidential == "").order_by(below.opened_at, paper.created_at)
    linked = [(number, title) for number, title in file.session.execute(drafts)] if processes else []
    return Papers(file.session.scalars(own).all(), linked)


def _find(file: File, plan: Plan, papers: Papers) -> Iterator[Gap]:
    rows = papers.letters
    file.read_every([*(step for step, _ in plan.on_site), *(step for step, _ in plan.evidence)])
    for stage in plan.stages:
        if _holds(file, stage.when) and not any(file.count(step) for step in stage.steps):
            yield Gap("", stage.title, f"全过程记录缺“{stage.title}”环节的办理记录")
    yield from _letters(file, plan, rows)
    yield from _unwritten(file, plan, rows)
    for step, source in plan.on_site:
        title = file.bundle.steps[step].title
        for number, answer in enumerate(file.every(step), start=1):
            asked = expressions.evaluate(source, file.names(None, {"answer": answer}), file.functions())
            if asked and not answer.get(volume_plan.RECORDED):
                yield _gap(file, step, f"第{number}次“{title}”没有音像记录编号")
    proofs = [(step, row) for step, field in plan.evidence for one in file.every(step) for row in one.get(field) or ()]
    held = _held(file, {row.get("file") for _, row in proofs if row.get("file")})
    for step, row in proofs:
        yield from (_gap(file, step, f"证据“{row.get('name')}”{text}") for text in _evidence(held, row))
    for number, title in papers.drafts:
        yield Gap("", f"关联案件 {number}", f"关联案件{number}的《{title}》已拟稿，尚未签发")


def _letters(file: File, plan: Plan, rows: Any) -> Iterator[Gap]:
    served = dict(plan.served)
    for row in rows:
        if row.letter in plan.left_out or row.state == "void":
            continue
        name = f"《{row.title}》" + (f"（{row.number}）" if row.number else "")
        kept = tuple(row.confidential or ())
        if row.state == "draft":
            yield _gap(file, row.step, f"{name}已拟稿，尚未签发", kept)
        elif row.letter in served and not _holds(file, served[row.letter]):
            if row.state == "issued":
                yield _gap(file, row.step, f"{name}尚未登记送达，还缺送达回证", kept)
            elif not row.served.get("receipt") and row.served.get("method") not in WITHOUT_RECEIPT:
                yield _gap(file, row.step, f"还缺{name}的送达回证", kept)


def _unwritten(file: File, plan: Plan, rows: Any) -> Iterator[Gap]:
    """Yield the letters that a step which was done should have had."""
    living = {row.letter for row in rows if row.state != "void"}
    for step in file.bundle.steps.values():
        for letter, condition in step.letters if file.count(step.id) else ():
            if letter in plan.required and letter not in living and (not condition or _holds(file, condition)):
                title = file.bundle.letters[letter].title
                yield _gap(file, step.id, f"“{step.title}”已办理，还缺《{title}》")


def _held(file: File, ids: set[str]) -> dict[str, model.Attachment]:
    rows = select(model.Attachment).where(model.Attachment.id.in_(sorted(ids)))
    return {row.id: row for row in file.session.scalars(rows)} if ids else {}


def _evidence(files: Mapping[str, model.Attachment], row: Answers) -> Iterator[str]:
    if len(row.get("collectors") or ()) < OFFICERS:
        yield "的收集人员不足两名"
    if not (row.get("collected_at") and row.get("place") and (row.get("provider") or row.get("from_monitor"))):
        yield "的来源不清：缺收集时间、地点或者提供人"
    if not row.get("file") and not row.get("hash") and row.get("type") in FILED:
        yield "没有文件，也没有校验值"
    held = files.get(row.get("file"))
    if row.get("file") and (held is None or not attachments.place(held.sha256).exists()):
        yield "的文件已不在存储中"
    elif held is not None and row.get("hash") and row.get("hash").strip().lower() != held.sha256:
        yield "的文件与收集时的校验值不一致"


def _gap(file: File, step: str, text: str, kept: tuple[str, ...] = ()) -> Gap:
    known = file.bundle.steps.get(step)
    return Gap(step, known.title if known else step, text, kept or (known.confidential if known else ()))


def _holds(file: File, source: str) -> bool:
    return bool(expressions.evaluate(source, file.names(), file.functions()))


def _ordered(plan: Plan, found: Iterator[Gap]) -> list[Gap]:
    order = [step for section in plan.sections for step in section.steps]
    return sorted(found, key=lambda gap: order.index(gap.step) if gap.step in order else len(order))
