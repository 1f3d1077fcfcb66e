"""Who somebody is, what they may do and for whom; knows organisations and roles, no process."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import model
from engine.errors import NotAllowed, NotFound, Refused
from engine.workdays import office_zone

SYSTEM = "system"
SUPERVISORS = frozenset(
    {"unit_head", "deputy_head", "agency_head", "committee_office", "committee_leader", "government_leader"}
)
CASELESS = frozenset({"process_designer"})  # roles that build the office and read no case


@dataclass(frozen=True)
class Actor:
    """A signed-in person (perhaps acting for another), with the roles that count for this act."""

    user: str
    name: str
    org: str
    org_name: str
    region: str
    roles: frozenset[tuple[str, str]]  # (role id, organisation id)
    paths: tuple[str, ...] = ()  # region-tree paths of the organisations in which this person has a role
    regions: tuple[str, ...] = ()  # region prefixes that a commission or government seat looks over
    orgs: tuple[str, ...] = ()
    for_user: str | None = None
    admin: str = ""

    @property
    def role_ids(self) -> frozenset[str]:
        """Return the role ids alone."""
        return frozenset(role for role, _ in self.roles)

    @property
    def supervises(self) -> bool:
        """Tell whether this person sees the tasks of the whole unit."""
        return bool(self.role_ids & SUPERVISORS)

    def holds(self, role: str, org_id: str) -> bool:
        """Tell whether this person has `role` in that very organisation."""
        return (role, org_id) in self.roles

    def is_one_of(self, names: Iterable[str | None]) -> bool:
        """Tell whether this person, or the one acted for, is among `names` (separation of duties)."""
        return bool({self.user, self.for_user} & {name for name in names if name})


SYSTEM_ACTOR = Actor(SYSTEM, "系统", "", "", "", frozenset())


def actor(session: Session, user_name: str, now: datetime, acting_for: str | None = None) -> Actor:
    """Return the person as an actor; `acting_for` needs a deputyship in force today.

    Raises NotFound for an unknown or closed account, NotAllowed without the deputyship.
    """
    user = session.get(model.User, user_name)
    if user is None or not user.active:
        raise NotFound("账号不存在或已停用")
    principal = user
    if acting_for and acting_for != user_name:
        if acting_for not in {row.principal for row in deputyships(session, user_name, now)}:
            raise NotAllowed(f"您目前没有代理{display(session, acting_for)}的授权", "E-COM-11")
        principal = session.get_one(model.User, acting_for)
    rows = session.execute(
        select(model.Membership.role, model.Org)
        .join(model.Org, model.Org.id == model.Membership.org_id)
        .where(model.Membership.user_name == principal.name, model.Org.active)
    ).all()
    home = session.get_one(model.Org, principal.org_id)
    # Only a role opens the cases of an office: whoever makes accounts must not thereby give sight of them.
    orgs = {org.id: org for role, org in rows if role not in CASELESS}
    seats = [org for org in orgs.values() if org.kind in ("commission", "government")]
    return Actor(
        user=user.name,
        name=user.display,
        org=home.id,
        org_name=home.name,
        region=home.region,
        roles=frozenset((role, place) for role, org in rows for place in _places(org)),
        paths=tuple(sorted(org.path for org in orgs.values())),
        regions=tuple(sorted({region_prefix(org.region) for org in seats})),
        orgs=tuple(sorted(orgs)),
        for_user=principal.name if principal is not user else None,
        admin=user.admin,
    )


def deputyships(session: Session, user_name: str, now: datetime) -> list[model.Deputy]:
    """Return the deputyships that let this person act for others on the office day of `now`."""
    day = now.astimezone(office_zone()).date()
    return list(
        session.scalars(
            select(model.Deputy).where(
                model.Deputy.deputy == user_name,
                model.Deputy.from_on <= day,
                model.Deputy.until_on >= day,
                model.Deputy.ended_at.is_(None),
            )
        )
    )


def members(session: Session, role: str, org_id: str) -> list[model.User]:
    """Return the active people who hold `role` in this organisation, by name."""
    return list(
        session.scalars(
            select(model.User)
            .join(model.Membership, model.Membership.user_name == model.User.name)
            .where(model.Membership.role == role, model.Membership.org_id == org_id, model.User.active)
            .order_by(model.User.name)
        )
    )


def require_member(session: Session, user_name: str, roles: Iterable[str], org_id: str) -> model.User:
    """Return the user, who must hold one of `roles` in the organisation; else NotAllowed."""
    held = session.scalars(
        select(model.Membership.role).where(model.Membership.user_name == user_name, model.Membership.org_id == org_id)
    ).all()
    user = session.get(model.User, user_name)
    if user is None or not user.active or not set(held) & set(roles):
        raise NotAllowed(f"{display(session, user_name)}不在可办理该任务的岗位上")
    return user


def display(session: Session, user_name: str | None) -> str:
    """Return the name that people read, or the account name where there is none."""
    if user_name == SYSTEM:
        return "系统"
    user = session.get(model.User, user_name) if user_name else None
    return user.display if user else (user_name or "")


def commission(session: Session, region: str) -> str:
    """Return the id of the safety commission office of this region or the nearest one above it."""
    return _seat(session, "commission", region, "安委办")


def government(session: Session, region: str) -> str:
    """Return the id of the government of this region or the nearest one above it."""
    return _seat(session, "government", region, "人民政府")


def parent(session: Session, org_id: str) -> str:
    """Return the id of the organisation above, or the same one at the top of the tree."""
    org = session.get(model.Org, org_id)
    if org is None:
        raise NotFound(f"没有机构 {org_id}")
    return org.parent_id or org.id


def regions_upwards(region: str) -> list[str]:
    """Return the region code and those above it: town, county, city, province, and "" for the whole country."""
    codes = [region] if len(region) > 6 else []
    base = region[:6].ljust(6, "0")
    for code in (base, base[:4] + "00", base[:2] + "0000"):
        if code not in codes:
            codes.append(code)
    return [code for code in codes if code.strip("0")] + [""]


def region_prefix(region: str) -> str:
    """Return what all region codes below this one begin with: 370200 -> 3702."""
    prefix = region
    while len(prefix) > 2 and len(prefix) % 2 == 0 and prefix.endswith("00"):
        prefix = prefix[:-2]
    return prefix


def _places(org: model.Org) -> tuple[str, ...]:
    """Return the offices in which a role of this one counts."""
    # A township has no powers of enforcement: what it finds is the matter of the bureau above, and it goes on there.
    return (org.id, org.parent_id) if org.kind == "township" and org.parent_id else (org.id,)


def _seat(session: Session, kind: str, region: str, word: str) -> str:
    rows = session.execute(
        select(model.Org.region, model.Org.id).where(
            model.Org.kind == kind, model.Org.active, model.Org.region.in_(regions_upwards(region))
        )
    ).all()
    found = dict(rows)
    for code in regions_upwards(region):
        if code in found:
            return found[code]
    raise Refused(f"区划 {region} 及其上级没有登记{word}，请联系系统管理员", "E-COM-13")
