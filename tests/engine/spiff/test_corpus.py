"""Hostile and foreign diagrams: each is refused with its element and reason, or runs as BPMN says."""

from __future__ import annotations

import re
import time

import pytest

from engine.spiff import lint, parse
from engine.spiff.machine import Machine, Overrun
from tests.engine.spiff.corpus import CORPUS, plain
from tests.engine.spiff.drawing import document
from tests.engine.spiff.walking import NOW, Facts


def refusals(data: bytes) -> list[lint.Finding]:
    return [finding for finding in lint.check({"m.bpmn": data}, "m") if not finding.warning]


def test_the_diagram_that_the_corpus_is_made_of_passes():
    assert refusals(document(plain())) == []


def test_each_file_of_the_corpus_stands_once():
    assert len({row.what for row in CORPUS}) == len(CORPUS) >= 60


@pytest.mark.parametrize("row", CORPUS, ids=lambda row: row.what)
def test_a_bad_file_is_refused_with_its_element_and_reason(row):
    begun = time.monotonic()
    found = refusals(row.data)
    named = [finding for finding in found if finding.element == row.element]
    assert any(re.search(row.reason, finding.reason) for finding in named), found
    assert all(finding.file == "m.bpmn" and finding.reason and finding.remedy for finding in found)
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("row", CORPUS, ids=lambda row: row.what)
def test_a_bad_file_that_slipped_through_breaks_nothing_but_itself(row):
    try:
        Machine.start(parse.compile({"m.bpmn": row.data}, "m"), Facts(), NOW).run()
    except (parse.BadDiagram, Overrun):
        return
    except Exception as error:
        assert type(error).__module__ == "engine.errors", error
