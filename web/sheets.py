"""Registers as Excel workbooks; what people typed is text there, never a formula."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import BinaryIO

import openpyxl
import xlsxwriter
from flask import Response, send_file
from sqlalchemy.orm import Session

from engine import catalog, registers
from engine.bundles import Bundle
from engine.errors import NotFound, Refused

MOST_ROWS = 20_000
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def bundle_with(session: Session, register_id: str) -> Bundle:
    """Return the published process that keeps this register."""
    for bundle in catalog.all_published(session):
        if any(register.id == register_id for register in bundle.registers):
            return bundle
    raise NotFound(f"没有台账 {register_id}")


def workbook(found: registers.Page) -> bytes:
    """Return a register page as an .xlsx file."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(found.register.title[:31])
    head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True})
    sheet.freeze_panes(1, 1)
    for column, title in enumerate(found.heads):
        sheet.write_string(0, column, title, head)
        sheet.set_column(column, column, max(10, min(40, len(title) * 2 + 4)))
    for line, (_, row) in enumerate(found.rows, start=1):
        for column, value in enumerate(row.cells):
            if isinstance(value, bool):
                sheet.write_string(line, column, "是" if value else "否")
            elif isinstance(value, int):
                sheet.write_number(line, column, value)
            else:
                sheet.write_string(line, column, text(value))
    book.close()
    return out.getvalue()


def answer(found: registers.Page) -> Response:
    """Return the workbook as a download under its Chinese title."""
    data = io.BytesIO(workbook(found))
    return send_file(data, mimetype=KIND, as_attachment=True, download_name=f"{found.register.title}.xlsx")


def text(value: object) -> str:
    """Return what a cell shows; lists are joined."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "、".join(text(entry) for entry in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def rows(stream: BinaryIO, most: int = 5000) -> list[tuple[str, ...]]:
    """Return the first sheet of an uploaded workbook as rows of text, without its heading row and empty rows.

    Raises Refused for a file that is no workbook, or has more than `most` rows.
    """
    try:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        found = [tuple(_said(cell) for cell in row) for row in sheet.iter_rows(min_row=2, values_only=True)]
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError) as error:
        raise Refused("不是可以读取的 Excel 文件（.xlsx）", "E-FILE-02") from error
    kept = [row for row in found if any(row)]
    if len(kept) > most:
        raise Refused(f"一次最多导入 {most} 行", "E-COM-22")
    return kept


def _said(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell).strip()
