"""A private PostgreSQL server on a Unix socket, gone when the process that asked for it is gone."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "timezone": "UTC",
    "jit": "off",
    "logging_collector": "off",
}

# The server is told to stop when its standard input closes, so a killed test run leaves none behind.
KEEP = """
log=$1; shift
"$@" </dev/null >>"$log" 2>&1 &
read -r _
kill -INT $!
wait $!
"""


@contextmanager
def running(durable: bool = False) -> Iterator[str]:
    """Start a server and yield the URL of its database `postgres`; `durable` keeps fsync, for figures."""
    binaries = _binaries()
    memory = Path("/dev/shm")
    parent = memory if memory.is_dir() and os.access(memory, os.W_OK) and not durable else None
    home = Path(tempfile.mkdtemp(prefix="andu-pg-", dir=parent))
    prefix, owner = _unprivileged()
    if owner:
        shutil.chown(home, *owner)
    home.chmod(0o755)
    data = home / "data"
    user = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
    subprocess.run(
        [*prefix, str(binaries / "initdb"), "-D", str(data), *user, "--no-sync"],
        check=True,
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        cwd=home,
    )
    settings = SETTINGS | ({} if durable else FAST)
    options = [text for name, value in settings.items() for text in ("-c", f"{name}={value}")]
    server = [str(binaries / "postgres"), "-D", str(data), "-k", str(home), *options]
    keeper = subprocess.Popen(
        [*prefix, "sh", "-c", KEEP, "sh", str(home / "log"), *server],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        cwd=home,
    )
    url = f"postgresql+psycopg://postgres@/postgres?host={home}"
    try:
        _wait(home, keeper)
        yield url
    finally:
        keeper.stdin.close()
        keeper.wait(20)
        shutil.rmtree(home)


def _wait(home: Path, keeper: subprocess.Popen) -> None:
    for _ in range(300):
        try:
            psycopg.connect(host=str(home), user="postgres", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            if keeper.poll() is not None:
                break
            time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start: {(home / 'log').read_text()}")


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        raise RuntimeError("PostgreSQL is not installed; `make test` installs it")
    return found[-1].parent if found else Path(on_path).parent


def _unprivileged() -> tuple[list[str], tuple[int, int] | None]:
    """PostgreSQL refuses to run as root: return the command that becomes another user, and that user."""
    if os.getuid() != 0:
        return [], None
    person = pwd.getpwnam("postgres")
    return ["runuser", "-u", "postgres", "--"], (person.pw_uid, person.pw_gid)
