"""Papers: attachments that came in, letters that go out, notices to people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class Attachment(Base):
    """A file that somebody handed in; its bytes lie in the data directory under their hash."""

    __tablename__ = "attachment"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("matter.id"), index=True)
    step: Mapped[str] = mapped_column(String(60), default="")
    field: Mapped[str] = mapped_column(String(60), default="")
    name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    uploaded_by: Mapped[str] = mapped_column(String(60))
    uploaded_at: Mapped[datetime]


class Document(Base):
    """A letter of a case: draft, then issued with number and frozen data, then served, or void."""

    __tablename__ = "document"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("matter.id"), index=True)
    bundle_hash: Mapped[str] = mapped_column(String(64))
    letter: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    step: Mapped[str] = mapped_column(String(60))
    item: Mapped[int | None]
    org_id: Mapped[str] = mapped_column(String(40))
    issue_role: Mapped[str] = mapped_column(String(60), default="")
    confidential: Mapped[list] = mapped_column(default=list)
    state: Mapped[str] = mapped_column(String(10))  # draft | issued | served | void
    number: Mapped[str | None] = mapped_column(String(120))
    series: Mapped[str] = mapped_column(String(200), default="")
    data: Mapped[dict | None]  # frozen at issue
    sha256: Mapped[str | None] = mapped_column(String(64))  # of the PDF, once rendered
    created_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    issued_by: Mapped[str | None] = mapped_column(String(60))
    served: Mapped[dict | None]  # method, served_at, addressee, receipt, refused_note, by
    served_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    voided_by: Mapped[str | None] = mapped_column(String(60))
    void_reason: Mapped[str] = mapped_column(Text, default="")
    __table_args__ = (UniqueConstraint("series", "number"),)


class Notice(Base):
    """A message to one person, kept until read and afterwards; mailed where SMTP is configured."""

    __tablename__ = "notice"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    user_name: Mapped[str] = mapped_column(ForeignKey("user_account.name"))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("matter.id"))
    task_id: Mapped[str | None] = mapped_column(String(24))
    kind: Mapped[str] = mapped_column(String(20))  # clock | reminder | handoff | assigned | incident | watch
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    __table_args__ = (Index(None, "user_name", "read_at", "at"),)
