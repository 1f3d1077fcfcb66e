"""The child process that reads papers from outside and binds pages: one order a line, under limits.

It knows no database and no network; it opens the files it is told to, and says in words what it could not read.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import zlib
from collections.abc import Mapping
from typing import Any

from PIL import Image
from pypdf import PdfReader, PdfWriter, generic
from pypdf.constants import PageLabelStyle
from pypdf.errors import PyPdfError

MEMORY = 3 << 30
CPU_SECONDS = 240
MOST_PAGES = 5000
MOST_PIXELS = 100_000_000
A4 = (595.28, 841.89)
MARGIN = 36.0
NUMBER_SIZE = 11.0
DIGIT = 0.556  # of the size, in Helvetica
# A page is turned clockwise by /Rotate: which of its corners stands at the upper right, and where right and up point.
CORNERS = {0: (1, 1, "1 0 0 1"), 90: (0, 1, "0 1 -1 0"), 180: (0, 0, "-1 0 0 -1"), 270: (1, 0, "0 -1 1 0")}


class Unreadable(Exception):
    """A paper that cannot be bound, with the reason as the volume says it."""


def serve() -> None:
    """Carry out the orders on standard input until it is closed."""
    target = os.fdopen(os.dup(1), "w", encoding="utf-8")
    silence = os.open(os.devnull, os.O_RDWR)
    for number in (1, 2):  # nothing that a library prints may get between the answers
        os.dup2(silence, number)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line)), ensure_ascii=False), file=target, flush=True)


def answer(order: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out one order; whatever goes wrong is an answer too."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + CPU_SECONDS, hard))
    try:
        if order["do"] == "picture":
            return {"pages": picture(order["source"], order["target"])}
        if order["do"] == "pdf":
            return {"pages": clean(order["source"], order["target"])}
        if order["do"] == "outline":
            return {"pages": outline(order["source"])}
        return {"pages": bind(order["parts"], order["target"], order["title"])}
    except Unreadable as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "文件过大，内存不足", "retire": True}
    except RecursionError:
        return {"error": "文件嵌套过深"}
    except Exception as error:
        # A damaged file can raise anything; the volume says that it could not be read, and keeps its hash.
        return {"error": f"文件已损坏，无法读取（{type(error).__name__}）"}


def clean(source: str, target: str) -> int:
    """Write a PDF from outside anew, so that binding meets only what could be read; return how many pages it has."""
    reader = _read(source)
    if not len(reader.pages):
        raise Unreadable("文件没有页面")
    if len(reader.pages) > MOST_PAGES:
        raise Unreadable(f"文件超过 {MOST_PAGES} 页")
    writer = PdfWriter()
    for page in reader.pages:
        page.get_contents()
        writer.add_page(page)
    writer.write(target)
    return len(writer.pages)


def picture(source: str, target: str) -> int:
    """Set a picture on a page of A4, the way up that its camera noted; a JPEG goes in as it is."""
    with Image.open(source) as image:
        if image.width * image.height > MOST_PIXELS:
            raise Unreadable("图片的像素过多")
        turned = {3: 180, 6: 90, 8: 270}.get(image.getexif().get(0x0112, 1), 0)
        image.load()
        stream = _samples(image, source)
        width, height = image.size
    wide = (width > height) != (turned in (90, 270))
    page_width, page_height = (A4[1], A4[0]) if wide else A4
    if turned in (90, 270):
        page_width, page_height = page_height, page_width
    scale = min((page_width - 2 * MARGIN) / width, (page_height - 2 * MARGIN) / height)
    across, up = width * scale, height * scale
    writer = PdfWriter()
    page = writer.add_blank_page(page_width, page_height)
    drawn = f"q {across:.2f} 0 0 {up:.2f} {(page_width - across) / 2:.2f} {(page_height - up) / 2:.2f} cm /Paper Do Q"
    content = generic.DecodedStreamObject()
    content.set_data(drawn.encode())
    page[generic.NameObject("/Contents")] = writer._add_object(content)
    held = generic.DictionaryObject({generic.NameObject("/Paper"): writer._add_object(stream)})
    page[generic.NameObject("/Resources")] = generic.DictionaryObject({generic.NameObject("/XObject"): held})
    page[generic.NameObject("/Rotate")] = generic.NumberObject(turned)
    writer.write(target)
    return 1


def outline(source: str) -> dict[str, int]:
    """Return on which page (from 0) each bookmark of a PDF of ours stands, with the number of pages under ``."""
    reader = PdfReader(source)
    found = {str(mark.title): reader.get_destination_page_number(mark) for mark in _flat(reader.outline)}
    return {**found, "": len(reader.pages)}


def bind(parts: list[Mapping[str, Any]], target: str, title: str) -> int:
    """Bind pages one after another, with bookmarks and, in the body of the volume, numbers; return how many there are.

    A part is {source, from, to, mark, section, numbered}.
    """
    writer = PdfWriter()
    writer.add_metadata({"/Title": title})
    font = writer._add_object(
        generic.DictionaryObject(
            {
                generic.NameObject("/Type"): generic.NameObject("/Font"),
                generic.NameObject("/Subtype"): generic.NameObject("/Type1"),
                generic.NameObject("/BaseFont"): generic.NameObject("/Helvetica"),
            }
        )
    )
    number, sections, front = 0, {}, 0
    readers: dict[str, PdfReader] = {}
    for part in parts:
        reader = readers.setdefault(part["source"], PdfReader(part["source"]))
        first = len(writer.pages)
        writer.append(reader, pages=(part["from"], part["to"]), import_outline=False)
        section = part["section"]
        if section and section not in sections:
            sections[section] = writer.add_outline_item(section, first, is_open=False)
        writer.add_outline_item(part["mark"], first, parent=sections.get(section))
        for place in range(first, len(writer.pages)) if part["numbered"] else ():
            number += 1
            _stamp(writer, writer.pages[place], str(number), font)
        front = front or (first if part["numbered"] else 0)
    _label(writer, front, number)
    with open(target, "wb") as out:
        writer.write(out)
        out.flush()
        os.fsync(out.fileno())
    return len(writer.pages)


def _label(writer: PdfWriter, front: int, numbered: int) -> None:
    """Let a reader's program count as the paper does: the cover and the catalogue have no number."""
    last = len(writer.pages) - 1
    if not numbered:
        return
    if front:
        writer.set_page_label(0, front - 1, style=PageLabelStyle.LOWERCASE_ROMAN)
    writer.set_page_label(front, front + numbered - 1, style=PageLabelStyle.DECIMAL)
    if front + numbered <= last:
        writer.set_page_label(front + numbered, last, prefix="*")


def _read(source: str) -> PdfReader:
    try:
        reader = PdfReader(source)
    except (PyPdfError, ValueError, OSError) as error:
        raise Unreadable("不是完好的 PDF 文件") from error
    if reader.is_encrypted:
        try:
            opened = reader.decrypt("")
        except (PyPdfError, NotImplementedError) as error:
            raise Unreadable("PDF 已加密，无法打开") from error
        if not opened:
            raise Unreadable("PDF 已加密，无法打开")
    return reader


def _samples(image: Image.Image, source: str) -> generic.StreamObject:
    """Return a picture as PDF holds it; only what is no JPEG is written anew, without loss."""
    stream = generic.DecodedStreamObject()
    spaces = {"L": "/DeviceGray", "RGB": "/DeviceRGB"}
    if image.format == "JPEG" and image.mode in spaces:
        with open(source, "rb") as file:
            data, mode, packed = file.read(), image.mode, "/DCTDecode"
    else:
        if image.mode in ("RGBA", "LA", "PA", "P"):
            ground = Image.new("RGBA", image.size, "white")
            image = Image.alpha_composite(ground, image.convert("RGBA"))
        mode = "L" if image.mode in ("1", "L", "I;16") else "RGB"
        data, packed = zlib.compress(image.convert(mode).tobytes(), 6), "/FlateDecode"
    stream._data = data
    values = {"/Subtype": "/Image", "/Type": "/XObject", "/ColorSpace": spaces[mode], "/Filter": packed}
    stream.update({generic.NameObject(key): generic.NameObject(value) for key, value in values.items()})
    for key, value in {"/Width": image.width, "/Height": image.height, "/BitsPerComponent": 8}.items():
        stream[generic.NameObject(key)] = generic.NumberObject(value)
    return stream


def _stamp(writer: PdfWriter, page: Any, number: str, font: Any) -> None:
    """Write a page's number at its upper right, as it is read, over whatever the page holds."""
    box, turned = page.cropbox, int(page.get("/Rotate", 0) or 0) % 360
    right, top, matrix = CORNERS.get(turned, CORNERS[0])
    x, y = (box.right if right else box.left), (box.top if top else box.bottom)
    scale = max(0.2, min(float(box.width), float(box.height)) / A4[0])
    size, margin = NUMBER_SIZE * scale, 24 * scale
    left = margin + len(number) * DIGIT * size
    text = (
        f"Q q {matrix} {float(x):.2f} {float(y):.2f} cm BT /VolumeNumber {size:.2f} Tf 0 g "
        f"{-left:.2f} {-margin - size / 2:.2f} Td ({number}) Tj ET Q"
    )
    before, after = generic.DecodedStreamObject(), generic.DecodedStreamObject()
    # What the page itself sets must not turn or colour the number.
    before.set_data(b"q")
    after.set_data(text.encode())
    parts = [writer._add_object(before), *_contents(page), writer._add_object(after)]
    page[generic.NameObject("/Contents")] = generic.ArrayObject(parts)
    # Pages may share their resources: each gets a dictionary of its own before the font is put in.
    resources = generic.DictionaryObject(dict(page.get("/Resources", generic.DictionaryObject()).get_object()))
    fonts = generic.DictionaryObject(dict(resources.get("/Font", generic.DictionaryObject()).get_object()))
    fonts[generic.NameObject("/VolumeNumber")] = font
    resources[generic.NameObject("/Font")] = fonts
    page[generic.NameObject("/Resources")] = resources


def _contents(page: Any) -> list[Any]:
    """Return the content streams of a page; a stream without entries of its own counts as empty, but is none."""
    if "/Contents" not in page:
        return []
    known = page["/Contents"].get_object()
    if isinstance(known, generic.ArrayObject):
        return list(known)
    return [] if isinstance(known, generic.NullObject) else [page.raw_get("/Contents")]


def _flat(marks: Any) -> Any:
    for mark in marks:
        if isinstance(mark, list):
            yield from _flat(mark)
        else:
            yield mark
