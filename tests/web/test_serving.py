"""Opening the office again: what was published in the browser since stays in force."""

from engine import bundles, catalog, store
from engine.people import SYSTEM_ACTOR
from tests.office import OPENED, ROOT, at, open_office
from web import serving


def test_opening_again_does_not_bring_an_older_version_back(database):
    open_office("tip_check")
    files = bundles.collect(ROOT, "tip_check")
    name = "forms/tip_check/tip_verify.json"
    newer = files | {name: files[name].replace("核查人员".encode(), "核查人".encode())}
    with store.writing() as session:
        row = catalog.upload(session, "tip_check", newer, SYSTEM_ACTOR, OPENED)
        catalog.publish(session, row.hash, SYSTEM_ACTOR, OPENED, alone=True)
    serving.publish_all(at("2026-03-01 09:00"))
    with store.reading() as session:
        assert catalog.published_hash(session, "tip_check") == row.hash
