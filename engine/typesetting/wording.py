"""How facts are written in a Chinese official paper: dates, money in capitals, boxes, punctuation, title lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
NEAR_HAN = HAN + "、。，；：？！（）《》〈〉「」『』【】〔〕“”‘’…—"
PAUSES, STOPS = "，、；：,;:", "。！？…!?."
FULL = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？"}
DIGITS = "零壹贰叁肆伍陆柒捌玖"
NUMERALS = "零一二三四五六七八九"
UNITS = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")

_mark = re.compile(rf"(?<=[{NEAR_HAN}])([,;:!?])(?!//)[ ]*|([,;:!?])[ ]*(?=[{NEAR_HAN}])")
_stop = re.compile(rf"(?<=[{HAN}）》”])\.[ ]*(?=\s|$|[{HAN}])")
_brackets = re.compile(r"\(([^()]*)\)")
_quotes = re.compile(r'"([^"\n]*)"')
# Where the line of a title may well end, and begin.
_ends = re.compile(
    "(公司|集团|关于|委员会|办公室|人民政府|应急管理局|隐患|事故|整改|督办|关闭|移送|约谈|关于对|提请对|[》、）])$"
)
_begins = re.compile("重大|实施|关于|挂牌|整改|提请|提级|延期|停止|申请|情况|隐患|《")
_near = re.compile(f"[{NEAR_HAN}]")


def cn_date(value: object) -> str:
    """Write a day as 2026年11月21日; an unknown one as the gaps of a printed form."""
    day = _moment(value)
    if day is None:
        return str(value) if value else "　　　年　月　日"
    return f"{day.year}年{day.month}月{day.day}日"


def cn_datetime(value: object) -> str:
    """Write a moment as 2026年2月12日9时05分, by the clock that the text itself gives."""
    moment = _moment(value)
    if moment is None:
        return str(value) if value else "　　　年　月　日　时　分"
    if not isinstance(moment, datetime):
        return cn_date(moment)
    return f"{cn_date(moment)}{moment.hour}时{moment.minute:02}分"


def cn_money(value: object) -> str:
    """Write an amount in capitals (大写): 1234.50 as 壹仟贰佰叁拾肆元伍角整."""
    amount = _amount(value)
    if amount is None:
        return ""
    sign, amount = ("负", -amount) if amount < 0 else ("", amount)
    whole, cents = divmod(int(amount * 100), 100)
    tenths, cents = divmod(cents, 10)
    text = _capitals(whole) + "元" if whole or not (tenths or cents) else ""
    if tenths:
        text += DIGITS[tenths] + "角"
    elif cents and whole:
        text += "零"
    return sign + text + (DIGITS[cents] + "分" if cents else "整")


def yuan(value: object) -> str:
    """Write an amount in figures: 1234.50元."""
    amount = _amount(value)
    return "" if amount is None else f"{amount:.2f}元".replace(".00元", "元")


def in_characters(text: object) -> str:
    """Write the numbers below a hundred in a text as a Chinese paper does: 15个工作日 as 十五个工作日."""
    return re.sub(r"(?<![\d.])\d{1,2}(?![\d.])", lambda found: _numeral(int(found[0])), str(text or ""))


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    ten = ("" if tens == 1 else NUMERALS[tens]) + "十" if tens else ""
    return ten + (NUMERALS[ones] if ones or not tens else "")


def checked(options: Iterable[str], chosen: object) -> str:
    """Write all options, the chosen ones ticked; a chosen one that is no option is added, never lost."""
    picked = [chosen] if isinstance(chosen, str) else list(chosen or ())  # type: ignore[call-overload]
    offered = list(options)
    rows = offered + [value for value in picked if value not in offered]
    return "　".join(("☑" if value in picked else "☐") + str(value) for value in rows)


def yes_no(value: object) -> str:
    """Write 是 and 否 with the right one ticked, none while it is unknown."""
    known = isinstance(value, bool)
    return checked(("是", "否"), ("是" if value else "否") if known else ())


def sentence(text: object) -> str:
    """Write what somebody said as one sentence of running text: its lines joined, with a full stop at the end."""
    lines = [line.strip() for line in str(text).splitlines() if line.strip()] if text else []
    joined = "".join(line if line[-1] in PAUSES + STOPS else f"{line}；" for line in lines)
    if not joined or joined[-1] in STOPS:
        return joined
    return (joined[:-1] if joined[-1] in PAUSES else joined) + "。"


def cn_text(text: str) -> str:
    """Give Chinese runs their full-width punctuation; figures, Latin words and addresses keep theirs."""
    if not _near.search(text):
        return text
    for _ in range(4):  # brackets inside brackets
        text, changed = _brackets.subn(_bracket, text)
        if not changed:
            break
    text = text.replace("\ue000", "(").replace("\ue001", ")")
    text = _mark.sub(lambda found: FULL[found[1] or found[2]], text)
    text = _quotes.sub(lambda found: f"“{found[1]}”" if _near.search(found[1]) else found[0], text)
    return _stop.sub("。", text)


def title_lines(title: str, width: int = 19) -> list[str]:
    """Break a title into lines of nearly equal length, where a word ends if one does."""
    count = -(-len(title) // width)
    lines, rest = [], title
    for left in range(count, 1, -1):
        cut = _cut(rest, len(rest) / left, width)
        lines.append(rest[:cut])
        rest = rest[cut:]
    return [*lines, rest]


def _cut(text: str, ideal: float, width: int) -> int:
    best, cost = min(width, len(text)), 99.0
    for place in range(1, min(width, len(text) - 1) + 1):
        before, after = text[:place], text[place:]
        if after[0] in "的、，》）”。；：" or before[-1] in "《（“" or before.count("《") > before.count("》"):
            continue
        price = abs(place - ideal) + (0 if _ends.search(before) or _begins.match(after) else 6.5)
        if price < cost:
            best, cost = place, price
    return best


def _bracket(found: re.Match[str]) -> str:
    text = found.string
    before = text[found.start() - 1 : found.start()]
    after = text[found.end() : found.end() + 1]
    chinese = _near.search(found[1]) or _near.search(before) or _near.search(after)
    return f"（{found[1]}）" if chinese else f"\ue000{found[1]}\ue001"


def _moment(value: object) -> date | datetime | None:
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    except ValueError:
        return None


def _amount(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < Decimal(10) ** 16 else None


def _capitals(number: int) -> str:
    if number == 0:
        return DIGITS[0]
    text, zero = "", False
    for group in range(len(GROUPS) - 1, -1, -1):
        part = number // 10_000**group % 10_000
        if part == 0:
            zero = bool(text)
            continue
        for place in range(3, -1, -1):
            digit = part // 10**place % 10
            if digit == 0:
                zero = bool(text)
                continue
            text += (DIGITS[0] if zero else "") + DIGITS[digit] + UNITS[place]
            zero = False
        text += GROUPS[group]
        zero = False
    return text
