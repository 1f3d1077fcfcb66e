"""The year of the demo office as a table: for every hazard, how many days before today which steps were done.

A time is a number of days (`-30`), of working days (`"-3w"`) or of hours (`"-5h"`) before now; a day of rest means the
next working day. A step is written by its id; `claim:`, `draft:`, `remind:`, `void:` … before it are other verbs,
`L2:` names the linked escalation and `again:` the new hazard of a relapse.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from engine.workdays import quarter_end
from web.demo.hazards import HAZARDS, Hazard

Row = tuple[Any, ...]  # when, steps, and what is said otherwise
YES = {"immediate_danger": True}
RAISED = {"immediate_danger": True, "designated_level": None, "designated_file": None}


@dataclass(frozen=True)
class Story:
    """What happened to one hazard: `place` names it, `deadline` is counted in days from today."""

    place: str
    rows: list[Row]
    level: str = "县级"
    deadline: int = 60
    reporter: str = "case_handler"
    key: str = ""
    measure: str = "停止供电"
    say: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.key or self.place

    @property
    def hazard(self) -> Hazard:
        return HAZARDS[self.place]

    @property
    def opener(self) -> str:
        """Return the account that registers the hazard."""
        return self.reporter if "." in self.reporter else f"{self.reporter}.{self.hazard.bureau}"


def listed(day: int, level: str = "县级", danger: bool = False) -> list[Row]:
    """Return the quick way from the registration to an approved plan, in a week."""
    leader = " hz_approve_listing_approve" if level in ("市级", "省级") else ""
    public = " hz_file_listing hz_publish_listing" if level else ""
    interim = " hz_interim_order hz_interim_order_approve" if danger else ""
    return [
        (day, f"hz_register{interim} hz_verify hz_confirm_list hz_approve_listing{leader}"),
        (day + 1, f"hz_assign hz_receipt{public}"),
        (day + 2, "hz_plan"),
        (day + 5, "hz_review_plan hz_review_plan_approve"),
    ]


def delisted(day: int, level: str = "县级", resume: str = "") -> list[Row]:
    """Return the way from the application for acceptance to the striking off, in a week."""
    leader = " hz_delist_review_approve" if level else ""
    said = {"resume": True} if resume else {}
    return [
        (day, "hz_acceptance_apply", said),
        (day + 2, f"hz_acceptance_check hz_acceptance_approve {resume}"),
        (day + 4, f"hz_delist_review{leader}"),
        *([(day + 6, "hz_publish_delisting")] if level else []),
    ]


class Year:
    """Today, and what must be kept up while a hazard is being removed."""

    def __init__(self, today: date) -> None:
        self.today = today

    def steady(self, first: int, last: int, deadline: int) -> list[Row]:
        """Return the monthly reports, and an inspection before each quarter's end and each milestone."""
        rows: list[Row] = [(day, "hz_progress") for day in range(first + 14, last, 25)]
        rows += [(day, "hz_onsite_check") for day in self._before_quarter_ends(first, last)]
        middle = first - 5 + (deadline - first + 5) // 2
        if middle - 9 < last:
            rows.append((max(first + 1, middle - 9), "hz_onsite_check", {"milestone": 1}))
        return sorted(rows, key=lambda row: row[0])

    def _before_quarter_ends(self, first: int, last: int) -> Iterator[int]:
        for day in range(first + 2, last):
            moment = self.today + timedelta(days=day)
            if moment == quarter_end(moment):
                yield max(first + 1, day - 12)


def escalated(level: str, day: int, upto: int = 9) -> list[Row]:
    """Return how an escalation goes its way from `day` on; `upto` ends it after so many steps."""
    steps = {
        "L1": ["hz_escalate hz_escalate_l1_approve"],
        "L2": ["hz_escalate hz_escalate_l2_approve", "hz_interview"],
        "L3": ["hz_escalate hz_escalate_l3_legal hz_escalate_l3_approve"],
        "L4": ["hz_escalate hz_escalate_l4_approve"],
        "L5": ["hz_escalate hz_escalate_l5_approve"],
    }[level] + ["hz_escalate_follow"]
    days = (0, 2, 9) if level == "L2" else (0, 9)
    flat = [(day + after, f"{level}:{step}") for after, row in zip(days, steps, strict=True) for step in row.split()]
    return flat[:upto]


def stories(today: date) -> list[Story]:
    """Return what happened to every hazard until today."""
    year = Year(today)
    steady = year.steady
    city = [
        Story(
            "苯罐区T-103",
            [
                *listed(-310, "市级", danger=True),
                *steady(-304, -212, -195),
                (-214, "hz_interim_lift hz_interim_lift_approve"),
                *delisted(-211, "市级"),
                (-130, "hz_look_back"),
            ],
            "市级",
            -195,
            say={"hz_register": RAISED},
        ),
        Story(
            "加氢装置压缩机厂房",
            [
                *listed(-62),
                *steady(-56, -3, 75),
                ("-1w", "hz_onsite_check", {"finding": "险情加重", "problems": "厂房顶部氢气浓度两次达到低报值。"}),
            ],
            deadline=75,
        ),
        Story(
            "硝化车间",
            [
                *listed(-190, "市级"),
                *steady(-184, -3, -12),
                (-60, "hz_extension_apply"),
                (-54, "hz_extension_decide"),
            ],
            "市级",
            -12,
        ),
        Story(
            "甲类仓库",
            [
                (
                    -250,
                    "hz_register hz_verify hz_general_order",
                ),
                (-236, "hz_general_recheck"),
            ],
            say={"hz_verify": {"grade": "一般", "danger_high": None, "difficulty_high": None}},
        ),
        Story(
            "炼钢车间铁水吊运区",
            [
                *listed(-88, "市级", danger=True),
                *steady(-82, -45, 40),
                (
                    -40,
                    "hz_onsite_check",
                    {
                        "finding": "拒不整改",
                        "order_obeyed": "未执行",
                        "order_no": "known:order",
                        "order_served_at": "known:order_served_at",
                        "problems": "暂时停产停业决定送达后仍组织吊运作业。",
                        "refusal_facts": "检查时炼钢车间仍在组织铁水吊运，负责人称订单紧急不能停产。",
                        "real_danger": True,
                        "real_danger_basis": "罐耳探伤过期，吊运路径下方仍有人员聚集，随时可能发生倾覆喷溅。",
                        "suggested_violation": "未采取措施消除事故隐患(第102条)",
                    },
                ),
                (-38, "coercion_request coercion_request_legal coercion_request_approve"),
                (-37, "coercion_notice"),
                (-33, "coercion_execute"),
                *escalated("L3", -36, 3),
                (-20, "hz_progress"),
            ],
            "市级",
            40,
            say={"hz_register": RAISED},
        ),
        Story(
            "煤气柜区",
            [
                *listed(-280),
                *steady(-274, -112, -90),
                *delisted(-111),
            ],
            deadline=-90,
        ),
        Story(
            "熔铸车间深井铸造区",
            [*listed(-260, ""), *steady(-254, -172, -150), *delisted(-171, ""), (-90, "hz_look_back")],
            "",
            -150,
        ),
        Story(
            "煤气发生站",
            [*listed(-4)[:2]],
            deadline=100,
        ),
        Story(
            "二期装卸码头",
            [*listed(-120, "市级"), *steady(-114, -10, 20), (-9, "hz_acceptance_apply"), (-2, "hz_acceptance_check")],
            "市级",
            20,
        ),
        Story(
            "丙烯腈储罐区",
            [("-5w", "hz_register hz_verify hz_confirm_list"), ("-3w", "hz_approve_listing")],
            "市级",
            120,
        ),
        Story("溶剂回收车间", [*listed(-75), *steady(-69, -2, 3), ("-1w", "L1:hz_escalate")], deadline=3),
        Story(
            "城东门站",
            [(-140, "hz_register hz_verify"), (-139, "hz_transfer_dept")],
            say={
                "hz_verify": {
                    "grade": "非本部门职责",
                    "finding_note": "城镇燃气经营安全由城市管理部门负责监督管理。",
                    **dict.fromkeys(("criterion", "cannot_self_fix", "danger_high", "difficulty_high")),
                }
            },
        ),
        Story(
            "1203采煤工作面",
            [
                *listed(-150),
                *steady(-144, -18, 10),
                (-17, "hz_acceptance_apply", {"resume": True}),
                (-14, "hz_acceptance_check hz_acceptance_approve"),
                (-8, "hz_resume"),
            ],
            deadline=10,
        ),
    ]
    east = [
        Story(
            "二号库",
            [
                *listed(-295),
                *steady(-289, -208, -190),
                (-270, "open:coercion coercion_request coercion_request_legal coercion_request_approve"),
                (-269, "coercion_notice coercion_execute"),
                (-240, "coercion_comply coercion_lift"),
                *delisted(-207),
                (-125, "hz_look_back"),
            ],
            deadline=-190,
            measure="责令停产停业",
        ),
        Story(
            "中控室",
            [
                *listed(-270),
                *steady(-264, -200, -120),
                (-198, "hz_onsite_check", {"finding": "无法整改", "problems": "抗爆改造无法实施。"}),
                (-190, "hz_unfixable", {"route": "转型升级/搬迁", "basis": "原址不具备抗爆改造条件，整体迁建。"}),
                (-150, "hz_closure_execute"),
                (-145, "hz_closure_verify"),
            ],
            deadline=-120,
            say={"hz_closure_verify": {"officers": ["case_handler2.county1", "co_handler.county1"]}},
        ),
        Story(
            "树脂车间",
            [
                *listed(-175),
                *steady(-169, -3, -58),
                *escalated("L1", -64),
                *escalated("L2", -56),
                *escalated("L3", -41),
                *escalated("L4", -26),
                (-40, "open:coercion coercion_request coercion_request_legal"),
                (
                    -39,
                    "coercion_request_approve",
                    {"decision": "不同意", "reason": "拟查封的设备与隐患无直接关系，请另行研究。"},
                ),
                ("-3w", "open:L5"),
                ("-2w", "L5:hz_escalate"),
            ],
            deadline=-58,
            measure="查封",
        ),
        Story(
            "溶剂罐区",
            [
                *listed(-130),
                *steady(-124, -60, 12),
                (-58, "hz_acceptance_apply"),
                (-55, "hz_acceptance_check", "failed"),
                (-40, "hz_progress"),
                (-30, "hz_acceptance_apply"),
                (-27, "hz_acceptance_check", "failed"),
                *escalated("L2", -24, 2),
                (-12, "hz_progress"),
            ],
            deadline=12,
            reporter="intake_clerk",
        ),
        Story(
            "原棉仓库",
            [("-4w", "hz_register hz_verify"), ("-2w", "claim:hz_transfer_dept")],
            say={
                "hz_verify": {
                    "grade": "非本部门职责",
                    "finding_note": "消防设施和疏散通道事项由消防救援机构负责监督管理。",
                    **dict.fromkeys(("criterion", "cannot_self_fix", "danger_high", "difficulty_high")),
                }
            },
        ),
        Story(
            "梳棉车间除尘室",
            [*listed(-100), *steady(-94, -6, 20), ("-1w", "begin:hz_progress")],
            deadline=20,
            reporter="town_officer.town1",
        ),
        Story(
            "砂光车间除尘系统",
            [
                *listed(-300),
                *steady(-294, -222, -205),
                *delisted(-221),
                (
                    -135,
                    "hz_look_back",
                    {"finding": "反弹", "problems": "新设除尘系统停用，恢复使用原共用除尘器，火花探测被拆除。"},
                ),
                (-134, "again:hz_register again:hz_verify"),
                (-133, "again:hz_confirm_list again:hz_approve_listing again:hz_approve_listing_approve"),
                (-132, "again:hz_assign again:hz_receipt again:hz_file_listing again:hz_publish_listing"),
                (-131, "again:hz_plan"),
                (-128, "again:hz_review_plan again:hz_review_plan_approve"),
                *((day, "again:hz_progress") for day in range(-110, -5, 25)),
                *((day, "again:hz_onsite_check", said) for day, said in ((-70, {"milestone": 1}), (-55, {}))),
            ],
            deadline=-205,
            say={"again": {"level": "市级", "deadline": 45}},
        ),
        Story(
            "喷漆房",
            [*listed(-110, ""), *steady(-104, -14, 15), *delisted(-9, "")[:2]],
            "",
            15,
            reporter="enterprise_reporter",
        ),
        Story(
            "速冻车间氨制冷机房",
            [*listed(-48, danger=True), *steady(-42, -2, 28), ("-6w", "hz_interim_extend")],
            deadline=28,
            say={"hz_register": YES},
        ),
        Story("配粉车间", [*listed(-6)[:2], ("-1w", "hz_plan")], deadline=80),
        Story(
            "麦仓地坑",
            [(-16, "hz_register hz_verify hz_general_order")],
            say={"hz_verify": {"grade": "一般", "danger_high": None, "difficulty_high": None}},
        ),
        Story(
            "中频炉熔炼区",
            [
                ("-7w", "hz_register hz_verify"),
                ("-6w", "hz_confirm_list", {"confirm": "退回重新核查", "reason": "请补充事故坑积水的检测记录。"}),
                ("-2w", "hz_verify"),
            ],
        ),
        Story("抛光车间", [("-4w", "hz_register"), ("-1w", "remind:hz_verify")]),
        Story(
            "压铸车间",
            [(-170, "hz_register hz_verify"), (-169, "hz_not_hazard_approve")],
            say={
                "hz_verify": {
                    "grade": "不属实",
                    "finding_note": "倾翻限位经测试有效，通道潮湿系当日冲洗所致。",
                    **dict.fromkeys(("criterion", "cannot_self_fix", "danger_high", "difficulty_high")),
                }
            },
            reporter="enterprise_reporter",
        ),
        Story(
            "一号冷库机房",
            [
                *listed(-115),
                *steady(-109, -3, 50),
                (-36, "open:coercion coercion_request coercion_request_legal coercion_request_approve"),
                (-35, "coercion_notice coercion_execute"),
                (-30, "coercion_testing"),
                (-12, "coercion_extend coercion_extend_approve"),
            ],
            deadline=50,
            measure="查封",
        ),
        Story("污水池检修井", [("-1w", "hz_register")], "", reporter="intake_clerk"),
        Story(
            "地下一层餐饮区",
            [
                (-140, "hz_register hz_interim_order"),
                (
                    -140,
                    "hz_interim_order_approve",
                    {"decision": "不同意", "reason": "瓶装液化气已当场撤离，现实危险已经消除。"},
                ),
                (-140, "hz_interim_lift hz_verify hz_confirm_list hz_approve_listing"),
                *listed(-140)[1:],
                (-131, "open:coercion coercion_request coercion_request_legal coercion_request_approve"),
                (-130, "coercion_notice coercion_execute"),
                (-118, "coercion_comply", {"ground": "案件已作出决定", "facts": "查封的容器经检验已报废。"}),
                (-117, "coercion_lift"),
                *steady(-134, -17, 2),
                *delisted(-15)[:3],
            ],
            deadline=2,
            say={"hz_register": YES},
            measure="查封",
        ),
        Story(
            "柳林安置房3号楼塔吊",
            [(-80, "hz_register hz_verify hz_transfer_dept")],
            say={
                "hz_verify": {
                    "grade": "非本部门职责",
                    "finding_note": "房屋建筑施工由住房和城乡建设部门负责监督管理。",
                    **dict.fromkeys(("criterion", "cannot_self_fix", "danger_high", "difficulty_high")),
                }
            },
            reporter="town_officer.town1",
        ),
        Story(
            "煤粉制备系统",
            [
                *listed(-150),
                *steady(-144, -3, -3),
                (-48, "hz_extension_apply"),
                (
                    -44,
                    "hz_extension_decide",
                    {"decision": "不同意", "approved_deadline": None, "reason": "所述理由不影响按期完成，不予延期。"},
                ),
                *escalated("L1", -9, 2),
                ("-1w", "L2:hz_escalate"),
                ("-1w", "open:coercion"),
            ],
            deadline=-3,
        ),
        Story(
            "油墨中间库",
            [
                (-95, "hz_register hz_verify hz_general_order"),
                (-80, "hz_general_recheck", {"result": "未整改", "content": "检测器尚未安装。"}),
                (-79, "hz_general_order"),
                (-66, "hz_general_recheck"),
            ],
            say={"hz_verify": {"grade": "一般", "danger_high": None, "difficulty_high": None}},
        ),
        Story(
            "环氧乙烷灭菌间",
            [("-3w", "hz_register"), ("-1w", "hz_verify")],
            say={
                "hz_verify": {
                    "grade": "不属实",
                    "finding_note": "现场已装有泄漏报警，残气经吸收塔处理后排放。",
                    **dict.fromkeys(("criterion", "cannot_self_fix", "danger_high", "difficulty_high")),
                }
            },
        ),
        Story(
            "厌氧反应池",
            [
                (-14, "hz_register hz_verify hz_confirm_list hz_approve_listing"),
                (-13, "hz_assign hz_file_listing hz_publish_listing"),
                (-3, "L1:hz_escalate"),
            ],
            deadline=70,
        ),
    ]
    west = [
        Story(
            "一号工库区",
            [
                *listed(-285, "市级", danger=True),
                *steady(-279, -197, -180),
                (-200, "hz_interim_lift hz_interim_lift_approve"),
                *delisted(-196, "市级"),
                (-110, "hz_look_back", {"finding": "降级使用/停用"}),
            ],
            "市级",
            -180,
            say={"hz_register": RAISED},
        ),
        Story("装药工房", [("-1w", "open: draft:hz_register")], reporter="intake_clerk"),
        Story(
            "成品总库",
            [
                *listed(-70, danger=True),
                *steady(-64, -2, 35),
                ("-3w", "hz_extension_apply"),
            ],
            deadline=35,
            say={
                "hz_register": YES,
                "hz_approve_listing": {"reason": "超量成品已于当日外运，现实危险已经消除，由县级挂牌督办。"},
            },
        ),
        Story(
            "原改建工房区",
            [
                *listed(-255),
                *steady(-249, -172, -100),
                (-230, "hz_penalty_note"),
                (-200, "hz_penalty_note"),
                (-170, "hz_penalty_note"),
                (
                    -165,
                    "hz_closure_propose",
                    {
                        "ground": "180日内三次或者一年内四次受到处罚(第113条第1项)",
                        "penalties": "known:penalties",
                    },
                ),
                (-160, "hz_closure_propose_legal hz_closure_propose_approve"),
                (-150, "hz_closure_decide"),
                (-147, "hz_closure_publish"),
                (-135, "hz_closure_execute"),
                (-128, "hz_closure_verify"),
            ],
            deadline=-100,
            say={"hz_closure_verify": {"officers": ["case_handler2.county2", "co_handler.county2"]}},
        ),
        Story(
            "北采区边坡",
            [
                *listed(-135, "市级", danger=True),
                *steady(-129, -36, 30),
                (-35, "hz_onsite_check", {"finding": "无法整改", "problems": "削坡将占用村道，无法按设计实施。"}),
                (-30, "hz_unfixable"),
                (-20, "hz_closure_propose"),
                (-14, "hz_closure_propose_legal"),
                (-9, "hz_closure_propose_approve"),
                (-8, "open:coercion"),
                (-8, "coercion_request"),
                (-7, "coercion_request_legal coercion_request_approve"),
            ],
            level="市级",
            deadline=30,
            say={"hz_register": RAISED},
            measure="停止供应民用爆炸物品",
        ),
        Story("破碎站配电室", [("-3w", "hz_register hz_verify"), ("-1w", "hz_confirm_list hz_approve_listing")]),
        Story(
            "斜坡道提升系统",
            [
                *listed(-90, "市级"),
                *steady(-84, -8, 60),
                (-7, "hz_onsite_check", {"finding": "无法整改", "problems": "第二安全出口所在岩层不稳，无法支护。"}),
            ],
            "市级",
            60,
        ),
        Story("尾矿库", [*listed(-160), *steady(-154, -26, -1), *delisted(-24)], deadline=-1),
        Story(
            "主通风机房",
            [
                *listed(-275, "市级"),
                *steady(-269, -187, -170),
                *delisted(-186, "市级", "hz_resume hz_resume_approve"),
                (-101, "hz_look_back"),
            ],
            "市级",
            -170,
        ),
        Story(
            "排水系统",
            [
                *listed(-125),
                *steady(-119, -13, 15),
                (-12, "hz_acceptance_apply", {"resume": True}),
                (-9, "hz_acceptance_check hz_acceptance_approve"),
            ],
            deadline=15,
        ),
        Story(
            "液氨球罐区",
            [
                *listed(-58),
                *steady(-52, -14, 40),
                (-13, "hz_onsite_check", {"finding": "滞后", "problems": "根部阀尚未订货，进度滞后两周。"}),
                (-10, "L1:hz_escalate"),
                ("-4w", "open:coercion coercion_request coercion_request_legal"),
            ],
            deadline=40,
            measure="责令停产停业",
        ),
        Story(
            "合成车间",
            [*listed(-240, ""), *steady(-234, -162, -140), *delisted(-161, ""), (-85, "hz_look_back")],
            "",
            -140,
        ),
        Story(
            "光气衍生物装置",
            [
                *listed(-180, "市级"),
                *steady(-174, -90, -10),
                (-88, "hz_onsite_check", {"finding": "无法整改", "problems": "外部安全距离不足部分无法调整。"}),
                (-80, "hz_unfixable"),
                (-70, "hz_closure_propose"),
                (-66, "hz_closure_propose_legal", {"decision": "退回", "reason": "缺少听证权利告知的送达回证。"}),
                (-60, "hz_closure_propose"),
                (-56, "hz_closure_propose_legal"),
                (-50, "hz_closure_propose_approve"),
                (-25, "hz_closure_decide"),
                (-21, "hz_closure_publish"),
            ],
            "市级",
            -10,
        ),
        Story(
            "危险废物库",
            [
                *listed(-85),
                *steady(-79, -2, 55),
                ("-9w", "hz_extension_apply"),
                (
                    "-5w",
                    "hz_extension_decide",
                    {"decision": "通知补正", "approved_deadline": None, "reason": "请补充供货单位的工期证明。"},
                ),
            ],
            deadline=55,
        ),
        Story(
            "储酒库",
            [*listed(-105), *steady(-99, -4, 25), (-3, "hz_acceptance_apply")],
            deadline=25,
            reporter="town_officer.town2",
        ),
        Story(
            "粮食粉碎间",
            [
                (-120, "hz_register hz_verify"),
                (-119, "hz_not_hazard_approve", {"decision": "退回", "reason": "请附除尘器泄爆情况的照片。"}),
                (-117, "hz_verify"),
                (-116, "hz_not_hazard_approve"),
            ],
            say={
                "hz_verify": {
                    "grade": "不属实",
                    "finding_note": "除尘器设有泄爆片并通向室外，入口除铁装置完好。",
                    **dict.fromkeys(("criterion", "cannot_self_fix", "danger_high", "difficulty_high")),
                }
            },
        ),
        Story(
            "腌制池",
            [("-6h", "hz_register"), ("-5h", "hz_interim_order")],
            reporter="town_officer.town2",
            say={"hz_register": YES},
        ),
        Story(
            "2号炸药库",
            [
                ("-6w", "hz_register hz_verify hz_confirm_list"),
                ("-5w", "hz_approve_listing", {"decision": "退回", "reason": "请核对核定库容后再报。"}),
                ("-2w", "hz_confirm_list"),
            ],
            deadline=90,
        ),
        Story(
            "铜锍浇铸区",
            [
                *listed(-33)[:2],
                *escalated("L1", -15, 2),
                (-8, "L2:hz_escalate L2:hz_escalate_l2_approve"),
            ],
            deadline=60,
        ),
        Story("制氧站", [("-2w", "hz_register hz_verify hz_confirm_list hz_approve_listing"), ("-1w", "hz_assign")]),
        Story(
            "熔窑天然气调压站",
            [*listed(-118), *steady(-112, -16, 10), *delisted(-9)[:2], (-4, "hz_delist_review")],
            deadline=10,
        ),
        Story(
            "打磨车间",
            [
                *listed(-40)[:3],
                *(
                    row
                    for day in (-35, -27, -19)
                    for row in (
                        (
                            day,
                            "hz_review_plan",
                            {"result": "退回修改", "comments": "资金来源和临时防范措施不具体，请修改。"},
                        ),
                        (day + 1, "hz_review_plan_approve"),
                        *([(day + 5, "hz_plan")] if day < -19 else []),
                    )
                ),
                *escalated("L2", -15, 2),
            ],
            deadline=65,
        ),
        Story("仓储区", [("-2w", "open:")], reporter="enterprise_reporter"),
        Story(
            "3号厂房氰化镀槽",
            [
                *listed(-125),
                *steady(-119, -3, -34),
                (-60, "hz_penalty_note"),
                (-30, "hz_penalty_note"),
                *escalated("L1", -40, 2),
                *escalated("L2", -32, 2),
                *escalated("L3", -17, 1),
                (-28, "open:coercion coercion_request coercion_request_legal coercion_request_approve"),
                (-27, "coercion_notice coercion_execute"),
                ("-4w", "open:L5"),
                ("-3w", "L5:hz_escalate"),
                ("-2w", "L5:hz_escalate_l5_approve"),
                ("-20h", "coercion_comply"),
                ("-2w", "begin:hz_penalty_note"),
            ],
            deadline=-34,
            measure="责令停产停业",
        ),
        Story(
            "浆池",
            [*listed(-12)[:3], ("-2w", "hz_review_plan")],
            deadline=50,
        ),
        Story(
            "锅炉房燃气管线",
            [*listed(-190), *steady(-184, -112, -95), *delisted(-108)],
            deadline=-95,
        ),
        Story(
            "铜锍浇铸区",
            [(-20, "hz_register")],
            key="铜锍浇铸区（重复登记）",
            reporter="case_handler2",
            say={
                "hz_register": {
                    "duplicate_action": "并入已有隐患",
                    "duplicate_of": "known:same",
                    "duplicate_reason": "与已登记隐患为同一部位。",
                }
            },
        ),
    ]
    return [*city, *east, *west]
