"""Files that people hand in: their type told by content, their bytes kept under their hash, their names as given."""

from __future__ import annotations

import hashlib
import os
import tempfile
import unicodedata
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import puremagic
from sqlalchemy import update
from sqlalchemy.orm import Session

from engine import model, store
from engine.errors import NotFound, Refused
from engine.people import Actor

MAX_SIZE = 50 << 20
# What the office works with; the ending must agree with what the content shows.
TYPES = {
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".mp4": "video/mp4",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
    ".txt": "text/plain",
    ".ofd": "application/ofd",
}
SIGNATURES = {
    ".pdf": (b"%PDF-",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".gif": (b"GIF87a", b"GIF89a"),
    ".docx": (b"PK\x03\x04",),
    ".xlsx": (b"PK\x03\x04",),
    ".zip": (b"PK\x03\x04",),
    ".ofd": (b"PK\x03\x04",),
    ".doc": (b"\xd0\xcf\x11\xe0",),
    ".xls": (b"\xd0\xcf\x11\xe0",),
    ".wav": (b"RIFF",),
    ".webp": (b"RIFF",),
}


def keep(session: Session, name: str, stream: BinaryIO, by: Actor, now: datetime) -> model.Attachment:
    """Keep an uploaded file; the bytes are on the disk before the row is committed.

    Raises Refused for an empty file, one over 50 MB, or one whose content is not what its name says.
    """
    name = clean_name(name)
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in TYPES:
        raise Refused(f"不接受 {suffix or '没有扩展名的'} 文件：{name}", "E-FILE-01")
    digest, size, head, path = _write(stream, name)
    if not _is_what_it_says(suffix, head):
        path.unlink()
        raise Refused(f"文件内容与扩展名不符：{name}", "E-FILE-02")
    _settle(path, digest)
    row = model.Attachment(
        id=model.new_id("a"),
        name=name,
        media_type=TYPES[suffix],
        size=size,
        sha256=digest,
        uploaded_by=by.user,
        uploaded_at=now,
    )
    session.add(row)
    session.flush()
    return row


def bind(session: Session, ids: list[str], case_id: str, step: str, by: Actor) -> None:
    """Tie freshly uploaded files to the case that now speaks of them; only the uploader's own loose ones."""
    if ids:
        session.execute(
            update(model.Attachment)
            .where(
                model.Attachment.id.in_(ids),
                model.Attachment.case_id.is_(None),
                model.Attachment.uploaded_by == by.user,
            )
            .values(case_id=case_id, step=step)
        )


def info(session: Session, attachment_id: str, case_id: str, by: Actor) -> dict[str, Any] | None:
    """Return what a form may know of a file: one of this case, or one that this person has just uploaded."""
    row = session.get(model.Attachment, attachment_id)
    if row is None or not (row.case_id == case_id or (row.case_id is None and row.uploaded_by == by.user)):
        return None
    return {"id": row.id, "name": row.name, "type": row.media_type, "size": row.size, "sha256": row.sha256}


def content(row: model.Attachment) -> Path:
    """Return the path of the bytes; NotFound where the data directory has lost them."""
    path = place(row.sha256)
    if not path.exists():
        raise NotFound("附件的文件已不在存储中，请联系系统管理员")
    return path


def keep_bytes(data: bytes) -> str:
    """Keep made bytes (a rendered letter) under their hash and return it."""
    digest = hashlib.sha256(data).hexdigest()
    if not place(digest).exists():
        handle, name = tempfile.mkstemp(dir=_directory())
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        _settle(Path(name), digest)
    return digest


def keep_file(path: Path) -> str:
    """Keep a made file (a bound volume), moving it under its hash, and return that."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    _settle(path, digest)
    return digest


def place(digest: str) -> Path:
    """Return where the bytes with this hash lie."""
    return _directory() / digest[:2] / digest[2:]


def clean_name(name: str) -> str:
    """Return a file name without path or control characters; Chinese names stay as they are."""
    base = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    base = "".join(sign for sign in base if unicodedata.category(sign)[0] != "C").strip(". ")
    if not base:
        raise Refused("文件没有名称", "E-FILE-01")
    stem, suffix = os.path.splitext(base)
    return stem[: 200 - len(suffix)] + suffix


def _directory() -> Path:
    directory = store.data_dir() / "files"
    directory.mkdir(exist_ok=True)
    return directory


def _write(stream: BinaryIO, name: str) -> tuple[str, int, bytes, Path]:
    digest, size, head = hashlib.sha256(), 0, b""
    handle, temporary = tempfile.mkstemp(dir=_directory())
    path = Path(temporary)
    try:
        with os.fdopen(handle, "wb") as out:
            while chunk := stream.read(1 << 20):
                size += len(chunk)
                if size > MAX_SIZE:
                    raise Refused(f"文件超过 50 MB：{name}", "E-FILE-03")
                head = head or chunk[:4096]
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        if not size:
            raise Refused(f"文件是空的：{name}", "E-FILE-01")
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return digest.hexdigest(), size, head, path


def _settle(path: Path, digest: str) -> None:
    target = place(digest)
    target.parent.mkdir(exist_ok=True)
    os.replace(path, target)


def _is_what_it_says(suffix: str, head: bytes) -> bool:
    if suffix in SIGNATURES:
        return any(head.startswith(signature) for signature in SIGNATURES[suffix])
    if suffix == ".txt":
        return b"\x00" not in head
    try:
        found = {match.mime_type for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return False
    return TYPES[suffix] in found
