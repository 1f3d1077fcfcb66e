"""How values of the expression language lie in JSON, and how conventions.md writes them for people."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.errors import Broken
from engine.workdays import office_zone


def frozen(value: Any) -> Any:
    """Return a value of the expression language as JSON; dates, moments and money keep their kind under a tag."""
    if isinstance(value, datetime):
        return {"$moment": value.astimezone(office_zone()).isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, Decimal):
        return {"$number": str(value)}
    if isinstance(value, list | tuple):
        return [frozen(entry) for entry in value]
    if isinstance(value, dict):
        return {str(key): frozen(entry) for key, entry in value.items()}
    if value is None or isinstance(value, bool | int | str):
        return value
    raise Broken(f"表达式的结果不能存入案卷：{type(value).__name__}")


def thaw(value: Any) -> Any:
    """Return what `frozen` was given."""
    if isinstance(value, dict):
        if len(value) == 1:
            tag, text = next(iter(value.items()))
            if tag in ("$moment", "$date", "$number"):
                return {"$moment": datetime.fromisoformat, "$date": date.fromisoformat, "$number": Decimal}[tag](text)
        return {key: thaw(entry) for key, entry in value.items()}
    return [thaw(entry) for entry in value] if isinstance(value, list) else value


def plain(value: Any) -> Any:
    """Return a value as conventions.md writes it in JSON: dates, moments and money as text."""
    if isinstance(value, datetime):
        return value.astimezone(office_zone()).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if isinstance(value, dict):
        return {str(key): plain(entry) for key, entry in value.items()}
    return value


def canonical(value: object) -> bytes:
    """Return one byte form of a JSON value, to compare and to hash."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode()
