"""Pages bound into one PDF by a child process of its own, so that a bad paper harms nobody.

It does not know what the pages say or where they come from.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from engine.errors import Broken

ROOT = Path(__file__).resolve().parents[2]
WALL_SECONDS = 60.0
BIND_SECONDS = 600.0
START = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from engine.binding import binder; binder.serve()"


@dataclass(frozen=True)
class Part:
    """Pages of a PDF as they stand in a volume, under a bookmark."""

    source: str
    first: int
    last: int  # the page behind the last one
    mark: str
    section: str = ""
    numbered: bool = True


@dataclass(frozen=True)
class Read:
    """What became of a paper: how many pages it has now, or why it could not be read."""

    pages: int
    problem: str = ""


class Binder:
    """The child, started when it is first asked and ended with the block; one that fails is replaced."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Binder:
        return self

    def __exit__(self, _type: type | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._stop()

    def paper(self, source: Path, target: Path, picture: bool = False) -> Read:
        """Make pages to bind of a paper from outside: a PDF, or a picture."""
        order = {"do": "picture" if picture else "pdf", "source": str(source), "target": str(target)}
        answer = self._ask(order, WALL_SECONDS)
        return Read(answer.get("pages", 0), answer.get("error", ""))

    def marks(self, source: Path) -> dict[str, int]:
        """Return on which page each bookmark of a PDF of ours stands, and how many pages it has under ``."""
        answer = self._ask({"do": "outline", "source": str(source)}, WALL_SECONDS)
        if "error" in answer:
            raise Broken(f"排好的页面无法读取：{answer['error']}")
        return answer["pages"]

    def bind(self, parts: Sequence[Part], target: Path, title: str) -> int:
        """Bind all parts in their order and return the number of pages; Broken where that fails."""
        told = [{"from": part.first, "to": part.last, **asdict(part)} for part in parts]
        answer = self._ask({"do": "bind", "parts": told, "target": str(target), "title": title}, BIND_SECONDS)
        if "error" in answer:
            raise Broken(f"案卷装订失败：{answer['error']}")
        return answer["pages"]

    def _ask(self, order: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        process = self._living()
        late = threading.Event()
        watch = threading.Timer(seconds, self._give_up, (process, late))
        watch.start()
        try:
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = ""
        finally:
            watch.cancel()
        if not line:
            self._stop()
            return {"error": f"读取超过 {seconds:.0f} 秒，已中止" if late.is_set() else "读取时进程意外中止"}
        answer = json.loads(line)
        if answer.get("retire"):
            self._stop()
        return answer

    def _living(self) -> subprocess.Popen[str]:
        if self.process is None or self.process.poll() is not None:
            self._stop()
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-c", START],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"LC_ALL": "C.UTF-8"},
                cwd="/",
                encoding="utf-8",
            )
        return self.process

    def _give_up(self, process: subprocess.Popen[str], late: threading.Event) -> None:
        late.set()
        process.kill()

    def _stop(self) -> None:
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.stdin.close()
            process.stdout.close()
            process.wait()
