"""A volume of about 300 pages bound as the worker does: scans, letters, sheets."""

from __future__ import annotations

import time
from pathlib import Path

from engine import model, store, volumes, workers
from tests import bound
from tests.office import open_office, who
from tests.processes.tips import FRIDAY

SCANS, PDF_PAGES, PICTURES = 7, 40, 30


def measure(url: str, folder: Path) -> dict[str, float]:
    """Return how long the binding takes and how many pages it has."""
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
        figures = {"volume_300_s": round(seconds, 2), "volume_pages": row.pages}
    store.dispose()
    return figures
