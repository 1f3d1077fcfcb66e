"""A case and everything that hangs on it: case file, tasks, clocks, waits, links, the ledger of acts."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base

OPEN_TASKS = text("state = 'open'")


class Case(Base):
    """One process instance: its number, where the process is (`snapshot`), and the heads of its chains."""

    __tablename__ = "matter"  # `case` is a word of SQL
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    number: Mapped[str] = mapped_column(String(80), unique=True)
    process: Mapped[str] = mapped_column(String(60))
    bundle_hash: Mapped[str] = mapped_column(ForeignKey("bundle.hash"))
    state: Mapped[str] = mapped_column(String(12), default="open")  # open | closed | terminated | merged
    status: Mapped[str] = mapped_column(String(60), default="")  # id of the process's own statuses
    org_id: Mapped[str] = mapped_column(ForeignKey("org.id"))
    org_path: Mapped[str] = mapped_column(String(400), index=True)
    region: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(300), default="")
    enterprise: Mapped[str] = mapped_column(String(200), default="")
    uscc: Mapped[str] = mapped_column(String(18), default="", index=True)
    place: Mapped[str] = mapped_column(String(300), default="")  # without spaces, to find duplicates
    confidential: Mapped[str] = mapped_column(String(400), default="")  # Bundle.kept_for, empty: visible as usual
    hidden: Mapped[bool] = mapped_column(default=False)  # not shown on the parent's page
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("matter.id"), index=True)
    relation: Mapped[str] = mapped_column(String(60), default="")
    key: Mapped[str | None] = mapped_column(String(200), unique=True)  # idempotency of hand-offs
    request_key: Mapped[str | None] = mapped_column(String(100), unique=True)  # the same opening sent twice
    merged_into: Mapped[str | None] = mapped_column(String(24))
    opened_by: Mapped[str] = mapped_column(String(60))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str] = mapped_column(Text, default="")
    snapshot: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    rev: Mapped[int] = mapped_column(default=0)
    submissions: Mapped[int] = mapped_column(default=0)  # last seq of the case file
    ledger_seq: Mapped[int] = mapped_column(default=0)
    ledger_head: Mapped[str] = mapped_column(String(64), default="")
    exposed: Mapped[dict | None]  # what linked cases may read of this one, as of its last step
    screened_by: Mapped[str | None] = mapped_column(String(64))  # the version whose referral table was asked last
    __table_args__ = (
        Index(None, "process", "state", "opened_at"),
        Index(None, "org_id", "state"),
        Index(None, "opened_by", "opened_at"),
    )


class Participant(Base):
    """An office or a person that a case was put before, and who may see it therefore; a case that it is about."""

    __tablename__ = "participant"
    case_id: Mapped[str] = mapped_column(ForeignKey("matter.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(4), primary_key=True)  # org | user | name, kept, case (by the process)
    who: Mapped[str] = mapped_column(String(60), primary_key=True)
    __table_args__ = (Index(None, "kind", "who"),)


class Submission(Base):
    """What a person, a table or a script line said at a step; never changed, only corrected by a later one."""

    __tablename__ = "submission"
    case_id: Mapped[str] = mapped_column(ForeignKey("matter.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(String(60))
    item: Mapped[int | None]
    by: Mapped[str] = mapped_column(String(60))
    for_user: Mapped[str | None] = mapped_column(String(60))
    org_id: Mapped[str | None] = mapped_column(String(40))
    at: Mapped[datetime]
    task_id: Mapped[str | None] = mapped_column(String(24))
    data: Mapped[dict]
    corrects: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    reverses: Mapped[bool] = mapped_column(default=False)  # what it corrects counts no more


class Answer(Base):
    """Where the latest answer of a step stands in the case file, so that reading it never scans the history."""

    __tablename__ = "answer"
    case_id: Mapped[str] = mapped_column(ForeignKey("matter.id"), primary_key=True)
    step: Mapped[str] = mapped_column(String(60), primary_key=True)
    item: Mapped[int] = mapped_column(primary_key=True, default=-1)  # -1: not inside a multi-instance
    seq: Mapped[int]
    previous_seq: Mapped[int | None]
    count: Mapped[int] = mapped_column(default=1)


class Task(Base):
    """Human work as the inbox shows it: a projection of the engine's ready user tasks."""

    __tablename__ = "task"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("matter.id"))
    node: Mapped[str] = mapped_column(String(32))  # id of the waiting engine task
    step: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200))
    item: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(10), default="open")  # open | completed | cancelled
    org_id: Mapped[str] = mapped_column(String(40))
    confidential: Mapped[list] = mapped_column(default=list)
    assignee: Mapped[str | None] = mapped_column(String(60))
    revision: Mapped[int] = mapped_column(default=1)
    opened_at: Mapped[datetime]
    opened_by_seq: Mapped[int] = mapped_column(default=0)  # the submission that brought the process here
    claimed_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[str | None] = mapped_column(String(60))
    completed_for: Mapped[str | None] = mapped_column(String(60))
    cancelled_at: Mapped[datetime | None]
    submission_seq: Mapped[int | None]
    answer_digest: Mapped[str | None] = mapped_column(String(64))  # of the accepted body: the same again is one act
    draft: Mapped[dict | None]
    draft_at: Mapped[datetime | None]
    reminders: Mapped[int] = mapped_column(default=0)
    clock_id: Mapped[str | None] = mapped_column(String(40))  # the statutory clock that this task answers to
    yellow_at: Mapped[datetime | None]
    orange_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    sort_at: Mapped[datetime]  # due_at, or year 9999: what has no due date comes last
    came_from: Mapped[bytes | None] = mapped_column(LargeBinary)  # the process as it stood before this was answered
    came_status: Mapped[str | None] = mapped_column(String(60))
    __table_args__ = (
        Index(
            "ix_task_assignee_open",
            "assignee",
            "sort_at",
            sqlite_where=OPEN_TASKS,
            postgresql_where=OPEN_TASKS,
        ),
        Index("ix_task_org_open", "org_id", "sort_at", sqlite_where=OPEN_TASKS, postgresql_where=OPEN_TASKS),
        Index(None, "completed_by", "completed_at"),
        Index(None, "case_id", "state"),  # a case sent back a hundred times has many closed tasks
    )


class TaskOffer(Base):
    """A role in an office that may take an unclaimed task; rows exist only while it lies in the pool."""

    __tablename__ = "task_offer"
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(60), primary_key=True)
    org_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    sort_at: Mapped[datetime]
    pooled: Mapped[bool] = mapped_column(default=True)  # false while somebody holds the task
    # By office first: the inbox asks each day, a board seldom for a role in whatever office.
    __table_args__ = (Index(None, "org_id", "role", "pooled", "sort_at", "task_id"),)


class WakeUp(Base):
    """A timer of a diagram that waits; fired by the sweep through the one path."""

    __tablename__ = "wake_up"
    case_id: Mapped[str] = mapped_column(ForeignKey("matter.id"), primary_key=True)
    node: Mapped[str] = mapped_column(String(32), primary_key=True)
    step: Mapped[str] = mapped_column(String(60))
    wake_at: Mapped[datetime] = mapped_column(index=True)
    clock_id: Mapped[str | None] = mapped_column(String(40))


class Subscription(Base):
    """An act that may be done now: a message catch event that waits, and who is offered it."""

    __tablename__ = "subscription"
    case_id: Mapped[str] = mapped_column(ForeignKey("matter.id"), primary_key=True)
    node: Mapped[str] = mapped_column(String(32), primary_key=True)
    act: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200))
    message: Mapped[str] = mapped_column(String(100))
    roles: Mapped[list] = mapped_column(default=list)
    org_id: Mapped[str] = mapped_column(String(40))


class Clock(Base):
    """A deadline running in a case, with the values it was started with, so later edits move nothing."""

    __tablename__ = "clock"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("matter.id"), index=True)
    rule: Mapped[str] = mapped_column(String(40))  # HZ-C08
    title: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(12))
    item: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(10))  # running | paused | met | late | expired | stopped
    values: Mapped[dict]  # the rule as it applied on the start day, with article, source, verified
    start_seq: Mapped[int]
    started_at: Mapped[datetime]
    due_on: Mapped[date | None]
    due_at: Mapped[datetime | None]
    lapse_on: Mapped[date | None]
    lapse_at: Mapped[datetime | None]
    yellow_at: Mapped[datetime | None]
    orange_at: Mapped[datetime | None]
    provisional: Mapped[bool] = mapped_column(default=False)
    pauses: Mapped[list] = mapped_column(default=list)  # [{"from": day, "to": day|null, "why": …}] or {"days": n}
    extensions: Mapped[list] = mapped_column(default=list)
    explanation: Mapped[list] = mapped_column(default=list)
    fired: Mapped[list] = mapped_column(default=list)  # what this clock has already told or opened
    stopped_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None] = mapped_column(index=True)  # the next warning or expiry


class Handoff(Base):
    """A matter handed to another process: once per key, delivered at once or kept as 待移交 with the cause."""

    __tablename__ = "handoff"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("matter.id"), index=True)
    process: Mapped[str] = mapped_column(String(60))
    relation: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(200), unique=True)
    title: Mapped[str] = mapped_column(String(200), default="")
    carries: Mapped[dict]
    org_id: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10))  # waiting | delivered
    cause: Mapped[str] = mapped_column(Text, default="")
    tries: Mapped[int] = mapped_column(default=0)
    target_id: Mapped[str | None] = mapped_column(String(24))
    by: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    next_try_at: Mapped[datetime | None] = mapped_column(index=True)


class Incident(Base):
    """A process that could not go on: where, why, and whether somebody has dealt with it."""

    __tablename__ = "incident"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("matter.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # engine | timer | handoff | job | clock_overdue
    element: Mapped[str] = mapped_column(String(60), default="")
    cause: Mapped[str] = mapped_column(Text)
    retry: Mapped[dict] = mapped_column(default=dict)  # what to do again: {"verb": …, …}
    state: Mapped[str] = mapped_column(String(10), default="open")  # open | resolved
    tries: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None] = mapped_column(String(60))
    __table_args__ = (Index(None, "state", "at"),)


class LedgerEntry(Base):
    """One act, chained to the one before it in the same case (or account, for acts without a case)."""

    __tablename__ = "ledger_entry"
    chain: Mapped[str] = mapped_column(String(70), primary_key=True)  # case id, or `account:<name>`
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(60))
    for_user: Mapped[str | None] = mapped_column(String(60))
    org_id: Mapped[str | None] = mapped_column(String(40))
    act: Mapped[str] = mapped_column(String(60))
    detail: Mapped[dict]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class Seal(Base):
    """All chain heads of an hour under one hash, itself chained, so that a cut tail is found."""

    __tablename__ = "seal"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    heads: Mapped[bytes] = mapped_column(LargeBinary)  # compressed JSON {chain: [seq, hash]} of chains that moved
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class RegisterRow(Base):
    """A case's line in a register, as its columns read after the last step of the case."""

    __tablename__ = "register_row"
    register: Mapped[str] = mapped_column(String(40), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("matter.id"), primary_key=True)
    process: Mapped[str] = mapped_column(String(60))
    cells: Mapped[list]
    f1: Mapped[str | None] = mapped_column(String(200))
    f2: Mapped[str | None] = mapped_column(String(200))
    f3: Mapped[str | None] = mapped_column(String(200))
    f4: Mapped[str | None] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(60))
    org_path: Mapped[str] = mapped_column(String(400))
    opened_on: Mapped[date]
    yellow_at: Mapped[datetime | None]
    orange_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    sort_at: Mapped[datetime | None]  # when it is late, or year 9999: what nobody waits for comes last
    __table_args__ = (
        # Each in an order of a board, down to the case: a page of it is read without sorting the register.
        Index(None, "register", "opened_on", "case_id"),
        Index(None, "register", "f1"),
        Index(None, "register", "status", "sort_at", "case_id"),
        Index("ix_register_row_lamps", "register", "sort_at", "case_id", "orange_at", "yellow_at"),
    )


class SearchGram(Base):
    """A two-character piece of a case's searchable text, so that two-character words are found by index."""

    __tablename__ = "search_gram"
    gram: Mapped[str] = mapped_column(String(2), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("matter.id"), primary_key=True)
