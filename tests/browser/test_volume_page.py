"""The volume of a case in a real browser: ordered, followed while it is bound, read."""

from playwright.sync_api import expect

from engine import model, store, volumes
from tests import bound
from tests.bound import HANDLER
from tests.office import who


def test_the_volume_is_ordered_and_followed_to_its_end(site, tmp_path, faults):
    bound.publish(tmp_path)
    case = bound.opened(papers=[bound.upload("材料.pdf", bound.pages(2))])
    page = site.enter(HANDLER, f"/cases/{case.id}?tab=volume")
    page.get_by_role("button", name="生成案卷").click()
    expect(page.locator("progress")).to_be_visible()
    assert faults(page) == []
    with store.reading() as session:
        row = volumes.latest(session, session.get_one(model.Case, case.id), who(HANDLER))
    volumes.bind(row.id)
    expect(page.get_by_role("link", name="查看案卷 PDF")).to_be_visible()
    page.goto(page.url)
    expect(page.get_by_role("cell", name="材料.pdf")).to_be_visible()
    assert faults(page) == []
    page.set_viewport_size({"width": 360, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_progress_is_read_without_script(site, tmp_path):
    bound.publish(tmp_path)
    case = bound.opened()
    page = site.enter(HANDLER, f"/cases/{case.id}?tab=volume", script=False)
    page.get_by_role("button", name="生成案卷").click()
    page.get_by_role("link", name="刷新进度").click()
    expect(page.locator("progress")).to_be_visible()
