"""What the demo's people write at each step of the hazard family, from the facts of the hazard and the moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from engine.workdays import office_day, office_zone
from web.demo.hazards import Hazard
from web.demo.papers import Paper

CITY_AND_ABOVE = ("市级", "省级")
AGREE = {"decision": "同意", "opinion": "同意。"}
PASSED = {"decision": "通过", "opinion": "事实清楚、依据准确、程序合法，予以通过。"}
SITE = {"危化": "现场罐区", "非煤矿山": "现场采区", "煤矿": "现场采区", "烟花爆竹": "现场库房", "商贸": "现场库房"}


@dataclass
class Scene:
    """One step being answered: whose hazard, in which office, when, and what is known from the records."""

    hazard: Hazard
    office: str
    at: datetime
    level: str = ""  # 县级, 市级, or empty where it is not listed
    deadline: date = date.max
    opened: datetime | None = None  # when the hazard was registered
    times: int = 0  # how often this step was answered before
    measure: str = ""  # the kind of coercive measure
    known: dict[str, Any] = field(default_factory=dict)  # numbers of letters and cases, figures of the quarter

    def moment(self, hours: float = 0.0, days: int = 0) -> str:
        """Return a moment relative to this one as the forms write it."""
        return (self.at + timedelta(days=days, hours=hours)).astimezone(office_zone()).isoformat(timespec="seconds")

    def day(self, days: int = 0) -> str:
        return (office_day(self.at) + timedelta(days=days)).isoformat()

    def officers(self, second: str = "co_handler") -> list[str]:
        return [f"case_handler.{self.office}", f"{second}.{self.office}"]

    @property
    def photos(self) -> list[Paper]:
        return [Paper(SITE.get(self.hazard.industry, "现场车间"), f"{self.hazard.place}现场")]

    @property
    def middle(self) -> date:
        """Return the day of the first milestone: half way between the registration and the deadline."""
        start = office_day(self.opened or self.at)
        return start + (self.deadline - start) / 2

    @property
    def record(self) -> dict[str, Any]:
        """Return what every inspection on the spot writes down."""
        return {
            "checked_at": self.moment(-1.5),
            "checked_until": self.moment(-0.5),
            "officers": self.officers(),
            "av_record_id": f"AV-{office_day(self.at):%Y%m%d}-{self.hazard.number:03}",
            "place": self.hazard.place,
            "enterprise_rep": self.hazard.principal,
            "photos": self.photos,
        }

    @property
    def published(self) -> dict[str, Any]:
        return {
            "channel": ["部门网站", "企业现场公示牌"],
            "url": "https://www.example.cn/aqjg/gsgg",
            "published_at": self.moment(-0.2),
            "masked_check": True,
        }


def answers(step: str, scene: Scene) -> dict[str, Any]:
    """Return acceptable answers of a step; what a story says otherwise is laid over them."""
    found = STEPS.get(step, AGREE)
    return dict(found(scene) if callable(found) else found)


def hz_register(s: Scene) -> dict[str, Any]:
    told = {
        "source": s.hazard.source,
        "discovered_at": s.moment(-1.0),
        "discoverer": "现场检查组",
        "enterprise_name": s.hazard.enterprise,
        "uscc": s.hazard.uscc,
        "address": s.hazard.address,
        "principal": s.hazard.principal,
        "industry": s.hazard.industry,
        "risk_color": s.hazard.color,
        "location": s.hazard.place,
        "description": s.hazard.found,
        "photos": s.photos,
        "criterion": s.hazard.criterion,
        "immediate_danger": False,
    }
    if s.hazard.source == "群众举报(12350)":
        told |= {"informant_protected": True, "reports_12m": 3 if s.level else 1, "discoverer": None}
        told |= {"informant_name": "匿名职工", "informant_phone": "0000-123456"}
    if s.level in CITY_AND_ABOVE:
        told |= {"designated_level": s.level, "designated_file": Paper("决定文件", "挂牌督办批示")}
    return told


def hz_verify(s: Scene) -> dict[str, Any]:
    return s.record | {
        "content": f"检查{s.hazard.place}，查阅设备台账和运行记录，询问现场负责人。",
        "problems": s.hazard.found,
        "handling": "责令立即采取防范措施，研究列入重大事故隐患清单。",
        "grade": "重大",
        "criterion": s.hazard.criterion,
        "cannot_self_fix": False,
        "danger_high": bool(s.level),
        "difficulty_high": s.hazard.funds > 400000 and bool(s.level),
    }


def hz_general_order(s: Scene) -> dict[str, Any]:
    return {
        "problems": s.hazard.found,
        "basis": "《中华人民共和国安全生产法》第六十五条",
        "requirements": s.hazard.remedy,
        "deadline": s.day(15),
        "served_at": s.moment(-0.2),
        "served_to": s.hazard.principal,
        "officers": s.officers(),
        "receipt_file": Paper("送达回证"),
    }


def hz_general_recheck(s: Scene) -> dict[str, Any]:
    return {
        "checked_at": s.moment(-1.0),
        "officers": s.officers(),
        "result": "已整改",
        "content": f"{s.hazard.place}所列问题已整改，现场符合要求。",
        "photos": [Paper("整改后现场")],
    }


def hz_transfer_dept(s: Scene) -> dict[str, Any]:
    target = {"城镇燃气": "示例市城市管理局", "建筑施工": "东山区住房和城乡建设局"}
    return {
        "target_org": target.get(s.hazard.industry, "东山区消防救援大队"),
        "reason": "所涉事项由贵部门负责监督管理，本机关已要求企业先行采取防范措施，现将材料移送。",
        "transferred_on": s.day(),
        "transfer_record": Paper("决定文件", "隐患移送记录"),
        "receipt_file": Paper("签收回执", "接收回执"),
    }


def hz_confirm_list(s: Scene) -> dict[str, Any]:
    return {
        "confirm": "列入清单",
        "supervising_dept": s.office,
        "supervisor": f"case_handler.{s.office}",
        "opinion": "判定依据充分，同意列入。",
    }


def hz_approve_listing(s: Scene) -> dict[str, Any]:
    told = {"deadline": s.deadline.isoformat(), "opinion": "同意，请抓紧交办。"}
    return told | ({"decision": "同意挂牌", "list_level": s.level} if s.level else {"decision": "不挂牌"})


def hz_assign(s: Scene) -> dict[str, Any]:
    return {
        "assignee_dept": s.office,
        "assignee_person": f"case_handler.{s.office}",
        "enterprise_responsible": s.hazard.principal,
        "enterprise_responsible_post": "主要负责人",
        "requirements": "整改期间落实防范监控措施，每月报告进度；做到措施、责任、资金、时限、预案五到位。",
        "measures": s.hazard.remedy,
        "funds": f"{s.hazard.funds}.00",
        "emergency_plan": "按现场处置方案执行，每周演练一次。",
        "deadline": s.deadline.isoformat(),
        "contact": "督办联络人",
        "contact_phone": "0000-12350",
        "copies": [{"dept": s.office}],
    }


def hz_receipt(s: Scene) -> dict[str, Any]:
    return {
        "received_at": s.moment(-0.2),
        "receipt_file": Paper("签收回执", "交办单签收回执"),
        "received_by": "综合科",
    }


def hz_file_listing(s: Scene) -> dict[str, Any]:
    return {
        "filed_at": s.moment(-0.3),
        "filed_to": "示例省安委办" if s.office == "city" else "示例市安委办",
        "filing_no": f"挂备{office_day(s.at):%Y%m%d}{s.hazard.number:02}",
    }


def hz_plan(s: Scene) -> dict[str, Any]:
    return {
        "goal": f"按期消除{s.hazard.place}存在的重大事故隐患，恢复安全生产条件。",
        "methods": s.hazard.remedy,
        "funds": f"{s.hazard.funds}.00",
        "materials": s.hazard.materials,
        "org_people": f"成立治理小组，组长{s.hazard.principal}，生产、设备、安全部门各一人，专人盯守。",
        "schedule": [
            {"milestone": "设备材料到货并完成主体施工", "due_on": s.middle.isoformat(), "requirement": "现场验收签字"},
            {
                "milestone": "调试投用，具备验收条件",
                "due_on": s.deadline.isoformat(),
                "requirement": "试运行七日无异常",
            },
        ],
        "safety_emergency": "治理期间降低负荷、限制人员进入，增加人工巡检，备足应急物资，发生异常立即撤人。",
        "plan_unit": s.hazard.enterprise,
        "report_regulator_on": s.day(),
        "report_regulator_file": Paper("向监管部门的报告"),
        "report_congress_on": s.day(),
        "congress_kind": "职工代表大会",
        "congress_minutes": Paper("职工代表大会纪要"),
        "minutes_no": f"职代会纪要〔{s.at.year}〕{s.times + 1}号",
    }


def hz_progress(s: Scene) -> dict[str, Any]:
    percent = min(90, 20 + 15 * s.times)
    return {
        "percent": percent,
        "done": f"已完成总工程量的{percent}%，{s.hazard.materials.split('、')[0]}已到位。",
        "next": "继续施工，做好调试准备。",
        "funds_used": f"{s.hazard.funds * percent // 100}.00",
        "interim_protection": "人工巡检每班四次，现场专人监护。",
        "photos": s.photos,
    }


def hz_onsite_check(s: Scene) -> dict[str, Any]:
    return s.record | {
        "content": f"检查{s.hazard.place}治理进度和防范措施落实情况。",
        "problems": "未发现新的问题。",
        "handling": "要求按治理方案的里程碑推进。",
        "order_obeyed": "不适用",
        "finding": "按期推进",
    }


def hz_extension_apply(s: Scene) -> dict[str, Any]:
    return {
        "applied_on": s.day(),
        "new_deadline": (s.deadline + timedelta(days=60)).isoformat(),
        "reason": "关键设备为定制产品，制造周期延长，供货单位已出具证明。",
        "completed_work": "管线改造、基础施工和电气敷设已完成。",
        "interim_measures": "降低储量和负荷，增设临时检测报警，双人值守。",
        "evidence": [Paper("企业申请书", "供货周期证明")],
    }


def hz_extension_decide(s: Scene) -> dict[str, Any]:
    return {
        "decision": "同意",
        "approved_deadline": (s.deadline + timedelta(days=60)).isoformat(),
        "reason": "理由属实，已完成主要工程，期间防范措施可靠。",
        "conditions": "每月报告一次进度，不得恢复满负荷运行。",
    }


def hz_penalty_note(s: Scene) -> dict[str, Any]:
    return {
        "decided_on": s.day(-1),
        "decision_no": f"示例罚〔{s.at.year}〕{30 + s.hazard.number + s.times}号",
        "penalty": "罚款",
        "amount": f"{30000 * (s.times + 1)}.00",
        "fact": "未采取措施消除事故隐患",
        "file": Paper("决定文件", "行政处罚决定书"),
    }


def hz_acceptance_apply(s: Scene) -> dict[str, Any]:
    return {
        "plan_summary": f"{s.hazard.place}治理工程已完成：{s.hazard.remedy}",
        "assessed_by": "企业自评",
        "self_assessment": Paper("治理效果评估报告"),
        "report_regulator_on": s.day(),
        "report_regulator_file": Paper("向监管部门的报告", "治理结果报告"),
        "report_congress_on": s.day(),
        "congress_kind": "职工代表大会",
        "congress_minutes": Paper("职工代表大会纪要", "治理结果通报会纪要"),
        "resume": False,
    }


def hz_acceptance_check(s: Scene) -> dict[str, Any]:
    return {
        "checked_at": s.moment(-2.0),
        "checked_until": s.moment(-0.5),
        "officers": s.officers(),
        "experts": [{"name": "专家组", "unit": "示例市安全生产专家库", "post": "高级工程师"}],
        "experts_no_conflict": True,
        "items": [
            {"clause": s.hazard.remedy[:60], "result": "合格", "evidence": "现场测试、查阅记录"},
            {"clause": "治理资料和双报告", "result": "合格", "evidence": "资料齐全"},
        ],
        "conclusion": "合格",
        "opinion": "隐患已消除，建议予以销号。",
        "enterprise_rep": s.hazard.principal,
    }


def failed(s: Scene) -> dict[str, Any]:
    """Return what an acceptance that fails says."""
    return {
        "items": [
            {"clause": s.hazard.remedy[:60], "result": "不合格", "evidence": "现场试验未动作"},
            {"clause": "治理资料和双报告", "result": "合格", "evidence": "资料齐全"},
        ],
        "conclusion": "不合格",
        "next_check_on": s.day(15),
        "opinion": "联动试验未通过，限期整改后再次申请验收。",
    }


def hz_resume(s: Scene) -> dict[str, Any]:
    told = {"resume_on": s.day(2), "scope": s.hazard.place, "conditions": "恢复后前三日专人监护。", "opinion": "同意。"}
    return told | ({"mine_consent": Paper("决定文件", "复产同意件")} if s.hazard.industry == "煤矿" else {})


def hz_delist_review(s: Scene) -> dict[str, Any]:
    return {
        "acceptance_approved": True,
        "double_report_filed": True,
        "report_regulator_on": s.day(),
        "report_regulator_file": Paper("向监管部门的报告", "治理结果报告"),
        "report_congress_on": s.day(),
        "congress_minutes": Paper("职工代表大会纪要", "治理结果通报会纪要"),
        "no_coercion": True,
        "orders_closed": True,
        "published": True,
        "decision": "同意",
        "opinion": "符合销号条件。",
    }


def hz_look_back(s: Scene) -> dict[str, Any]:
    return s.record | {
        "officers": s.officers("case_handler2"),
        "content": f"回访{s.hazard.place}，抽查运行记录和联锁试验记录。",
        "problems": "未发现反弹。",
        "finding": "无反弹",
    }


def hz_unfixable(s: Scene) -> dict[str, Any]:
    return {
        "route": "提请关闭",
        "basis": "外部安全距离不足且无法调整，经论证不具备整改条件。",
        "expert_opinion": Paper("专家论证意见"),
        "experts": [{"name": "专家组", "unit": "示例市安全生产专家库", "post": "高级工程师"}],
        "arrangement": "先行停止使用，限期清空物料。",
    }


def hz_closure_propose(s: Scene) -> dict[str, Any]:
    return {
        "ground": "停产停业整顿后仍不具备安全生产条件(第113条第2项)",
        "facts": f"{s.hazard.enterprise}{s.hazard.place}：{s.hazard.found}经停产停业整顿后复查仍不具备安全生产条件。",
        "hearing_notice": Paper("送达回证", "听证权利告知书及送达回证"),
        "hearing_told_on": s.day(-4),
        "expert_opinion": "专家组认为不具备整改条件。",
    }


def hz_closure_decide(s: Scene) -> dict[str, Any]:
    return {
        "decision": "决定关闭",
        "decided_on": s.day(),
        "decision_no": f"示例政字〔{s.at.year}〕{s.hazard.number}号",
        "decision_file": Paper("决定文件", "关闭决定"),
        "bar": "五年",
        "opinion": "依法予以关闭，相关部门按职责落实。",
    }


def hz_closure_execute(s: Scene) -> dict[str, Any]:
    return {
        "done_at": s.moment(-1.0),
        "power_cut": True,
        "licences_revoked": True,
        "cleared": True,
        "note": "已断电、注销许可，设备和物料清空。",
        "photos": [Paper("整改后现场", "清空后现场")],
    }


def hz_closure_verify(s: Scene) -> dict[str, Any]:
    return {
        "checked_at": s.moment(-1.0),
        "officers": s.officers(),
        "result": "已关闭到位",
        "facts": "现场已断电、清空、封门，人员已妥善安置。",
    }


def hz_interim_order(s: Scene) -> dict[str, Any]:
    return {
        "hazard_no": s.known["number"],
        "enterprise_name": s.hazard.enterprise,
        "uscc": s.hazard.uscc,
        "place": s.hazard.place,
        "facts": s.hazard.found,
        "basis": "《中华人民共和国安全生产法》第六十五条第一款第三项",
        "measures": ["撤出作业人员", "暂时停产停业"],
        "scope": s.hazard.place,
        "resume_condition": f"{s.hazard.remedy.rstrip('。')}，经本机关审查同意后方可恢复。",
        "on_the_spot": True,
        "served_at": s.moment(-0.3),
        "served_to": s.hazard.principal,
        "refused_sign": False,
        "officers": s.officers(),
        "av_record_id": f"AV-{office_day(s.at):%Y%m%d}-X{s.hazard.number:02}",
    }


def hz_interim_lift(s: Scene) -> dict[str, Any]:
    return {
        "checked_at": s.moment(-1.0),
        "officers": s.officers(),
        "conditions_met": True,
        "facts": "防范措施到位，恢复条件已经满足。",
        "lifted_at": s.moment(-0.2),
        "basis": "经审查，恢复条件已满足。",
        "photos": [Paper("整改后现场")],
    }


def coercion_request(s: Scene) -> dict[str, Any]:
    kind = s.measure
    told = {
        "kind": kind,
        "hazard_no": s.known["number"],
        "enterprise_name": s.hazard.enterprise,
        "uscc": s.hazard.uscc,
        "place": s.hazard.place,
        "implementer": "本机关",
        "facts": f"{s.hazard.found}企业未按决定采取措施。",
        "officers": s.officers(),
    }
    if kind.startswith("停止供"):
        return told | {
            "basis": "《中华人民共和国安全生产法》第七十条",
            "decision_no": s.known.get("order"),
            "decision_served_at": s.known.get("order_served_at"),
            "refusal_facts": "停产决定送达后，企业以订单为由继续生产。",
            "real_danger": True,
            "danger_facts": "防护设施失效状态下满负荷运行，随时可能发生事故。",
            "safety_assessed": True,
            "household_use": False if kind == "停止供电" else None,
            "utility_name": "示例市供电公司" if kind == "停止供电" else "西河金盾民爆器材有限公司",
        }
    if kind == "查封":
        objects = [{"name": "压力容器及附属设备", "quantity": "1套", "condition": "完好", "place": s.hazard.place}]
        return told | {
            "basis": "《中华人民共和国安全生产法》第六十五条第一款第四项",
            "objects": objects,
            "object_ground": "不符合标准的设施设备器材",
            "related": True,
            "already_sealed": False,
            "period_days": 30,
            "keeper": "就地查封，由企业保管",
        }
    return told | {"scope": s.hazard.place, "resume_condition": s.hazard.remedy}


def coercion_request_approve(s: Scene) -> dict[str, Any]:
    if s.measure.startswith("停止供"):
        return AGREE | {"measure_from": s.moment(72.0)}
    return AGREE | ({"measure_from": s.moment(1.0), "measure_until": s.day(30)} if s.measure == "查封" else {})


def coercion_notice(s: Scene) -> dict[str, Any]:
    told = {"notice_at": s.moment(-0.5), "served_to": s.hazard.principal, "receipt_file": Paper("送达回证")}
    if s.measure.startswith("停止供"):
        told |= {"utility_notified_at": s.moment(-0.3), "utility_receipt": Paper("签收回执", "供电单位签收件")}
    return told


def coercion_execute(s: Scene) -> dict[str, Any]:
    return {
        "effective_at": s.moment(-0.3),
        "emergency": False,
        "officers": s.officers(),
        "id_shown": True,
        "told": True,
        "av_record_id": f"AV-{office_day(s.at):%Y%m%d}-Q{s.hazard.number:02}",
    }


def coercion_comply(s: Scene) -> dict[str, Any]:
    return {
        "complied_at": s.moment(-0.5),
        "facts": "企业已停止使用并采取措施，现场核实履行到位。",
        "officers": s.officers(),
    }


def coercion_lift(s: Scene) -> dict[str, Any]:
    told = {"lifted_at": s.moment(-0.2), "reason": "企业已履行决定并采取相应措施。"}
    if s.measure != "查封":
        return told
    return told | {
        "disposal": "销毁",
        "reason": "查封的容器经检验已报废，不得继续使用。",
        "destroy_basis": "《中华人民共和国特种设备安全法》第四十八条",
        "destroy_officers": s.officers(),
        "destroy_record": Paper("决定文件", "销毁记录"),
    }


def coercion_testing(s: Scene) -> dict[str, Any]:
    return {
        "days": 10,
        "told_on": s.day(),
        "agency": "示例市特种设备检验所",
        "notice_file": Paper("送达回证", "检测期间告知书"),
    }


def hz_escalate(s: Scene) -> dict[str, Any]:
    level = s.known["escalation"]
    told = {
        "hazard_no": s.known["number"],
        "enterprise_name": s.hazard.enterprise,
        "uscc": s.hazard.uscc,
        "place": s.hazard.place,
        "level": level,
        "trigger": s.known["trigger"],
        "facts": f"{s.hazard.enterprise}{s.hazard.place}重大事故隐患：{s.known['trigger']}，整改未按要求推进。",
        "target_org": s.hazard.enterprise,
        "demands": "加派人员和资金，倒排工期，期间落实防范监控措施。",
        "follow_up_date": s.day(10),
    }
    if level.startswith("L2"):
        told |= {"subject": "重大事故隐患整改约谈", "persons_interviewed": s.hazard.principal}
        told |= {"talk_at": s.moment(24.0), "talk_place": "安委办会议室"}
    if level.startswith("L3"):
        told |= {"exposure_text": f"{s.hazard.enterprise}存在重大事故隐患，经多次督促仍未按期整改，现予公开曝光。"}
    if level.startswith("L4"):
        told |= {"list_level": "省级" if s.level == "市级" else "市级"}
    if level.startswith("L5"):
        told |= {"failures": "督办责任部门三个月未到现场检查，对逾期情况未采取措施。"}
    return told


def hz_interview(s: Scene) -> dict[str, Any]:
    return {
        "talk_at": s.moment(-2.0),
        "talk_place": "安委办会议室",
        "hosts": [f"committee_office.{s.office}"],
        "persons_interviewed": s.hazard.principal,
        "facts": "通报了隐患整改滞后情况，听取了企业说明。",
        "demands": "两周内完成设备安装，逐日报告进度。",
        "commitments": "企业承诺追加资金，按新的节点完成整改。",
        "signed": True,
        "record_file": Paper("决定文件", "约谈记录签字件"),
    }


def qr_select(s: Scene) -> dict[str, Any]:
    rows = s.known["listed_rows"]
    unit = {"unit": s.known["unit"], "listed": len(rows)}
    if len(rows) < 3:
        unit["zero_reason"] = "本季排查未发现更多符合挂牌条件的隐患。"
    told = {"quarter_text": s.known["quarter_text"], "units": [unit], "candidates": rows}
    return told if rows else told | {"zero_return": True, "zero_reason": "本季没有符合挂牌条件的重大事故隐患。"}


def qr_acceptance(s: Scene) -> dict[str, Any]:
    rows = s.known["accepted_rows"]
    return {"none_due": not rows, "done": rows, "summary": f"本季组织验收{len(rows)}项。"}


def qr_bulletin(s: Scene) -> dict[str, Any]:
    figures = s.known["figures"]
    late = "、".join(row["enterprise"] for row in s.known["overdue"]) or "无"
    done = "、".join(row["enterprise"] for row in s.known["accepted_rows"] if row["conclusion"] == "合格") or "无"
    return figures | {
        "summary": "本季新发现重大事故隐患{found}项，挂牌{listed}项，销号{delisted}项。".format(**figures),
        "overdue": s.known["overdue"],
        "good": done,
        "bad": late,
        "next_steps": "盯紧逾期隐患，逐项明确措施和时限；对整改不力的依法提级督办。",
        "recipients": "各成员单位，有关企业",
    }


def qr_publish(s: Scene) -> dict[str, Any]:
    return {
        "channel": ["政府网站"],
        "url": "https://www.example.cn/aqjg/jdtb",
        "published_at": s.moment(-0.2),
        "recipients": "各成员单位，有关企业",
        "feedback": "被通报企业已报送整改计划，逾期项目全部纳入提级督办。",
    }


SPOKEN = (
    hz_register,
    hz_verify,
    hz_general_order,
    hz_general_recheck,
    hz_transfer_dept,
    hz_confirm_list,
    hz_approve_listing,
    hz_assign,
    hz_receipt,
    hz_file_listing,
    hz_plan,
    hz_progress,
    hz_onsite_check,
    hz_extension_apply,
    hz_extension_decide,
    hz_penalty_note,
    hz_acceptance_apply,
    hz_acceptance_check,
    hz_resume,
    hz_delist_review,
    hz_look_back,
    hz_unfixable,
    hz_closure_propose,
    hz_closure_decide,
    hz_closure_execute,
    hz_closure_verify,
    hz_interim_order,
    hz_interim_lift,
    coercion_request,
    coercion_request_approve,
    coercion_notice,
    coercion_execute,
    coercion_comply,
    coercion_lift,
    coercion_testing,
    hz_escalate,
    hz_interview,
    qr_select,
    qr_acceptance,
    qr_bulletin,
    qr_publish,
)
STEPS = {
    **{function.__name__: function for function in SPOKEN},
    "hz_publish_listing": lambda s: s.published,
    "hz_publish_delisting": lambda s: s.published,
    "hz_closure_publish": lambda s: {key: s.published[key] for key in ("channel", "url", "published_at")},
    "iq_compile": {"summary": "上季度干预情况已逐件核对，见所列记录；没有列入记录的为零报告。"},
    "iq_report": lambda s: {"reported_on": s.day(), "report_to": "行政执法监督机关"},
    "hz_review_plan": {"result": "通过", "comments": "方案要素齐全，措施可行。"},
    "hz_closure_propose_legal": PASSED,
    "coercion_request_legal": PASSED,
    "hz_escalate_l3_legal": PASSED,
    "hz_escalate_l3_approve": AGREE | {"channel": ["政府网站", "报纸"], "masked_check": True},
    "hz_escalate_l4_approve": lambda s: AGREE | {"list_level": "省级" if s.level == "市级" else "市级"},
    "hz_escalate_follow": lambda s: {"followed_at": s.moment(-0.5), "result": "已按要求落实，整改进度恢复正常。"},
    "coercion_extend": {"days": 30, "reason": "检验项目较多，情况复杂，三十日内不能作出处理。"},
    "coercion_extend_approve": AGREE | {"days": 30},
    "hz_interim_extend": {"months": 3, "reason": "设备制造周期长，恢复条件短期内不能满足。"},
}
