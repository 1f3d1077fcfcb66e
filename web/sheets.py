"""Excel workbooks: registers and lists that go out, lists that come in; what people typed is text, never a formula."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter
from flask import Response, send_file
from sqlalchemy.orm import Session

from engine import catalog, registers
from engine.bundles import Bundle
from engine.errors import NotFound, Refused
from engine.workdays import office_zone
from web import lamps

MOST_ROWS = 20_000
MOST_UNPACKED = 100 << 20
MOST_COLUMNS = 20
COLOURS = {"red": "红", "orange": "橙", "yellow": "黄", "green": "绿", "": ""}
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_NUMBER = 11  # Excel shows longer ones as 9.13702E+17, and rounds them beyond fifteen digits
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d|Z)?")
_MONEY = re.compile(r"-?\d{1,11}\.\d\d")


def bundle_with(session: Session, register_id: str) -> Bundle:
    """Return the published process that keeps this register."""
    for bundle in catalog.all_published(session):
        if any(register.id == register_id for register in bundle.registers):
            return bundle
    raise NotFound(f"没有台账 {register_id}")


def register(found: registers.Page, now: datetime) -> Response:
    """Return a register and the colour of each line as a download; Refused where one workbook cannot hold it."""
    if found.total > MOST_ROWS:
        text = f"共 {found.total} 条，一次最多导出 {MOST_ROWS} 条，请按日期或机构分次导出"
        raise Refused(text, "E-COM-22")
    lines = ([*row.cells, COLOURS[lamps.of(row, now).color]] for _, row in found.rows)
    return download(found.register.title, [*found.heads, "颜色"], lines)


def download(title: str, heads: Sequence[str], lines: Iterable[Sequence[Any]]) -> Response:
    """Return a workbook as a download."""
    data = io.BytesIO(workbook(title, heads, lines))
    return send_file(data, mimetype=KIND, as_attachment=True, download_name=f"{_file_name(title)}.xlsx")


def workbook(title: str, heads: Sequence[str], lines: Iterable[Sequence[Any]]) -> bytes:
    """Return an .xlsx file with one sheet."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(_sheet_name(title))
    head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True, "valign": "top"})
    plain, money = book.add_format({"valign": "top"}), book.add_format({"num_format": "#,##0.00", "valign": "top"})
    widths = [_width(text) for text in heads]
    for column, text_ in enumerate(heads):
        sheet.write_string(0, column, text_, head)
    line = 0
    for line, cells in enumerate(lines, start=1):
        for column, value in enumerate(cells):
            shown = text(value)
            widths[column] = max(widths[column], min(48, _width(shown)))
            if isinstance(value, (int, Decimal)) and not isinstance(value, bool) and len(shown) <= LONGEST_NUMBER:
                sheet.write_number(line, column, value, plain)
            elif isinstance(value, str) and _MONEY.fullmatch(value):
                sheet.write_number(line, column, Decimal(value), money)
            elif shown:
                sheet.write_string(line, column, shown, plain)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 1)
    if heads and line:
        sheet.autofilter(0, 0, line, len(heads) - 1)
    book.close()
    return out.getvalue()


def by_months(
    lines: Iterable[tuple[str, Sequence[int]]],
    blocks: Iterable[tuple[str, Iterable[tuple[str, Any]]]],
    tables: Iterable[Iterable[Sequence[Any]]] = (),
) -> tuple[list[str], list[list[Any]]]:
    """Return the heads and lines of a year as a sheet: counts by months, blocks of (what, how much), then tables."""
    heads = ["项目", *(f"{month}月" for month in range(1, 13)), "全年"]
    found: list[list[Any]] = [[title, *months, sum(months)] for title, months in lines]
    for title, figures in blocks:
        found += [[], [title], *([what, *[""] * 12, value] for what, value in figures)]
    for table in tables:
        found += [[], *map(list, table)]
    return heads, [[*line, *[""] * (len(heads) - len(line))] for line in found]


def text(value: object) -> str:
    """Return what a cell shows: lists joined, moments as the office reads them."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "、".join(text(entry) for entry in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        moment = datetime.fromisoformat(value)
        moment = moment.astimezone(office_zone()) if moment.tzinfo else moment
        return moment.strftime("%Y-%m-%d %H:%M")
    return str(value)


def rows(stream: BinaryIO, most: int = 5000) -> list[tuple[str, ...]]:
    """Return the first sheet of an uploaded workbook as rows of text, without its heading row and empty rows.

    Raises Refused for a file that is no workbook, or has more than `most` rows.
    """
    # Read in here: it takes a tenth of the office's start, and few starts read a workbook.
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(stream) as archive:
            _look_inside(archive)
        stream.seek(0)
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        try:
            found = list(_filled(book.worksheets[0], most))
        finally:
            book.close()
    except (
        zipfile.BadZipFile,
        zlib.error,
        InvalidFileException,
        SyntaxError,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
        EOFError,
        NotImplementedError,
    ) as error:
        raise _wrong("不是可以读取的 Excel 文件（.xlsx）") from error
    if len(found) > most:
        raise _wrong(f"一次最多导入 {most} 行")
    return found


def _look_inside(archive: zipfile.ZipFile) -> None:
    if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
        raise _wrong("文件展开后过大，请只保留需要导入的一张表")
    for entry in archive.infolist():
        with archive.open(entry) as part:
            # Excel writes none; one could hold entities that grow without end.
            if b"<!DOCTYPE" in part.read(4096):
                raise _wrong("文件含有 DOCTYPE 声明，请用 Excel 重新保存")


def _filled(sheet: Any, most: int) -> Iterator[tuple[str, ...]]:
    kept = 0
    for seen, row in enumerate(sheet.iter_rows(min_row=2, max_col=MOST_COLUMNS, values_only=True)):
        cells = tuple(_said(cell) for cell in row)
        if any(cells):
            kept += 1
            yield cells
        if kept > most or seen > most * 4:
            return


def _said(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _wrong(detail: str) -> Refused:
    return Refused(
        detail,
        "E-FILE-02",
        {"file": "E-FILE-02"},
        [{"field": "file", "code": "E-FILE-02", "detail": detail}],
    )


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).strip(" '")[:31] or "Sheet1"


def _file_name(title: str) -> str:
    return re.sub(r'[<>:"/\\|?*\x00-\x1f]', "_", title).strip(" .")[:80] or "export"


def _width(shown: str) -> int:
    # A Chinese character is as wide as two digits.
    return max(10, max((sum(2 if ord(sign) > 0x2E80 else 1 for sign in part) for part in shown.split("\n")), default=0))
