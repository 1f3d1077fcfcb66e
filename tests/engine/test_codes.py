"""Error codes: one list, each with its text, none unknown and none left over."""

import re

import pytest

from engine.errors import CODES, NotAllowed, NotFound
from tests.office import ROOT
from web import openapi

CODE = re.compile(r'"(E-[A-Z]+-[0-9]+|HZ-E[0-9]+)"')
LISTED = re.compile(r"^CODES = \{.*?^\}", re.MULTILINE | re.DOTALL)


def used_in_code() -> set[str]:
    """The codes that stand in the engine and its pages, outside the list itself."""
    folders = [ROOT / "engine", *(ROOT / "web").glob("*.py")]
    paths = [path for folder in folders for path in ([folder] if folder.is_file() else folder.rglob("*.py"))]
    return {code for path in paths for code in CODE.findall(LISTED.sub("", path.read_text()))}


def test_every_code_that_is_used_is_listed_and_every_listed_one_is_used():
    assert used_in_code() == set(CODES)


def test_each_code_has_a_text_of_its_own():
    assert len(set(CODES.values())) == len(CODES)
    assert all(text and "“" not in text and not text.endswith("。") for text in CODES.values())


def test_forms_bear_no_common_code_that_is_not_listed():
    said = {code for path in (ROOT / "forms").rglob("*.json") for code in CODE.findall(path.read_text())}
    assert {code for code in said if code.startswith("E-")} <= set(CODES)


@pytest.mark.parametrize("error", [NotAllowed(), NotFound()])
def test_a_refusal_without_words_says_what_its_code_means(error):
    assert error.detail == CODES[error.code]


def test_the_api_tells_its_codes():
    assert "E-COM-17 目前不能办理该事项" in openapi.PROBLEM["properties"]["code"]["description"]
