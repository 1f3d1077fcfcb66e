"""What a service task may order: open a linked case, notify a role, note a publication; nothing leaves the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine import handoffs, instances, ledger, notices
from engine.errors import Broken
from engine.instances import Order, Run
from engine.people import SYSTEM_ACTOR


def install() -> None:
    """Give the one path its operations; called once at start-up."""
    instances.install(carry_out)


def carry_out(run: Run, order: Order) -> None:
    """Carry out one order in the transaction of its case; Broken for an unknown operation or a missing parameter."""
    operation = OPERATIONS.get(order.operation)
    if operation is None:
        raise Broken(f"没有名为 {order.operation} 的操作", element=order.element)
    operation(run, order, dict(order.params))


def open_case(run: Run, order: Order, params: dict[str, Any]) -> None:
    """Hand a matter to another process: process, relation, key, title, again; `carry_x` gives the value of x there."""
    process, key = params.get("process"), params.get("key")
    if not isinstance(process, str) or not isinstance(key, str):
        raise Broken("open_case 需要 process 和 key", element=order.element)
    carries = {name[6:]: value for name, value in params.items() if name.startswith("carry_")}
    handoffs.hand_off(
        run.session,
        run.case,
        process,
        str(params.get("relation") or process),
        key,
        carries,
        run.by,
        run.now,
        str(params.get("title") or ""),
        str(params.get("again") or "same"),
    )


def notify(run: Run, order: Order, params: dict[str, Any]) -> None:
    """Leave a notice for a role: role, text, and `org` where it is not the case's own office."""
    role, text = params.get("role"), params.get("text")
    if not isinstance(role, str) or not text:
        raise Broken("notify 需要 role 和 text", element=order.element)
    tell(run, role, str(text), org=params.get("org"))


def publish(run: Run, order: Order, params: dict[str, Any]) -> None:
    """Note in the ledger of acts what is to be made public, where and when."""
    kept = {name: str(value) for name, value in params.items() if value is not None}
    ledger.record(run.session, run.case, SYSTEM_ACTOR, "publication noted", run.now, step=order.element, **kept)


def tell(run: Run, role: str, text: str, org: str | None = None, kind: str = "handoff") -> None:
    """Leave a notice for everybody of a role in its own seat, or in the office of the case."""
    seat = run.bundle.role_orgs.get(role)
    where = org or (run.evaluate(seat, None) if seat else run.case.org_id)
    message = f"{run.case.number} {run.case.title}：{text}"
    notices.tell_role(run.session, role, where, kind, message, run.now, run.case.id)


OPERATIONS: dict[str, Callable[[Run, Order, dict[str, Any]], None]] = {
    "open_case": open_case,
    "notify": notify,
    "publish": publish,
}
