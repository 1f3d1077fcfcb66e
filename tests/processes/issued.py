"""What every issued paper has to be, asked of the papers of each family."""

from __future__ import annotations

from typing import ClassVar

import pytest

from engine import model, store
from tests.processes import papers as story
from tests.processes.papers import Papers, Written


class IssuedPapers:
    """The tests that the papers of a family undergo; its file says which they are, what must stand there, who reads."""

    must: ClassVar[dict[str, dict[str, list[str]]]]
    people: ClassVar[dict[str, str]]
    reader: ClassVar[str]
    readers: ClassVar[dict[str, str]]  # where it is somebody else

    @classmethod
    def parametrize(cls, metafunc: pytest.Metafunc) -> None:
        """Ask of each paper, and of each thing that it must say, on its own."""
        asked = [(letter, item) for letter, items in cls.must.items() for item in items]
        if "item" in metafunc.fixturenames:
            metafunc.parametrize(("letter", "item"), asked, ids=[": ".join(pair) for pair in asked])
        elif "letter" in metafunc.fixturenames:
            metafunc.parametrize("letter", cls.must)

    @pytest.fixture(scope="class")
    @classmethod
    def names(cls, written: Written) -> dict[str, str]:
        """What the people of the place are called."""
        with written.connected(), store.reading() as session:
            return {key: session.get_one(model.User, name).display for key, name in cls.people.items()}

    def said(self, papers: Papers, letter: str) -> str:
        return papers.text(letter, self.readers.get(letter, self.reader))

    def test_a_letter_says_what_it_must(self, papers, names, letter, item):
        assert story.missing(self.said(papers, letter), self.must[letter][item], names) == []

    def test_an_issued_letter_bears_no_mark_of_a_draft(self, papers, letter):
        said = self.said(papers, letter)
        assert "草稿" not in said and "作废" not in said

    def test_a_letter_is_free_of_slips(self, papers, letter):
        assert story.slips(self.said(papers, letter)) == []
