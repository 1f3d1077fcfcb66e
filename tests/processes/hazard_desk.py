"""A person's desk at a step of the hazard family, built from plain values: what the form code is handed."""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from engine import forms, people, workdays
from engine.errors import Refused
from engine.expressions import Answers
from tests.processes.hazard_answers import ANSWERS, OFFICERS, PHOTO

ROOT = Path(__file__).parents[2] / "forms"
CALENDAR = workdays.calendar(workdays.national([2026]))
PARAMS = {
    "deadline_max": "1 Y",
    "extension_max": 1,
    "ext_lead_mode": "minimum",
    "look_back_fresh_officers": True,
    "min_per_quarter": 3,
}


def moment(text):
    return datetime.fromisoformat(f"{text}+08:00")


def load(folder, step):
    return forms.load((ROOT / folder / f"{step}.json").read_bytes(), step)


@dataclass
class Lookup:
    """Whatever is asked for exists; Chen's and Zhang's and Wang's certificates are valid, Old Li's is not."""

    def user(self, name):
        return {"name": name}

    def org(self, id):
        return {"id": id}

    def enterprise(self, uscc):
        return {"uscc": uscc}

    def reference(self, list, code):
        return {"code": code}

    def attachment(self, id):
        return {"id": id, "type": "image/jpeg" if id == PHOTO else "application/pdf"}

    def officer(self, name, day):
        return {"name": name} if name in [*OFFICERS, "chen"] else None


@dataclass
class Desk:
    """A person at a step of a case: what the case holds, which day it is, what the registers say."""

    folder: str
    now: datetime = moment("2026-12-31T12:00:00")
    roles: tuple = ("enterprise_reporter", "agency_head")
    steps: dict = field(default_factory=dict)
    history: dict = field(default_factory=dict)
    due: dict = field(default_factory=dict)
    started: dict = field(default_factory=dict)
    open: dict = field(default_factory=dict)
    linked: dict = field(default_factory=dict)
    params: dict = field(default_factory=dict)
    lookup: Lookup = field(default_factory=Lookup)

    @property
    def by(self):
        return people.Actor(
            "zhang", "张三", "o1", "应急管理局", "370202", frozenset((role, "o1") for role in self.roles)
        )

    @property
    def names(self):
        typed = {step: forms.typed(load(self.folder, step), said) for step, said in self.steps.items()}
        empty = {path.stem: Answers() for path in (ROOT / self.folder).glob("*.json")}
        return (
            empty
            | {step: Answers(said) for step, said in typed.items()}
            | {
                "case": Answers(number="HZ-370202-2026-0001", org="o1", region="370202", opened_on=date(2026, 7, 1)),
                "carried": Answers(),
                "parent_case": Answers(),
                "item": None,
                "hz_listing_advice": Answers(list_level="县级", reason="治理难度高"),
                "by": Answers(user="zhang", name="张三", roles=sorted(self.roles), org="o1", region="370202"),
            }
        )

    @property
    def functions(self):
        today = self.now.date()
        return {
            "today": lambda: today,
            "now": lambda: self.now,
            "param": lambda key: (PARAMS | self.params)[key],
            "due_on": self.due.get,
            "started": self.started.get,
            "all": lambda step: [Answers(said) for said in self._said(step)],
            "count": lambda step: len(self._said(step)),
            "previous": lambda step: Answers(next(iter(self._said(step)[::-1]), {})),
            "open_cases": lambda process, uscc=None, place=None: self.open.get(process, []),
            "linked": lambda process: self.linked.get(process, []),
            "siblings": lambda process: [],
            "letter": lambda letter: Answers(),
            "working_days": lambda n, day: CALENDAR.add(day, n),
            "is_workday": CALENDAR.is_workday,
            "is_rest": CALENDAR.is_rest_moment,
            "add": lambda text, day: day and CALENDAR.add_text(text, day),
            "hours_between": lambda a, b: int((b - a).total_seconds() // 3600),
            "days_between": lambda a, b: (b - a).days,
        }

    def _said(self, step):
        return [forms.typed(load(self.folder, step), said) for said in self.history.get(step, [])]


def answers(folder, step, **changes):
    """The acceptable answers with some of them changed; None takes one away."""
    merged = ANSWERS[folder][step] | changes
    return {key: value for key, value in merged.items() if value is not None}


def codes(step, desk, **changes):
    """The codes with which a step refuses the changed answers."""
    try:
        forms.validate(load(desk.folder, step), answers(desk.folder, step, **changes), desk)
    except Refused as refused:
        return [error["code"] for error in refused.errors]
    return []


def hazard(now="2026-12-31T12:00:00", **more):
    more.setdefault(
        "steps", {step: ANSWERS["hazard_supervision"][step] for step in ("hz_register", "hz_approve_listing")}
    )
    more["steps"] = {
        step: said if isinstance(said, dict) else ANSWERS["hazard_supervision"][step]
        for step, said in more["steps"].items()
    }
    return Desk("hazard_supervision", moment(now), **more)


def desk(folder, now="2026-12-31T12:00:00", **more):
    return Desk(folder, moment(now), **more)


def started_on(day):
    return {"HZ-C08": moment(f"{day}T09:00:00")}


EXTENDING = {
    "due": {"HZ-C08": date(2026, 6, 30), "HZ-C11": date(2026, 6, 1)},
    "started": started_on("2026-03-06"),
}
POWER = {"steps": {step: ANSWERS["coercion"][step] for step in ("coercion_request", "coercion_notice")}}
SEALING = {
    "kind": "查封",
    "object_ground": "不符合标准的设施设备器材",
    "related": True,
    "already_sealed": False,
    "objects": [{"name": "反应釜", "quantity": "1台"}],
    "decision_no": None,
    "decision_served_at": None,
    "refusal_facts": None,
    "real_danger": None,
    "danger_facts": None,
    "safety_assessed": None,
    "utility_name": None,
}
APPROVED = {step: None for step in ("hz_acceptance_approve", "hz_acceptance_check")}

# The day on which the acceptable answers are given, and what the case holds by then.
AT_WORK = {
    "hz_double_report": hazard("2026-03-06T10:00:00", steps={"hz_confirm_list": None}),
    "hz_approve_listing": hazard("2026-03-06T10:00:00"),
    "hz_progress": hazard("2026-05-01T10:00:00"),
    "hz_extension_apply": hazard("2026-05-28T10:00:00", **EXTENDING),
    "hz_extension_decide": hazard("2026-06-10T10:00:00", steps={"hz_extension_apply": None}, **EXTENDING),
    "hz_acceptance_apply": hazard("2026-06-25T10:00:00"),
    "hz_delist_review": hazard("2026-07-03T10:00:00", steps=APPROVED),
    "hz_look_back": hazard("2026-09-20T10:00:00", steps=APPROVED),
    "hz_closure_propose_approve": hazard(steps={"hz_closure_propose": None, "hz_closure_propose_legal": None}),
    "coercion_request_approve": desk("coercion", **POWER),
    "coercion_notice": desk("coercion", **POWER),
    "coercion_execute": desk("coercion", **POWER),
    "coercion_lift": desk("coercion", **POWER),
    "coercion_extend": desk("coercion", steps={"coercion_request": answers("coercion", "coercion_request", **SEALING)}),
    "hz_escalate_l3_approve": desk("hazard_escalation", steps={"hz_escalate_l3_legal": {"decision": "通过"}}),
    "hz_interim_order": desk("hazard_interim"),
}


def at_work(step):
    """The desk at which the acceptable answers of this step are given."""
    for folder, steps in ANSWERS.items():
        if step in steps:
            return AT_WORK.get(step) or (hazard() if folder == "hazard_supervision" else desk(folder))
