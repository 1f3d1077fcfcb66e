"""Diagrams that must be refused, each with the element and the reason."""

from tests.engine.spiff.corpus.building import Refused, plain
from tests.engine.spiff.corpus.events import EVENTS
from tests.engine.spiff.corpus.files import FILES
from tests.engine.spiff.corpus.foreign import FOREIGN
from tests.engine.spiff.corpus.identity import IDENTITY
from tests.engine.spiff.corpus.paths import PATHS
from tests.engine.spiff.corpus.texts import INSTANCES, TEXTS

__all__ = ["CORPUS", "Refused", "plain"]

CORPUS = [*FILES, *IDENTITY, *FOREIGN, *EVENTS, *TEXTS, *INSTANCES, *PATHS]
