"""What a place may settle otherwise than the processes say (地方规定): clocks open to it, parameters, its own facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import catalog, deadlines, letters, model, outbox, parameters, people
from engine.deadlines import BadRule, Rule
from engine.errors import refuse
from engine.people import Actor
from engine.workdays import BadLength, length

OFFICE_TITLES = {
    "government": "本级人民政府（复议机关）",
    "court": "有管辖权的人民法院",
    "police": "同级公安机关",
    "procuratorate": "同级人民检察院",
    "address": "机关地址",
    "phone": "联系电话",
}
CLOCK_TITLES = {"length": "长度", "warn": "预警"}
HINTS = {
    "length": "如 3 WD（工作日）、30 CD（自然日）、24 H（小时）、6 M（月）、1 Y（年）",
    "lengths": "到期前多久，由早到晚用逗号分开，如 5 WD, 2 WD",
    "bool": "是 或 否",
    "int": "整数",
    "text": "文字",
}


@dataclass(frozen=True)
class Settable:
    """Something that a place may settle: its key, what it is called, and what counts where nobody has."""

    key: str
    title: str
    process: str
    kind: str  # length | lengths | bool | int | text
    default: Any
    source: str
    verified: bool
    choices: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Return the default as people read it."""
        return words(self.kind, self.default)

    @property
    def hint(self) -> str:
        """Return how a value is written."""
        return " 或 ".join(self.choices) or HINTS[self.kind]


def settable(session: Session) -> dict[str, Settable]:
    """Return all that a place may settle, by key: of the published processes, and of the offices themselves."""
    found: dict[str, Settable] = {}
    for bundle in catalog.all_published(session):
        for rule in bundle.rules:
            if rule.regional:
                for entry in _of_clock(rule, bundle.title):
                    found.setdefault(entry.key, entry)
        for key, param in bundle.params.items():
            value, source = param.get("value"), str(param.get("source") or "")
            title, choices = str(param.get("title") or key), tuple(map(str, param.get("choices") or ()))
            verified = bool(param.get("verified"))
            found.setdefault(key, Settable(key, title, bundle.title, _kind(value), value, source, verified, choices))
    for key in letters.OFFICE:
        whole = f"office.{key}"
        found[whole] = Settable(whole, OFFICE_TITLES.get(key, key), "文书中的机关信息", "text", "", "", True)
    kept = "已完成后台作业的记录保存天数（按全国登记）"
    found[outbox.KEPT] = Settable(outbox.KEPT, kept, "系统运行", "int", outbox.KEPT_DAYS, "缺省配置", False)
    return found


def settle(
    session: Session,
    key: str,
    text: str,
    region: str,
    source: str,
    by: Actor,
    now: datetime,
    in_force_from: date | None = None,
    in_force_until: date | None = None,
    verified: bool = False,
) -> model.Parameter:
    """Settle a value as typed for a region from a day on; every field that is wrong is named at once."""
    parameters.require_keeper(by)
    problems: dict[str, tuple[str, str]] = {}
    entry, value = settable(session).get(key), None
    if entry is None:
        problems["key"] = ("E-COM-30", _not_settable(session, key))
    else:
        try:
            value = _read(entry.kind, text)
            if entry.choices and value not in entry.choices:
                raise ValueError(f"只能是 {entry.hint}")
            _try_clock(session, key, value)
        except (ValueError, BadLength, BadRule) as error:
            problems["value"] = ("E-COM-30", f"值不对：{error}")
    if region not in dict(regions(session)):
        problems["region"] = ("E-COM-23", f"没有区划 {region} 的机构")
    if not source.strip():
        problems["source"] = ("E-COM-01", "必须注明依据")
    if in_force_from and in_force_until and in_force_until < in_force_from:
        problems["in_force_until"] = ("E-COM-30", "失效日期早于施行日期")
    refuse(problems)
    return parameters.set_(session, key, value, region, source, by, now, in_force_from, in_force_until, verified)


def regions(session: Session) -> list[tuple[str, str]]:
    """Return (code, name) of the whole country and of every region that has an office or one below it."""
    names: dict[str, str] = {}
    for org in session.scalars(select(model.Org).where(model.Org.active).order_by(model.Org.region, model.Org.id)):
        for code in people.regions_upwards(org.region):
            names.setdefault(code, "")
        if org.kind in ("government", "township") or not names[org.region]:
            names[org.region] = org.name.removesuffix("人民政府").removesuffix("应急管理办公室")
    names[""] = "全国"
    return sorted(names.items())


def words(kind: str, value: Any) -> str:
    """Return a settled value as people read it."""
    if kind == "length" and value:
        return length(value).words
    if kind == "lengths":
        return "、".join(f"提前{length(part).words}" for part in value or ()) or "不预警"
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def _of_clock(rule: Rule, process: str) -> list[Settable]:
    found = []
    if rule.length is not None:
        found.append(("length", "length", rule.length.text))
    if rule.warn:
        found.append(("warn", "lengths", [span.text for span in rule.warn]))
    return [
        Settable(
            f"{parameters.CLOCKS}{rule.id}.{attribute}",
            f"{rule.title}：{CLOCK_TITLES[attribute]}",
            process,
            kind,
            value,
            rule.article,
            rule.verified,
        )
        for attribute, kind, value in found
    ]


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int"
    try:
        length(value)
    except BadLength:
        return "text"
    return "length"


def _read(kind: str, text: str) -> Any:
    """Return a typed value; raise ValueError or BadLength with a sentence for the person who typed it."""
    text = text.strip()
    if not text:
        raise ValueError("请填写")
    if kind == "bool":
        if text not in ("是", "否"):
            raise ValueError("应为“是”或“否”")
        return text == "是"
    if kind == "int":
        if not text.isascii() or not text.isdigit() or len(text) > 6:
            raise ValueError(f"“{text}”不是整数")
        return int(text)
    if kind == "length":
        return length(text).text
    if kind == "lengths":
        return [length(part.strip()).text for part in text.replace("，", ",").replace("、", ",").split(",")]
    if len(text) > 300:
        raise ValueError("不超过 300 个字")
    return text


def _not_settable(session: Session, key: str) -> str:
    rule_id, _, _ = key.removeprefix(parameters.CLOCKS).rpartition(".")
    for bundle in catalog.all_published(session) if key.startswith(parameters.CLOCKS) else ():
        for rule in bundle.rules:
            if rule.id == rule_id and not rule.regional:
                return f"期限 {rule_id} {rule.title}（{rule.article}）全国统一，不得由地方另行规定"
    return f"没有可由地方规定的“{key}”，请从列表中选择"


def _try_clock(session: Session, key: str, value: Any) -> None:
    # What no clock could count with would stop every case that starts it.
    if not key.startswith(parameters.CLOCKS):
        return
    rule_id, _, attribute = key.removeprefix(parameters.CLOCKS).rpartition(".")
    for bundle in catalog.all_published(session):
        for rule in bundle.rules:
            if rule.id == rule_id and rule.regional:
                table = {name: str(given) if isinstance(given, date) else given for name, given in rule.table.items()}
                deadlines.parse(table | {attribute: value})
