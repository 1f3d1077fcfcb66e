"""Each letter of the hazard family says everything that the domain wants it to say."""

import io

import pypdf
import pytest

from engine import documents, model, store, typesetting
from engine.people import SYSTEM_ACTOR
from tests.office import at, who
from tests.processes import letters

REGISTER = letters.STEPS["hz_register"]
FIRM = REGISTER["enterprise_name"]
NUMBER = REGISTER["hazard_no"]
REMEDIES = ["60日内", "海东市人民政府申请行政复议", "6个月内", "海东市海滨区人民法院提起行政诉讼"]
OFFICERS = ["张喆", "ZF370200-101", "李翀", "ZF370200-102"]
SEAL = ["海东市应急管理局", "2026年11月21日"]

MUST_SAY = {
    ("hazard_supervision", "D-HZ-01"): [NUMBER, "双随机检查", FIRM, "3号罐区", "联锁系统被人为摘除", "张喆", "☑是"],
    ("hazard_supervision", "D-HZ-02"): [
        "2026年3月3日9时30分", "3号罐区", "检查3号罐区安全附件", "可燃气体探测器失效3只", "责令立即停止使用3号罐",
        *OFFICERS, "现场负责人：钱镕", "签名：", "判定标准第四条第二项", "YX-2026-0303-01",
    ],
    ("hazard_supervision", "D-HZ-04"): [
        "工贸企业重大事故隐患判定标准第四条第二项", "市级", "2026年6月30日", "有现实危险且属于高危行业",
        "同意挂牌督办。",
        "☑同意挂牌", "同意，请严格督办。", "赵㛃", "孙祎赟",
    ],
    ("hazard_supervision", "D-HZ-05"): [
        NUMBER, FIRM, "整改责任人：钱镕（总经理）", "承办部门：海滨区应急管理局", "承办责任人：王䶮",
        "恢复联锁", "1200000元", "2026年6月30日前", "专项应急预案", "联系人：孙祎赟",
        "0532-85911002", "抄送：胶南区应急管理局，海东市应急管理局。", *SEAL,
    ],
    ("hazard_supervision", "D-HZ-06"): [
        "治理的目标和任务", "采取的方法和措施", "壹佰贰拾万元整", "液位变送器4台", "治理小组", "完成安装调试",
        "2026年6月20日",
        "安全措施和应急预案", "设置警戒",
    ],
    ("hazard_supervision", "D-HZ-07"): [
        "海东市应急管理局", "2026年3月5日", "☑职工代表大会", "2026年3月18日", "ZDH-2026-02", "职代会纪要(2026).pdf",
        "隐患报告.pdf", "☑隐患及治理方案",
    ],
    ("hazard_supervision", "D-HZ-08"): ["进口变送器到货延迟", "基础施工", "每班巡检", "2026年8月31日", "2026年6月30日"],
    ("hazard_supervision", "D-HZ-09"): [
        "同意将整改期限由2026年6月30日延至2026年8月15日", "延期理由成立", "3号罐保持停用", "每周报送进展", *SEAL,
    ],
    ("hazard_supervision", "D-HZ-11"): [
        "高液位联锁投用并测试合格", "检定证书12份", "☑合格", "周堃", "海东大学", "张喆", "李翀", "签名：", *SEAL,
    ],
    ("hazard_supervision", "D-HZ-12"): [
        "验收已经审批同意", "双报告", "没有未解除的强制措施", "全部办结", "公示已经完成", "CF-370200-2026-0031",
        "行政处罚",
        "符合销号条件", "同意销号", "赵㛃",
    ],
    ("hazard_supervision", "D-HZ-15"): [
        "第一百一十三条", "180日内三次", "海应急罚〔2026〕21号", "2026年7月13日", "事实清楚", "不具备改造条件",
        "2026年7月20日",
        "妥否，请批示", "签发人：", "海东市人民政府：", *SEAL,
    ],
    ("hazard_supervision", "D-HZ-17"): ["☑无反弹", "2026年9月20日9时00分", "检查3号罐区", *OFFICERS, "签名："],
    ("hazard_supervision", "D-HZ-18"): [
        "安全警示标志缺失", "2026年3月20日前", "第六十五条", *REMEDIES, *OFFICERS, *SEAL,
    ],
    ("hazard_supervision", "D-HZ-19"): ["2026年7月2日起恢复", "3号罐区", "验收结论为合格", "赵㛃", *SEAL],
    ("hazard_supervision", "D-HZ-21"): ["海东市交通运输局：", "道路运输车辆", "第六十九条", "1. 隐患报告", *SEAL],
    ("hazard_interim", "D-HZ-03"): [
        "联锁被摘除", "第六十五条第一款第三项", "☑撤出作业人员", "☐暂时停产停业", "3号罐区全部储罐",
        "联锁恢复并经测试合格",
        *REMEDIES, *OFFICERS, *SEAL,
    ],
    ("hazard_interim", "D-HZ-19"): ["联锁测试合格", "☑是", "2026年4月12日12时00分起解除", *OFFICERS, *SEAL],
    ("coercion", "D-HZ-03"): ["拒不执行停止使用3号罐", "2026年5月14日15时00分起", "3号罐区", *REMEDIES, *SEAL],
    ("coercion", "D-HZ-10"): [
        "停止供电通知书", "国网海东供电公司：", "海应急现决〔2026〕3号", "2026年3月3日11时00分送达",
        "3号罐仍在使用", "甲醇300吨",
        "2026年5月14日15时00分起", "主要负责人赵㛃批准", "第七十条", *SEAL,
    ],
    ("coercion", "D-HZ-22"): ["停止供电措施", "隐患已消除", "2026年6月1日10时00分起解除", "第七十条第二款", *SEAL],
    ("hazard_escalation", "D-HZ-13a"): [
        "3号罐区重大隐患整改", "被约谈人：钱镕", "2026年7月3日14时30分", "三楼会议室", "仍未恢复联锁",
        "7月20日前", *SEAL,
    ],
    ("hazard_escalation", "D-HZ-13b"): [
        "赵㛃、孙祎赟", "钱镕", "通报了隐患整改滞后", "7月20日前恢复联锁", "保证7月20日前完成", "被约谈人（签名）",
    ],
    ("hazard_escalation", "D-HZ-14a"): [
        "仍未恢复联锁", "隐患登记", "2026年3月6日", "企业未落实资金", "省级挂牌督办", "1. 隐患报告",
        "2. 督办台账", *SEAL,
    ],
    ("hazard_escalation", "D-HZ-14b"): [
        "仍未恢复联锁", "挂牌督办审批", "承办部门未按期检查", "涉及人员：钱镕", "1. 隐患报告", *SEAL,
    ],
    ("hazard_escalation", "D-HZ-23"): ["2026年8月15日", "逾期未完成整改", "2026年7月20日前", "海滨区应急管理局", *SEAL],
    ("hazard_quarterly_round", "D-HZ-16"): [
        "2026年第三季度", "21项", "9项", "11项", "83.3%", "昇鑫", "92", "胶南区", "逐一约谈", *SEAL,
    ],
}  # fmt: skip


def text(paper: bytes) -> str:
    read = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper)).pages)
    return read.replace("\n", "").replace(" ", "")


def missing(paper: bytes, wanted: list[str]) -> list[str]:
    said = text(paper)
    return [phrase for phrase in wanted if phrase.replace(" ", "") not in said]


def test_every_letter_is_spoken_of_here():
    seizure, elsewhere = {("coercion", "D-HZ-20")}, {("enforcement_case", "D-HZ-15")}
    here = {(path.parent.name, path.stem) for path in letters.FORMS.glob("*/D-HZ-*.html")} - elsewhere
    assert here == set(MUST_SAY) | seizure == set(letters.LETTERS)


@pytest.mark.parametrize(("folder", "letter"), MUST_SAY)
def test_a_letter_contains_what_it_must(folder, letter, caplog):
    _, paper = letters.printed(folder, letter)
    assert missing(paper, MUST_SAY[folder, letter]) == []
    assert not caplog.records


@pytest.mark.parametrize(("folder", "letter"), letters.LETTERS)
def test_a_letter_can_be_drafted_before_anything_is_answered(folder, letter):
    step = letters.LETTERS[folder, letter]
    given = letters.data(letter, step, "draft")
    for name in letters.STEPS:
        given[name] = {}
    given |= {"this": {}, "this_done": {}, "done": {}, "parent": None, "linked": [], "history": []}
    paper = typesetting.render(f"{folder}/{letter}.html", letters.templates(folder), given)[1]
    assert "草稿" in text(paper)


@pytest.mark.parametrize(("folder", "letter"), letters.LETTERS)
def test_a_letter_names_only_what_it_is_given(folder, letter):
    known = {*letters.data(letter, letters.LETTERS[folder, letter]), "assets"}
    assert typesetting.check(f"{folder}/{letter}.html", letters.templates(folder), known) == []


def test_the_power_letter_speaks_of_explosives_where_those_are_cut():
    paper = letters.printed("coercion", "D-HZ-10", coercion_request={"kind": "停止供应民用爆炸物品"})[1]
    assert missing(paper, ["停止供应民用爆炸物品通知书", "对该单位停止供应民用爆炸物品"]) == []
    assert "停止供电" not in text(paper) and "居民生活用电" not in text(paper)


@pytest.mark.parametrize("kind", ["查封", "扣押"])
def test_a_seizure_has_the_items_of_article_24_and_a_list_of_its_own(kind):
    paper = letters.printed("coercion", "D-HZ-20", coercion_request={"kind": kind})[1]
    wanted = [FIRM, "化工路18号", "2026年5月14日15时00分起至2026年6月13日止", "甲醇储罐", "1台", *REMEDIES, *SEAL]
    assert missing(paper, [*wanted, f"{kind}决定书", f"{kind}清单", "见证人（签名）"]) == []


def test_a_refused_extension_leaves_the_term():
    paper = letters.printed(
        "hazard_supervision", "D-HZ-09", hz_extension_decide={"decision": "不同意", "reason": "理由不成立"}
    )[1]
    assert missing(paper, ["不同意延期", "整改期限仍为2026年6月30日", "理由不成立"]) == []


def test_missing_papers_are_asked_for():
    paper = letters.printed(
        "hazard_supervision", "D-HZ-09", hz_extension_decide={"decision": "通知补正", "reason": "缺少合同"}
    )[1]
    assert missing(paper, ["补正", "缺少合同", "时限暂停计算"]) == []


def test_who_refuses_to_sign_is_noted_in_the_record():
    paper = letters.printed("hazard_supervision", "D-HZ-02", step="hz_onsite_check")[1]
    assert missing(paper, ["拒绝签名", "需请示总部", "检查结论：拒不整改", "停产停用决定执行情况：未执行"]) == []


def test_the_report_of_the_result_uses_the_same_form():
    paper = letters.printed("hazard_supervision", "D-HZ-07", step="hz_acceptance_apply")[1]
    assert missing(paper, ["☑治理结果", "2026年6月25日", "☑职工大会", "ZDH-2026-05"]) == []


def test_a_failed_acceptance_names_the_next_day_and_moves_no_term():
    paper = letters.printed(
        "hazard_supervision", "D-HZ-11", hz_acceptance_check={"conclusion": "不合格", "next_check_on": "2026-07-10"}
    )[1]
    assert missing(paper, ["☑不合格", "2026年7月10日", "不因本次验收不合格而延长"]) == []


def test_the_informant_is_in_no_letter():
    paper = letters.printed("hazard_supervision", "D-HZ-01", hz_register={"informant_name": "吴举报"})[1]
    assert "吴举报" not in text(paper)


def papers(hazard) -> dict[str, model.Document]:
    """Return the letters of a hazard by their id; of several the last."""
    with store.reading() as session:
        return {row.letter: row for row in documents.listing(session, hazard.id, SYSTEM_ACTOR)}


def printed(row: model.Document) -> str:
    with store.reading() as session:
        return text(documents.pdf(session, row.id, SYSTEM_ACTOR))


def test_a_hazard_leaves_its_papers_on_the_way(hazard_at):
    found = papers(hazard_at("looking_back"))
    steps = {letter: row.step for letter, row in found.items()}
    assert steps["D-HZ-05"] == "hz_assign" and steps["D-HZ-12"] == "hz_delist_review_approve"
    assert {"D-HZ-01", "D-HZ-02", "D-HZ-04", "D-HZ-06", "D-HZ-07", "D-HZ-11"} <= set(steps)


def test_every_paper_of_a_real_hazard_is_set_without_complaint(hazard_at, caplog):
    for row in papers(hazard_at("looking_back")).values():
        assert row.title and "草稿" in printed(row)
    assert [
        record.message for record in caplog.records if "typesetting" in record.name and "image" not in record.message
    ] == []


def test_the_order_goes_out_in_the_name_of_the_commission(hazard_at):
    row = papers(hazard_at("assigned"))["D-HZ-05"]
    with store.writing() as session:
        issued = documents.issue(session, row.id, who("committee_office.county1"), at("2026-03-06 16:00"))
    assert issued.number == "东安办挂督〔2026〕1号"
    assert "东山区安全生产委员会办公室文件" in printed(issued)


def test_people_and_offices_bear_their_names_in_it(hazard_at):
    row = papers(hazard_at("assigned"))["D-HZ-05"]
    said = printed(row)
    assert "东山区应急管理局" in said and ".county1" not in said


def test_who_reported_a_hazard_stays_out_of_the_data_of_its_letters(hazard_at):
    hazard = hazard_at("verifying")
    row = papers(hazard)["D-HZ-01"]
    with store.writing() as session:
        said = session.get_one(model.Submission, (hazard.id, 1))
        said.data = said.data | {"informant_name": "吴举报", "informant_phone": "13800000000"}
        issued = documents.issue(session, row.id, who("case_handler.county1"), at("2026-03-02 16:00"))
    assert "吴举报" not in str(issued.data) and "13800000000" not in str(issued.data)
