"""The child that sets letters: what it prints, what it refuses, and what it survives."""

import io
import os
import socket
import threading
import time
from pathlib import Path

import pypdf
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from engine import typesetting
from engine.errors import Broken
from tests.processes import letters

RARE = "喆昇堃翀祎赟镕瞭䶮㛃"
ORG = {"name": "海东市应急管理局"}
PLAIN = "<html><body>安督</body></html>"


def page(body: str, head: str = "") -> dict[str, str]:
    """Return templates of one page of the plainest kind."""
    css = letters.templates("letters")["letters/letter.css"]
    return {"x.html": f"<html lang=zh-CN><head><style>{css}</style>{head}</head><body>{body}</body></html>"}


def red(**blocks: str) -> dict[str, str]:
    """Return a letter under the red header with these blocks."""
    filled = "".join("{% block " + name + " %}" + text + "{% endblock %}" for name, text in blocks.items())
    return letters.templates("letters") | {"x.html": '{% extends "letters/red_header.html" %}' + filled}


def given(**more) -> dict:
    letter = {"title": "通知", "number": "海应急〔2026〕1号", "issued_on": "2026-11-21", "state": "issued", "org": ORG}
    return {"letter": letter, "case": {"number": "HZ-1"}, "names": {}} | more


def pages(paper: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper)).pages]


def text(paper: bytes) -> str:
    return "".join(pages(paper)).replace("\n", "")


def faces(paper: bytes) -> dict[str, set[str]]:
    """Return which characters each embedded font draws."""
    found: dict[str, set[str]] = {}

    def note(said, _matrix, _text_matrix, font, _size):
        if font and said.strip():
            found.setdefault(str(font["/BaseFont"]).split("+")[-1], set()).update(said.strip())

    for each in pypdf.PdfReader(io.BytesIO(paper)).pages:
        each.extract_text(visitor_text=note)
    return found


def broken(templates: dict, **more) -> str:
    with pytest.raises(Broken) as refused:
        typesetting.render("x.html", templates, given(**more))
    return refused.value.detail


@pytest.fixture
def fresh():
    """A child of this test's own."""
    typesetting.close()
    yield
    typesetting.close()


def test_rare_characters_of_names_are_printed():
    html, paper = typesetting.render("x.html", page("<p>{{ name }}</p>"), given(name=f"王{RARE}"))
    assert RARE in html and RARE in text(paper)


def test_rare_characters_come_from_the_fall_back_font_and_the_others_do_not():
    paper = typesetting.render("x.html", page("<p>{{ name }}</p>"), given(name=f"安全{RARE}"))[1]
    drawn = faces(paper)
    assert set(RARE) <= drawn["AnDu-Song"] and {"安", "全"} <= drawn["FandolFang"]


def test_a_rare_character_does_not_vanish_from_a_title():
    paper = typesetting.render("x.html", red(subject="关于约谈昇鑫公司的通知"), given())[1]
    assert "关于约谈昇鑫公司的通知" in text(paper) and "昇" in faces(paper)["AnDu-Heavy-Song"]


def test_no_font_of_the_machine_is_used():
    paper = typesetting.render("x.html", page("<p style='font-family: DejaVu Sans, serif'>安督 Office</p>"), given())[1]
    assert all(name.startswith(("Fandol", "AnDu")) for name in faces(paper))


def test_boxes_have_a_glyph():
    paper = typesetting.render("x.html", page("<p>{{ ['甲', '乙'] | checked('乙') }}</p>"), given())[1]
    assert "☐甲　☑乙" in text(paper) and {"☐", "☑"} <= faces(paper)["AnDu-Signs"]


def test_characters_without_any_glyph_are_named():
    assert typesetting.missing_characters("安督䶮\U0001f600\U000e0041 \n") == {"\U0001f600", "\U000e0041"}


def test_characters_of_another_face_are_named():
    assert typesetting.fallback_characters("王喆㛃, OK") == {"喆", "㛃"}


def test_the_font_of_the_office_comes_first(tmp_path, monkeypatch, fresh):
    _font(tmp_path / "simfang.ttf", "FangSong_GB2312", "安")
    monkeypatch.setenv("ANDU_FONT_DIR", str(tmp_path))
    drawn = faces(typesetting.render("x.html", page("<p>安督</p>"), given())[1])
    assert drawn["FangSong_GB2312"] == {"安"} and drawn["FandolFang"] == {"督"}


def test_a_font_of_the_office_can_bring_a_character_that_was_missing(tmp_path, monkeypatch):
    _font(tmp_path / "extra.ttf", "Office Extra", "\U000e0041")
    monkeypatch.setenv("ANDU_FONT_DIR", str(tmp_path))
    assert typesetting.missing_characters("\U000e0041") == set()


def test_a_page_holds_22_lines_of_28_characters():
    body = "<main class=matter><p class=flush>{{ text }}</p></main>"
    full = typesetting.render("x.html", page(body), given(text="安" * 28 * 22))[1]
    over = typesetting.render("x.html", page(body), given(text="安" * (28 * 22 + 1)))[1]
    assert (len(pages(full)), len(pages(over))) == (1, 2)
    assert [len(line) for line in pages(full)[0].splitlines() if "安" in line] == [28] * 22


def test_a_line_with_a_rare_character_is_no_higher_than_the_others():
    body = "<main class=matter><p class=flush>{{ text }}</p></main>"
    paper = typesetting.render("x.html", page(body), given(text=("安" * 27 + "喆") * 22))[1]
    assert len(pages(paper)) == 1


def test_page_numbers_stand_between_dashes():
    paper = typesetting.render("x.html", red(body="<p>甲</p>" * 40), given())[1]
    assert ["—  1  —" in page.replace("— 1 —", "—  1  —") for page in pages(paper)][0] and "— 2 —" in pages(paper)[1]


def test_the_number_of_an_odd_page_stands_right_and_of_an_even_page_left():
    paper = pypdf.PdfReader(io.BytesIO(typesetting.render("x.html", red(body="<p>甲</p>" * 40), given())[1]))
    places = {}
    for number, each in enumerate(paper.pages, 1):
        each.extract_text(
            visitor_text=lambda said, _m, at, *_, n=number: places.update({n: at[4]}) if "—" in said else None
        )
    assert places[1] > 400 > 200 > places[2]


@pytest.mark.parametrize("paragraphs", range(8, 16))
def test_the_signature_never_stands_alone_on_a_page(paragraphs):
    body = "<p>经查，该公司存在重大事故隐患，现责令限期整改。</p>" * paragraphs
    last = pages(typesetting.render("x.html", red(body=body), given())[1])[-1]
    assert "海东市应急管理局\n" not in last or "限期整改" in last


@pytest.mark.parametrize("paragraphs", range(9, 12))
def test_a_note_and_a_list_of_enclosures_do_not_part_the_signature_from_the_text(paragraphs):
    body = "<p>经查，该公司存在重大事故隐患，现责令限期整改。</p>" * paragraphs
    named = "{{ m.enclosures(['隐患报告', '督办台账']) }}"
    blocks = {"body": body, "attachments": named, "notes": "<p class=note>（联系人：王喆）</p>"}
    last = pages(typesetting.render("x.html", red(**blocks), given())[1])[-1]
    assert "督办台账" in last and "联系人" in last


@pytest.mark.parametrize("paragraphs", range(8, 16))
def test_the_imprint_never_stands_alone_on_a_page(paragraphs):
    body = "<p>经查，该公司存在重大事故隐患，现责令限期整改。</p>" * paragraphs
    paper = typesetting.render("x.html", red(body=body, copies="海东市人民检察院"), given())[1]
    assert pages(paper)[-1].count("2026年11月21日") == 2


def test_the_imprint_ends_the_last_page_and_is_printed_once():
    paper = typesetting.render("x.html", red(body="<p>甲</p>", copies="海东市人民检察院"), given())[1]
    assert text(paper).count("抄送：海东市人民检察院。") == 1


def test_the_head_of_a_table_is_repeated():
    rows = "{% for i in range(60) %}<tr><td>{{ i }}</td></tr>{% endfor %}"
    table = f"<table><thead><tr><th>序号</th></tr></thead>{rows}</table>"
    paper = typesetting.render("x.html", page(f"<body class=form>{table}"), given())[1]
    assert len(pages(paper)) > 1 and all("序号" in page for page in pages(paper))


def test_a_draft_is_marked_on_every_page():
    draft = given()["letter"] | {"state": "draft", "number": None, "issued_on": None}
    paper = typesetting.render("x.html", red(body="<p>甲</p>" * 40), given(letter=draft))[1]
    assert len(pages(paper)) > 1 and all("草稿" in page for page in pages(paper))


def test_the_same_data_gives_the_same_paper():
    first, second = (letters.printed("hazard_supervision", "D-HZ-05")[1] for _ in range(2))
    assert first == second


def test_what_people_typed_is_text_not_markup():
    html, paper = typesetting.render("x.html", page("<p>{{ name }}</p>"), given(name="<b>甲</b><script>"))
    assert "&lt;b&gt;" in html and "<b>甲</b>" in text(paper)


def test_a_title_prints_an_ampersand_once():
    """A title is made of lines; what was escaped for the whole is not escaped again line by line."""
    paper = typesetting.render("x.html", red(subject="关于{{ firm }}的通知"), given(firm="A&B<甲>公司"))[1]
    assert "关于A&B<甲>公司的通知" in text(paper)


def test_a_field_called_like_a_method_is_a_field():
    html = typesetting.html(
        "x.html",
        page("{{ step['items'][0].clause }}{{ step.items[0].clause }}{{ step.values }}"),
        given(step={"items": [{"clause": "甲"}]}),
    )
    assert "甲甲" in html


def test_an_unanswered_field_prints_nothing():
    html = typesetting.html(
        "x.html", page("[{{ step.none }}{{ step.none.deeper }}{{ step.day | person }}]"), given(step={})
    )
    assert "[]" in html


def test_a_name_that_nobody_gives_is_an_error_with_its_template():
    assert "x.html" in broken(page("{{ hz_registr.name }}")) and "hz_registr" in broken(page("{{ hz_registr }}"))


def test_a_missing_layout_is_an_error():
    assert "letters/none.html" in broken({"x.html": '{% extends "letters/none.html" %}'})


def test_a_slip_in_the_template_is_named_with_its_line():
    assert "第 3 行" in broken({"x.html": "甲\n乙\n{% if %}"})


def test_the_check_finds_what_would_fail_later():
    said = typesetting.check("x.html", {"x.html": "{{ case.b | nofilter }}"}, ["case"])
    assert any("nofilter" in line for line in said)
    said = typesetting.check("x.html", {"x.html": '{% include "y.html" %}{{ a.b }}'}, ["case"])
    assert said == ["缺少模板 y.html", "模板 x.html 用到没有的名称 a"]


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ letter.__class__ }}",
        "{{ letter._values }}",
        "{{ letter | attr('_values') }}",
        "{{ checked.__globals__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ '%s'.format.__self__.__class__ }}",
        "{{ '{0.__class__}'.format(1) }}",
        "{% set x = [].append %}{{ x.__self__.__class__ }}",
    ],
)
def test_a_template_reaches_nothing_but_its_data(attack):
    try:
        html, _ = typesetting.render("x.html", page(f"[{attack}]"), given())
    except Broken:
        return
    assert "class" not in html.split("</head>")[1] and "globals" not in html and "_values" not in html


@pytest.fixture
def listener():
    """A server on this machine that nothing may call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        yield server


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="{url}/a.png">',
        '<link rel=stylesheet href="{url}/a.css">',
        '<style>@import "{url}/a.css";</style>',
        '<p style="background: url({url}/a.png)">甲</p>',
        '<style>@font-face {{ font-family: F; src: url({url}/a.ttf) }}</style><p style="font-family: F">甲</p>',
        "<style>p::before {{ content: url({url}/a.png) }}</style><p>甲</p>",
        '<object data="{url}/a.svg"></object>',
        '<embed src="{url}/a.svg">',
        '<svg width=9 height=9><image href="{url}/a.png" width=9 height=9 /></svg>',
        '<base href="{url}/"><img src="a.png">',
        '<link rel=attachment href="{url}/a.png">',
    ],
)
@pytest.mark.parametrize("scheme", ["http", "file"])
def test_a_letter_fetches_nothing_from_outside(listener, scheme, markup):
    port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}" if scheme == "http" else "file:///etc"
    said = broken({"x.html": f"<html><body>{markup.format(url=url)}</body></html>"})
    assert "不允许" in said or "PermissionError" in said
    with pytest.raises(TimeoutError):
        listener.accept()


def test_data_of_more_than_two_megabytes_is_refused():
    assert "不允许" in broken({"x.html": '<img src="data:image/png;base64,{{ big }}">'}, big="A" * (3 << 20))


def test_a_picture_that_was_sent_along_is_shown():
    png = (Path(__file__).parent / "dot.png").read_bytes()
    paper = typesetting.render("x.html", page('<img src="app-asset:a1" style="width: 9mm">'), given(), {"a1": png})[1]
    assert pypdf.PdfReader(io.BytesIO(paper)).pages[0].images


def test_a_picture_that_was_not_sent_stops_the_letter():
    assert "app-asset:a2" in broken(page('<img src="app-asset:a2">'))


def test_a_letter_that_never_ends_is_stopped_and_the_next_one_is_set(monkeypatch, fresh):
    typesetting.html("x.html", {"x.html": PLAIN}, given())
    monkeypatch.setattr(typesetting, "WALL_SECONDS", 1.0)
    loops = "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"
    assert "已中止" in broken({"x.html": loops})
    monkeypatch.setattr(typesetting, "WALL_SECONDS", 30.0)
    assert "安督" in text(typesetting.render("x.html", {"x.html": PLAIN}, given())[1])


def test_a_letter_that_eats_memory_fails_alone(fresh):
    grow = "{% for i in range(20) %}{% set n.s = n.s ~ n.s %}{% endfor %}"
    said = broken({"x.html": "{% set n = namespace(s='甲' * 1000000) %}" + grow})
    assert "内存不足" in said
    assert typesetting.render("x.html", {"x.html": PLAIN}, given())


def test_deep_nesting_is_an_error_not_a_crash():
    assert "无法排版" in broken({"x.html": "<div>" * 3000})


def test_a_child_that_died_is_replaced(fresh):
    typesetting.html("x.html", {"x.html": PLAIN}, given())
    os.kill(typesetting._child.process.pid, 9)
    time.sleep(0.1)
    assert "安督" in typesetting.html("x.html", {"x.html": PLAIN}, given())


def test_a_child_that_did_its_share_is_replaced(monkeypatch, fresh):
    monkeypatch.setattr(typesetting, "LETTERS_PER_CHILD", 2)
    for _ in range(2):
        typesetting.html("x.html", {"x.html": PLAIN}, given())
    assert typesetting._child.process is None and typesetting.html("x.html", {"x.html": PLAIN}, given())


def test_several_threads_share_the_child():
    said = []
    people = [
        threading.Thread(target=lambda n=n: said.append(typesetting.html("x.html", {"x.html": "{{ n }}"}, given(n=n))))
        for n in range(8)
    ]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert sorted(said) == [str(n) for n in range(8)]


def test_the_child_knows_no_setting_of_ours(monkeypatch, fresh):
    monkeypatch.setenv("ANDU_SECRET_KEY", "hidden")
    typesetting.html("x.html", {"x.html": PLAIN}, given())
    environment = Path(f"/proc/{typesetting._child.process.pid}/environ").read_text()
    assert "ANDU" not in environment and "PATH" not in environment


def _font(path: Path, family: str, signs: str) -> None:
    """Write a font that draws these characters as black boxes."""
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for point in ((100, 700), (900, 700), (900, 0)):
        pen.lineTo(point)
    pen.closePath()
    names = [".notdef", *(f"g{number}" for number in range(len(signs)))]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(sign): f"g{number}" for number, sign in enumerate(signs)})
    builder.setupGlyf({name: pen.glyph() for name in names})
    builder.setupHorizontalMetrics({name: (1000, 100) for name in names})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": family, "styleName": "Regular", "psName": family.replace(" ", "")})
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=880, usWinDescent=120)
    builder.setupPost()
    builder.save(path)
