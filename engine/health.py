"""How the office fares, in plain words: who works in the background, what is late, what is missing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import mail, model, outbox, parameters, store, upkeep, wakeups, workers
from engine.workdays import office_day, office_zone

LATE_AFTER = timedelta(minutes=5)
NOTICE_MONTH = 11  # the State Council's office announces the next year's holidays in November
LEAST_DISK = 1 << 30


@dataclass(frozen=True)
class Sign:
    """How one part of the office fares, in plain words, and what to do where it does not do well."""

    title: str
    state: str  # well | watch | ill
    words: str
    remedy: str = ""


def signs(session: Session, now: datetime) -> list[Sign]:
    """Return how the office fares: who works in the background, what is late, what is missing."""
    return [
        _workers(),
        _lateness(session, now),
        _jobs(),
        _seals(session, now),
        *_holidays(session, now),
        _incidents(session),
        _handoffs(session, now),
        _standstill(session),
        _disk(),
        _mail(),
    ]


def _workers() -> Sign:
    names = sorted(workers.alive())
    if names:
        return Sign("后台工作进程", "well", f"{len(names)} 个在运行：{'、'.join(names)}")
    words = "没有工作进程在运行：到期提醒、定时环节、邮件和文书排版都不会进行"
    return Sign("后台工作进程", "ill", words, "请运维人员启动工作进程（flask --app web worker）")


def _lateness(session: Session, now: datetime) -> Sign:
    due = wakeups.next_moment(session)
    if due is None or now - due < LATE_AFTER:
        return Sign("到期事项", "well", "到期的都已处理")
    words = f"最早一项应在 {due.astimezone(office_zone()):%Y-%m-%d %H:%M} 处理，至今没有处理"
    return Sign("到期事项", "ill", words, "查看工作进程是否在运行，以及有没有未处理的异常")


def _jobs() -> Sign:
    waiting, oldest = outbox.waiting()
    if not waiting:
        return Sign("后台任务", "well", "没有等待的任务")
    words = f"{waiting} 项在等待"
    if oldest is not None and datetime.now(UTC) - oldest > LATE_AFTER:
        words += f"，最早的在 {oldest.astimezone(office_zone()):%Y-%m-%d %H:%M} 提交"
        return Sign("后台任务", "ill", words, "查看工作进程是否在运行")
    return Sign("后台任务", "well", words)


def _seals(session: Session, now: datetime) -> Sign:
    last = session.scalar(select(model.Seal.at).order_by(model.Seal.id.desc()).limit(1))
    words = f"上次封存 {last.astimezone(office_zone()):%Y-%m-%d %H:%M}" if last else "尚未封存"
    entries = select(func.min(model.LedgerEntry.at))
    open_since = session.scalar(entries.where(model.LedgerEntry.at > last) if last else entries)
    if open_since is None or now - open_since < 2 * upkeep.SEAL_EVERY:
        return Sign("办理记录封存", "well", words)
    words += f"，{open_since.astimezone(office_zone()):%Y-%m-%d %H:%M} 以来的记录还没有封存"
    return Sign("办理记录封存", "ill", words, "封存由工作进程每小时进行，请查看其是否在运行")


def _holidays(session: Session, now: datetime) -> Iterator[Sign]:
    known, today = parameters.calendar(session).known_years, office_day(now)
    guessed = model.Clock.values["uncertain"].as_boolean()
    waiting = session.scalar(select(func.count()).where(model.Clock.stopped_at.is_(None), guessed)) or 0
    tail = f"；{waiting} 个期限因此暂定" if waiting else ""
    remedy = "请在“工作日历”导入国务院办公厅的放假通知"
    for year in (today.year, today.year + 1):
        if year in known:
            yield Sign(f"{year} 年放假安排", "well", "已导入")
        elif year == today.year:
            yield Sign(f"{year} 年放假安排", "ill", f"没有导入，期限只按周一至周五推算{tail}", remedy)
        elif today.month >= NOTICE_MONTH:
            yield Sign(f"{year} 年放假安排", "watch", f"尚未导入；通知一般在十一月公布{tail}", remedy)
        else:
            yield Sign(f"{year} 年放假安排", "well", f"尚未公布{tail}")


def _incidents(session: Session) -> Sign:
    rows = select(model.Incident.kind, func.count()).where(model.Incident.state == "open").group_by(model.Incident.kind)
    counts = dict(session.execute(rows).all())
    late = counts.pop("clock_overdue", 0)
    words = f"{sum(counts.values())} 项未处理" if counts else "没有未处理的异常"
    words += f"，另有 {late} 个期限逾期" if late else ""
    return Sign("异常", "ill" if counts else "well", words, "在“异常”中查看并处理" if counts else "")


def _handoffs(session: Session, now: datetime) -> Sign:
    rows = select(func.count(), func.min(model.Handoff.at)).where(model.Handoff.state == "waiting")
    count, oldest = session.execute(rows).one()
    if not count:
        return Sign("待移交", "well", "没有等待的移交")
    words = f"{count} 项在等待，最早的提出于 {oldest.astimezone(office_zone()):%Y-%m-%d %H:%M}"
    return Sign("待移交", "watch", words, "在“待移交”中查看原因；对方流程发布后会自动移交")


def _standstill(session: Session) -> Sign:
    numbers = upkeep.stalled(session)
    if not numbers:
        return Sign("停滞的案件", "well", "没有")
    shown = "、".join(numbers[:5]) + ("等" if len(numbers) > 5 else "")
    remedy = "请流程设计人员检查流程图，或由负责人终止后重新发起"
    return Sign("停滞的案件", "ill", f"{len(numbers)} 件没有待办、期限或可办事项：{shown}", remedy)


def _disk() -> Sign:
    usage = shutil.disk_usage(store.data_dir())
    words = f"剩余 {usage.free / 2**30:.1f} GB，共 {usage.total / 2**30:.1f} GB"
    if usage.free < LEAST_DISK or usage.free < usage.total * 0.05:
        return Sign("磁盘空间", "ill", words, "请运维人员尽快扩容，磁盘写满后不能再办理任何事项")
    return Sign("磁盘空间", "watch" if usage.free < usage.total * 0.15 else "well", words)


def _mail() -> Sign:
    if mail.is_configured():
        return Sign("邮件", "well", "已配置，消息同时发到邮箱")
    return Sign("邮件", "well", "未配置，消息只在系统内显示")
