"""运行状况: how the office fares, for those who keep it running."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_login import login_required

from engine import clock, health, store
from web import refusals

bp = Blueprint("health", __name__, url_prefix="/admin/health")
bp.before_request(refusals.only_for(lambda by: bool(by.admin)))
MENU = [(62, "运行状况", "health.index", lambda by: bool(by.admin))]
STATES = {"well": ("正常", "green"), "watch": ("关注", "yellow"), "ill": ("需要处理", "red")}


@bp.get("")
@login_required
def index():
    now = clock.now()
    with store.reading() as session:
        signs = health.signs(session, now)
    worst = next((state for state in ("ill", "watch") if any(sign.state == state for sign in signs)), "well")
    return render_template("health/index.html", signs=signs, worst=worst, states=STATES, now=now)
