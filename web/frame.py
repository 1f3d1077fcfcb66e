"""What stands around every page of a signed-in person: the boxes with their counts, the menu, the name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_login import current_user

from engine import clock, store, tasks
from engine.people import Actor

BOXES = (
    ("todo", "待办"),
    ("pool", "待领"),
    ("done", "已办"),
    ("started", "我发起"),
    ("unit", "本单位"),
    ("notices", "消息"),
)

# A module of pages may offer `MENU` lines: order, title, endpoint, and whom it is for (None: everybody).
Line = tuple[int, str, str, Callable[[Actor], bool] | None]


def init_app(app: Flask) -> None:
    app.context_processor(_surroundings)


def _surroundings() -> dict[str, Any]:
    demo = current_app.config["DEMO"]
    shown = {"demo": demo, "demo_clock": _demo_clock() if demo else None, "signed_in": False}
    if not current_user.is_authenticated or not hasattr(current_user, "session_id"):
        return shown
    actor = current_user.actor
    with store.reading() as session:
        counts = tasks.counts(session, actor, clock.now())
    return shown | {
        "signed_in": True,
        "actor": actor,
        "actor_org_name": actor.org_name,
        "acting_for_name": current_user.acting_for_name,
        "principals": current_user.principals,
        "session_id": current_user.session_id,
        "counts": counts,
        "boxes": [(name, title, counts.get(name, 0)) for name, title in BOXES if name != "unit" or actor.supervises],
        "menu": [
            {
                "title": title,
                "href": url_for(endpoint),
                "current": (request.endpoint or "").partition(".")[0] == endpoint.partition(".")[0]
                and _nearest(endpoint),
            }
            for _, title, endpoint, whom in sorted(current_app.extensions["andu_menu"], key=lambda line: line[0])
            if whom is None or whom(actor)
        ],
    }


def _nearest(endpoint: str) -> bool:
    # Of several lines of one blueprint the page's own is marked, else the blueprint's index.
    lines = [line[2] for line in current_app.extensions["andu_menu"]]
    own = request.endpoint if request.endpoint in lines else (request.endpoint or "").partition(".")[0] + ".index"
    return endpoint == own


def _demo_clock() -> datetime | None:
    """Return the moment that a demo has been moved to, if it has."""
    now = clock.now()
    return now if abs(datetime.now(UTC) - now) > timedelta(hours=1) else None
