"""The office's pages and API: puts the application together, answers errors, sets the headers of every response."""

from __future__ import annotations

import hashlib
import importlib
import logging
import os
import pkgutil
import secrets
from datetime import date, datetime
from functools import cache
from pathlib import Path

from flask import Flask, Response, current_app, g, jsonify, render_template, request, url_for
from flask_login import current_user
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from engine import operations, people, store
from engine.errors import Broken, Conflict, NotAllowed, NotFound, OfficeError, Refused
from engine.workdays import office_zone
from web import strictjson
from web.signins import TooMany

log = logging.getLogger(__name__)
csrf = CSRFProtect()

STATUS = {Refused: 422, NotAllowed: 403, NotFound: 404, Conflict: 409, TooMany: 429, Broken: 500}
POLICY = "; ".join(
    (
        "default-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADINGS = {
    400: ("请求有误", "提交的内容不完整或格式不对，请返回上一页重试。"),
    401: ("请先登录", "登录后才能继续。"),
    403: ("您没有办理权限", "该事项您可以查看，但这一步不属于您的岗位。"),
    404: ("没有找到", "该内容不存在，或您无权查看。"),
    405: ("不支持的操作", "请从页面上的按钮进行操作。"),
    409: ("情况已有变化", "别人已经先办理了，或该事项已不在原来的环节。"),
    413: ("上传的内容过大", "每次上传合计不超过 60 MB，请压缩或分次上传。"),
    415: ("不支持的格式", "请检查上传或提交的格式。"),
    422: ("未通过校验", "请按提示修改后重新提交，原有内容没有改动。"),
    429: ("操作过于频繁", "请稍后再试。"),
    500: ("系统出现异常", "本次操作没有生效，案件保持原状。异常已记录，请稍后重试或联系系统管理员。"),
}


def create_app(config: dict | None = None) -> Flask:
    """Build the application; settings come from ANDU_* variables, `config` overrides them in tests."""
    operations.install()
    app = Flask(__name__)
    app.config.update(
        DEMO=os.environ.get("ANDU_DEMO") == "1",
        IDLE_MINUTES=int(os.environ.get("ANDU_IDLE_MINUTES", "30")),
        SESSION_COOKIE_NAME="andu",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=os.environ.get("ANDU_HTTPS") == "1",
        MAX_CONTENT_LENGTH=60 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=4000,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a long form must not die of its token
        WTF_CSRF_SSL_STRICT=False,  # some gateways of office networks strip the Referer
    )
    app.config.update(config or {})
    app.secret_key = app.config.get("SECRET_KEY") or os.environ.get("ANDU_SECRET_KEY") or _secret_of_this_office()
    app.json = strictjson.StrictJSON(app)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.before_request(_let_answers_come_back)  # before the CSRF check, which reads the form
    csrf.init_app(app)
    app.template_filter("moment")(moment)
    app.template_filter("day")(day)
    app.template_filter("capped")(lambda count: "99+" if count > 99 else str(count))
    app.template_filter("filesize")(filesize)
    app.template_global("asset")(asset)
    app.extensions["andu_menu"] = []
    for name in sorted(module.name for module in pkgutil.iter_modules(__path__)):
        pages = importlib.import_module(f"{__name__}.{name}")
        if hasattr(pages, "init_app"):
            pages.init_app(app)
        if hasattr(pages, "bp"):
            app.register_blueprint(pages.bp)
        app.extensions["andu_menu"] += getattr(pages, "MENU", [])
    app.after_request(_headers)
    app.register_error_handler(OfficeError, _answer_office)
    app.register_error_handler(CSRFError, _answer_stale_page)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_failure)
    return app


def moment(value: datetime | str | None, form: str = "%Y-%m-%d %H:%M") -> str:
    """Write a moment as the office reads it, in its zone."""
    if not value:
        return ""
    value = datetime.fromisoformat(value) if isinstance(value, str) else value
    return value.astimezone(office_zone()).strftime(form)


def day(value: date | datetime | None) -> str:
    """Write a day; a moment is written as its day in the office's zone."""
    if not value:
        return ""
    return (value.astimezone(office_zone()).date() if isinstance(value, datetime) else value).isoformat()


def filesize(size: int) -> str:
    """Write a size as people read it."""
    return f"{size / 1048576:.1f} MB" if size >= 1048576 else f"{max(1, round(size / 1024))} KB"


def asset(name: str) -> str:
    """Return the address of a static file; it changes with the content, so browsers may keep it for ever."""
    return url_for("static", filename=name, v=_digest(name))


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((Path(__file__).parent / "static" / name).read_bytes()).hexdigest()[:12]


def _secret_of_this_office() -> str:
    path = store.data_dir() / "cookie.key"
    if not path.exists():
        # O_EXCL: two processes started together must end up with one key.
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
        except FileExistsError:
            pass
    return path.read_text()


def _let_answers_come_back() -> None:
    # A scan that is too large is refused on the page of its form, with what was typed; that page must be read for it,
    # but from nobody who is not signed in.
    if request.endpoint in ("tasks.submit", "cases.correct") and current_user.is_authenticated:
        request.max_content_length = 3 * current_app.config["MAX_CONTENT_LENGTH"]


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "geolocation=(), microphone=()"
    if request.endpoint == "static":
        if "v" in request.args:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _answer_office(error: OfficeError):
    status = next(status for kind, status in STATUS.items() if isinstance(error, kind))
    if status in (422, 429) and (page := g.get("refused_page")) and not _wants_json():
        return page(error), status
    return _answer(status, error.detail, error.code, error=error)


def _answer_stale_page(error: CSRFError):
    return _answer(400, "页面已过期，或浏览器没有保存登录信息。请返回上一页刷新后再提交。", "E-WEB-01")


def _answer_http(error: HTTPException):
    if error.response is not None:
        return error.response
    detail = HEADINGS.get(error.code, ("", str(error.description)))[1]
    if error.code in (400, 429) and error.description != type(error).description:
        detail = error.description
    return _answer(error.code, detail, "E-FILE-03" if error.code == 413 else "")


def _answer_failure(error: Exception):
    log.exception("%s %s failed", request.method, request.path)
    return _answer(500, HEADINGS[500][1], "E-WEB-02")


def _answer(status: int, detail: str, code: str = "", error: OfficeError | None = None):
    by, at = getattr(error, "by", None), getattr(error, "at", None)
    errors = error.errors if error else []
    if _wants_json():
        body = {"status": status, "code": code, "detail": detail}
        if error:
            body |= {"fields": error.fields, "errors": errors}
        if by or at:
            body |= {"by": by, "at": at.astimezone(office_zone()).isoformat() if at else None}
        answer = jsonify(body)
        answer.mimetype = "application/problem+json"
        return answer, status
    heading, advice = HEADINGS.get(status, ("请求没有完成", ""))
    if by:
        mine = by == getattr(getattr(current_user, "actor", None), "user", "")
        heading, advice = ("您已经办理过了", "重复提交没有生效，以第一次为准。") if mine else (heading, advice)
        with store.reading() as session:
            by = people.display(session, by)
    values = {
        "status": status,
        "heading": heading,
        "detail": detail,
        "advice": advice if advice != detail and status in (409, 422, 500) else "",
        "code": code,
        "by": by,
        "at": at,
        "errors": errors if len(errors) > 1 else [],
    }
    if request.headers.get("HX-Request") and not request.headers.get("HX-Boosted"):
        headers = {"HX-Retarget": "#notices", "HX-Reswap": "innerHTML show:top", "HX-Push-Url": "false"}
        return render_template("_notice.html", **values), status, headers
    return render_template("error.html", **values), status


def _wants_json() -> bool:
    return request.path.startswith("/api/")
