"""The few ways in which the office says no, each named by what the user can do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime


class OfficeError(Exception):
    """Base of every answer that is shown to a person: a code of the domain, a sentence, the fields concerned."""

    def __init__(
        self,
        detail: str,
        code: str = "",
        fields: Mapping[str, str] | None = None,
        errors: Sequence[Mapping[str, str]] = (),
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code
        self.fields = dict(fields or {})
        self.errors = [dict(error) for error in errors]


class Refused(OfficeError):
    """What was handed in cannot be accepted; nothing was changed."""


class NotAllowed(OfficeError):
    """The thing is visible to this person, but the act belongs to another role."""

    def __init__(self, detail: str = "您没有办理该任务的权限", code: str = "E-COM-04") -> None:
        super().__init__(detail, code)


class NotFound(OfficeError):
    """It does not exist, or this person may not know that it does."""

    def __init__(self, detail: str = "没有找到，或您无权查看", code: str = "E-COM-09") -> None:
        super().__init__(detail, code)


class Conflict(OfficeError):
    """Somebody was first, or the thing is no longer in the state that the act needs."""

    def __init__(self, detail: str, code: str = "E-COM-05", by: str | None = None, at: datetime | None = None) -> None:
        super().__init__(detail, code)
        self.by = by
        self.at = at


class Broken(OfficeError):
    """The process itself cannot go on: an incident with cause and retry, never a refusal."""

    def __init__(self, detail: str, code: str = "E-COM-10", element: str = "") -> None:
        super().__init__(detail, code)
        self.element = element


def refuse(problems: Mapping[str, tuple[str, str]]) -> None:
    """Refuse at once for every field that is wrong, given as {field: (code, sentence)}; without one do nothing."""
    if problems:
        raise Refused(
            "；".join(sentence for _, sentence in problems.values()),
            next(iter(problems.values()))[0],
            {field: code for field, (code, _) in problems.items()},
            [{"field": field, "code": code, "detail": sentence} for field, (code, sentence) in problems.items()],
        )
