"""Penalty cases to which everything befell that the office writes a paper about, driven once through the API."""

from __future__ import annotations

from typing import Any

from engine import model, parameters, store
from engine.people import SYSTEM_ACTOR
from tests.api import Office
from tests.office import OPENED, at
from tests.processes.enforcement_review_answers import HEARD
from tests.processes.hazard import PDF, upload
from tests.processes.papers import PICTURE, PRINCIPAL, USCC, Papers
from tests.processes.side import Side

FIRM = "海东昇鑫精细化工有限公司"
HANDLER, DEPUTY, HEAD = "case_handler.county1", "deputy_head.county1", "agency_head.county1"
LIAISON = "supervisory_liaison.county1"
UNIT, LEGAL, REVIEWER = "unit_head.county1", "legal_officer.county1", "legal_reviewer.county1"
ISSUERS = {"host": "hearing_host.county1", "clerk": "hearing_clerk.county1", "panel": "panel_secretary.county1"}
PLACE = {
    "government": "东山区人民政府",
    "court": "东山区人民法院",
    "police": "东山区公安局",
    "procuratorate": "东山区人民检察院",
    "address": "东山区府前路6号",
    "phone": "0532-85911234",
}
OFFICERS = ["zhang", "wang"]
CLUE = {
    "enterprise_name": FIRM,
    "uscc": USCC,
    "address": "东山区化工路18号",
    "principal": PRINCIPAL,
    "place": "3号罐区",
    "facts": "3号罐区可燃气体报警联锁被人为停用，事故隐患未及时消除。",
    "persons": [{"name": PRINCIPAL, "id_no": "370202197001010011", "role_in_unit": "总经理"}],
    "occurred_at": "2026-07-02T09:00:00+08:00",
}
BASIS = "违反《中华人民共和国安全生产法》第四十一条第二款的规定，依据《中华人民共和国安全生产法》第一百零二条"
FACTS = "2026年6月28日起，停用3号罐区可燃气体报警联锁，至7月8日现场检查时仍未恢复，未采取措施消除事故隐患。"
REASON = "拒不改正，危害后果轻微，按照裁量基准从重处罚"


def evidence(type_: str, name: str, proves: str, **more: Any) -> dict[str, Any]:
    """One piece of evidence."""
    return {
        "type": type_,
        "name": name,
        "collected_at": "2026-07-08T10:00:00+08:00",
        "collectors": OFFICERS,
        "place": "3号罐区",
        "provider": PRINCIPAL,
        "proves": proves,
        "pages": 3,
        "lawful_source": True,
        **more,
    }


INQUIRY = {
    "kind": "询问",
    "begun_at": "2026-07-08T09:00:00+08:00",
    "ended_at": "2026-07-08T10:00:00+08:00",
    "place": "局二楼询问室",
    "asked_name": PRINCIPAL,
    "asked_id_no": "370202197001010011",
    "asked_post": f"{FIRM}总经理",
    "asked_at": "2026-07-07T15:00:00+08:00",
    "record": "问：联锁何时停用？答：六月二十八日。问：为何停用？答：频繁误报，影响生产。",
    "evidence": [evidence("当事人的陈述", "询问笔录", "停用联锁的时间和原因")],
}
INSPECTION = {
    "kind": "现场检查（勘验）",
    "begun_at": "2026-07-08T14:00:00+08:00",
    "ended_at": "2026-07-08T16:00:00+08:00",
    "place": "3号罐区",
    "asked_name": None,
    "witness": "周明",
    "record": "3号罐区设甲醇储罐4座，控制室内可燃气体报警控制器联锁投切开关处于“切除”位置。",
    "av_record_id": "YX-2026-0708-01",
    "evidence": [evidence("勘验笔录、现场笔录", "现场检查笔录", "联锁处于切除状态", av_record_id="YX-2026-0708-01")],
}
SAMPLE = {
    "sampled_at": "2026-07-08T15:00:00+08:00",
    "place": "3号罐区",
    "method": "随机抽取",
    "samples": [{"name": "可燃气体探测器", "spec": "GT-8", "qty": "2只", "state": "在用", "batch": "2024-03"}],
    "keeper": "张文涛",
}
APPRAISAL = {
    "body": "示例检测中心",
    "body_cert_no": "CMA-2201",
    "items": "1.可燃气体探测器的报警功能；\n2.联锁回路的完整性。",
}
FINES = [
    {"subject": "单位", "name": FIRM, "kind": "罚款", "amount": "50000.00"},
    {"subject": "单位", "name": FIRM, "kind": "警告", "content": "责令立即恢复联锁"},
]
REPORT = {
    "facts": FACTS,
    "evidence_summary": "询问笔录、现场检查笔录、检测报告相互印证",
    "legal_basis": BASIS,
    "refused_correction": True,
    "violations": [{"code": "SL102", "stage": "首次", "subject": "单位", "name": FIRM}],
    "proposed_penalties": FINES,
    "band_reason": REASON,
}
STATEMENT = {
    "statement_made": True,
    "form_of": "书面",
    "points": "联锁误报频繁，停用系为避免误动作；企业经营困难，请求从轻处罚。",
    "recheck_result": "经复核，停用联锁未履行变更审批，误报不能作为停用的理由。",
    "adopted": False,
    "reason": "申辩理由不能成立，且已按照裁量基准确定罚款数额",
}
HEARING = {
    "eh_accept": ("2026-10-10 15:00", {}),
    "eh_appoint": ("2026-10-12 10:00", HEARD),
    "eh_notify": ("2026-10-13 10:00", {**HEARD, "receiver": PRINCIPAL}),
    "eh_hold": ("2026-10-23 15:00", {"party": f"{PRINCIPAL}（总经理）", "investigators": "张文涛、王晓东"}),
    "eh_record": (
        "2026-10-23 16:00",
        {"content": "调查人员提出违法事实、证据和处罚建议。\n当事人：对停用联锁的事实没有异议，请求从轻处罚。"},
    ),
    "eh_report": (
        "2026-10-26 10:00",
        {"facts": "停用联锁的事实清楚，证据相互印证。", "opinion": "拟处罚意见事实清楚、裁量适当，建议维持。"},
    ),
}
DECISION = {
    "facts": FACTS,
    "legal_basis": BASIS,
    "penalties": FINES,
    "discretion_reason": REASON,
    "bank": "示例银行东山支行，户名东山区财政局非税专户，账号0532-1001",
}
PART = [{"paid_on": "2026-11-10", "amount": "10000.00", "of": "罚款", "channel": "银行", "receipt_no": "PJ-2026-118"}]
LIGHT = [{"subject": "单位", "name": FIRM, "kind": "罚款", "amount": "20000.00"}]
GOODS = [
    {"name": "可燃气体报警控制器", "spec": "GT-8", "qty": "1台", "state": "完好"},
    {"name": "操作记录本", "spec": "A4", "qty": "3册", "state": "完好"},
]
SEALED = [
    {"name": "甲醇装卸泵", "spec": "P-301", "quantity": "2台", "condition": "在用", "place": "3号泵房"},
    {"name": "鹤管", "spec": "DN80", "quantity": "1套", "condition": "在用", "place": "装卸站台"},
]


def write_all(office: Office) -> Papers:
    """Drive the cases and issue every paper, each when and by whom it is issued."""
    papers = Papers(office)
    settle_place()
    _heavy(papers)
    _light(papers)
    _unpunished(papers)
    _on_the_spot(papers)
    return papers


def settle_place() -> None:
    """What the offices of the place are called, and the title of the cause."""
    with store.writing() as session:
        for key, value in PLACE.items():
            parameters.set_(session, f"office.{key}", value, "370202", "机关设置", SYSTEM_ACTOR, OPENED)
        row = session.get(model.ReferenceItem, ("violation_codes", "SL102"))
        if row is not None:
            row.title = "未采取措施消除事故隐患"


def _photo(office: Office, name: str = "现场照片一.png") -> str:
    return upload(office, HANDLER, name, PICTURE)


def _file(office: Office, name: str, who: str = HANDLER) -> str:
    return upload(office, who, name, PDF)


def _filed(papers: Papers, name: str, **changes: Any) -> Side:
    case = Side.open(papers.office, at("2026-07-03 10:00"), **{**CLUE, **changes})
    papers.drivers[name] = case
    said = {"facts": CLUE["facts"], "legal_basis": "《中华人民共和国安全生产法》第一百零二条"}
    case.do("ec_file_case", at("2026-07-03 11:00"), **said)
    case.do("ec_file_case_unit", at("2026-07-03 15:00"), opinion="符合立案条件，同意立案。")
    case.do("ec_file_case_approve", at("2026-07-06 10:00"), opinion="同意立案查处。")
    return case


def _heavy(papers: Papers) -> None:
    office = papers.office
    case = _filed(papers, "heavy")
    papers.take("D-EC-01", case, "D-EC-01", HANDLER, "2026-07-06 10:30")
    papers.take("D-EC-16b", case, "D-EC-16b", HANDLER, "2026-07-06 10:40")
    case.act("ask_investigate", "ec_investigate", at("2026-07-08 10:30"), **INQUIRY)
    papers.take("D-EC-02a", case, "D-EC-02a", HANDLER, "2026-07-08 10:40")
    papers.take("D-EC-02b", case, "D-EC-02b", HANDLER, "2026-07-08 10:50")
    office.set(at("2026-07-08 16:20"))
    case.act("ask_investigate", "ec_investigate", at("2026-07-08 16:30"), **INSPECTION, sketch=[_photo(office)])
    papers.take("D-EC-03", case, "D-EC-03", HANDLER, "2026-07-08 16:40")
    case.act("ask_sample", "ec_sample", at("2026-07-08 16:50"), **SAMPLE)
    papers.take("D-EC-04a", case, "D-EC-04a", HANDLER, "2026-07-08 17:00")
    case.act("ask_appraise", "ec_appraise", at("2026-07-09 10:00"), **APPRAISAL)
    papers.take("D-EC-04b", case, "D-EC-04b", HANDLER, "2026-07-09 10:10")
    papers.take("D-EC-04c", case, "D-EC-04c", HANDLER, "2026-07-09 10:20")
    case.do("ec_investigation_report", at("2026-09-21 10:00"), **REPORT)
    case.do("ec_unit_review", at("2026-09-22 10:00"), opinion="事实清楚，裁量适当。")
    papers.take("D-EC-09a", case, "D-EC-09a", HANDLER, "2026-09-22 10:30")
    case.do("ec_legal_review", at("2026-09-23 10:00"), comments="事实清楚，证据确凿，适用法律正确。")
    papers.take("D-EC-10", case, "D-EC-10", REVIEWER, "2026-09-23 11:00")
    papers.take("D-EC-11a", case, "D-EC-11a", UNIT, "2026-09-24 10:00")
    papers.take("D-EC-11b", case, "D-EC-11b", UNIT, "2026-09-24 10:10")
    told = {"facts": FACTS, "reasons": REASON, "legal_basis": BASIS, "proposed_penalties": FINES}
    case.do("ec_notice", at("2026-09-29 10:00"), **told, discretion_reason=REASON)
    asked = {"hearing_requested_on": "2026-10-10", "evidence": [_file(office, "误报记录.pdf")]}
    case.do("ec_statement", at("2026-10-10 10:00"), **STATEMENT, **asked)
    papers.take("D-EC-12a", case, "D-EC-12a", HANDLER, "2026-10-10 10:10")
    papers.take("D-EC-12b", case, "D-EC-12b", HANDLER, "2026-10-10 10:20")
    for step, (moment, said) in HEARING.items():
        case.do(step, at(moment), **said)
        if step == "eh_appoint":
            papers.take("D-EC-13a", case, "D-EC-13a", LEGAL, "2026-10-12 11:00")
    papers.take("D-EC-13b", case, "D-EC-13b", ISSUERS["clerk"], "2026-10-26 10:10")
    papers.take("D-EC-13c", case, "D-EC-13c", ISSUERS["host"], "2026-10-26 10:20")
    case.do("ec_legal_review_final", at("2026-10-27 10:00"), comments="程序合法，同意。")
    discussed = "承办人汇报案情，与会人员逐一发表意见。"
    case.do("ec_collective", at("2026-10-28 10:00"), discussion=discussed, attending="张文涛、王晓东")
    papers.take("D-EC-14", case, "D-EC-14", ISSUERS["panel"], "2026-10-28 11:00")
    case.do("ec_decide", at("2026-10-29 10:00"), HEAD, **DECISION, decided_on="2026-10-29")
    papers.take("D-EC-09b", case, "D-EC-09b", HANDLER, "2026-10-29 10:10")
    papers.take("D-EC-15a", case, "D-EC-15a", DEPUTY, "2026-10-29 11:00")
    case.do("ec_serve", at("2026-10-30 10:00"), signed_on="2026-10-30", receiver=PRINCIPAL)
    papers.take("D-EC-16a", case, "D-EC-16a", HANDLER, "2026-10-30 11:00")
    _executed(papers, case)


def _executed(papers: Papers, case: Side) -> None:
    case.do("ec_execute", at("2026-11-20 16:00"), payments=PART, outcome="继续执行")
    papers.take("D-EC-18b", case, "D-EC-18b", HANDLER, "2026-11-20 16:30")
    less = {"waived": "600.00", "agreement": "a1", "remedied": "已恢复报警系统并通过复查"}
    case.act("ask_surcharge", "ec_surcharge", at("2026-11-23 10:00"), as_of="2026-11-23", **less)
    case.do("ec_surcharge_approve", at("2026-11-23 11:00"))
    papers.take("D-EC-18a", case, "D-EC-18a", DEPUTY, "2026-11-23 14:00")
    schedule = [{"due": "2026-12-31", "amount": "20000.00"}, {"due": "2027-01-29", "amount": "20000.00"}]
    case.act("ask_instalment", "ec_instalment", at("2026-11-25 10:00"), schedule=schedule)
    case.do("ec_instalment_approve", at("2026-11-25 15:00"))
    papers.take("D-EC-17", case, "D-EC-17", DEPUTY, "2026-11-25 16:00")
    case.do("ec_execute", at("2027-02-01 16:00"), payments=PART, outcome="继续执行")
    papers.take("D-EC-19", case, "D-EC-19", UNIT, "2027-02-01 16:30")
    urged = {"served_on": "2027-05-06", "pay_until": "2027-05-20", "pay_how": "到指定银行缴纳"}
    case.do("ec_urge", at("2027-05-06 15:00"), **urged)
    papers.take("D-EC-20", case, "D-EC-20", LEGAL, "2027-05-21 10:00")


def _light(papers: Papers) -> None:
    case = _filed(papers, "light", place="1号泵房")
    _beside(papers, case)
    case.act("ask_investigate", "ec_investigate", at("2026-07-20 10:30"), **INQUIRY)
    said = {**REPORT, "proposed_penalties": LIGHT, "refused_correction": False, "band_reason": "危害后果轻微"}
    case.do("ec_investigation_report", at("2026-07-27 10:00"), **said)
    case.do("ec_unit_review", at("2026-07-27 11:00"))
    case.do("ec_legal_review", at("2026-07-27 15:00"))
    told = {"facts": FACTS, "reasons": "危害后果轻微", "legal_basis": BASIS, "proposed_penalties": LIGHT}
    case.do("ec_notice", at("2026-07-28 10:00"), **told)
    case.do("ec_statement", at("2026-08-03 10:00"))
    case.do("ec_legal_review_final", at("2026-08-04 10:00"))
    said = {**DECISION, "penalties": LIGHT, "decided_on": "2026-08-05", "discretion_reason": "危害后果轻微"}
    case.do("ec_decide", at("2026-08-05 10:00"), **said)
    papers.take("D-EC-15a light", case, "D-EC-15a", DEPUTY, "2026-08-05 11:00")
    away = {"method": "公告", "announced_on": "2026-08-06", "other_methods_failed": "邮寄被退回，住所无人"}
    away |= {"announcement": "东山区应急管理局网站", "signed_on": None, "receiver": None, "receipt": None}
    case.do("ec_serve", at("2026-08-06 10:00"), **away)
    papers.take("D-EC-16c", case, "D-EC-16c", DEPUTY, "2026-08-06 11:00")
    papers.take("D-EC-16a announced", case, "D-EC-16a", HANDLER, "2026-08-06 11:10")
    _remedies(papers, case)
    _aside(papers, case)
    paid = [{**PART[0], "paid_on": "2026-09-10", "amount": "20000.00"}]
    case.do("ec_execute", at("2026-09-10 16:00"), payments=paid, outcome="已全部履行")
    case.do("ec_publish", at("2026-09-11 10:00"), published_at="2026-09-11T09:00:00+08:00")
    _issue_what_lies_there(papers, case)
    case.do("ec_close", at("2027-06-01 10:00"), summary="罚款已缴清，联锁已恢复。")
    case.do("ec_close_approve", at("2027-06-02 15:00"), opinion="同意结案。")
    papers.take("D-EC-22a", case, "D-EC-22a", HANDLER, "2027-06-02 16:00")
    case.do("ec_archive", at("2027-06-03 10:00"))
    papers.take("D-EC-22b", case, "D-EC-22b", "archivist.county1", "2027-06-03 10:30")


def _issue_what_lies_there(papers: Papers, case: Side) -> None:
    """A volume that is closed holds no draft."""
    with store.reading() as session:
        rows = session.query(model.Document).filter_by(case_id=case.id, state="draft").all()
        lying = [(row.id, row.issue_role) for row in rows]
    for key, role in lying:
        papers.office.post(f"{role}.county1", f"/documents/{key}/issue")


def _beside(papers: Papers, case: Side) -> None:
    kept = case.begin("evidence_preservation", "ec_preserve", at("2026-07-08 09:00"), items=GOODS, keep_way="就地保存")
    kept.do("ec_preserve_approve", at("2026-07-08 09:30"), opinion="同意。")
    papers.take("D-EC-05a", kept, "D-EC-05a", HANDLER, "2026-07-08 09:40")
    served = {"served_at": "2026-07-08T10:00:00+08:00", "served_to": PRINCIPAL, "items": GOODS, "keeper": PRINCIPAL}
    kept.do("ec_preserve_serve", at("2026-07-08 10:00"), **served)
    papers.take("D-EC-05b", kept, "D-EC-05b", DEPUTY, "2026-07-08 10:05")
    rows = [{**row, "note": "返还当事人"} for row in GOODS]
    kept.do("ec_preserve_dispose", at("2026-07-14 10:00"), items=rows, receiver=PRINCIPAL)
    papers.take("D-EC-05c", kept, "D-EC-05c", DEPUTY, "2026-07-14 10:30")
    seal = {"kind": "查封", "facts": "使用不符合标准的装卸泵。", "objects": SEALED, "keeper": PRINCIPAL, "basis": None}
    seal |= {"object_ground": "不符合标准的设施设备器材", "related": True, "already_sealed": False, "period_days": 30}
    seal |= {"enterprise_name": FIRM, "uscc": USCC, "place": "3号泵房", "officers": OFFICERS}
    sealed = case.begin("coercion", "coercion_request", at("2026-07-08 11:00"), **seal)
    sealed.do("coercion_request_legal", at("2026-07-08 12:00"), REVIEWER)
    start = {"measure_from": "2026-07-08T15:00:00+08:00", "measure_until": "2026-08-07"}
    sealed.do("coercion_request_approve", at("2026-07-08 13:00"), DEPUTY, **start)
    papers.take("D-EC-06a", sealed, "D-EC-06a", DEPUTY, "2026-07-08 13:30")
    told = {"notice_at": "2026-07-08T14:30:00+08:00", "utility_notified_at": None, "served_to": PRINCIPAL}
    sealed.do("coercion_notice", at("2026-07-08 14:30"), **told)
    sealed.do("coercion_execute", at("2026-07-08 16:00"), effective_at="2026-07-08T15:00:00+08:00", objects=SEALED)
    papers.take("D-EC-06b", sealed, "D-EC-06b", HANDLER, "2026-07-08 16:10")
    longer = {"days": 30, "reason": "检测机构尚未出具意见。"}
    sealed.act("ask_coercion_extension", "coercion_extend", at("2026-07-20 09:00"), **longer)
    sealed.do("coercion_extend_approve", at("2026-07-20 09:30"), DEPUTY, days=30)
    papers.take("D-EC-06c", sealed, "D-EC-06c", DEPUTY, "2026-07-20 09:40")
    sealed.do("coercion_comply", at("2026-07-21 09:00"))
    lift = {"lifted_at": "2026-07-21T10:00:00+08:00", "reason": "装卸泵已更换，检测合格。", "returned_all": True}
    sealed.do("coercion_lift", at("2026-07-21 10:30"), **lift)
    papers.take("D-EC-06d", sealed, "D-EC-06d", DEPUTY, "2026-07-21 10:40")
    items = [{"problem": "可燃气体报警联锁停用", "requirement": "恢复联锁并测试"}]
    order = {"items": items, "deadline": "2026-07-22", "served_at": "2026-07-08T17:00:00+08:00", "served_to": PRINCIPAL}
    order |= {"basis": "《中华人民共和国行政处罚法》第二十八条、《中华人民共和国安全生产法》第一百零二条"}
    correct = case.begin("correction_order", "ec_order_correct", at("2026-07-08 17:00"), **order)
    papers.take("D-EC-07a", correct, "D-EC-07a", HANDLER, "2026-07-08 17:10")
    found = {"checked_at": "2026-07-23T10:00:00+08:00"}
    found["items"] = [{"problem": "可燃气体报警联锁停用", "result": "已改正", "note": "联锁测试合格"}]
    correct.do("ec_recheck", at("2026-07-23 10:30"), **found)
    papers.take("D-EC-07b", correct, "D-EC-07b", HANDLER, "2026-07-23 10:40")


def _remedies(papers: Papers, case: Side) -> None:
    filed = {"applicant": FIRM, "organ": "东山区人民政府", "case_no": "东政复〔2026〕12号"}
    filed |= {"requests": "请求撤销行政处罚决定；理由：联锁误报。", "received_on": "2026-09-08"}
    first = case.begin("remedy_tracking", "rt_file", at("2026-09-08 10:00"), **filed, filed_on="2026-09-07")
    first.do("rt_accept", at("2026-09-08 15:00"), copy_received_on="2026-09-08")
    opinion = "误报不能作为停用联锁的理由，处罚决定裁量适当。"
    first.do("rt_reply", at("2026-09-09 10:00"), opinion=opinion, evidence="证据一至证据三")
    papers.take("D-EC-21a", first, "D-EC-21a", LEGAL, "2026-09-09 10:30")
    first.do("rt_result", at("2026-10-20 10:00"))
    sued = {"sued": True, "filed_on": "2026-10-26", "court": "东山区人民法院", "suit_no": "（2026）东行初7号"}
    first.do("rt_suit_watch", at("2026-10-28 10:00"), **sued, received_on="2026-10-28")
    first.do("rt_answer", at("2026-11-02 10:00"), opinion=opinion, evidence="证据一至证据三", head_attends=HEAD)
    papers.take("D-EC-21b", first, "D-EC-21b", LEGAL, "2026-11-02 10:30")
    first.do("rt_judgment", at("2026-12-20 10:00"))
    first.do("rt_appeal_watch", at("2027-01-02 10:00"))


def _aside(papers: Papers, case: Side) -> None:
    grave = {"facts": "多次停用报警联锁，拒不改正。", "legal_basis": "《中华人民共和国安全生产法》第七十八条"}
    said = {**grave, "enterprise_name": FIRM, "uscc": USCC, "decided_on": "2026-08-05"}
    listed = case.begin("dishonest_listing", "dl_propose", at("2026-09-08 11:00"), **said)
    papers.take("D-EC-24a", listed, "D-EC-24a", UNIT, "2026-09-08 11:10")
    listed.do("dl_inform", at("2026-09-08 15:00"), **grave, receiver=PRINCIPAL)
    listed.do("dl_statement", at("2026-09-16 10:00"))
    listed.do("dl_decide", at("2026-09-17 10:00"), reason="性质恶劣、情节严重。", until="2029-09-17")
    papers.take("D-EC-24b", listed, "D-EC-24b", HEAD, "2026-09-17 10:30")
    listed.do("dl_publish_share", at("2026-09-18 10:00"))
    revoked = {"kind": "撤销列入", "basis": "列入决定被撤销", "reason": "复议机关撤销列入决定。"}
    listed.act("ask_revoke", "dl_remove", at("2026-09-21 10:00"), **revoked)
    papers.take("D-EC-24c", listed, "D-EC-24c", HEAD, "2026-09-21 10:30")
    papers.office.set(at("2026-09-08 16:00"))
    heard = {"person_name": "高某某", "unit_post": "某局副局长", "witness": "王晓东"}
    record = case.begin("interference_record", "ir_record", at("2026-09-08 16:30"), HANDLER, **heard)
    record.do("ir_report", at("2026-09-09 10:00"))
    papers.take("D-EC-23", record, "D-EC-23", LIAISON, "2026-09-09 10:30")
    record.do("ir_outcome", at("2026-09-10 10:00"))
    error = case.begin("error_correction", "ec_error_find", at("2026-09-09 11:00"), enterprise_name=FIRM)
    put_right = {"decision": "补正", "content": "将决定书第二页“三号罐区”更正为“1号泵房”"}
    error.do("ec_error_decide", at("2026-09-09 15:00"), **put_right)
    papers.take("D-EC-25", error, "D-EC-25", HEAD, "2026-09-09 15:30")
    error.do("ec_error_notify", at("2026-09-09 16:00"), receiver=PRINCIPAL)
    error.do("ec_error_record", at("2026-09-09 17:00"))
    papers.office.set(at("2026-10-09 10:00"))
    base = Side(papers.office, "", "interference_quarter")
    quarterly = base.begin("interference_quarter", "iq_compile", at("2026-10-09 10:00"), LIAISON)
    papers.take("D-EC-23b", quarterly, "D-EC-23b", LIAISON, "2026-10-09 10:30")


def _unpunished(papers: Papers) -> None:
    case = _filed(papers, "unpunished", place="2号泵房")
    case.act("ask_investigate", "ec_investigate", at("2026-07-08 10:30"), **INQUIRY)
    said = {**REPORT, "outcome": "拟不予处罚", "is_minor": True, "corrected_in_time": True, "harm": "无"}
    said |= {"no_penalty_ground": "违法行为轻微并及时改正，没有造成危害后果", "education_record": "教育记录2026-07-20"}
    said |= {"refused_correction": False, "proposed_penalties": None, "violations": None, "band_reason": None}
    case.do("ec_investigation_report", at("2026-07-20 10:00"), **said)
    case.do("ec_unit_review", at("2026-07-21 10:00"))
    case.do("ec_legal_review", at("2026-07-22 10:00"))
    case.do("ec_legal_review_final", at("2026-07-23 10:00"))
    if "ec_collective" in case.steps():
        case.do("ec_collective", at("2026-07-24 10:00"), result="不予处罚")
    none = dict.fromkeys(("penalties", "payment_due_days", "channel", "bank", "surcharge_stated"))
    said = {"decision": "不予行政处罚", "decided_on": "2026-07-27", "facts": FACTS, "legal_basis": BASIS}
    case.do("ec_decide", at("2026-07-27 10:00"), **none, **said)
    papers.take("D-EC-15b", case, "D-EC-15b", DEPUTY, "2026-07-27 11:00")


def _on_the_spot(papers: Papers) -> None:
    papers.office.set(at("2026-07-03 08:00"))
    shown = {"enterprise_name": FIRM, "uscc": USCC, "address": "东山区化工路18号"}
    base = Side(papers.office, "", "enforcement_simple")
    case = base.begin("enforcement_simple", "es_show_id", at("2026-07-03 09:00"), **shown)
    case.do("es_hear", at("2026-07-03 09:10"))
    case.do("es_decide", at("2026-07-03 09:20"))
    papers.take("D-EC-08", case, "D-EC-08", HANDLER, "2026-07-03 09:25")
