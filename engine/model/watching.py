"""What the crime watch found in a case, and what became of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class WatchHit(Base):
    """A row of the referral table that the facts of a case have met: until referred or answered it stands open."""

    __tablename__ = "watch_hit"
    case_id: Mapped[str] = mapped_column(ForeignKey("matter.id"), primary_key=True)
    row: Mapped[str] = mapped_column(String(20), primary_key=True)
    crime: Mapped[str] = mapped_column(String(200))
    article: Mapped[str] = mapped_column(String(300))
    note: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[list]  # what the row looked at: [{"name": …, "title": …, "value": …}]
    state: Mapped[str] = mapped_column(String(10))  # open | answered | referred
    found_at: Mapped[datetime]
    answered_by: Mapped[str | None] = mapped_column(String(60))
    answered_for: Mapped[str | None] = mapped_column(String(60))
    answered_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    referral_id: Mapped[str | None] = mapped_column(String(24))  # the case that it was referred by
    __table_args__ = (Index(None, "state", "found_at"),)
