"""Cut the two fall-back fonts of the letters out of Noto Serif CJK SC; run by hand when a newer Noto is taken.

    python make_fallback.py NotoSerifCJK-Regular.ttc NotoSerifCJK-Bold.ttc

They hold what the Fandol fonts lack: the remaining Han of the basic plane, the rarer ones that Noto draws, signs.
The ballot boxes of the forms, which no font here has, are drawn below.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
PRIMARY = ("FandolFang-Regular.otf", "FandolSong-Bold.otf", "FandolHei-Regular.otf", "FandolKai-Regular.otf")
# The page number is set in Song figures.
ALWAYS = set(range(0x20, 0x7F)) | set(map(ord, "—–〇"))
DROPPED = ["BASE", "GPOS", "GSUB", "VORG", "vhea", "vmtx", "DSIG"]


def cut(source: str, target: Path, bold: bool) -> None:
    """Write the characters of `source` that one of the primary fonts lacks to `target`."""
    options = subset.Options(hinting=False, font_number=2, notdef_outline=True, glyph_names=False)
    options.name_IDs, options.layout_features = ["*"], []
    options.drop_tables += DROPPED
    font = subset.load_font(source, options)
    has = set(font.getBestCmap())
    common = set.intersection(*(set(TTFont(HERE / name).getBestCmap()) for name in PRIMARY))
    wanted = (has - common) | (has & ALWAYS)
    if bold:  # a title in bold: the basic plane is enough, the rest comes from the regular one
        wanted = {code for code in wanted if 0x4E00 <= code <= 0x9FFF or code in ALWAYS}
    else:
        wanted = {code for code in wanted if not 0xAC00 <= code <= 0xD7AF and not 0xF900 <= code <= 0xFAFF}
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    _rename(font, "AnDu Heavy Song" if bold else "AnDu Song")
    _same_line_height(font)
    subset.save_font(font, str(target), options)
    print(target.name, len(wanted), target.stat().st_size)


def _rename(font: TTFont, family: str) -> None:
    # A changed font must not go by the name of the original one on a machine that has both. The bold cut is a
    # family of its own: titles are set in a bold face that office fonts declare as regular.
    postscript = family.replace(" ", "") + "-Regular"
    names = {1: family, 2: "Regular", 3: postscript, 4: family, 6: postscript}
    font["name"].names = [row for row in font["name"].names if row.nameID in (0, 13, 14)]
    for name_id, text in names.items():
        font["name"].setName(text, name_id, 3, 1, 0x409)
    top = font["CFF "].cff
    top.fontNames = [postscript]
    top[0].FullName, top[0].FamilyName, top[0].Weight = family, family, "Regular"
    font["OS/2"].usWeightClass = 400
    font["head"].macStyle = 0
    font["OS/2"].fsSelection = 0x40


def _same_line_height(font: TTFont) -> None:
    # With the metrics of Fandol a line that holds a rare character keeps the height of its neighbours.
    table, os2 = font["hhea"], font["OS/2"]
    table.ascent, table.descent, table.lineGap = 880, -120, 200
    os2.sTypoAscender, os2.sTypoDescender, os2.sTypoLineGap = 880, -120, 200
    os2.usWinAscent, os2.usWinDescent = 880, 120


def draw_boxes(target: Path) -> None:
    """Write a font of the empty and the ticked box."""
    outer = [(110, -30), (110, 750), (890, 750), (890, -30)]
    inner = [(160, 20), (840, 20), (840, 700), (160, 700)]
    tick = [(225, 400), (285, 455), (430, 285), (720, 640), (780, 590), (430, 165)]
    shapes = {".notdef": [], "empty": [outer, inner], "ticked": [outer, inner, tick]}
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(list(shapes))
    builder.setupCharacterMap({0x2610: "empty", 0x2611: "ticked"})
    builder.setupGlyf({name: _outline(contours) for name, contours in shapes.items()})
    builder.setupHorizontalMetrics({name: (1000, 110 if contours else 0) for name, contours in shapes.items()})
    builder.setupHorizontalHeader(ascent=880, descent=-120, lineGap=200)
    builder.setupNameTable({"familyName": "AnDu Signs", "styleName": "Regular", "psName": "AnDuSigns-Regular"})
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120, sTypoLineGap=200, usWinAscent=880, usWinDescent=120)
    builder.setupPost()
    builder.save(target)


def _outline(contours: list[list[tuple[int, int]]]) -> object:
    pen = TTGlyphPen(None)
    for first, *rest in contours:
        pen.moveTo(first)
        for point in rest:
            pen.lineTo(point)
        pen.closePath()
    return pen.glyph()


if __name__ == "__main__":
    draw_boxes(HERE / "AnDuSigns-Regular.ttf")
    cut(sys.argv[1], HERE / "AnDuSong-Regular.otf", bold=False)
    cut(sys.argv[2], HERE / "AnDuHeavySong-Regular.otf", bold=True)
