"""A small process with a volume (案卷): one step with evidence, one that is confidential, the archive."""

from __future__ import annotations

import io
import shutil

import pypdf
from PIL import Image

from engine import attachments, cases, store
from tests import small
from tests.office import ROOT, who
from tests.processes.tips import FRIDAY
from tests.small import Step

FILES = {"type": "array", "items": {"type": "string"}, "title": "文件", "x-ui": {"kind": "files", "max": 60}}
ROW = {
    "type": {"type": "string", "enum": ["书证", "物证"], "title": "种类"},
    "name": {"type": "string", "title": "名称"},
    "collected_at": {"type": "string", "format": "date-time", "title": "收集时间"},
    "collectors": {"type": "array", "items": {"type": "string"}, "title": "收集人员", "x-ui": {"kind": "users"}},
    "place": {"type": "string", "title": "地点"},
    "provider": {"type": "string", "title": "提供人"},
    "file": {"type": "string", "title": "文件", "x-ui": {"kind": "file"}},
    "hash": {"type": "string", "title": "校验值"},
}
EVIDENCE = {
    "type": "array",
    "title": "证据",
    "x-ui": {"kind": "rows"},
    "items": {"type": "object", "properties": ROW},
}
TEXT = {"type": "string", "title": "说明"}
SEEN = {
    "kind": {"type": "string", "enum": ["现场", "询问"], "title": "方式"},
    "av_record_id": {"type": "string", "title": "音像记录编号"},
    "papers": FILES,
    "evidence": EVIDENCE,
}
STEPS = [
    Step("vo_look", SEEN, properties={"letters": "L-1"}),
    Step("vo_secret", {"text": TEXT}, "法制人员", {"confidential": "legal_officer"}),
    Step("vo_archive", {"missing": {**TEXT, "x-ui": {"readonly": True, "default": "'；'.join(volume_gaps())"}}}),
]
SETTINGS = """
starts = ["case_handler"]
[letters.L-1]
title = "检查记录"
series = "记〔{year}〕{n}号"
issue_role = "case_handler"
[volume]
closed_by = "vo_archive"
required = ["L-1"]
evidence = ["vo_look.evidence"]
served = { L-1 = "False" }
on_site = { vo_look = "answer.kind == '现场'" }
[[volume.section]]
title = "检查"
letters = ["L-1"]
steps = ["vo_look", "vo_secret"]
[[volume.section]]
title = "归档"
steps = ["vo_archive"]
[[volume.stage]]
title = "保密"
steps = ["vo_secret"]
when = "count('vo_look') > 0"
"""
PAPER = '{% extends "letters/plain.html" %}{% block body %}<p>检查情况</p>{% endblock %}'
BROKEN = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
HANDLER = "case_handler.city"


def publish(root, settings=SETTINGS):
    shutil.copytree(ROOT / "forms" / "letters", root / "forms" / "letters")
    small.write(root, "volume_try", STEPS, settings)
    (root / "forms" / "volume_try" / "L-1.html").write_text(PAPER)
    return small.publish(root, "volume_try")


def upload(name, data):
    with store.writing() as session:
        return attachments.keep(session, name, io.BytesIO(data), who(HANDLER), FRIDAY).id


def opened(**said):
    with store.writing() as session:
        return cases.open_case(session, "volume_try", who(HANDLER), FRIDAY, {"kind": "询问", **said})


def pages(count):
    writer, out = pypdf.PdfWriter(), io.BytesIO()
    for _ in range(count):
        writer.add_blank_page(595, 842)
    writer.write(out)
    return out.getvalue()


def picture(size=(600, 400), kind="JPEG"):
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind)
    return out.getvalue()


def scans(count):
    """Return a PDF of scanned pages, each a picture of its own."""
    out = io.BytesIO()
    sheets = [Image.effect_noise((1240, 1754), 40 + number % 20).convert("L") for number in range(min(count, 5))]
    sheets = [sheets[number % len(sheets)] for number in range(count)]
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:], resolution=150)
    return out.getvalue()
