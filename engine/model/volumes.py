"""The bound volume (案卷) of a case: how far its binding is, and what was bound."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class Volume(Base):
    """One cut of a volume: the whole for those who may know all of a case, the open one for everybody else."""

    __tablename__ = "volume"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("matter.id"))
    cut: Mapped[str] = mapped_column(String(5))  # whole | open
    state: Mapped[str] = mapped_column(String(10))  # ordered | binding | ready | failed
    locked: Mapped[bool] = mapped_column(default=False)  # archived: never bound anew
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)  # pieces of work of the binding under way
    ordered_by: Mapped[str] = mapped_column(String(60))
    ordered_at: Mapped[datetime]
    bound_at: Mapped[datetime | None]
    as_of: Mapped[int] = mapped_column(default=0)  # last entry of the case's ledger when its papers were gathered
    sha256: Mapped[str | None] = mapped_column(String(64))  # of the bound file, which lies under it
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    pages: Mapped[int] = mapped_column(default=0)
    entries: Mapped[list] = mapped_column(default=list)  # the catalogue: title, number, day, page, pages, sha256
    problem: Mapped[str] = mapped_column(Text, default="")
    __table_args__ = (UniqueConstraint("case_id", "cut"),)
