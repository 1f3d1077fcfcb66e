"""Organisations, people, what they may do, and how they sign in."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class Org(Base):
    """An office in the region tree; `path` holds all ancestors (`/city/county1/`) for one-comparison supervision."""

    __tablename__ = "org"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    code: Mapped[str] = mapped_column(String(40), default="")  # stands in document numbers
    region: Mapped[str] = mapped_column(String(12), index=True)  # GB/T 2260 code: 370200, 370202, 370202001
    kind: Mapped[str] = mapped_column(String(20))  # bureau | commission | government | department | township
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("org.id"))
    path: Mapped[str] = mapped_column(String(400), index=True)
    active: Mapped[bool] = mapped_column(default=True)


class User(Base):
    """An account; `name` is what submissions and the API call the person."""

    __tablename__ = "user_account"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    display: Mapped[str] = mapped_column(String(100))
    org_id: Mapped[str] = mapped_column(ForeignKey("org.id"))
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    must_change_password: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    email: Mapped[str] = mapped_column(String(200), default="")
    certificate_no: Mapped[str] = mapped_column(String(40), default="")  # 执法证号
    certificate_until: Mapped[date | None]
    admin: Mapped[str] = mapped_column(String(20), default="")  # system | security | audit (三员分立)
    phrases: Mapped[list] = mapped_column(default=list)  # 常用语
    created_at: Mapped[datetime]
    legal_no: Mapped[str | None] = mapped_column(String(40))  # 法律职业资格证书号
    legal_on: Mapped[date | None]  # the day on which it was obtained


class Membership(Base):
    """A role held in an organisation, from a day on and perhaps until one."""

    __tablename__ = "membership"
    user_name: Mapped[str] = mapped_column(ForeignKey("user_account.name"), primary_key=True)
    role: Mapped[str] = mapped_column(String(60), primary_key=True)
    org_id: Mapped[str] = mapped_column(ForeignKey("org.id"), primary_key=True)
    __table_args__ = (Index(None, "org_id", "role"),)


class Deputy(Base):
    """Who acts for whom, from the first to the last day, both counted (AB岗)."""

    __tablename__ = "deputy"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    principal: Mapped[str] = mapped_column(ForeignKey("user_account.name"), index=True)
    deputy: Mapped[str] = mapped_column(ForeignKey("user_account.name"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text, default="")
    set_by: Mapped[str] = mapped_column(String(60))
    set_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class LoginSession(Base):
    """A browser that is signed in; deleting the row signs it out wherever it is."""

    __tablename__ = "login_session"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256 of the cookie's token
    user_name: Mapped[str] = mapped_column(ForeignKey("user_account.name"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(String(60), default="")
    acting_for: Mapped[str | None] = mapped_column(String(60))
    data: Mapped[dict] = mapped_column(default=dict)


class ApiToken(Base):
    """A bearer token, known only by its hash."""

    __tablename__ = "api_token"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256 of the token
    user_name: Mapped[str] = mapped_column(ForeignKey("user_account.name"), index=True)
    title: Mapped[str] = mapped_column(String(100), default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]


class SignInFailure(Base):
    """A failed sign-in, kept to slow guessing by account and by address."""

    __tablename__ = "sign_in_failure"
    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    __table_args__ = (Index(None, "account", "at"), Index(None, "address", "at"))


class SavedView(Base):
    """A choice of filters on a board that somebody gave a name; at most one of a board opens by itself."""

    __tablename__ = "saved_view"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    user_name: Mapped[str] = mapped_column(ForeignKey("user_account.name"))
    board: Mapped[str] = mapped_column(String(60))  # the process whose cases it shows
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(Text, default="")
    opens: Mapped[bool] = mapped_column(default=False)  # shown when the board is opened without filters
    created_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("user_name", "board", "name"),)


class WorkerLease(Base):
    """A background worker that says it is alive; a second one of the same name is refused."""

    __tablename__ = "worker_lease"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    pid: Mapped[int]
    host: Mapped[str] = mapped_column(String(200), default="")
    seen_at: Mapped[datetime]
