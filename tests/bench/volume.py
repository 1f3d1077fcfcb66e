"""A volume of about 300 pages bound as the worker does: scans, letters, sheets; prints the seconds and the pages."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from engine import model, store, volumes, workers
from tests import bound
from tests.office import open_office, who
from tests.processes.tips import FRIDAY

SCANS, PDF_PAGES, PICTURES = 7, 40, 30


def measure(url: str, folder: Path) -> dict[str, float]:
    """Return how long the binding takes and how many pages it has."""
    store.configure(url, folder)
    with store.configure(url, folder).execution_options(andu_writes=True).begin() as connection:
        model.Base.metadata.create_all(connection)
    workers.prepare()
    open_office()
    bound.publish(folder)
    files = [bound.upload(f"扫描{number}.pdf", bound.scans(PDF_PAGES)) for number in range(SCANS)]
    files += [bound.upload(f"照片{number}.jpg", bound.picture((2400, 1600))) for number in range(PICTURES)]
    case = bound.opened(papers=files)
    with store.writing() as session:
        row = volumes.order(session, case.id, who(bound.HANDLER), FRIDAY)
    began = time.perf_counter()
    volumes.bind(row.id)
    seconds = time.perf_counter() - began
    with store.reading() as session:
        row = session.get_one(model.Volume, row.id)
        return {"volume_s": round(seconds, 2), "volume_pages": row.pages, "volume_mb": round(row.size / 1048576, 1)}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="andu-bench-") as name:
        place = Path(name)
        print(measure(f"sqlite:///{place}/office.sqlite", place / "data"))
        store.dispose()
