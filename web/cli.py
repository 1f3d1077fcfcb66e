"""Commands of the operator at the console: `flask --app web …`; each calls one function of the engine."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from functools import wraps
from pathlib import Path

import click
from flask import Flask, current_app

from engine import bundles, catalog, clock, installation, neighbours, people, staff, store, upkeep
from engine.bundles import BadBundle
from engine.errors import OfficeError
from web import serving, signins, tokens


def init_app(app: Flask) -> None:
    """Add the commands to the application."""
    for command in COMMANDS:
        app.cli.add_command(command)


def plainly(function: Callable) -> Callable:
    """Show an answer of the engine as one sentence instead of a traceback."""

    @wraps(function)
    def wrapped(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except BadBundle as error:
            raise click.ClickException("\n".join(str(problem) for problem in error.problems)) from error
        except OfficeError as error:
            raise click.ClickException(error.detail) from error

    return wrapped


@click.command()
@plainly
def init() -> None:
    """Create or update the tables, the job queue and the calendar."""
    installation.install(clock.now())
    click.echo(f"数据库已就绪：{store.engine().url.render_as_string()}")


@click.command()
@plainly
def demo() -> None:
    """Fill an empty office with example organisations, people and cases."""
    installation.install(clock.now())
    click.echo("演示数据已就绪" if serving.fill_demo() else "本机构已有账号，没有改动")


@click.command()
@click.argument("user")
@click.option("--title", default="", help="what the token is for")
@click.option("--days", type=int, help="days until it expires")
@plainly
def token(user: str, title: str, days: int | None) -> None:
    """Print a new API token of USER; it is shown only now."""
    with store.writing() as session:
        click.echo(tokens.issue(session, user, people.SYSTEM_ACTOR, clock.now(), title, days))


@click.command()
@plainly
def tick() -> None:
    """Fire what is due, in the order of its due moments, and carry out the jobs that are waiting."""
    installation.require_zone()
    fired = upkeep.tick(clock.now())
    click.echo(f"已处理到期事项 {fired} 项")


@click.command()
@click.option("--name", default="worker-1", show_default=True, help="the worker's name; one process per name")
@plainly
def worker(name: str) -> None:
    """Carry out jobs and fire what becomes due, until told to stop."""
    installation.require_zone()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    click.echo(f"工作进程 {name} 启动")
    upkeep.work(name, stop)


@click.command()
@plainly
def verify() -> None:
    """Check the chains of acts, their seals, and that no open case has come to a standstill."""
    with store.reading() as session:
        found = list(upkeep.problems(session))
    for problem in found:
        click.echo(problem)
    if found:
        sys.exit(1)
    click.echo("办理记录完整，没有停滞的案件")


@click.command()
@click.argument("process", nargs=-1, required=True)
@plainly
def deploy(process: tuple[str, ...]) -> None:
    """Publish the folders bpmn/PROCESS and forms/PROCESS."""
    for name in process:
        row = serving.deploy(name)
        click.echo(f"{row.title}（{name}）第 {row.version} 版已发布")


@click.command()
@click.argument("path", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@plainly
def check(path: tuple[Path, ...]) -> None:
    """Say what keeps the process folders at PATH (bpmn/…) from being published."""
    failed = False
    for folder in path:
        folder = folder.resolve()
        if folder.parent.name != "bpmn" or not (folder.parent / "roles.toml").exists():
            raise click.ClickException(f"{folder.name} 不是流程文件夹：应为 bpmn/<流程>，旁边有 bpmn/roles.toml")
        root = folder.parent.parent
        problems = catalog.check(folder.name, bundles.collect(root, folder.name), neighbours.on_disk(root))
        for problem in problems:
            click.echo(str(problem))
        failed = failed or any(not problem.warning for problem in problems)
    if failed:
        sys.exit(1)
    click.echo("检查通过")


@click.command("rebuild-registers")
@plainly
def rebuild_registers() -> None:
    """Compute the rows of all registers again from the case files."""
    click.echo(f"已重建 {upkeep.rebuild_registers(clock.now())} 件案件的台账")


@click.command("create-office")
@click.argument("org")
@click.argument("name")
@click.option("--region", required=True, help="region code, six or nine digits")
@click.option("--kind", default="bureau", type=click.Choice(list(staff.ORG_KINDS)), show_default=True)
@click.option("--code", default="", help="how the office stands in document numbers, as 东应急")
@click.option("--parent", help="id of the office above")
@plainly
def create_office(org: str, name: str, region: str, kind: str, code: str, parent: str | None) -> None:
    """Add the office ORG with its NAME."""
    with store.writing() as session:
        staff.add_office(session, org, name, code, region, kind, parent, people.SYSTEM_ACTOR, clock.now())
    click.echo(f"机构 {name} 已建立")


@click.command("create-user")
@click.argument("name")
@click.option("--display", required=True, help="the name that people read")
@click.option("--org", required=True, help="id of the office")
@click.option("--role", multiple=True, help="role id of bpmn/roles.toml; may be repeated")
@click.option("--admin", type=click.Choice(["system", "security", "audit"]), help="an administrator, without roles")
@click.password_option()
@plainly
def create_user(name: str, display: str, org: str, role: tuple[str, ...], admin: str | None, password: str) -> None:
    """Add the account NAME; its password must be changed at the first sign-in."""
    if weak := signins.weakness(password, name):
        raise click.ClickException(weak)
    hashed, by, now = signins.hash_password(password), people.SYSTEM_ACTOR, clock.now()
    with store.writing() as session:
        staff.add_account(session, name, display, org, hashed, by, now)
        if admin:
            staff.appoint_admin(session, name, admin, by, now)
        for one in role:
            staff.give_role(session, name, one, org, by, now, serving.roles())
    click.echo(f"账号 {name} 已建立")


@click.command("reset-password")
@click.argument("name")
@click.password_option()
@plainly
def reset_password(name: str, password: str) -> None:
    """Set a first password of NAME, also of an administrator; it must be changed at the next sign-in."""
    if weak := signins.weakness(password, name):
        raise click.ClickException(weak)
    with store.writing() as session:
        staff.reset_password(session, name, signins.hash_password(password), people.SYSTEM_ACTOR, clock.now())
    click.echo(f"{name} 的密码已重置，原有登录已全部退出")


@click.command()
@click.option("--host", envvar="ANDU_HOST", default="127.0.0.1", show_default=True)
@click.option("--port", envvar="ANDU_PORT", default=8000, show_default=True)
@plainly
def office(host: str, port: int) -> None:
    """Open the whole office on this machine: tables, processes, example data, pages, background work."""
    serving.open_office(current_app._get_current_object(), host, port)


COMMANDS = [
    init,
    demo,
    token,
    tick,
    worker,
    verify,
    deploy,
    check,
    rebuild_registers,
    create_office,
    create_user,
    reset_password,
    office,
]
