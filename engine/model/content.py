"""What the office works by: process versions, law parameters, calendar, reference lists, counters."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class Bundle(Base):
    """One immutable version of a process: its folder, forms, letters and all called folders under one hash."""

    __tablename__ = "bundle"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    process: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    files: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(12))  # draft | published | retired
    note: Mapped[str] = mapped_column(Text, default="")
    uploaded_by: Mapped[str] = mapped_column(String(60))
    uploaded_at: Mapped[datetime]
    published_by: Mapped[str | None] = mapped_column(String(60))
    published_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("process", "version"), Index(None, "process", "state"))


class Parameter(Base):
    """A place's own value for a clock attribute or a parameter, with its source and the day it takes force."""

    __tablename__ = "parameter"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    key: Mapped[str] = mapped_column(String(120))
    region: Mapped[str] = mapped_column(String(12))
    value: Mapped[dict] = mapped_column()  # {"value": …}: any JSON value
    source: Mapped[str] = mapped_column(Text)
    verified: Mapped[bool] = mapped_column(default=False)
    in_force_from: Mapped[date]
    in_force_until: Mapped[date | None]
    set_by: Mapped[str] = mapped_column(String(60))
    set_at: Mapped[datetime]
    __table_args__ = (Index(None, "key", "region", "in_force_from"),)


class CalendarDay(Base):
    """A day on which the State Council's notice departs from Monday to Friday."""

    __tablename__ = "calendar_day"
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))  # holiday | workday
    name: Mapped[str] = mapped_column(String(60))
    source: Mapped[str] = mapped_column(String(200))


class ReferenceItem(Base):
    """An entry of a reference list (standards' clauses, industries …), title only, with its source."""

    __tablename__ = "reference_item"
    list: Mapped[str] = mapped_column(String(60), primary_key=True)
    code: Mapped[str] = mapped_column(String(120), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text, default="")
    verified: Mapped[bool] = mapped_column(default=False)
    sort: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class Enterprise(Base):
    """An enterprise of the region, known by its unified social credit code."""

    __tablename__ = "enterprise"
    uscc: Mapped[str] = mapped_column(String(18), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    region: Mapped[str] = mapped_column(String(12), index=True)
    industry: Mapped[str] = mapped_column(String(60), default="")
    risk_color: Mapped[str] = mapped_column(String(4), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    principal: Mapped[str] = mapped_column(String(100), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")


class Setting(Base):
    """A fact about the installation itself, written once at `init`: the office zone, the schema's birth."""

    __tablename__ = "setting"
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class Counter(Base):
    """The last number taken of a series; taken under a row lock, so numbers have no gaps."""

    __tablename__ = "counter"
    series: Mapped[str] = mapped_column(String(200), primary_key=True)
    last: Mapped[int]


class ScheduledRun(Base):
    """A period for which a scheduled process was opened in an office, so that it opens once."""

    __tablename__ = "scheduled_run"
    process: Mapped[str] = mapped_column(String(60), primary_key=True)
    org_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    period: Mapped[str] = mapped_column(String(20), primary_key=True)
    case_id: Mapped[str | None] = mapped_column(String(24))
    at: Mapped[datetime]
