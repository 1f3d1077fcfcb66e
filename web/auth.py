"""Signing in and out, and what a person may set about the own account; who somebody is comes from here."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote, urlsplit

from flask import (
    Blueprint,
    Flask,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import (
    session as cookie,
)
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import catalog, clock, model, people, store
from engine.errors import NotAllowed, NotFound, Refused
from web import signins

DEMO_PASSWORD = "Andu-2026-demo"  # shown on the sign-in page of a demo, and nowhere else a password
MOST_PHRASES, LONGEST_PHRASE = 40, 200

bp = Blueprint("auth", __name__)
logins = LoginManager()
logins.session_protection = None  # the token is random and ends on the server; offices share one address


class Person(UserMixin):
    """The person of this request: as an actor, and the browser session that it came with."""

    def __init__(self, token: str, row: model.LoginSession, user: model.User, actor: people.Actor) -> None:
        self.token = token
        self.session_id = row.id
        self.actor = actor
        self.must_change_password = user.must_change_password
        self.phrases = user.phrases or []
        self.principals: list[tuple[str, str]] = []
        self.acting_for_name = ""

    def get_id(self) -> str:
        return self.token


def init_app(app: Flask) -> None:
    logins.init_app(app)
    logins.user_loader(_load)
    logins.unauthorized_handler(_ask_to_sign_in)
    app.before_request(_keep_alive)


def actor() -> people.Actor:
    """Return who acts in this request."""
    return current_user.actor


def role_titles(session: Session) -> dict[str, str]:
    """Return the Chinese titles of all roles that published processes know."""
    return {role: title for bundle in catalog.all_published(session) for role, title in bundle.roles.items()}


@bp.get("/sign-in")
def sign_in():
    if current_user.is_authenticated:
        return redirect(_local(request.args.get("next")), 303)
    return _sign_in_page(request.args.get("next"))


@bp.post("/sign-in")
def sign_in_post():
    account = request.form.get("account", "").strip()[:60]
    address = (request.remote_addr or "")[:60]
    with store.writing() as session:
        g.refused_page = lambda error: _sign_in_page(request.form.get("next"), account, error.detail)
        signins.attempt(session, account, address, signins.wall_clock())
    with store.reading() as session:
        known = signins.is_password_of(session, account, request.form.get("password", "")[:200])
    if not known:
        return _sign_in_page(request.form.get("next"), account, "用户名或密码不正确"), 401
    with store.writing() as session:
        token = signins.open_session(session, account, address, signins.wall_clock(), clock.now())
    cookie.clear()
    login_user(_load(token))
    return redirect(_local(request.form.get("next")), 303)


@bp.post("/sign-out")
@login_required
def sign_out():
    with store.writing() as session:
        signins.close_session(session, current_user.session_id, actor(), clock.now())
    cookie.clear()
    flash("您已退出登录", "success")
    return redirect(url_for(".sign_in"), 303)


@bp.get("/account")
@login_required
def account():
    return _account_page()


@bp.post("/account/password")
@login_required
def change_password():
    g.refused_page = _account_page
    fields = (request.form.get(name, "")[:400] for name in ("current", "new", "again"))
    with store.writing() as session:
        signins.change_password(session, actor(), *fields, current_user.session_id, clock.now())
    flash("密码已修改，其他设备上的登录已退出", "success")
    return redirect(url_for(".account"), 303)


@bp.post("/account/phrases")
@login_required
def save_phrases():
    lines = [line.strip() for line in request.form.get("phrases", "").splitlines() if line.strip()]
    if len(lines) > MOST_PHRASES or any(len(line) > LONGEST_PHRASE for line in lines):
        g.refused_page = _account_page
        raise Refused(
            f"常用语最多 {MOST_PHRASES} 条，每条不超过 {LONGEST_PHRASE} 字", "E-WEB-05", {"phrases": "E-WEB-05"}
        )
    with store.writing() as session:
        session.get_one(model.User, actor().user).phrases = lines
    flash("常用语已保存", "success")
    return redirect(url_for(".account"), 303)


@bp.post("/account/sessions/<session_id>/end")
@login_required
def end_session(session_id):
    with store.writing() as session:
        signins.close_session(session, session_id, actor(), clock.now())
    flash("该设备已退出登录", "success")
    return redirect(url_for(".account"), 303)


@bp.post("/acting-for")
@login_required
def act_for():
    principal = request.form.get("principal") or None
    with store.writing() as session:
        signins.act_for(session, current_user.session_id, principal, actor(), clock.now())
    return redirect(url_for("inbox.index"), 303)


def _sign_in_page(target: str | None, account: str = "", error: str = "") -> str:
    accounts = _demo_accounts() if current_app.config["DEMO"] else []
    return render_template(
        "auth/sign_in.html",
        next=target or "",
        account=account,
        error=error,
        demo_accounts=accounts,
        demo_password=DEMO_PASSWORD,
    )


def _demo_accounts() -> list[dict[str, str]]:
    with store.reading() as session:
        titles = role_titles(session)
        held: dict[str, list[str]] = {}
        for row in session.scalars(select(model.Membership).order_by(model.Membership.role)):
            held.setdefault(row.user_name, []).append(titles.get(row.role, row.role))
        rows = session.execute(
            select(model.User, model.Org)
            .join(model.Org, model.Org.id == model.User.org_id)
            .where(model.User.active)
            .order_by(model.Org.path, model.User.name)
        )
        return [
            {
                "name": user.name,
                "display": user.display,
                "place": org.path,
                "org": org.name,
                "roles": "、".join(dict.fromkeys(held.get(user.name, []))),
            }
            for user, org in rows
        ]


def _account_page(error: Refused | None = None) -> str:
    with store.reading() as session:
        user = session.get_one(model.User, actor().user)
        roles = session.execute(
            select(model.Membership.role, model.Org.name)
            .join(model.Org, model.Org.id == model.Membership.org_id)
            .where(model.Membership.user_name == user.name)
        ).all()
        browsers = signins.sessions_of(session, user.name, signins.wall_clock(), _idle())
        titles = role_titles(session)
    return render_template(
        "auth/account.html",
        user=user,
        roles=[(titles.get(role, role), org) for role, org in roles],
        browsers=browsers,
        error=error,
        phrases=request.form.get("phrases") if error else "\n".join(user.phrases or []),
    )


def _load(token: str) -> Person | None:
    now = clock.now()
    with store.reading() as session:
        row = signins.find_session(session, token, signins.wall_clock(), _idle())
        if row is None:
            return None
        try:
            actor = people.actor(session, row.user_name, now, acting_for=row.acting_for)
        except NotAllowed:  # the deputyship ended while the browser stood open
            actor = people.actor(session, row.user_name, now)
        except NotFound:  # the account was closed
            return None
        person = Person(token, row, session.get_one(model.User, row.user_name), actor)
        person.principals = [
            (deputy.principal, people.display(session, deputy.principal))
            for deputy in people.deputyships(session, row.user_name, now)
        ]
        person.acting_for_name = people.display(session, actor.for_user)
        person.seen_at = row.seen_at
        return person


def _keep_alive():
    if request.endpoint == "static" or not current_user.is_authenticated:
        return None
    person = current_user
    if isinstance(person._get_current_object(), Person):
        now = signins.wall_clock()
        if now - person.seen_at > signins.TOUCH_EVERY:
            # The one write that a GET may cause: without it a reader would be signed out while reading.
            with store.writing() as session:
                signins.touch(session, person.session_id, now)
        allowed = ("auth.account", "auth.change_password", "auth.sign_out")
        if person.must_change_password and request.endpoint not in allowed:
            flash("首次登录或密码被重置后，请先修改密码", "warning")
            return redirect(url_for("auth.account"), 303)
    return None


def _ask_to_sign_in():
    if request.headers.get("HX-Request"):
        return "", 401, {"HX-Redirect": url_for("auth.sign_in")}
    target = request.full_path.rstrip("?") if request.method == "GET" else ""
    if request.method != "GET":
        flash("登录已过期，请重新登录。刚才提交的内容没有生效。", "warning")
    return redirect(url_for("auth.sign_in", next=target or None), 303)


def _local(target: str | None) -> str:
    """Return the target where it is a path of this site, else the inbox."""
    inbox = url_for("inbox.index")
    if not target or not target.startswith("/") or len(target) > 500:
        return inbox
    plain = unquote(unquote(target))
    if plain.startswith(("//", "/\\")) or any(ord(sign) < 33 or sign == "\\" for sign in plain):
        return inbox
    parts = urlsplit(target)
    return inbox if parts.scheme or parts.netloc else target


def _idle() -> timedelta:
    return timedelta(minutes=current_app.config["IDLE_MINUTES"])
