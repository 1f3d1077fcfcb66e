"""What each kind of field accepts, as plain value of the case file and as value of an expression."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.errors import CODES
from engine.expressions import Answers
from engine.expressions.values import day, text
from engine.forms.fields import LISTS, TEXTS, Field
from engine.workdays import office_zone

FORMAT, RANGE, CHOICE = "E-COM-21", "E-COM-22", "E-COM-23"
MISSING, FUTURE, USCC, OFFICERS = "E-COM-01", "E-COM-02", "E-COM-03", "E-COM-07"
MAX_ID = 200
MAX_INTEGER = 10**15
MAX_LIST = 1000
YEARS = range(1900, 2200)
USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_MONEY = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?", re.ASCII)
# Control characters, lone surrogates (PostgreSQL refuses them) and the marks that turn text around.
_MARKS = r"\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069"
_HIDDEN = re.compile(rf"[\x00-\x08\x0b-\x1f{_MARKS}]")
_HIDDEN_OR_BREAK = re.compile(rf"[\x00-\x1f{_MARKS}]")


class BadAnswer(Exception):
    """An answer that its field does not accept: the code and the sentence for the person."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


def blank(raw: Any) -> bool:
    """Tell whether nothing was answered; 0 and false are answers."""
    return raw is None or raw == [] or (isinstance(raw, str) and not raw.strip())


def parse(field: Field, raw: Any) -> Any:
    """Return the plain value of an answer (but rows); raises BadAnswer. Whether it exists is not asked here."""
    if field.kind in LISTS:
        return _several(field, raw)
    return _ONE[field.kind](field, raw)


def value(field: Field, plain: Any) -> Any:
    """Return a plain value as expressions see it; rows become records."""
    if plain is None:
        return None
    if field.kind == "date":
        return date.fromisoformat(plain)
    if field.kind == "datetime":
        return datetime.fromisoformat(plain)
    if field.kind == "money":
        return Decimal(plain)
    if field.kind == "rows":
        return [Answers({key: value(field.columns[key], row.get(key)) for key in field.columns}) for row in plain]
    return plain


def written(field: Field, given: Any) -> Any:
    """Return the value of a `default` as an answer: what an expression gives, as a person would have entered it."""
    if isinstance(given, list):
        if field.kind == "rows":
            return [
                {key: written(field.columns[key], entry) for key, entry in row.items() if key in field.columns}
                for row in given
                if isinstance(row, dict)
            ]
        return given
    if given is None or field.kind in ("bool", "int") or isinstance(given, dict):
        return given
    return text(day(given)) if field.kind == "date" and type(given) is datetime else text(given)


def is_uscc(code: str) -> bool:
    """Tell whether a unified social credit code bears the check digit of GB 32100."""
    if len(code) != 18 or any(sign not in USCC_SIGNS for sign in code):
        return False
    total = sum(USCC_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return USCC_SIGNS[-total % 31] == code[17]


def too_few(field: Field, detail: str) -> BadAnswer:
    """Return the refusal of an answer below `min`, with the code that the form gives for it."""
    return BadAnswer(field.code or RANGE, field.detail or detail)


def _text(field: Field, raw: Any) -> str:
    if type(raw) is not str:
        raise BadAnswer(FORMAT, f"{field.title}：应为文本")
    given = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    if (_HIDDEN if field.kind == "longtext" else _HIDDEN_OR_BREAK).search(given):
        raise BadAnswer(FORMAT, f"{field.title}：含有不能使用的字符（如换行、控制字符）")
    if field.kind in TEXTS:
        if field.min is not None and len(given) < field.min:
            raise too_few(field, f"{field.title}：不得少于 {field.min} 字")
        if field.max is not None and len(given) > field.max:
            raise BadAnswer(RANGE, f"{field.title}：不得超过 {field.max} 字（现有 {len(given)} 字）")
    elif len(given) > MAX_ID:
        raise BadAnswer(FORMAT, f"{field.title}：内容过长")
    return given


def _narrow(field: Field, raw: Any) -> str:
    # Chinese keyboards write １２３ and Ａ as readily as 123 and A.
    return unicodedata.normalize("NFKC", _text(field, raw))


def _enum(field: Field, raw: Any) -> str:
    given = _text(field, raw)
    if given not in field.enum:
        raise BadAnswer(CHOICE, f"{field.title}：“{given[:40]}”{CODES[CHOICE]}")
    return given


def _date(field: Field, raw: Any) -> str:
    given = _narrow(field, raw)
    try:
        found = date.fromisoformat(given) if _DATE.fullmatch(given) else None
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        raise BadAnswer(FORMAT, f"{field.title}：应为真实的日期，如 2026-02-12")
    return found.isoformat()


def _datetime(field: Field, raw: Any) -> str:
    given = _narrow(field, raw)
    try:
        found = datetime.fromisoformat(given) if _MOMENT.fullmatch(given) else None
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        raise BadAnswer(FORMAT, f"{field.title}：应为真实的时间，如 2026-02-12T09:00:00+08:00")
    zone = office_zone()
    found = found.replace(tzinfo=zone) if found.tzinfo is None else found.astimezone(zone)
    return found.isoformat(timespec="seconds")


def _int(field: Field, raw: Any) -> int:
    if type(raw) is not int:
        raise BadAnswer(FORMAT, f"{field.title}：应为整数")
    if abs(raw) > MAX_INTEGER:
        raise BadAnswer(RANGE, f"{field.title}：数字过大")
    return _within(field, raw)


def _money(field: Field, raw: Any) -> str:
    if type(raw) is int or type(raw) is float and math.isfinite(raw):
        amount = Decimal(repr(raw)) if abs(raw) <= MAX_INTEGER else None
    else:
        given = _narrow(field, raw).replace("，", ",")
        if not _MONEY.fullmatch(given):
            raise BadAnswer(FORMAT, f"{field.title}：应为金额，如 1234.50")
        amount = Decimal(given.replace(",", ""))
    if amount is None or abs(amount) > MAX_INTEGER:
        raise BadAnswer(RANGE, f"{field.title}：金额过大")
    if amount != round(amount, 2):
        raise BadAnswer(FORMAT, f"{field.title}：金额最多两位小数")
    return f"{_within(field, amount):.2f}"


def _within(field: Field, number: Any) -> Any:
    if field.min is not None and number < field.min:
        raise too_few(field, f"{field.title}：不得小于 {field.min}")
    if field.max is not None and number > field.max:
        raise BadAnswer(RANGE, f"{field.title}：不得大于 {field.max}")
    return number


def _bool(field: Field, raw: Any) -> bool:
    if type(raw) is not bool:
        raise BadAnswer(FORMAT, f"{field.title}：应为是或否")
    return raw


def _uscc(field: Field, raw: Any) -> str:
    given = _narrow(field, raw).upper()
    if not is_uscc(given):
        raise BadAnswer(USCC, CODES[USCC])
    return given


def _several(field: Field, raw: Any) -> list[str]:
    if type(raw) is not list:
        raise BadAnswer(FORMAT, f"{field.title}：应为列表")
    if len(raw) > MAX_LIST:
        raise BadAnswer(RANGE, f"{field.title}：最多 {MAX_LIST} 项")
    one = _enum if field.kind == "enums" else _text
    found = list(dict.fromkeys(one(field, entry) for entry in raw if not blank(entry)))
    if not found:
        return []
    if field.min is not None and len(found) < field.min and field.kind != "officers":
        raise too_few(field, f"{field.title}：至少 {field.min} 项")
    if field.max is not None and len(found) > field.max:
        raise BadAnswer(RANGE, f"{field.title}：最多 {field.max} 项")
    return found


_ONE: dict[str, Callable[[Field, Any], Any]] = {
    "text": _text,
    "longtext": _text,
    "date": _date,
    "datetime": _datetime,
    "int": _int,
    "money": _money,
    "bool": _bool,
    "enum": _enum,
    "uscc": _uscc,
    "enterprise": _uscc,
    "user": _text,
    "org": _text,
    "ref": _text,
    "file": _text,
}
