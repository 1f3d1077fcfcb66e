"""The ledger of acts: append-only, hash-chained per case (or account), sealed hourly, verifiable at any time."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, insert, literal, select
from sqlalchemy.orm import Session

from engine import model, store
from engine.people import SYSTEM, Actor

ENTRY = ("chain", "seq", "at", "actor", "for_user", "org_id", "act", "detail", "previous", "hash")
ENTER = insert(model.LedgerEntry.__table__)
_keys: dict[str, bytes] = {}


def record(session: Session, case: model.Case, by: Actor, act: str, now: datetime, **detail: Any) -> None:
    """Append an act to the chain of a case, whose row the caller holds locked."""
    entry = _entry(case.id, case.ledger_seq + 1, case.ledger_head, by, act, now, detail)
    case.ledger_seq, case.ledger_head = entry["seq"], entry["hash"]
    session.connection().execute(ENTER, entry)


def record_account(session: Session, account: str, by: Actor, act: str, now: datetime, **detail: Any) -> None:
    """Append an act that belongs to no case to the chain of an account (sign-in, rights, parameters)."""
    session.execute(select(model.User.name).where(model.User.name == account).with_for_update())
    chain = f"account:{account}"
    last = session.execute(
        select(model.LedgerEntry.seq, model.LedgerEntry.hash)
        .where(model.LedgerEntry.chain == chain)
        .order_by(model.LedgerEntry.seq.desc())
        .limit(1)
    ).first()
    entry = _entry(chain, (last.seq if last else 0) + 1, last.hash if last else "", by, act, now, detail)
    session.connection().execute(ENTER, entry)


def of_case(session: Session, case_id: str) -> list[model.LedgerEntry]:
    """Return the acts of a case in their order."""
    rows = select(model.LedgerEntry).where(model.LedgerEntry.chain == case_id)
    return list(session.scalars(rows.order_by(model.LedgerEntry.seq)))


def of_accounts(
    session: Session,
    account: str = "",
    act: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    page: int = 1,
    size: int = 50,
) -> tuple[list[model.LedgerEntry], int]:
    """Return a page of the acts that belong to no case, the newest first, and how many there are."""
    rows = model.LedgerEntry
    # Named one by one, the chains are found by their key; how a database sorts `:` does not matter then.
    chains = select(literal("account:") + model.User.name).union_all(select(literal(f"account:{SYSTEM}")))
    query = select(rows).where(rows.chain.in_(chains))
    if account:
        query = query.where((rows.chain == f"account:{account}") | (rows.actor == account))
    if act:
        query = query.where(rows.act == act)
    if since is not None:
        query = query.where(rows.at >= since)
    if until is not None:
        query = query.where(rows.at < until)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    order = query.order_by(rows.at.desc(), rows.chain, rows.seq.desc())
    return list(session.scalars(order.limit(size).offset((max(1, page) - 1) * size))), total


def seal(session: Session, now: datetime) -> model.Seal | None:
    """Seal the heads of all chains that moved since the last seal; None where nothing moved."""
    last = session.scalars(select(model.Seal).order_by(model.Seal.id.desc()).limit(1)).first()
    entries = model.LedgerEntry
    moved = select(entries.chain, func.max(entries.seq)).group_by(entries.chain)
    if last is not None:
        moved = moved.where(entries.at > last.at)
    tops = session.execute(moved).all()
    if not tops:
        return None
    heads = {}
    for chain, seq in tops:
        heads[chain] = [seq, session.get_one(entries, (chain, seq)).hash]
    packed = zlib.compress(_canonical(heads))
    previous = last.hash if last else ""
    row = model.Seal(at=now, heads=packed, previous=previous, hash=_seal_hash(now, packed, previous))
    session.add(row)
    session.flush()
    return row


def verify(session: Session) -> list[str]:
    """Check every chain and every seal; return what does not hold, in words (empty: all well)."""
    return [*_broken_chains(session), *_broken_heads(session), *_broken_seals(session)]


def _broken_chains(session: Session) -> Iterator[str]:
    rows = session.scalars(
        select(model.LedgerEntry)
        .order_by(model.LedgerEntry.chain, model.LedgerEntry.seq)
        .execution_options(yield_per=1000)
    )
    chain, seq, head, bad = "", 0, "", False
    for row in rows:
        if row.chain != chain:
            chain, seq, head, bad = row.chain, 0, "", False
        if bad:
            continue
        if row.seq != seq + 1 or row.previous != head or row.hash != _digest(row):
            bad = True
            yield f"办理记录 {row.chain} 第 {seq + 1} 条被改动或缺失"
        seq, head = row.seq, row.hash


def _broken_heads(session: Session) -> Iterator[str]:
    entries = model.LedgerEntry
    tops = select(entries.chain, func.max(entries.seq).label("seq")).group_by(entries.chain).subquery()
    rows = session.execute(
        select(model.Case.id, model.Case.number, model.Case.ledger_seq, model.Case.ledger_head, tops.c.seq).outerjoin(
            tops, tops.c.chain == model.Case.id
        )
    )
    for case_id, number, seq, head, top in rows.all():
        last = session.get(entries, (case_id, top)) if top else None
        if (top or 0) != seq or (last is not None and last.hash != head):
            yield f"案件 {number} 的办理记录末尾被截断"


def _broken_seals(session: Session) -> Iterator[str]:
    previous = ""
    for row in session.scalars(select(model.Seal).order_by(model.Seal.id)):
        if row.previous != previous or row.hash != _seal_hash(row.at, row.heads, row.previous):
            yield f"封存 {row.id} 被改动或缺失"
        previous = row.hash
        for chain, (seq, digest) in json.loads(zlib.decompress(row.heads)).items():
            entry = session.get(model.LedgerEntry, (chain, seq))
            if entry is None or entry.hash != digest:
                yield f"办理记录 {chain} 第 {seq} 条与封存 {row.id} 不符"


def _entry(
    chain: str, seq: int, previous: str, by: Actor, act: str, now: datetime, detail: dict[str, Any]
) -> dict[str, Any]:
    kept = {key: value for key, value in detail.items() if value is not None}
    told = (chain, seq, now, by.user, by.for_user, by.org or None, act, kept, previous)
    return dict(zip(ENTRY, (*told, _hash(*told)), strict=True))


def _digest(row: model.LedgerEntry) -> str:
    return _hash(*(getattr(row, name) for name in ENTRY[:-1]))


def _hash(
    chain: str,
    seq: int,
    at: datetime,
    actor: str,
    for_user: str | None,
    org_id: str | None,
    act: str,
    detail: dict[str, Any],
    previous: str,
) -> str:
    body = [chain, seq, _utc(at), actor, for_user, org_id, act, detail]
    return hmac.new(_key(), previous.encode() + _canonical(body), hashlib.sha256).hexdigest()


def _seal_hash(at: datetime, heads: bytes, previous: str) -> str:
    return hmac.new(_key(), previous.encode() + _utc(at).encode() + heads, hashlib.sha256).hexdigest()


def _utc(moment: datetime) -> str:
    # The same moment reads alike before it is stored and after, whatever zone it was given in.
    return moment.astimezone(UTC).isoformat()


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _key() -> bytes:
    # The key lies outside the database: whoever has only a copy of the database cannot re-hash a chain.
    path = store.data_dir() / "ledger.key"
    if (known := _keys.get(str(path))) is not None:
        return known
    if not path.exists():
        handle = None
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            os.write(handle, secrets.token_hex(32).encode())
        except FileExistsError:
            pass
        finally:
            if handle is not None:
                os.close(handle)
    _keys[str(path)] = path.read_bytes()
    return _keys[str(path)]
