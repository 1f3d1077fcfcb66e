"""The referrals of the demo office as a table, one in every state, some late, and the meetings about them."""

from __future__ import annotations

from web.demo.enforcement_stories import filed
from web.demo.matters import Matter
from web.demo.referral_answers import DIRECT, NO_CRIME, NOT_FILED, NOT_PROSECUTED, OFFICIAL, RECEIVED, REFUSED_INSIDE

Rows = list[tuple]


def prepared(day: int) -> Rows:
    """Return the way from the clue to the report that the head has received, in two days."""
    return [(day, "ref_clue ref_team ref_verify"), (day + 2, "ref_report ref_legal_review ref_receive")]


def handed(day: int) -> Rows:
    """Return the way from the clue to the police, in three days."""
    return [*prepared(day), (day + 3, "ref_decide ref_handover")]


def accepted(day: int) -> Rows:
    """Return the way from the clue to the police's receipt, in three days."""
    return [*handed(day), (day + 3, "ref_police_receipt")]


def taken_up(day: int) -> Rows:
    """Return the way from the clue to criminal proceedings, in twelve days."""
    return [
        *accepted(day),
        (day + 6, "ref_record_decision"),
        (day + 8, "ref_property"),
        (day + 12, "ref_case_officer"),
    ]


def refused(day: int) -> Rows:
    """Return the way from the clue to the police's refusal, in six days."""
    return [*accepted(day), (day + 6, "ref_record_decision", NOT_FILED)]


def upheld(day: int) -> Rows:
    """Return the way from the clue to a refusal that is upheld, in nine days."""
    objected = "ref_objection_choice ref_objection_choice_approve ref_reconsider"
    return [*refused(day), (day + 6, objected), (day + 9, "ref_record_recon")]


CHARGED = {"stage": "提起公诉"}
FIRST_INSTANCE = {"stage": "一审"}
LATE = {"late": True}
SENT_AWAY = {"result": "拒收", "accepted_at": None, "scan": None, "document_no": None}
ACCEPT = {"choice": "认可", "reason": "公安机关的理由成立。"}
RESUMED = {"decision": "恢复原案", "reason": "不起诉不影响行政处罚，恢复原案办理。"}
YEARLY = {"kind": "年度通报会议"}
EVIDENCE = "证据不足，检察机关决定不起诉。"


def _referral(place: str, firm: int, rows: Rows, crime: str = "R4", **more) -> Matter:
    return Matter(place, firm, rows, process="judicial_referral", crime=crime, **more)


def referrals() -> list[Matter]:
    """Return all referrals; those that penalty cases began are told with their case."""
    return [
        _referral("硫磺仓库", 1, [("-2w", "lodge:")]),
        _referral("裂解装置", 2, [(-9, "ref_clue ref_team")]),
        _referral("转炉平台", 35, [*prepared(-9)]),
        _referral("电解车间", 4, [*prepared(-30), (-27, "ref_decide", REFUSED_INSIDE)]),
        _referral("储罐区D", 5, [*prepared(-8), (-5, "ref_decide")]),
        _referral("提取车间", 6, [*handed(-9)], "R3"),
        _referral("门站", 7, [*handed(-12), (-9, "ref_police_receipt", SENT_AWAY)], "R3"),
        _referral("回采工作面", 8, [*handed(-9), (-6, "ref_police_receipt", "forwarded")], "R1"),
        _referral("氯乙烯库", 9, [*handed(-10), (-7, "ref_police_receipt", "others")], "R5"),
        _referral("色浆车间", 10, [*accepted(-13)], "R3"),
        _referral("浸胶车间", 12, [*accepted(-8), (-5, "ref_record_decision", "asked")]),
        _referral("速冻库", 17, [*accepted(-9), (-4, "ref_record_decision")]),
        _referral(
            "浮选车间",
            28,
            [
                *accepted(-60),
                (-57, "ref_record_decision", "asked"),
                (-56, "ref_supplement"),
                (-54, "ref_record_decision"),
                (-52, "ref_property"),
            ],
        ),
        _referral("制砖车间", 21, [*refused(-17)]),
        _referral("酸洗车间", 15, [*upheld(-13)[:-1]]),
        _referral("铝屑库", 16, [*upheld(-16)]),
        _referral(
            "晒药场",
            26,
            [
                *upheld(-70),
                (-61, "ref_upheld_choice"),
                (-45, "ref_suggest_supervision", LATE),
                (-30, "ref_record_supervision", "explain"),
            ],
            "R5",
        ),
        _referral(
            "炸药临时库",
            34,
            [
                *upheld(-120),
                (-111, "ref_upheld_choice ref_suggest_supervision"),
                (-85, "ref_record_supervision"),
                (-84, "ref_property", "fewer"),
                (-80, "ref_case_officer"),
                (-40, "ref_tracking"),
            ],
            "R5",
        ),
        _referral(
            "合成氨压缩机房",
            30,
            [*refused(-25), (-19, "ref_objection_choice ref_objection_choice_approve", ACCEPT)],
        ),
        _referral(
            "中间罐区",
            31,
            [
                *taken_up(-250),
                (-200, "ref_tracking"),
                (-150, "ref_tracking", CHARGED),
                (-100, "ref_tracking", FIRST_INSTANCE),
                (-60, "ref_result"),
                (-58, "ref_offset"),
                (-57, "ref_ban ref_ban"),
                (-50, "ref_close"),
            ],
            "R1",
        ),
        _referral("井下变电所", 29, [*taken_up(-200), (-120, "ref_tracking"), (-4, "ref_result")], "R1"),
        _referral("面粉筒仓", 14, [(-75, "ref_clue", NO_CRIME), (-74, "ref_clue_approve")]),
        _referral(
            "市场监管环节", 40, [(-90, "ref_clue", OFFICIAL), (-88, "ref_other_organ"), (-85, "ref_close")], "R12"
        ),
        _referral(
            "玻璃熔窑",
            36,
            [
                (-8, "ref_clue", RECEIVED),
                (-7, "ref_return_receive", DIRECT),
                (-4, "ref_return_decide"),
                (-3, "ref_return_decide_approve"),
            ],
        ),
        _referral("炼钢车间铁水吊运区", 3, [*accepted(-39)], hazard="炼钢车间铁水吊运区"),
        Matter("中控室", 9, [(-130, "ref_ban")], process="occupational_ban", hazard="中控室"),
        # Begun by the watch over penalty cases.
        Matter(
            "溴素车间",
            20,
            [
                *filed(-290),
                *taken_up(-288),
                (-285, "ec_suspend ec_suspend_approve"),
                (-240, "ref_tracking"),
                (-60, "ref_result", "freed"),
                (-58, "ref_procuratorate_opinion ref_offset"),
                (-20, "ref_return_receive", NOT_PROSECUTED),
                (-18, "ref_return_decide", RESUMED),
                (-17, "ref_return_decide_approve ref_opinion_reply"),
            ],
            crime="R3",
            say={"ref_tracking": {"note": EVIDENCE}},
        ),
        Matter("花火工房", 25, [*filed(-25), *accepted(-23)], crime="R5"),
    ]


def meetings() -> list[Matter]:
    """Return the joint meetings with police and procuratorate: one being followed, and the yearly one."""
    return [
        _meeting("行刑衔接联席会议", 9, [(-30, "jm_agenda"), (-26, "jm_minutes"), (-18, "jm_follow")]),
        _meeting("行刑衔接年度通报会议", 1, [(-200, "jm_agenda", YEARLY), (-196, "jm_minutes", "yearly")]),
    ]


def _meeting(name: str, firm: int, rows: Rows) -> Matter:
    return Matter(name, firm, rows, process="joint_meeting", opener="legal_officer")
