"""The penalty cases of the demo office as a table, told as the hazards are: days before today, and the steps done."""

from __future__ import annotations

from web.demo.enforcement_answers import INSPECTED, NO_PENALTY, NOT_PUNISHED, RETURNED
from web.demo.linked_answers import BY_COURT, CASH, GONE, REFUSED, SUED, SUED_FOR, URGED, WARNED
from web.demo.matters import Matter
from web.demo.papers import Paper

Rows = list[tuple]
MINOR = {"ec_investigation_report": NO_PENALTY, "ec_decide": NOT_PUNISHED}


def filed(day: int) -> Rows:
    """Return the way from the clue to the filing, in two days."""
    return [(day, "ec_clue"), (day + 1, "ec_file_case ec_file_case_unit"), (day + 2, "ec_file_case_approve")]


def reported(day: int) -> Rows:
    """Return the way from the clue to the end of the investigation, in twelve days."""
    return [*filed(day), (day + 5, "ec_investigate"), (day + 12, "ec_investigation_report")]


def noticed(day: int) -> Rows:
    """Return the way from the clue to the notice, in sixteen days."""
    return [*reported(day), (day + 13, "ec_unit_review"), (day + 14, "ec_legal_review"), (day + 16, "ec_notice")]


def decided(day: int) -> Rows:
    """Return the way from the clue to the decision, the party having waived its rights, in nineteen days."""
    return [*noticed(day), (day + 17, "ec_statement"), (day + 19, "ec_legal_review_final ec_decide")]


def served(day: int) -> Rows:
    """Return the way from the clue to a decision that is served and published, in twenty-three days."""
    return [*decided(day), (day + 21, "ec_serve"), (day + 23, "ec_publish")]


def paid(day: int) -> Rows:
    """Return the way from the clue to the payment, in thirty days."""
    return [*served(day), (day + 30, "ec_execute", "rest")]


def heard(day: int) -> Rows:
    """Return the way from the clue to a hearing and its report, in fifty-five days."""
    return [
        *noticed(day),
        (day + 17, "ec_statement"),
        (day + 18, "eh_accept eh_appoint"),
        (day + 19, "eh_notify"),
        (day + 50, "eh_hold eh_record"),
        (day + 53, "eh_report"),
    ]


def closed(day: int) -> Rows:
    """Return how a case is closed and archived, in five days."""
    return [(day, "ec_close ec_close_approve"), (day + 5, "ec_archive")]


def unpaid(day: int) -> Rows:
    """Return the way from the clue to an unpaid fine, its urging and its surcharge."""
    return [*served(day), (day + 40, "ec_urge"), (day + 60, "ec_surcharge ec_surcharge_approve")]


def on_the_spot(day: int, upto: int = 9) -> Rows:
    """Return a punishment on the spot from the certificates shown to the archive; `upto` ends it after so many rows."""
    return [
        (day, "es_show_id es_hear es_decide"),
        (day + 1, "es_report"),
        (day + 2, "es_publish"),
        (day + 9, "es_pay"),
        (day + 14, "es_archive"),
    ][:upto]


EXEC_ENDED = {"stage": "终结执行", "concluded": True}
PROVISIONAL = {"provisional": True}
TERMINATED = {"reason": "终止调查", "summary": "企业已注销，调查终止。"}
ENDED = {"reason": "终结执行", "summary": "法院裁定终结执行。"}
UNPUNISHED = {"reason": "不予行政处罚", "summary": "已作出不予行政处罚决定并教育。"}
PERSON = {
    "party_kind": "个人",
    "enterprise_name": None,
    "uscc": None,
    "person_name": "冉某",
    "id_no": "000000199001010011",
}
OTHER_OFFICE = {
    "handling": "移送其他机关",
    "handling_reason": "所涉事项由城市管理部门负责监督管理。",
    "transfer_to": "示例市城市管理局",
    "transfer_paper": Paper("决定文件", "移送函"),
}
NOTHING = {"handling": "不予立案", "handling_reason": "经核查，所反映的问题不属实。"}
LONG_AGO = {"occurred_at": "2019-05-06T09:00:00+08:00", "handling": "不予立案", "handling_reason": "已超过追责时效。"}
SMALL = {"handling": "适用简易程序", "source": "双随机", "plan_id": None, "draw_id": "SSJ-07"}
NOT_PLANNED = dict.fromkeys(("plan_id", *INSPECTED))
TOLD = {"source": "举报(12350)", **NOT_PLANNED, "informant_name": "匿名职工", "informant_phone": "0000-654321"}
ABOVE = {"source": "上级交办", **NOT_PLANNED, "source_paper": "督查交办单"}
LISTING = [(-90, "dl_propose dl_inform dl_statement"), (-85, "dl_decide dl_publish_share"), (-60, "dl_feedback")]
ASSESSED = [(-70, "ec_quality_sample ec_quality"), (-68, "ec_quality_review ec_quality_approve ec_quality_report")]
INTERFERENCE = [(-100, "ir_record ir_report"), (-95, "ir_outcome")]


def ordinary() -> list[Matter]:
    """Return the cases of the ordinary procedure, those that hazards handed over among them."""
    return [
        Matter("二车间配电间", 9, [*paid(-320), *closed(-105)]),
        Matter("原料卸车区", 10, [*paid(-310), *closed(-95)], "SL101", say={"ec_clue": TOLD}),
        Matter("烘干车间", 12, [*paid(-300), *closed(-88), *ASSESSED], "SL97"),
        Matter(
            "涂装车间",
            15,
            [
                *heard(-318),
                (-262, "ec_legal_review_final"),
                (-260, "ec_collective ec_decide"),
                (-258, "ec_serve"),
                (-256, "ec_publish"),
                (-250, "ec_execute", "rest"),
                *closed(-50),
            ],
            heavy=True,
        ),
        Matter(
            "排土场",
            27,
            [
                *unpaid(-325),
                (-100, "ec_court_apply"),
                (-95, "ec_court_result"),
                (-60, "ec_court_result", {"stage": "裁定准予执行"}),
            ],
        ),
        Matter(
            "还原炉车间",
            35,
            [
                *unpaid(-322),
                (-98, "ec_court_apply"),
                (-40, "ec_court_result", EXEC_ENDED),
                (-35, "ec_execute", {"outcome": "提请终结执行"}),
                (-34, "ec_exec_end ec_exec_end_approve"),
                (-25, "ec_close ec_close_approve", ENDED),
                (-20, "ec_archive"),
            ],
        ),
        Matter("酿造车间", 32, [*unpaid(-315), (-9, "begin:ec_court_apply")], "SL105"),
        Matter("喷砂间", 37, [*served(-150), (-60, "ec_execute", {"outcome": "提请中止执行"})], "SL99"),
        Matter("抄纸车间", 40, [*unpaid(-200), (-20, "ec_execute", {"outcome": "提请终结执行"})]),
        Matter(
            "络筒车间",
            11,
            [
                *served(-140),
                (-114, "ec_instalment ec_instalment_approve"),
                (-88, "ec_execute", "part"),
            ],
        ),
        Matter(
            "分拣车间",
            18,
            [
                *served(-170),
                (-110, "ec_execute", "late"),
                (-105, "ec_surcharge", {"waived": "500.00", "agreement": Paper("决定文件", "执行协议")}),
                (-104, "ec_surcharge_approve"),
                (-100, "ec_execute", "all"),
                (-90, "ec_close ec_close_approve", PROVISIONAL),
                (-85, "ec_archive"),
            ],
            "SL99",
            say={"ec_surcharge": {"remedied": "已采取补救措施，隐患消除。"}},
        ),
        Matter(
            "制剂车间",
            6,
            [
                *served(-120),
                (-95, "ec_superior_report"),
                (-90, "ec_execute", "rest"),
                (-75, "rt_file rt_accept"),
                (-68, "rt_reply"),
                (-20, "rt_result"),
            ],
            say={"ec_clue": ABOVE},
        ),
        Matter(
            "轧钢车间",
            3,
            [
                *paid(-230),
                (-180, "rt_file rt_accept"),
                (-173, "rt_reply"),
                (-120, "rt_result", {"result": "撤销"}),
                (-118, "rt_withdraw"),
            ],
            "SL97",
        ),
        Matter(
            "破碎车间",
            21,
            [
                *paid(-130),
                *INTERFERENCE,
                (-70, "rt_file", SUED),
                (-60, "rt_answer", {"head_attends": "deputy_head.county1"}),
            ],
            "SL101",
        ),
        Matter("拆解车间", 2, [(-90, "ec_clue", NOTHING)], say={"ec_clue": TOLD}),
        Matter("旧仓库", 39, [(-100, "ec_clue", LONG_AGO)], say={"ec_clue": TOLD}),
        Matter("瓶组间", 7, [(-80, "ec_clue", OTHER_OFFICE)]),
        Matter("食品库", 13, [(-60, "ec_clue", SMALL), (-60, "es_show_id es_hear es_decide"), (-58, "es_report")]),
        Matter(
            "炭化炉",
            26,
            [
                (-70, "ec_clue"),
                (-69, "ec_file_case ec_file_case_unit"),
                (-68, "ec_file_case_approve", {"decision": "不予立案", "filed_on": None, "reason": "证据不足以立案。"}),
            ],
        ),
        Matter(
            "染色车间",
            33,
            [
                *filed(-110),
                (-90, "ec_terminate ec_terminate_approve"),
                (-80, "ec_close ec_close_approve", TERMINATED),
                (-75, "ec_archive"),
            ],
        ),
        Matter(
            "粗磨车间",
            36,
            [*reported(-60), (-47, "ec_unit_review"), (-45, "ec_legal_review", RETURNED)],
            "SL97",
        ),
        Matter(
            "混配车间",
            31,
            [
                *reported(-100),
                (-87, "ec_unit_review"),
                (-85, "ec_legal_review", RETURNED),
                (-78, "ec_investigate"),
                (-76, "ec_investigation_report"),
                (-74, "ec_unit_review ec_legal_review"),
                (-71, "ec_notice ec_statement"),
                (-69, "ec_legal_review_final ec_decide"),
                (-67, "ec_serve ec_publish"),
                (-60, "ec_execute", "rest"),
                (-50, "ec_close", PROVISIONAL),
            ],
            "SL101",
        ),
        Matter("化验楼", 30, [*heard(-45)[:-3]], heavy=True),
        Matter("制砂楼", 27, [*heard(-48)[:-2]], heavy=True),
        Matter("储运车间", 5, [*heard(-70), (-14, "ec_legal_review_final")], heavy=True),
        Matter("调漆间", 22, [*decided(-140)[:-1], (-20, "ec_legal_review_final")], "SL99"),
        Matter("印刷车间", 23, [*decided(-30)], "SL105"),
        Matter("焙烧车间", 4, [*served(-90)], "SL99"),
        Matter("包装车间", 14, [*paid(-85), (-30, "ec_close", PROVISIONAL)]),
        Matter("发酵车间", 34, [*paid(-95), (-40, "ec_close ec_close_approve", PROVISIONAL)], "SL105"),
        Matter("煤棚", 29, [*noticed(-30)[:-1]]),
        Matter("罐装间", 38, [*noticed(-32)]),
        Matter("提升绞车房", 28, [*noticed(-25)[:-2]]),
        Matter("充装站", 24, [*reported(-22)]),
        Matter(
            "机修车间",
            16,
            [
                (-20, "ec_clue"),
                (-19, "ec_file_case"),
                (-18, "ec_file_case_unit", {"decision": "退回", "reason": "补充现场照片。"}),
            ],
            opener="intake_clerk",
        ),
        Matter("成品仓", 25, [(-6, "ec_clue"), (-5, "ec_file_case ec_file_case_unit")], opener="intake_clerk"),
        Matter("回火炉", 1, [(-3, "lodge:")], opener="intake_clerk"),
        Matter(
            "试剂库",
            8,
            [
                *reported(-75),
                (-61, "ec_unit_review ec_legal_review"),
                (-59, "ec_legal_review_final ec_decide"),
                (-57, "ec_serve"),
                (-45, "ec_publish"),
                (-40, "ec_close ec_close_approve", UNPUNISHED | PROVISIONAL),
                (-35, "ec_archive"),
            ],
            say=MINOR,
        ),
        Matter(
            "反应釜区",
            20,
            [
                *filed(-55),
                (-53, "ec_preserve ec_preserve_approve ec_preserve_serve"),
                (-51, "ec_investigate ec_sample ec_appraise"),
                (-50, "ec_order_correct ec_preserve_dispose"),
                (-38, "ec_recheck"),
            ],
        ),
        Matter(
            "热处理车间",
            17,
            [*paid(-125), (-94, "ec_order_correct"), (-80, "ec_recheck", REFUSED), (-78, "ec_daily_fine"), *LISTING],
        ),
        Matter("树脂车间", 10, [*served(-50)], hazard="树脂车间"),
        Matter("3号厂房氰化镀槽", 39, [(-28, "ec_clue"), (-27, "ec_file_case")], hazard="3号厂房氰化镀槽"),
    ]


# place, enterprise, cause, day, how many rows of it are told, what is said otherwise
SPOT = [
    ("东侧围墙", 1, "SL99", -300, 9, {}),
    ("卸料平台", 4, "SL99", -280, 9, {}),
    ("一号门岗", 9, "SL105", -270, 9, {}),
    ("锅炉间", 12, "SL99", -255, 9, {"es_decide": WARNED}),
    ("叉车通道", 13, "SL99", -240, 9, {}),
    ("宿舍楼梯", 16, "SL105", -230, 9, {}),
    ("水泵房", 20, "SL99", -215, 9, {}),
    ("临时库", 25, "SL105", -205, 9, {}),
    ("磅房", 27, "SL99", -190, 9, {"es_decide": WARNED}),
    ("空压机房", 30, "SL99", -180, 9, {}),
    ("晾晒场", 33, "SL99", -165, 4, {}),
    ("维修间", 36, "SL99", -150, 4, {}),
    ("包装区", 37, "SL105", -140, 4, {}),
    ("备件库", 40, "SL99", -120, 4, {}),
    ("堆场", 35, "SL99", -100, 4, {}),
    ("食堂后厨", 2, "SL99", -90, 3, {}),
    ("检修平台", 3, "SL101", -75, 2, {}),
    ("门厅", 19, "SL105", -60, 3, {}),
    ("坡道", 31, "SL99", -45, 1, {}),
    ("危废间", 22, "SL99", -30, 2, {}),
    ("灌区入口", 10, "SL99", -20, 3, {}),
    ("地磅", 28, "SL99", -12, 2, {}),
    ("休息室", 38, "SL105", -8, 1, {}),
    ("油品库", 29, "SL99", -5, 1, {}),
    ("除尘平台", 6, "SL99", -3, 1, {}),
]


def simple() -> list[Matter]:
    """Return the punishments on the spot: most go their whole way, some wait for payment, record or publication."""
    found = []
    for place, firm, cause, day, upto, say in SPOT:
        rows = on_the_spot(day, upto)
        if "es_decide" in say:  # a warning is not paid
            rows = [row for row in rows if row[1] != "es_pay"]
        found.append(Matter(place, firm, rows, cause, process="enforcement_simple", say=say))
    cash = [
        *on_the_spot(-160, 3),
        (-160, "es_pay", CASH),
        (-159, "es_hand_in"),
        (-158, "es_bank"),
        (-150, "es_archive"),
        *ASSESSED,
    ]
    found.append(Matter("山顶值守点", 26, cash, "SL99", process="enforcement_simple"))
    by_court = [
        *on_the_spot(-172, 3),
        (-150, "es_pay", URGED),
        (-149, "es_urge"),
        (-100, "es_pay", SUED_FOR),
        (-99, "es_court_apply"),
        (-70, "es_pay", BY_COURT),
        (-64, "es_archive"),
    ]
    found.append(Matter("废品间", 21, by_court, "SL105", process="enforcement_simple"))
    gone = [*on_the_spot(-130, 3), (-100, "es_pay", GONE), (-98, "es_end_approve"), (-90, "es_archive")]
    found.append(Matter("木工棚", 14, gone, "SL105", process="enforcement_simple"))
    refuted = {"handling": "不予处罚", "handling_reason": "情节轻微，已当场改正。"}
    found.append(Matter("展厅", 18, [(-110, "es_show_id"), (-110, "es_hear", refuted)], process="enforcement_simple"))
    heavier = {"handling": "转普通程序", "handling_reason": "需要进一步调查取证。"}
    found.append(Matter("球磨机房", 15, [(-26, "es_show_id"), (-26, "es_hear", heavier)], process="enforcement_simple"))
    return found
