"""What a form is made of: fields with a kind, rules over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

TEXTS = frozenset({"text", "longtext"})
FILES = frozenset({"file", "files"})
LISTS = frozenset({"enums", "users", "officers", "files"})
COUNTED = LISTS | {"rows"}  # min and max say how many
DATES = frozenset({"date", "datetime"})


class BadForm(Exception):
    """A form file that cannot be used; `problems` says why, in Chinese, one line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("；".join(problems))
        self.problems = list(problems)


@dataclass(frozen=True)
class Field:
    """One question of a form; `columns` are the questions of each row."""

    id: str
    title: str
    kind: str
    required: bool = False
    required_if: str | None = None
    show_if: str | None = None
    default: str | None = None
    readonly: bool = False
    code: str = ""
    detail: str = ""
    help: str = ""
    list: str = ""
    enum: tuple[str, ...] = ()
    min: int | Decimal | None = None
    max: int | Decimal | None = None
    accept: tuple[str, ...] = ()
    past: bool = False
    on: str = ""
    confidential: tuple[str, ...] = ()
    columns: Mapping[str, Field] = field(default_factory=dict)

    def expressions(self, path: str) -> Iterator[tuple[str, str]]:
        """Yield (where, expression) of this field and of its columns."""
        for key in ("show_if", "required_if", "default"):
            if (source := getattr(self, key)) is not None:
                yield f"字段 {path} 的 {key}", source
        for column in self.columns.values():
            yield from column.expressions(f"{path}.{column.id}")


@dataclass(frozen=True)
class Rule:
    """A condition under which the answers are refused; a soft one yields to a reason."""

    code: str
    refuse_if: str
    detail: str
    fields: tuple[str, ...] = ()
    soft: bool = False
    override: str = ""
    which: str = ""  # an expression: what exactly is wrong, told behind the detail


@dataclass(frozen=True)
class Form:
    """The form of one step."""

    step: str
    title: str
    description: str
    fields: Mapping[str, Field]
    rules: tuple[Rule, ...]

    @property
    def questions(self) -> list[Field]:
        """Return every field, and those of its rows."""
        return [question for item in self.fields.values() for question in (item, *item.columns.values())]

    def expressions(self) -> list[tuple[str, str]]:
        """Return every expression with its place, for the check at deploy."""
        found = [place for item in self.fields.values() for place in item.expressions(item.id)]
        found += [(f"规则 {rule.code}", rule.refuse_if) for rule in self.rules]
        return found + [(f"规则 {rule.code} 的 which", rule.which) for rule in self.rules if rule.which]
