"""Bearer tokens for programs: shown once, kept only as a hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from engine import ledger, model, people
from engine.people import Actor


def issue(session: Session, user: str, by: Actor, now: datetime, title: str = "", days: int | None = None) -> str:
    """Return a new token of an active account; without `days` it does not expire."""
    people.actor(session, user, now)
    token = secrets.token_urlsafe(32)
    expires = now + timedelta(days=days) if days else None
    session.add(model.ApiToken(id=_digest(token), user_name=user, title=title, created_at=now, expires_at=expires))
    ledger.record_account(session, user, by, "token issued", now, title=title)
    return token


def user_of(session: Session, token: str, now: datetime) -> str | None:
    """Return the account that a token speaks for, or None where it is unknown or has expired."""
    row = session.get(model.ApiToken, _digest(token))
    if row is None or (row.expires_at is not None and row.expires_at <= now):
        return None
    return row.user_name


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
