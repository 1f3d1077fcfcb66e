"""The designers' language for conditions, timers, table cells, form rules and assignments; never Python."""

from engine.expressions.language import Expression, assignments, compile, evaluate
from engine.expressions.naming import check
from engine.expressions.values import Answers, BadExpression

__all__ = ["Answers", "BadExpression", "Expression", "assignments", "check", "compile", "evaluate"]
