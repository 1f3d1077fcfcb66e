"""Process definitions: their versions, who may publish one, and the compiled one in memory."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, defer

from engine import bundles, folders, ledger, model, neighbours, review
from engine.bundles import BadBundle, Bundle, Problem
from engine.errors import Conflict, NotAllowed, NotFound
from engine.neighbours import Neighbours
from engine.people import SYSTEM, Actor

_cache: dict[str, Bundle] = {}
_lock = threading.Lock()


def load(session: Session, digest: str) -> Bundle:
    """Return the compiled version with this hash; compiled once per process, never changed."""
    if (known := _cache.get(digest)) is not None:
        return known
    with _lock:
        if digest not in _cache:
            row = session.get(model.Bundle, digest)
            if row is None:
                raise NotFound("没有这个流程版本")
            _cache[digest] = bundles.compile(row.process, bundles.unpack(row.files), row.version)
    return _cache[digest]


def published(session: Session, process: str) -> Bundle:
    """Return the version that new cases of a process get; NotFound where none is published."""
    digest = published_hash(session, process)
    if digest is None:
        raise NotFound(f"流程 {process} 尚未发布", "E-COM-14")
    return load(session, digest)


def published_hash(session: Session, process: str) -> str | None:
    """Return the hash of the published version, or None."""
    return session.scalar(
        select(model.Bundle.hash).where(model.Bundle.process == process, model.Bundle.state == "published")
    )


def all_published(session: Session) -> list[Bundle]:
    """Return every published version, by title."""
    hashes = session.scalars(select(model.Bundle.hash).where(model.Bundle.state == "published")).all()
    return sorted((load(session, digest) for digest in hashes), key=lambda bundle: bundle.title)


def versions(session: Session, process: str | None = None) -> list[model.Bundle]:
    """Return the versions of one process or of all, newest first, without their files."""
    query = select(model.Bundle).options(defer(model.Bundle.files))
    if process:
        query = query.where(model.Bundle.process == process)
    return list(session.scalars(query.order_by(model.Bundle.process, model.Bundle.version.desc())))


@dataclass(frozen=True)
class Examined:
    """What the check of a folder says, and the compiled version where nothing forbids it."""

    process: str
    problems: list[Problem]
    bundle: Bundle | None = None


def examine(process: str, files: Mapping[str, bytes], around: Neighbours | None = None) -> Examined:
    """Check files as a version of a process among others: what keeps them from being published, and warnings."""
    found = review.diagrams(process, files)
    if _forbidden(found):
        return Examined(process, found)
    try:
        bundle = bundles.compile(process, files)
    except BadBundle as error:
        return Examined(process, [*found, *error.problems])
    found += review.content(bundle, around)
    # Templates are read by another process: only where everything else stands.
    found += [] if _forbidden(found) else review.letters(bundle)
    return Examined(process, found, None if _forbidden(found) else bundle)


def check(process: str, files: Mapping[str, bytes], around: Neighbours | None = None) -> list[Problem]:
    """Return everything that keeps these files from being published, and warnings, in reading order."""
    return examine(process, files, around).problems


def around(session: Session) -> Neighbours:
    """Return what the published processes offer each other."""
    return neighbours.among(all_published(session))


def upload(
    session: Session,
    process: str,
    files: Mapping[str, bytes],
    by: Actor,
    now: datetime,
    note: str = "",
    around: Neighbours | None = None,
) -> model.Bundle:
    """Check these files and keep them as a draft version; raises BadBundle where the check finds an error."""
    if (known := session.get(model.Bundle, bundles.digest(files))) is not None:
        return known
    examined = examine(process, files, around)
    if examined.bundle is None:
        raise BadBundle([problem for problem in examined.problems if not problem.warning])
    return keep(session, examined.bundle, by, now, note)


def keep(session: Session, bundle: Bundle, by: Actor, now: datetime, note: str = "") -> model.Bundle:
    """Keep an examined version as a draft; the same files again are the same version, whose row is returned."""
    if not may_upload(by) and not _changes_own_table(session, bundle, by):
        raise NotAllowed("只有流程设计人员可以上传流程")
    if (known := session.get(model.Bundle, bundle.hash)) is not None:
        return known
    last = session.scalar(select(func.max(model.Bundle.version)).where(model.Bundle.process == bundle.process))
    row = model.Bundle(
        hash=bundle.hash,
        process=bundle.process,
        version=(last or 0) + 1,
        title=bundle.title,
        files=bundles.pack(bundle.files),
        state="draft",
        note=note.strip()[:2000],
        uploaded_by=by.user,
        uploaded_at=now,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("另一人刚刚上传了同一流程的版本，请重新上传") from error
    ledger.record_account(session, by.user, by, "process uploaded", now, process=row.process, version=row.version)
    return row


def may_upload(by: Actor) -> bool:
    """Tell whether this person may hand in versions of processes."""
    return by.user == SYSTEM or "process_designer" in by.role_ids


def own_tables(session: Session, bundle: Bundle, by: Actor) -> dict[str, list[str]]:
    """Return the decision tables of the version in force that this person may change without being a designer.

    By their id, with the files of each: the table itself and its examples. The process names the roles (`tables_by`);
    they count in an office that has none above it, for the table is in force in all of them.
    """
    if bundle.hash != published_hash(session, bundle.process):
        return {}
    found: dict[str, list[str]] = {}
    for table, roles in bundle.settings.get("tables_by", {}).items():
        seats = [org for role, org in by.roles if role in roles]
        if any((office := session.get(model.Org, org)) is not None and not office.parent_id for org in seats):
            found[table] = bundles.files_of_table(bundle, table)
    return found


def with_table(bundle: Bundle, table: str, data: bytes, examples: bytes | None = None) -> dict[str, bytes]:
    """Return the files of a version with one of its tables replaced, and its examples where there are new ones."""
    file, cases = bundles.files_of_table(bundle, table)
    return {**bundle.files, file: data, **({cases: examples} if examples is not None else {})}


def _changes_own_table(session: Session, bundle: Bundle, by: Actor) -> bool:
    digest = published_hash(session, bundle.process)
    current = load(session, digest) if digest else None
    if current is None or current.tables.keys() != bundle.tables.keys():
        return False
    theirs = {name for files in own_tables(session, current, by).values() for name in files}
    names = current.files.keys() | bundle.files.keys()
    changed = {name for name in names if current.files.get(name) != bundle.files.get(name)}
    return bool(changed) and changed <= theirs


def may_publish(by: Actor) -> bool:
    """Tell whether this person may publish what another has handed in."""
    return may_upload(by) or by.admin == "system"


def publish(
    session: Session, digest: str, by: Actor, now: datetime, alone: bool = False, instead_of: str | None = None
) -> model.Bundle:
    """Let new cases use this version; running ones keep theirs.

    The one who uploaded may not publish (four eyes), but for the operator at the console (`alone`). `instead_of`
    is the version ("" for none) that it was compared with: Conflict where another one is in force meanwhile.
    """
    process = session.scalar(select(model.Bundle.process).where(model.Bundle.hash == digest))
    if process is None:
        raise NotFound("没有这个流程版本")
    # All versions are locked: of two publications at once the second sees what the first has done.
    query = select(model.Bundle).options(defer(model.Bundle.files)).where(model.Bundle.process == process)
    locked = query.order_by(model.Bundle.version).with_for_update().execution_options(populate_existing=True)
    rows = {row.hash: row for row in session.scalars(locked)}
    row, current = rows[digest], next((row for row in rows.values() if row.state == "published"), None)
    if row is current:
        if alone:
            return row
        raise Conflict("该版本已经发布", "E-COM-15", row.published_by, row.published_at)
    if not alone:
        if not may_publish(by):
            raise NotAllowed("只有流程设计人员或系统管理员可以发布流程")
        if by.is_one_of([row.uploaded_by]):
            raise NotAllowed("上传人不得发布自己上传的版本，请由另一人发布", "E-COM-06")
    if instead_of is not None and instead_of != (current.hash if current else ""):
        text = "其间已有另一个版本发布，请重新比较后再发布"
        raise Conflict(text, "E-COM-15", current and current.published_by, current and current.published_at)
    if current is not None:
        current.state = "retired"
    row.state, row.published_by, row.published_at = "published", by.user, now
    session.flush()
    ledger.record_account(session, by.user, by, "process published", now, process=process, version=row.version)
    return row


def in_use(session: Session, process: str) -> dict[str, int]:
    """Return how many open cases run on each version of a process, by hash."""
    rows = select(model.Case.bundle_hash, func.count()).where(model.Case.process == process, model.Case.state == "open")
    return dict(session.execute(rows.group_by(model.Case.bundle_hash)).all())


def completed(session: Session, process: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return uploaded files of one folder with what they lean on, taken from the published versions.

    Roles and shared letters are those of the version published last, called folders those in force; the upload
    cannot change them.
    """
    whole = folders.own_files(files, process)
    query = select(model.Bundle.hash).where(model.Bundle.state == "published")
    latest = session.scalars(query.order_by(model.Bundle.published_at.desc(), model.Bundle.hash)).all()
    inforce = {bundle.process: bundle for bundle in (load(session, digest) for digest in latest)}
    newest = next(iter(inforce.values()), None)
    for name, data in newest.files.items() if newest else ():
        if name == "bpmn/roles.toml" or name.startswith("forms/letters/"):
            whole[name] = data
    todo = bundles.called_folders(whole, process)
    while todo:
        folder = todo.pop()
        if folder in inforce and f"bpmn/{folder}/process.toml" not in whole:
            whole |= folders.own_files(inforce[folder].files, folder)
            todo += bundles.called_folders(whole, folder)
    return whole


def _forbidden(problems: list[Problem]) -> bool:
    return any(not problem.warning for problem in problems)
