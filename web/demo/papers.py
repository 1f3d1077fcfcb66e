"""The few files that the demo's people hand in: drawn pictures and short papers, made once and used again."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime

from PIL import Image, ImageDraw, ImageFont
from sqlalchemy.orm import Session

from engine import attachments, model, typesetting
from engine.typesetting import FONTS

SHEET = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{{ title }}</title><style>
@page { size: A4; margin: 34mm 28mm } body { font: 15pt/1.9 "AnDu FangSong", simfang, serif }
h1 { font: 20pt "AnDu Song", serif; text-align: center; margin-bottom: 12mm } p { text-indent: 2em; margin: 0 }
.foot { text-align: right; margin-top: 18mm; text-indent: 0 }
</style></head><body><h1>{{ title }}</h1>{% for line in lines %}<p>{{ line }}</p>{% endfor %}
<p class="foot">（签字、盖章）</p><p class="foot">本页为演示材料</p></body></html>"""
PAPERS = {
    "签收回执": ["今收到交办单及所附材料，已交承办人员办理。"],
    "送达回证": ["受送达人已签收，送达人二人在场。"],
    "向监管部门的报告": ["重大事故隐患已采取防范措施，治理方案、资金、责任人和时限均已落实，特此报告。"],
    "职工代表大会纪要": ["会议通报了重大事故隐患及治理方案，职工代表提出的意见已逐条记录并答复。"],
    "治理效果评估报告": ["经评估，治理措施已按方案完成，现场运行正常，建议申请验收。"],
    "专家论证意见": ["专家组查阅了资料、察看了现场，形成本意见，供决定时参考。"],
    "企业申请书": ["因设备制造周期等原因申请办理本事项，证明材料附后，期间防范措施不放松。"],
    "决定文件": ["经研究，同意所报意见，请抓紧组织实施。"],
}
SCENES = {
    "现场罐区": ("#cfe3f3", "#8d8f86", "tank"),
    "现场车间": ("#e6e1d6", "#7d7468", "hall"),
    "现场采区": ("#dfe6ea", "#8a6f55", "slope"),
    "现场库房": ("#e9ecef", "#6d7a63", "store"),
    "整改后现场": ("#dcebd8", "#6f8f6a", "hall"),
}


@dataclass(frozen=True)
class Paper:
    """A file to be handed in: which of the made ones, and under what name."""

    kind: str
    name: str = ""


def make() -> dict[str, tuple[str, str, int]]:
    """Make every file and return (hash, ending, size) by kind."""
    made = {}
    for kind, lines in PAPERS.items():
        made[kind] = _kept(_sheet(kind, lines), ".pdf")
    for kind, (sky, ground, shape) in SCENES.items():
        made[kind] = _kept(_picture(kind, sky, ground, shape), ".jpg")
    return made


def hand_in(
    session: Session, paper: Paper, made: dict[str, tuple[str, str, int]], user: str, now: datetime
) -> model.Attachment:
    """Add a file as its uploader hands it in; its bytes lie in the store already."""
    digest, ending, size = made[paper.kind]
    row = model.Attachment(
        id=model.new_id("a"),
        name=(paper.name or paper.kind) + ending,
        media_type=attachments.TYPES[ending],
        size=size,
        sha256=digest,
        uploaded_by=user,
        uploaded_at=now,
    )
    session.add(row)
    return row


def _kept(data: bytes, ending: str) -> tuple[str, str, int]:
    return attachments.keep_bytes(data), ending, len(data)


def _sheet(title: str, lines: list[str]) -> bytes:
    return typesetting.render("sheet.html", {"sheet.html": SHEET}, {"title": title, "lines": lines})[1]


def _picture(caption: str, sky: str, ground: str, shape: str) -> bytes:
    picture = Image.new("RGB", (640, 420), sky)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 290, 640, 420), ground)
    if shape == "tank":
        for left in (70, 260, 450):
            pen.rectangle((left, 150, left + 130, 310), "#f4f5f2", "#5b6166", 3)
            pen.ellipse((left, 128, left + 130, 172), "#e3e6e4", "#5b6166", 3)
    elif shape == "slope":
        for step in range(4):
            pen.polygon([(40 + 130 * step, 310 - 55 * step), (640, 310 - 55 * step), (640, 255 - 55 * step)], ground)
            pen.line((40 + 130 * step, 310 - 55 * step, 640, 255 - 55 * step), "#5b4a38", 3)
    else:
        pen.polygon([(60, 170), (320, 80), (580, 170)], "#b9443b" if shape == "store" else "#5f7f9b")
        pen.rectangle((60, 170, 580, 320), "#f2efe8", "#6b665c", 3)
        for left in range(110, 520, 110):
            pen.rectangle((left, 205, left + 60, 260), "#9fb7c6", "#6b665c", 2)
    pen.rectangle((0, 380, 640, 420), "#20262b")
    font = ImageFont.truetype(str(FONTS / "FandolHei-Regular.otf"), 20)
    pen.text((14, 388), f"{caption}（演示图片）", "#ffffff", font=font)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()
