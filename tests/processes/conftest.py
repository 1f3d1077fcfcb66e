"""Each family of processes at any stage, without walking there in every test."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.orm import Session

from engine import store
from tests.api import Office, make_app
from tests.processes.enforcement import ENFORCEMENT, Case
from tests.processes.execution import EXECUTION, Penalty
from tests.processes.hazard import Driver
from tests.processes.papers import Papers, Written
from tests.processes.referral import REFERRALS, Referral
from tests.processes.side import SIDES, Side
from tests.processes.stages import Stages, disconnect

pytest.register_assert_rewrite("tests.processes.issued")


def pytest_generate_tests(metafunc):
    if hasattr(metafunc.cls, "parametrize"):
        metafunc.cls.parametrize(metafunc)


@pytest.fixture(scope="session")
def stages(databases, tmp_path_factory) -> Stages:
    return Stages(databases, tmp_path_factory.mktemp("stages"), make_app())


@pytest.fixture
def hazard_at(stages, tmp_path, monkeypatch) -> Iterator[Callable[[str], Driver]]:
    """Open the hazard of a stage: `hazard_at("planning")`; once per test."""
    yield from _opened(stages, tmp_path, monkeypatch)


@pytest.fixture(scope="session")
def enforcement_stages(databases, tmp_path_factory) -> Stages:
    return Stages(databases, tmp_path_factory.mktemp("enforcement"), make_app(), ENFORCEMENT)


@pytest.fixture
def enforcement_at(enforcement_stages, tmp_path, monkeypatch) -> Iterator[Callable[[str], Case]]:
    """Open the penalty case of a stage: `enforcement_at("investigating")`; once per test."""
    yield from _opened(enforcement_stages, tmp_path, monkeypatch)


@pytest.fixture(scope="session")
def referral_stages(databases, tmp_path_factory) -> Stages:
    return Stages(databases, tmp_path_factory.mktemp("referrals"), make_app(), REFERRALS)


@pytest.fixture
def referral_at(referral_stages, tmp_path, monkeypatch) -> Iterator[Callable[[str], Referral]]:
    """Open the referral of a state: `referral_at("handed_over")`; once per test."""
    yield from _opened(referral_stages, tmp_path, monkeypatch)


@pytest.fixture(scope="session")
def execution_stages(databases, tmp_path_factory) -> Stages:
    return Stages(databases, tmp_path_factory.mktemp("execution"), make_app(), EXECUTION)


@pytest.fixture
def penalty_at(execution_stages, tmp_path, monkeypatch) -> Iterator[Callable[[str], Penalty]]:
    """Open the stages after the decision alone: `penalty_at("deciding")`; once per test."""
    yield from _opened(execution_stages, tmp_path, monkeypatch)


@pytest.fixture(scope="session")
def side_stages(databases, tmp_path_factory) -> Stages:
    return Stages(databases, tmp_path_factory.mktemp("sides"), make_app(), SIDES)


@pytest.fixture
def side_at(side_stages, tmp_path, monkeypatch) -> Iterator[Callable[[str], Side]]:
    """Open a penalty case with all that may hang on it: `side_at("served")`; once per test."""
    yield from _opened(side_stages, tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def records(own_stages, tmp_path_factory) -> Iterator[str]:
    """The office of the family that a file calls its `own_stages`, without a case: shared by all its examples."""
    with pytest.MonkeyPatch.context() as patch:
        url, _ = own_stages.open("office", tmp_path_factory.mktemp("records"), patch)
    disconnect()
    yield url
    own_stages.databases.drop(url)


@pytest.fixture
def session(records, tmp_path) -> Iterator[Session]:
    """One writing transaction, taken back in the end: the next example finds nothing of this one."""
    store.configure(records, tmp_path)
    with store.writing() as session:
        yield session
        session.rollback()
    disconnect()


@pytest.fixture
def hazard_office(hazard_at) -> Office:
    """The office with the published family and no case."""
    return hazard_at("office").office


@pytest.fixture(scope="session")
def written(stages, tmp_path_factory) -> Written:
    """The database in which every letter of the family was written, made once."""
    return Written.make(stages, tmp_path_factory.mktemp("papers"))


@pytest.fixture
def papers(written, tmp_path, monkeypatch) -> Iterator[Papers]:
    """All letters, to be read only."""
    with written.connected():
        yield written.open(tmp_path, monkeypatch)


@pytest.fixture
def own_papers(written, tmp_path, monkeypatch) -> Iterator[Papers]:
    """All letters in a database of this test's own, to do something with."""
    with written.copied(tmp_path):
        yield copy.copy(written.open(tmp_path, monkeypatch))


def _opened(stages: Stages, folder, monkeypatch) -> Iterator[Callable[[str], Driver]]:
    opened = []

    def open_stage(stage: str) -> Driver:
        url, case = stages.open(stage, folder, monkeypatch)
        opened.append(url)
        return case

    yield open_stage
    disconnect()
    for url in opened:
        stages.databases.drop(url)
