"""How the codes of the domain are provoked: each refused on its step through the API, and nothing has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.processes.hazard import Driver


@dataclass(frozen=True)
class Refusal:
    """How a code is provoked: from a stage and what is done there, by answers that are otherwise acceptable.

    `then` returns the case in which it is refused, where that is another one.
    """

    code: str
    stage: str
    step: str
    moment: str
    answers: dict[str, Any] = field(default_factory=dict)
    then: Callable[[Any], Driver | None] | None = None
    act: str = ""
    who: str = ""
    status: int = 422

    def __str__(self) -> str:
        return f"{self.code} {self.step} {' '.join(self.answers)}".strip()


def provoke(case: Driver, refusal: Refusal) -> None:
    """Provoke a refusal and see that the case is as before, in every row that is kept of it."""
    case = (refusal.then(case) if refusal.then else None) or case
    how = (refusal.moment, refusal.act, refusal.who, refusal.status)
    case.refused(refusal.code, refusal.step, *how, **refusal.answers)
