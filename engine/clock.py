"""The one `now` of the office; only a demo or a test may move it, by a file."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path


def now() -> datetime:
    """Return the present moment in UTC, or the ISO moment that the file named by ANDU_CLOCK holds.

    Raises RuntimeError where ANDU_CLOCK is set outside a demo (ANDU_DEMO=1) or a test run.
    """
    path = os.environ.get("ANDU_CLOCK")
    if not path:
        return datetime.now(UTC)
    if os.environ.get("ANDU_DEMO") != "1" and "PYTEST_CURRENT_TEST" not in os.environ:
        raise RuntimeError("ANDU_CLOCK 只能在演示或测试中使用")
    moment = datetime.fromisoformat(Path(path).read_text().strip())
    if moment.tzinfo is None:
        raise RuntimeError("ANDU_CLOCK 的时刻必须带时区")
    return moment.astimezone(UTC)
