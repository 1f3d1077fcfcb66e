"""The operator's commands, as typed at the console."""

import pytest
from sqlalchemy import select

from engine import model, store, workers
from web import create_app, signins, tokens

PASSWORD = "Abcd-12345-x"


@pytest.fixture
def run(database):
    runner = create_app().test_cli_runner()
    return lambda *words: runner.invoke(args=[str(word) for word in words])


@pytest.fixture
def office(run):
    assert run("init").exit_code == 0
    assert run("create-office", "qd", "东山区应急管理局", "--region", "370202").exit_code == 0
    return run


def add_user(run, *words):
    return run("create-user", "zhang", "--display", "张三", "--org", "qd", "--password", PASSWORD, *words)


def test_a_new_office_is_well(office):
    result = office("verify")
    assert (result.exit_code, result.output) == (0, "办理记录完整，没有停滞的案件\n")


def test_a_tick_with_nothing_due_does_nothing(office):
    assert office("tick").output == "已处理到期事项 0 项\n"


def test_commands_wait_for_init(run):
    result = run("tick")
    assert result.exit_code == 1
    assert "init" in result.output


def test_an_account_is_made_with_its_roles(office):
    assert add_user(office, "--role", "unit_head").exit_code == 0
    with store.reading() as session:
        assert session.scalars(select(model.Membership.role)).all() == ["unit_head"]
        assert session.get(model.User, "zhang").must_change_password


def test_an_administrator_is_made_on_record_and_holds_no_role(office):
    assert add_user(office, "--admin", "audit").exit_code == 0
    with store.reading() as session:
        assert session.get(model.User, "zhang").admin == "audit"
        acts = session.scalars(select(model.LedgerEntry.act).where(model.LedgerEntry.chain == "account:zhang")).all()
    assert acts == ["account made", "administrator appointed"]


def test_an_administrator_with_a_role_is_not_made(office):
    result = add_user(office, "--admin", "audit", "--role", "unit_head")
    assert (result.exit_code, "不得兼任" in result.output) == (1, True)
    with store.reading() as session:
        assert session.get(model.User, "zhang") is None


def test_a_locked_out_administrator_is_let_in_again(office):
    add_user(office, "--admin", "security")
    assert office("reset-password", "zhang", "--password", "Neue-98765-x").exit_code == 0
    with store.reading() as session:
        assert signins.is_password_of(session, "zhang", "Neue-98765-x")
    assert office("reset-password", "nobody", "--password", "Neue-98765-x").exit_code == 1


def test_an_unknown_role_makes_no_account(office):
    result = add_user(office, "--role", "emperor")
    assert (result.exit_code, "没有这个岗位" in result.output) == (1, True)
    with store.reading() as session:
        assert session.get(model.User, "zhang") is None


def test_a_weak_password_is_refused(office):
    result = office("create-user", "zhang", "--display", "张三", "--org", "qd", "--password", "1234")
    assert (result.exit_code, "密码" in result.output) == (1, True)


def test_a_token_speaks_for_its_account(office):
    add_user(office)
    token = office("token", "zhang", "--days", "1").output.strip()
    with store.reading() as session:
        assert tokens.user_of(session, token, signins.wall_clock()) == "zhang"
        assert session.scalar(select(model.ApiToken.id)) != token


def test_nobody_gets_no_token(office):
    assert office("token", "nobody").exit_code == 1


def test_a_process_is_checked_and_deployed(office):
    assert office("check", "bpmn/tip_check").output.endswith("检查通过\n")
    assert "第 1 版已发布" in office("deploy", "tip_check").output
    assert "第 1 版已发布" in office("deploy", "tip_check").output


def test_a_folder_that_is_no_process_is_named(office, tmp_path):
    result = office("check", tmp_path)
    assert (result.exit_code, "不是流程文件夹" in result.output) == (1, True)


def test_registers_are_rebuilt(office):
    assert office("rebuild-registers").output == "已重建 0 件案件的台账\n"


def test_a_second_worker_of_the_same_name_is_refused(office):
    with workers.running("worker-1"):
        result = office("worker", "--name", "worker-1")
    assert (result.exit_code, "正在运行" in result.output) == (1, True)
