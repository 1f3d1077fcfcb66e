"""Small Excel files as people bring them, and what stands in those that they take away."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import openpyxl


def xlsx(*rows: Sequence[Any], heads: Sequence[str] = ("甲", "乙", "丙")) -> bytes:
    """Return a workbook with a heading row and these rows."""
    book = openpyxl.Workbook()
    for row in (heads, *rows):
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cells(data: bytes) -> list[list[Any]]:
    """Return the cells of the first sheet, heading row first."""
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows()]


def kinds(data: bytes) -> list[list[str]]:
    """Return the data types of the cells: s text, n number, f formula."""
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return [[cell.data_type for cell in row] for row in sheet.iter_rows()]


def title(data: bytes) -> str:
    """Return the name of the first sheet."""
    return openpyxl.load_workbook(io.BytesIO(data)).sheetnames[0]


def said(rows: Iterable[Iterable[Any]]) -> str:
    """Return all cells as one text."""
    return "|".join("" if cell is None else str(cell) for row in rows for cell in row)
