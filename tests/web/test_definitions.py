"""流程: what a version shows, and how a new one is handed in, compared and published by a second person."""

import pytest
from sqlalchemy import func, select

from engine import catalog, model, store
from tests.office import open_office
from tests.pages import Person, make_app
from tests.web.desk import open_case, task_of
from tests.zips import changed, own, unzipped, zipped

DEADLINES = "bpmn/tip_check/deadlines.toml"
DRAWING = "bpmn/tip_check/tip_check.bpmn"
VERIFY_FORM = "forms/tip_check/tip_verify.json"


@pytest.fixture
def app(database, monkeypatch, tmp_path):
    open_office("tip_check")
    return make_app(monkeypatch, tmp_path)


@pytest.fixture
def designer(app):
    return Person(app, "designer.city")


@pytest.fixture
def second(app):
    return Person(app, "designer2.city")


def live() -> str:
    with store.reading() as session:
        return catalog.published_hash(session, "tip_check")


def tells(person, words):
    """Tell whether a page says this, wherever its cells and lines end."""
    return "".join(words.split()) in "".join(person.text.split())


def page(person, tab=""):
    return person.open(f"/definitions/{live()}?tab={tab}")


def hand_in(designer, files, status=200, **answers):
    data = files if isinstance(files, bytes) else zipped(files)
    designer.open("/definitions")
    return designer.press("检查并上传", status, files={"file": (data, "tip.zip")}, **answers)


def draft(designer, note="", **change):
    """Hand in a version whose clock runs five days, or as `change` says; return its hash."""
    said = change or {"name": DEADLINES, "old": 'length = "3 WD"', "new": 'length = "5 WD"'}
    hand_in(designer, changed(**said), note=note)
    return designer.path.rpartition("/")[2]


def publish(person, digest):
    return person.open(f"/definitions/{digest}/publish").press("我已核对改动，确认发布")


def count(row_class):
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(row_class))


# What a version shows.


def test_the_list_says_which_version_is_in_force_and_who_published(app, designer):
    open_case()
    designer.open("/definitions")
    assert tells(designer, "线索核查 tip_check · 共 1 版 第 1 版 系统 上传，系统 发布 2026-01-01 08:00 1 件 无")


def test_each_step_stands_with_its_role_fields_letter_and_clock(designer):
    page(designer, "steps")
    assert tells(designer, "核查 tip_verify 承办人 核查时间")
    assert tells(designer, "核查时限 3个工作日")
    assert tells(designer, "线索核查告知书（当 tip_approve.decision == '同意'）")
    assert tells(designer, "承办机构负责人 不得与“核查”同一人")


def test_a_clock_stands_with_length_events_article_and_doubt(designer):
    page(designer, "clocks")
    assert tells(designer, "核查时限 TIP-C01 · 时限 · 地方可另定 3个工作日")
    assert tells(designer, "起算：“线索登记”，自 tip_record.received_at，当 tip_record.accepted 办结：“核查”")
    assert tells(designer, "提前1个工作日 提醒承办机构负责人 内部规定 待核 2026-01-01 起施行")


def test_letters_and_registers_stand_with_number_and_columns(designer):
    page(designer, "letters")
    assert tells(designer, "线索核查告知书 D-TIP-01 {org.code}线告〔{year}〕{n}号 承办机构负责人 审批")
    assert tells(designer, "线索台账 L-TIP-1 编号、单位、结果、核查期限")


def test_a_step_shows_its_form_as_table_and_preview(designer):
    designer.open(f"/definitions/{live()}/steps/tip_verify")
    assert tells(designer, "核查时间 checked_at 日期时间 必填 不晚于现在")
    assert designer.find("//fieldset[@disabled]//*[@name='f-result']")
    assert not designer.find("//fieldset[@disabled]//button[@type='submit']")


@pytest.mark.parametrize("path", ["/steps/start", "/steps/nothing", "/file/forms/tip_check/tip_verify.json"])
def test_what_is_no_step_and_no_drawing_is_not_shown(designer, path):
    designer.open(f"/definitions/{live()}{path}", status=404)


def test_the_drawing_is_fetched_and_never_opened_as_a_page(designer):
    answer = designer.open(f"/definitions/{live()}/file/{DRAWING}")
    assert answer.data == own()[DRAWING]
    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_everybody_reads_what_is_in_force(app):
    clerk = Person(app, "intake_clerk.county1")
    assert "核查时限" in page(clerk, "clocks").text
    assert not clerk.open("/definitions").find("//input[@type='file']")


# Handing in.


def test_a_download_changed_comes_back_as_a_new_version(designer):
    files = unzipped(page(designer).open(f"/definitions/{live()}/files.zip").data)
    assert files == own()
    files[DEADLINES] = files[DEADLINES].replace(b'"3 WD"', b'"5 WD"')
    hand_in(designer, files, note="核查放宽到五日")
    assert "第 2 版" in designer.text and "待发布" in designer.text
    assert "修改说明：核查放宽到五日" in designer.text


def test_an_unchanged_download_is_the_same_version(designer):
    hand_in(designer, own())
    assert "文件与第 1 版（现行）完全相同" in designer.text
    assert count(model.Bundle) == 1


def test_a_folder_inside_other_folders_is_found(designer):
    hand_in(designer, {f"新版/改动 2/{name}": data for name, data in own().items()})
    assert "完全相同" in designer.text


def test_the_report_says_file_line_element_reason_and_remedy(designer):
    files = changed(DRAWING, 'name="承办人"', 'name="承办员"')
    hand_in(designer, files, 422, note="换岗位")
    assert tells(designer, f"问题 {DRAWING}")
    assert tells(designer, "核查 tip_verify 泳道“承办员”不是 roles.toml 中的岗位名称 把泳道改为岗位的中文名称")
    assert "没有存入系统" in designer.text and "换岗位" in designer.text
    assert count(model.Bundle) == 1


def test_the_report_counts_lines_of_a_drawing(designer):
    hand_in(designer, changed(DRAWING, '<bpmn:userTask id="tip_record" name="线索登记" />', ""), 422)
    assert designer.find("//td[@data-title='行'][number() > 0]")


def test_a_form_that_names_nobody_knows_is_reported(designer):
    files = own() | {VERIFY_FORM: own()[VERIFY_FORM].replace(b'"title": ', b'"x-rules": 1, "title": ', 1)}
    hand_in(designer, files, 422)
    assert VERIFY_FORM in designer.text


def test_what_lies_in_the_zip_for_nothing_is_told(designer):
    files = changed(DEADLINES, '"3 WD"', '"5 WD"') | {"bpmn/tip_check/说明.txt": b"x", "__MACOSX/bpmn/._x": b"x"}
    hand_in(designer, files)
    assert "没有使用的文件：bpmn/tip_check/说明.txt" in designer.text
    assert "MACOSX" not in designer.text


def test_a_refused_upload_keeps_the_note(designer):
    hand_in(designer, b"no zip", 422, note="第三次修改")
    assert designer.find("//input[@name='note']/@value") == ["第三次修改"]


@pytest.mark.parametrize("name,words", [("../../x.toml", "路径不合法"), ("bpmn/coercion/process.toml", "现有 2 个")])
def test_a_hostile_zip_is_refused_in_words(designer, name, words):
    hand_in(designer, own() | {name: b"x"}, 422)
    assert words in designer.text
    assert count(model.Bundle) == 1


def test_an_upload_over_the_limit_never_reaches_the_check(app, designer, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 10_000)
    assert "过大" in hand_in(designer, b"0" * 20_000, 413).text


def test_hostile_words_in_a_drawing_are_shown_as_text(designer):
    hostile = "&lt;script&gt;alert(1)&lt;/script&gt;&quot;'{{ 7*7 }}"
    digest = draft(designer, name=DRAWING, old='name="核查"', new=f'name="{hostile}"')
    for tab in ("steps", "diagrams", "versions"):
        designer.open(f"/definitions/{digest}?tab={tab}")
        assert not designer.find("//script[contains(., 'alert')]")
    assert "<script>alert(1)</script>\"'{{ 7*7 }}" in designer.open(f"/definitions/{digest}?tab=steps").text
    assert "<script>alert(1)" in designer.open(f"/definitions/{digest}/compare/{live()}").text


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
    ],
)
def test_a_drawing_with_entities_is_reported(designer, head):
    files = changed(DRAWING, "<bpmn:definitions", head + "<bpmn:definitions")
    assert "DOCTYPE" in hand_in(designer, files, 422).text


@pytest.mark.parametrize(
    "line,words",
    [
        ('schedule = "every day"', "定时规则应如"),
        ('number = "{year}"', "必须有 {n}"),
        ("number = 3", "编号规则"),
        ('starts = "intake_clerk"', "应为文字的列表"),
        ('colour = "red"', "不认识这一项"),
        ("statuses = []", "应为一组"),
    ],
)
def test_settings_that_nobody_could_follow_are_reported(designer, line, words):
    files, name = own(), "bpmn/tip_check/process.toml"
    key = line.split()[0]
    kept = [text for text in files[name].decode().splitlines() if not text.startswith(f"{key} =")]
    if key == "statuses":
        kept = [text for text in kept if not text.startswith(("[statuses]", "verifying", "approving", "confirmed"))]
    files[name] = "\n".join([line, *kept]).encode()
    assert words in hand_in(designer, files, 422).text


# Comparing.


def test_a_longer_clock_is_said_in_words_and_lines(designer):
    digest = draft(designer)
    text = designer.open(f"/definitions/{digest}/compare/{live()}").text
    assert "修改 期限 bpmn/tip_check/deadlines.toml" in text
    assert "期限“核查时限”（TIP-C01）：长度由“3个工作日”改为“5个工作日”" in text
    assert '删除：length = "3 WD"' in text and '新增：length = "5 WD"' in text


def test_a_changed_form_is_said_by_its_fields(designer):
    digest = draft(designer, name="forms/tip_check/tip_record.json", old='"maxLength": 100', new='"maxLength": 60')
    text = designer.open(f"/definitions/{digest}/compare/{live()}").text
    assert "表单：线索登记" in text
    assert "字段“单位名称”：上限由“100”改为“60”" in text


def test_a_changed_drawing_is_said_by_its_steps(designer):
    digest = draft(
        designer, name=DRAWING, old='name="not_by" value="tip_verify"', new='name="not_by" value="tip_record"'
    )
    text = designer.open(f"/definitions/{digest}/compare/{live()}").text
    assert "环节“审批”：不得由同一人办理的环节由“核查”改为“线索登记”" in text


def test_a_drawing_that_only_moved_says_so(designer):
    digest = draft(designer, name=DRAWING, old='<dc:Bounds x="222" y="132"', new='<dc:Bounds x="228" y="132"')
    assert "仅版面" in designer.open(f"/definitions/{digest}/compare/{live()}").text


def test_the_same_version_differs_in_nothing(designer):
    assert "文件完全相同" in designer.open(f"/definitions/{live()}/compare/{live()}").text


# Publishing.


def test_the_uploader_may_not_publish(designer):
    digest = draft(designer)
    assert not designer.find("//a[contains(., '发布该版本')]")
    designer.open(f"/definitions/{digest}/publish")
    assert "须由另一名流程设计人员" in designer.text
    designer.post(f"/definitions/{digest}/publish", 403, instead_of=live())
    assert "上传人不得发布" in designer.text


def test_the_confirmation_says_what_will_happen(designer, second):
    open_case(), open_case()
    digest = draft(designer, note="放宽")
    text = second.open(f"/definitions/{digest}/publish").text
    assert "此后新发起的案件使用第 2 版，第 1 版停用" in text
    assert "2 件在办案件继续使用第 1 版办完" in text
    assert "修改说明：放宽" in text and "长度由“3个工作日”改为“5个工作日”" in text


def test_new_cases_use_the_new_version_and_running_ones_keep_theirs(designer, second):
    before = open_case()
    digest = draft(designer)
    assert "第 2 版已发布" in publish(second, digest).text
    after = open_case()
    assert (before.bundle_hash, after.bundle_hash) == (before.bundle_hash, digest)
    with store.reading() as session:
        spans = dict(session.execute(select(model.Clock.case_id, model.Clock.values)).all())
    assert [spans[case.id]["length"] for case in (before, after)] == ["3 WD", "5 WD"]
    assert task_of(before).title == "核查"
    assert "在办 1 件" in second.open(f"/definitions/{digest}").text


def test_a_version_published_meanwhile_stops_the_publication(designer, second):
    first, later = draft(designer), draft(designer, name=DEADLINES, old='"3 WD"', new='"7 WD"')
    second.open(f"/definitions/{later}/publish")
    form = dict(second.values("我已核对改动，确认发布"))
    publish(Person(second.client.application, "designer2.city"), first)
    answer = second.client.post(f"/definitions/{later}/publish", data=form)
    assert answer.status_code == 409
    assert live() == first


def test_an_old_version_can_be_taken_up_again(designer, second):
    old = live()
    publish(second, draft(designer))
    assert "恢复使用" in second.open(f"/definitions/{old}/publish").text
    publish(second, old)
    assert live() == old


def test_the_system_administrator_may_be_the_second_person(app, designer):
    digest = draft(designer)
    publish(Person(app, "admin.system"), digest)
    assert live() == digest


@pytest.mark.parametrize("account", ["unit_head.city", "admin.security", "admin.audit"])
def test_others_neither_hand_in_nor_publish(app, designer, account):
    digest = draft(designer)
    person = Person(app, account).open("/account")
    person.post("/definitions", 403)
    person.post(f"/definitions/{digest}/publish", 403, instead_of=live())
    assert live() != digest


def test_a_draft_is_not_shown_to_those_who_work_by_the_law_in_force(app, designer):
    digest = draft(designer)
    clerk = Person(app, "intake_clerk.city")
    for path in ("", "/files.zip", "/publish", f"/compare/{live()}", "/check", "/steps/tip_verify"):
        clerk.open(f"/definitions/{digest}{path}", status=404)
    assert "第 2 版" not in clerk.open("/definitions").text


def test_handing_in_and_publishing_stand_in_the_ledger(designer, second):
    publish(second, draft(designer))
    with store.reading() as session:
        acts = session.execute(select(model.LedgerEntry.actor, model.LedgerEntry.act)).all()
    assert ("designer.city", "process uploaded") in acts
    assert ("designer2.city", "process published") in acts
