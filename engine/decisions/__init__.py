"""Decision tables as dmn-js writes them; they know neither a case nor a database."""

from engine.decisions.cases import run_cases
from engine.decisions.source import load
from engine.decisions.table import BadTable, DecisionTable

__all__ = ["BadTable", "DecisionTable", "load", "run_cases"]
