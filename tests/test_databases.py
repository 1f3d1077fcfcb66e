"""The databases that every other test stands on."""

from sqlalchemy import inspect, select

from engine import model, store


def test_a_ready_database_has_all_tables(database):
    assert set(model.Base.metadata.tables) <= set(inspect(store.engine()).get_table_names())


def test_an_empty_database_has_none(empty_database, databases, tmp_path):
    store.configure(empty_database, tmp_path)
    assert inspect(store.engine()).get_table_names() == []
    store.dispose()


def test_the_database_is_of_the_kind_asked_for(database, database_kind):
    assert store.engine().dialect.name == database_kind


def test_what_one_test_writes_no_other_test_sees(session):
    assert session.scalars(select(model.Setting)).all() == []
    session.add(model.Setting(key="zone", value="Asia/Shanghai"))


def test_what_one_test_writes_no_other_test_sees_again(session):
    assert session.scalars(select(model.Setting)).all() == []
    session.add(model.Setting(key="zone", value="Asia/Shanghai"))


def test_an_insert_tells_whether_it_was_the_first(session):
    assert store.insert_if_absent(session, model.Counter, series="HZ", last=0)
    assert not store.insert_if_absent(session, model.Counter, series="HZ", last=0)
