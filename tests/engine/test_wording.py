"""How facts are written in a Chinese official paper."""

import pytest

from engine.typesetting import wording


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("设备到货延迟", "设备到货延迟。"),
        ("设备到货延迟。", "设备到货延迟。"),
        ("按期完成；", "按期完成。"),
        ("1.更换探测器\n2.恢复联锁", "1.更换探测器；2.恢复联锁。"),
        ("1.更换探测器;\n\n2.恢复联锁！", "1.更换探测器;2.恢复联锁！"),
        ("", ""),
        (None, ""),
    ],
)
def test_what_was_said_becomes_one_sentence(said, written):
    assert wording.sentence(said) == written


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("10", "壹拾元整"),
        ("15.06", "壹拾伍元零陆分"),
        ("1234.50", "壹仟贰佰叁拾肆元伍角整"),
        ("10010.00", "壹万零壹拾元整"),
        ("305000.00", "叁拾万伍仟元整"),
        ("1000001.01", "壹佰万零壹元零壹分"),
        ("100000001", "壹亿零壹元整"),
        ("-200.00", "负贰佰元整"),
        ("NaN", ""),
        (None, ""),
        (True, ""),
    ],
)
def test_an_amount_is_written_in_capitals(amount, written):
    assert wording.cn_money(amount) == written


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("经查,该公司存在隐患.", "经查，该公司存在隐患。"),
        ("该公司(3号罐区)停用;复查", "该公司（3号罐区）停用；复查"),
        ("见GB/T 9704-2012(p.3)", "见GB/T 9704-2012(p.3)"),
        ("12:30到场,用款1,234.50元", "12:30到场，用款1,234.50元"),
        ("电话:0532-12350", "电话：0532-12350"),
        ('称"阀门已关"', "称“阀门已关”"),
        ("HZ-370200-2026-0001", "HZ-370200-2026-0001"),
        ("网址http://a.cn/x", "网址http://a.cn/x"),
        ("plain text, nothing Chinese.", "plain text, nothing Chinese."),
    ],
)
def test_only_chinese_runs_get_full_width_punctuation(typed, printed):
    assert wording.cn_text(typed) == printed


def test_a_day_has_no_leading_zeros():
    assert wording.cn_date("2026-02-03") == "2026年2月3日"


def test_a_moment_keeps_the_hour_of_its_own_text():
    assert wording.cn_datetime("2026-02-12T09:05:00+08:00") == "2026年2月12日9时05分"


@pytest.mark.parametrize("unknown", [None, ""])
def test_an_unknown_day_leaves_room_to_write(unknown):
    assert wording.cn_date(unknown).split("　")[-1] == "日"


def test_the_chosen_box_is_ticked():
    assert wording.checked(["重大", "一般"], "一般") == "☐重大　☑一般"


def test_a_choice_that_is_no_option_is_not_lost():
    assert wording.checked(["重大"], ["较大"]) == "☐重大　☑较大"


def test_an_unknown_yes_or_no_ticks_neither():
    assert (wording.yes_no(None), wording.yes_no(False)) == ("☐是　☐否", "☐是　☑否")


def test_a_long_title_breaks_where_a_word_ends():
    title = "关于对海东昇鑫精细化工有限公司重大事故隐患实施挂牌督办的通知"
    assert wording.title_lines(title) == ["关于对海东昇鑫精细化工有限公司", "重大事故隐患实施挂牌督办的通知"]


def test_no_line_of_a_title_begins_with_a_particle():
    assert wording.title_lines("关于提请关闭海东昇鑫精细化工有限公司的请示")[-1][0] != "的"


def test_no_line_of_a_title_is_wider_than_the_page():
    assert max(map(len, wording.title_lines("甲" * 50))) <= 19


@pytest.mark.parametrize(
    ("text", "written"),
    [
        *[("3个工作日", "三个工作日"), ("10日", "十日"), ("15个工作日", "十五个工作日"), ("20日", "二十日")],
        *[("42日", "四十二日"), ("1个月又5日", "一个月又五日"), ("180日", "180日"), ("0.5小时", "0.5小时"), (None, "")],
    ],
)
def test_a_length_is_written_in_characters(text, written):
    assert wording.in_characters(text) == written
