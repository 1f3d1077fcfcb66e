"""Letters as HTML and PDF, set by one warm child process per process of ours, so that a bad one harms nobody.

It does not know what a letter says or where its data comes from.
"""

from __future__ import annotations

import atexit
import base64
import contextlib
import functools
import json
import logging
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from engine.errors import Broken

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
FONTS = ROOT / "forms" / "letters" / "fonts"
WALL_SECONDS = 30.0
LETTERS_PER_CHILD = 200
MEGABYTES_PER_CHILD = 700
START = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from engine.typesetting import press; press.serve()"
BODY_FONTS = ("simfang", "fangsong", "仿宋")


def render(
    name: str, templates: Mapping[str, str], data: Mapping[str, Any], assets: Mapping[str, bytes] | None = None
) -> tuple[str, bytes]:
    """Return a letter as HTML and as PDF; Broken, with the cause, where it cannot be set.

    `templates` are all that may be extended or included, by name; `assets` the pictures it shows as `app-asset:id`.
    """
    answer, paper = _child.ask(_order("pdf", name, templates, data, assets))
    for warning in answer["warnings"]:
        log.warning("letter %s: %s", name, warning)
    return answer["html"], paper


def html(name: str, templates: Mapping[str, str], data: Mapping[str, Any]) -> str:
    """Return a letter as HTML alone, for a look at a draft."""
    return _child.ask(_order("html", name, templates, data, None))[0]["html"]


def check(name: str, templates: Mapping[str, str], known: Iterable[str]) -> list[str]:
    """Return what is wrong with a template, in words: syntax, missing layouts, names that nobody gives."""
    order = {"do": "check", "name": name, "templates": dict(templates), "known": sorted(known)}
    return _child.ask(order)[0]["problems"]


def missing_characters(text: str) -> set[str]:
    """Return the characters that no font of the letters can draw."""
    body, others = _coverage(os.environ.get("ANDU_FONT_DIR", ""))
    return {sign for sign in text if ord(sign) > 0x20 and ord(sign) not in body and ord(sign) not in others}


def fallback_characters(text: str) -> set[str]:
    """Return the characters that the body face lacks and another font will draw."""
    body, others = _coverage(os.environ.get("ANDU_FONT_DIR", ""))
    return {sign for sign in text if ord(sign) not in body and ord(sign) in others}


def close() -> None:
    """End the child; the next letter starts another one."""
    _child.end()


def _order(
    do: str, name: str, templates: Mapping[str, str], data: Mapping[str, Any], assets: Mapping[str, bytes] | None
) -> dict[str, Any]:
    pictures = {key: base64.b64encode(value).decode() for key, value in (assets or {}).items()}
    return {"do": do, "name": name, "templates": dict(templates), "data": data, "assets": pictures}


def _font_folders() -> list[Path]:
    own = os.environ.get("ANDU_FONT_DIR", "")
    return [*([Path(own).resolve()] if own and Path(own).is_dir() else []), FONTS]


class _Child:
    """The process, its pipes and what it has done; one letter at a time."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.owner = 0
        self.folders: list[Path] = []
        self.letters = 0

    def ask(self, order: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Hand one order to the child and return its answer; a child that fails is replaced."""
        with self.lock:
            # A file deleted, a crash or an idle kill shows only now: a child that is already gone gets one successor.
            process = self._living()
            late = threading.Event()
            watch = threading.Timer(WALL_SECONDS, self._give_up, (process, late))
            watch.start()
            try:
                _write(process, json.dumps(order).encode())
                answer, paper = json.loads(_read(process)), _read(process)
            except (OSError, EOFError) as error:
                self._stop()
                reason = f"排版超过 {WALL_SECONDS:.0f} 秒，已中止" if late.is_set() else "排版进程意外中止"
                raise Broken(f"文书 {order['name']} {reason}", element=str(order["name"])) from error
            except BaseException:
                self._stop()  # half a frame may be left in the pipe
                raise
            finally:
                watch.cancel()
            self.letters += 1
            if answer.get("retire") or self.letters >= LETTERS_PER_CHILD or answer["memory"] >= MEGABYTES_PER_CHILD:
                self._stop()
        if "error" in answer:
            raise Broken(f"文书 {order['name']} 无法排版：{answer['error']}", element=str(order["name"]))
        return answer, paper

    def end(self) -> None:
        with self.lock:
            self._stop()

    def _living(self) -> subprocess.Popen[bytes]:
        folders = _font_folders()
        if self.process is not None and (self.owner != os.getpid() or self.process.poll() is not None):
            self._stop()
        if self.process is not None and self.folders != folders:
            self._stop()
        if self.process is None:
            # An empty environment: no database address, no key, no proxy reaches the templates.
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-c", START, *map(str, folders)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"LC_ALL": "C.UTF-8"},
                cwd="/",
            )
            self.owner, self.folders, self.letters = os.getpid(), folders, 0
        return self.process

    def _give_up(self, process: subprocess.Popen[bytes], late: threading.Event) -> None:
        late.set()
        process.kill()

    def _stop(self) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        if self.owner == os.getpid():
            process.kill()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()
        if self.owner == os.getpid():
            process.wait()
        else:
            process.returncode = 0  # another process's child: not ours to wait for


def _write(process: subprocess.Popen[bytes], frame: bytes) -> None:
    process.stdin.write(struct.pack(">I", len(frame)))
    process.stdin.write(frame)
    process.stdin.flush()


def _read(process: subprocess.Popen[bytes]) -> bytes:
    head = process.stdout.read(4)
    size = struct.unpack(">I", head)[0] if len(head) == 4 else -1
    frame = process.stdout.read(size) if size >= 0 else b""
    if len(frame) != size:
        raise EOFError("the child has ended")
    return frame


@functools.lru_cache(maxsize=4)
def _coverage(own: str) -> tuple[frozenset[int], frozenset[int]]:
    """Return what the body face draws and what all other fonts draw."""
    from fontTools.ttLib import TTFont

    body: set[int] = set()
    others: set[int] = set()
    folders = [Path(own)] if own and Path(own).is_dir() else []
    for path in (path for folder in (*folders, FONTS) for path in sorted(folder.glob("*.[to]tf"))):
        with TTFont(path, lazy=True) as font:
            signs = set(font.getBestCmap() or {})
        is_body = path.name == "FandolFang-Regular.otf" or any(word in path.name.lower() for word in BODY_FONTS)
        (body if is_body else others).update(signs)
    return frozenset(body), frozenset(others)


_child = _Child()
atexit.register(close)
