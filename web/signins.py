"""Accounts at the door: passwords, the limits on guessing, and the browsers that are signed in; knows no page."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engine import ledger, model, people
from engine.errors import OfficeError, Refused

WINDOW = timedelta(minutes=15)
PER_ACCOUNT, PER_ADDRESS = 5, 50
LONGEST = timedelta(hours=12)  # a working day; then sign in again however busy the browser was
TOUCH_EVERY = timedelta(minutes=1)
SHORTEST_PASSWORD = 10
_hasher = PasswordHasher()
# An unknown account must take as long as a known one.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$F8O/yJddyLtD8b1WDPsURQ$aeDrdJAAWFL3dUb6Zt2ZEBWsg8JKvLCzTCEs8ZsLUTY"


class TooMany(OfficeError):
    """Guessing is slowed down; says the same whether or not the account exists."""


def hash_password(password: str) -> str:
    """Return the argon2id hash that is kept instead of the password."""
    return _hasher.hash(password)


def attempt(session: Session, account: str, address: str, now: datetime) -> int:
    """Count one attempt before the password is looked at, so that guesses sent at once are all counted.

    Return the id of the attempt; raise TooMany where the account or the address has used up its attempts.
    """
    table = model.SignInFailure
    # PostgreSQL lets two attempts count side by side: the account's row makes them queue.
    session.execute(select(model.User.name).where(model.User.name == account).with_for_update())
    session.execute(delete(table).where(table.at < now - timedelta(days=1)))
    for column, value, most in ((table.account, account, PER_ACCOUNT), (table.address, address, PER_ADDRESS)):
        count = session.scalar(select(func.count()).select_from(table).where(column == value, table.at > now - WINDOW))
        if count >= most:
            raise TooMany("尝试次数过多，请 15 分钟后再试", "E-WEB-03")
    row = table(account=account, address=address, at=now)
    session.add(row)
    session.flush()
    return row.id


def is_password_of(session: Session, account: str, password: str) -> bool:
    """Tell whether this is the password of an active account, taking as long when there is no such account."""
    user = session.get(model.User, account)
    usable = user is not None and user.active and bool(user.password_hash)
    return _matches(user.password_hash if usable else _NOBODY, password) and usable


def open_session(session: Session, account: str, address: str, now: datetime, clock_now: datetime) -> str:
    """Sign the account in; return the token that the browser keeps, of which only the hash is stored.

    `now` is the wall clock, which sessions live by; `clock_now` the office's, which stands in the ledger.
    """
    token = secrets.token_urlsafe(32)
    session.execute(delete(model.SignInFailure).where(model.SignInFailure.account == account))
    session.execute(delete(model.LoginSession).where(model.LoginSession.created_at < now - LONGEST))
    session.add(
        model.LoginSession(id=_digest(token), user_name=account, created_at=now, seen_at=now, address=address, data={})
    )
    actor = people.actor(session, account, clock_now)
    ledger.record_account(session, account, actor, "signed in", clock_now, address=address)
    return token


def find_session(session: Session, token: str, now: datetime, idle: timedelta) -> model.LoginSession | None:
    """Return the live session of a browser's token, or None where it ended, idled too long or never was."""
    row = session.get(model.LoginSession, _digest(token))
    if row is None or now - row.seen_at > idle or now - row.created_at > LONGEST:
        return None
    return row


def needs_touch(row: model.LoginSession, now: datetime) -> bool:
    """Tell whether the last sign of life is old enough to be worth a write."""
    return now - row.seen_at > TOUCH_EVERY


def touch(session: Session, session_id: str, now: datetime) -> None:
    """Note that the browser is still in use."""
    row = session.get(model.LoginSession, session_id)
    if row is not None:
        row.seen_at = now


def close_session(session: Session, session_id: str, by: people.Actor, clock_now: datetime) -> None:
    """Sign one browser of this person out, wherever it is."""
    row = session.get(model.LoginSession, session_id)
    if row is not None and row.user_name == by.user:
        session.delete(row)
        ledger.record_account(session, by.user, by, "signed out", clock_now)


def sessions_of(session: Session, account: str, now: datetime, idle: timedelta) -> list[model.LoginSession]:
    """Return the browsers in which this person is signed in, the latest used first."""
    rows = select(model.LoginSession).where(
        model.LoginSession.user_name == account,
        model.LoginSession.seen_at > now - idle,
        model.LoginSession.created_at > now - LONGEST,
    )
    return list(session.scalars(rows.order_by(model.LoginSession.seen_at.desc())))


def act_for(session: Session, session_id: str, principal: str | None, by: people.Actor, clock_now: datetime) -> None:
    """Let this browser act for a principal who has appointed the person, or again for the person alone."""
    people.actor(session, by.user, clock_now, acting_for=principal)
    session.get_one(model.LoginSession, session_id).acting_for = principal
    ledger.record_account(session, by.user, by, "acting for", clock_now, principal=principal or by.user)


def change_password(
    session: Session, by: people.Actor, current: str, new: str, again: str, keep: str, clock_now: datetime
) -> None:
    """Set a new password of one's own; all other browsers are signed out."""
    user = session.get_one(model.User, by.user)
    problems = {}
    if not _matches(user.password_hash, current):
        problems["current"] = "当前密码不正确"
    if problem := weakness(new, by.user):
        problems["new"] = problem
    elif new == current:
        problems["new"] = "新密码不能与当前密码相同"
    if new != again:
        problems["again"] = "两次输入的新密码不一致"
    if problems:
        raise Refused(
            "密码没有修改",
            "E-WEB-04",
            {field: "E-WEB-04" for field in problems},
            [{"field": field, "code": "E-WEB-04", "detail": text} for field, text in problems.items()],
        )
    user.password_hash = hash_password(new)
    user.must_change_password = False
    session.execute(
        delete(model.LoginSession).where(model.LoginSession.user_name == by.user, model.LoginSession.id != keep)
    )
    ledger.record_account(session, by.user, by, "password changed", clock_now)


def weakness(password: str, account: str) -> str:
    """Say what a new password lacks; an empty text means that it will do."""
    if len(password) < SHORTEST_PASSWORD:
        return f"密码至少 {SHORTEST_PASSWORD} 位"
    if len(password) > 200:
        return "密码不超过 200 位"
    kinds = (str.islower, str.isupper, str.isdigit, lambda sign: not sign.isalnum())
    if sum(any(map(kind, password)) for kind in kinds) < 3 and len(password) < 20:
        return "密码须含大写字母、小写字母、数字、符号中的至少三类"
    if account.lower() in password.lower():
        return "密码不能包含用户名"
    if len(set(password)) < 5:
        return "密码过于简单"
    return ""


def wall_clock() -> datetime:
    """Return the real time: a demo that moves the office's clock must not sign everybody out."""
    return datetime.now(UTC)


def _matches(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
