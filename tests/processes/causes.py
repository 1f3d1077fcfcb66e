"""The causes of penalty cases that the forms of every family look up."""

from __future__ import annotations

from engine import model, store

CAUSES = (
    *("SL94", "SL95", "SL97", "SL98", "SL99", "SL101", "SL102"),
    *("SL103", "SL105", "SL108", "SL109", "SL112", "SL114", "WH100"),
)


def register_causes() -> None:
    """Enter them into the reference lists."""
    with store.writing() as session:
        for code in CAUSES:
            row = model.ReferenceItem(list="violation_codes", code=code, title="处罚条款", source="安全生产法")
            row.verified, row.sort, row.active = True, 1, True
            session.add(row)
