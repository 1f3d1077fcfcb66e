"""Measure on SQLite and on PostgreSQL, each in a process of its own; print a table, write results/latest.json."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tests import cluster
from tests.bench import copies

HERE = Path(__file__).parent
# By database: the parts that are measured on it, each in a process of its own.
PARTS = {"office": ("work", "memory"), "board": ("referrals",), "archive": ("volume",)}
# What each figure is, and what it should not exceed; ratios compare two medians of the same run.
MEANING = {
    "completion_ratio": "one task completed / its recorded statements replayed bare",
    "completion_ms": "one task completed, median",
    "loop_ratio_1000_10": "completion in the 1000th round / in the 10th",
    "inbox_ratio": "inbox page with 100,000 open tasks / with 1,000",
    "inbox_ms": "inbox page with 100,000 open tasks, median",
    "inbox_statements": "SQL statements of that page beyond session and person",
    "board_ratio": "board with 20,000 referrals / with 200",
    "board_ms": "board with 20,000 referrals, median",
    "board_statements": "SQL statements of that page beyond session and person",
    "board_pool_ratio": "the same, only what waits in the pool",
    "case_300_ratio": "page of a referral with 300 acts / with 10",
    "case_300_statements": "SQL statements of that page beyond session and person, the most of any tab",
    "volume_300_s": "a volume of about 300 pages bound",
    "volume_pages": "pages of that volume",
    "state_bytes": "snapshot of a case, median",
    "state_bytes_1000": "snapshot of a case after 1,000 rounds",
    "letter_s": "one letter as HTML and PDF, median",
    "rss_mb": "memory of a web process after 1,000 requests",
}


def main() -> None:
    results = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
    }
    with tempfile.TemporaryDirectory(prefix="andu-bench-") as folder:
        results["sqlite"] = measure(lambda name: f"sqlite:///{folder}/{name}.sqlite", Path(folder, "sqlite"))
        with cluster.running(durable=True) as server:
            results["postgresql"] = measure(lambda name: copies.empty(server, name), Path(folder, "postgresql"))
    text = json.dumps(results, indent=2, ensure_ascii=False)
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / "latest.json").write_text(text + "\n")
    show(results)


def measure(empty: Callable[[str], str], folder: Path) -> dict[str, float]:
    """Return the figures on one kind of database; memory is read in a fresh process on the filled office."""
    figures = {}
    for name, parts in PARTS.items():
        url = empty(name)
        for part in parts:
            command = [sys.executable, "-m", "tests.bench.measure", part, url, str(folder / name)]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=900)
            figures |= json.loads(done.stdout)
    return figures


def show(results: dict) -> None:
    print(f"{'':20} {'sqlite':>10} {'postgresql':>10}")
    for name, meaning in MEANING.items():
        values = [f"{results[kind][name]:>10g}" for kind in ("sqlite", "postgresql")]
        print(f"{name:20} {' '.join(values)}  {meaning}")


if __name__ == "__main__":
    main()
