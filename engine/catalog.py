"""Process definitions: their versions, who may publish one, and the compiled one in memory."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from engine import bundles, ledger, model, review
from engine.bundles import BadBundle, Bundle, Problem
from engine.errors import Conflict, NotAllowed, NotFound, Refused
from engine.people import Actor

MAX_UPLOAD = 20 << 20
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


def check(process: str, files: Mapping[str, bytes]) -> list[Problem]:
    """Return everything that keeps these files from being published, and warnings, in reading order."""
    found = review.diagrams(process, files)
    if any(not problem.warning for problem in found):
        return found
    try:
        bundle = bundles.compile(process, files)
    except BadBundle as error:
        return [*found, *error.problems]
    found += review.content(bundle)
    return found if any(not problem.warning for problem in found) else [*found, *review.letters(bundle)]


def upload(
    session: Session, process: str, files: Mapping[str, bytes], by: Actor, now: datetime, note: str = ""
) -> model.Bundle:
    """Keep these files as a draft version; raises BadBundle where the check finds an error.

    The same files again are the same version: its row is returned.
    """
    digest = bundles.digest(files)
    if (known := session.get(model.Bundle, digest)) is not None:
        return known
    errors = [problem for problem in check(process, files) if not problem.warning]
    if errors:
        raise BadBundle(errors)
    last = session.scalar(select(func.max(model.Bundle.version)).where(model.Bundle.process == process))
    compiled = bundles.compile(process, files, (last or 0) + 1)
    row = model.Bundle(
        hash=digest,
        process=process,
        version=compiled.version,
        title=compiled.title,
        files=bundles.pack(files),
        state="draft",
        note=note,
        uploaded_by=by.user,
        uploaded_at=now,
    )
    session.add(row)
    session.flush()
    ledger.record_account(session, by.user, by, "process uploaded", now, process=process, version=row.version)
    return row


def publish(session: Session, digest: str, by: Actor, now: datetime, alone: bool = False) -> model.Bundle:
    """Let new cases use this version; running ones keep theirs.

    The one who uploaded may not publish (four eyes), but for the operator at the console (`alone`).
    """
    row = session.execute(
        select(model.Bundle).where(model.Bundle.hash == digest).with_for_update()
    ).scalar_one_or_none()
    if row is None:
        raise NotFound("没有这个流程版本")
    if row.state == "published":
        if alone:
            return row
        raise Conflict("该版本已经发布", "E-COM-15", row.published_by, row.published_at)
    if not alone and row.uploaded_by == by.user:
        raise NotAllowed("上传人不得发布自己上传的版本，请由另一人发布", "E-COM-06")
    for other in session.scalars(
        select(model.Bundle).where(model.Bundle.process == row.process, model.Bundle.state == "published")
    ):
        other.state = "retired"
    row.state, row.published_by, row.published_at = "published", by.user, now
    session.flush()
    ledger.record_account(session, by.user, by, "process published", now, process=row.process, version=row.version)
    return row


def from_zip(data: bytes) -> tuple[str, dict[str, bytes]]:
    """Return (process id, files) of an uploaded zip that holds `bpmn/<process>/` and `forms/<process>/`.

    Refused: more than 20 MB unpacked, names that leave the folder, no or several processes.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if sum(entry.file_size for entry in entries) > MAX_UPLOAD or len(entries) > 2000:
            raise Refused("压缩包展开后超过 20 MB 或 2000 个文件", "E-COM-16")
        files = {}
        for entry in entries:
            path = PurePosixPath(entry.filename.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts:
                raise Refused(f"压缩包中的路径不合法：{entry.filename}", "E-COM-16")
            parts = path.parts
            roots = [index for index, part in enumerate(parts) if part in ("bpmn", "forms")]
            if roots and len(parts) - roots[0] >= 3:
                files["/".join(parts[roots[0] :])] = archive.read(entry)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise Refused("不是可以读取的 zip 压缩包", "E-COM-16") from error
    mains = sorted({name.split("/")[1] for name in files if name.startswith("bpmn/") and name.count("/") == 2})
    if len(mains) != 1:
        raise Refused("压缩包应当正好包含一个流程文件夹 bpmn/<流程>/", "E-COM-16")
    return mains[0], files


def completed(session: Session, process: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return uploaded files of one folder with what they lean on, taken from the published versions.

    Shared letters, roles and called folders are those in force; the upload cannot change them.
    """
    whole = {name: data for name, data in files.items() if name.split("/")[1] == process}
    lent: dict[str, bytes] = {}
    for bundle in all_published(session):
        for name, data in bundle.files.items():
            shared = name == "bpmn/roles.toml" or name.startswith("forms/letters/")
            if shared or name.split("/")[1] == bundle.process:
                lent[name] = data
    whole |= {n: d for n, d in lent.items() if n == "bpmn/roles.toml" or n.startswith("forms/letters/")}
    todo = bundles.called_folders(whole, process)
    while todo:
        folder = todo.pop()
        if f"bpmn/{folder}/process.toml" in whole:
            continue
        taken = {name: data for name, data in lent.items() if name.split("/")[1] == folder}
        whole |= taken
        todo += bundles.called_folders(whole, folder) if taken else []
    return whole
