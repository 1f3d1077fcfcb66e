"""A referral process and a matter that is watched, small enough to see the crime watch itself at work."""

from __future__ import annotations

import json
from pathlib import Path

from engine import cases, model, store
from tests import small
from tests.office import at, open_office, who
from tests.processes.tips import THURSDAY
from tests.small import Step

NUMBER = {"type": "integer", "title": "死亡人数"}
LOSS = {"type": "string", "title": "直接经济损失", "x-ui": {"kind": "money"}}
YES = {"type": "boolean", "title": "是否拒不执行"}
MATTER = 'starts = ["case_handler"]\nheader = { title = "mt_report.place" }\n'
REPORT = Step("mt_report", {"place": small.TEXT, "deaths": NUMBER, "loss": LOSS, "refused": YES})
DECIDE = Step("mt_decide", {"text": small.TEXT, "sum": LOSS}, role="承办机构负责人")
FACTS = 'deaths = "mt_report.deaths"\ndirect_loss = "mt_report.loss"\nrefused = "mt_report.refused"\n'
REFERRAL = """starts = ["case_handler", "legal_officer"]
starts_from = ["matter"]
header = { title = "ref_clue.facts or '涉罪线索'" }
[statuses]
clue = "线索待登记"
working = "办理中"
"""
CLUE = Step("ref_clue", {"facts": small.TEXT, "threshold_row": small.TEXT}, properties={"status": "clue"})
TEAM = Step("ref_team", role="承办机构负责人", properties={"status": "working"})
INPUTS = {"deaths": "死亡人数", "direct_loss": "直接经济损失", "refused": "拒不执行停产决定", "forced": "强令冒险作业"}
ACCIDENT = ("重大责任事故罪", "刑法第一百三十四条第一款")
DANGER = ("危险作业罪", "刑法第一百三十四条之一第二项")
RULES = [
    (">= 1", "-", "-", "-", "R1", *ACCIDENT),
    ("-", ">= 1000000", "-", "-", "R1", *ACCIDENT),
    ("-", "-", "true", "-", "R4", *DANGER),
]
CASES = [
    {"given": {"deaths": 1}, "expect": [{"row": "R1"}]},
    {"given": {"deaths": 0, "direct_loss": 999999, "refused": False}, "expect": []},
]


def table(rules=RULES, inputs=None, policy: str = "COLLECT") -> str:
    """Return the referral table as dmn-js writes it."""
    whole = (
        '<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" '
        'id="d" name="d" namespace="urn:andu"><decision id="dmn_referral_threshold" name="移送标准">'
        f'<decisionTable id="t" hitPolicy="{policy}">'
    )
    for name, title in (inputs or INPUTS).items():
        expression = f'<inputExpression id="e_{name}"><text>{name}</text></inputExpression>'
        whole += f'<input id="i_{name}" label="{title}">{expression}</input>'
    whole += "".join(f'<output id="o_{name}" name="{name}" />' for name in ("row", "crime", "article", "note"))
    for number, (*tests, row, crime, article) in enumerate(rules):
        cells = "".join(_cell("inputEntry", f"{number}_{n}", text) for n, text in enumerate(tests))
        said = (f'"{row}"', f'"{crime}"', f'"{article}"', '"不得以罚代刑"')
        cells += "".join(_cell("outputEntry", f"{number}o{n}", text) for n, text in enumerate(said))
        whole += f'<rule id="r_{number}">{cells}</rule>'
    return whole + "</decisionTable></decision></definitions>"


def write(root: Path, facts: str = FACTS, rules=RULES, **more: str) -> None:
    """Write both processes below `root`."""
    files = {"thresholds.dmn": table(rules), "dmn_referral_threshold.cases.json": json.dumps(CASES)}
    small.write(root, "judicial_referral", [CLUE, TEAM], REFERRAL, files)
    small.write(root, "matter", [REPORT, DECIDE], MATTER + more.get("settings", ""), {"facts.toml": facts})


def open_both(root: Path, **given) -> None:
    """Open the office with both processes published."""
    open_office()
    write(root, **given)
    for process in ("judicial_referral", "matter"):
        small.publish(root, process)


def report(handler: str = "case_handler.city", now=THURSDAY, **said) -> model.Case:
    """Open a matter with its first step answered."""
    with store.writing() as session:
        return cases.open_case(session, "matter", who(handler), now, {"place": "二号库", **said})


def hits(case: model.Case) -> dict[str, str]:
    """Return the state of each row that was hit."""
    return {row: hit.state for row, hit in rows(case).items()}


def rows(case: model.Case) -> dict[str, model.WatchHit]:
    """Return the hits of a case by their row."""
    with store.reading() as session:
        found = session.query(model.WatchHit).filter_by(case_id=case.id)
        return {hit.row: hit for hit in found}


def referrals(case: model.Case) -> list[model.Case]:
    """Return the referrals that were opened from a case."""
    with store.reading() as session:
        return session.query(model.Case).filter_by(parent_id=case.id, process="judicial_referral").all()


def _cell(kind: str, name: str, text: str) -> str:
    shown = text.replace("<", "&lt;").replace(">", "&gt;")
    return f'<{kind} id="{kind}_{name}"><text>{shown}</text></{kind}>'


LATER = at("2026-02-13 15:00")
