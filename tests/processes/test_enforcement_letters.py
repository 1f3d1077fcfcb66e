"""Every paper of a penalty case (§4), drafted by its step and issued by its office: what it says, and who reads it."""

from __future__ import annotations

import io

import pypdf
import pytest

from engine import catalog, documents, model, parameters, store
from engine.people import SYSTEM_ACTOR
from tests.api import make_app
from tests.office import at
from tests.processes import enforcement_papers as told
from tests.processes import papers as story
from tests.processes.enforcement import Case
from tests.processes.enforcement_desk import act, fine, to_notice
from tests.processes.enforcement_papers import DEPUTY, FIRM, HANDLER, HEAD, LEGAL, REVIEWER, UNIT
from tests.processes.issued import IssuedPapers
from tests.processes.papers import PRINCIPAL, USCC, Written, words
from tests.processes.side import SIDES, Side
from tests.processes.stages import Stages

FAMILY = (
    *("enforcement_case", "enforcement_simple", "evidence_preservation", "correction_order", "coercion"),
    *("remedy_tracking", "dishonest_listing", "error_correction", "interference_record"),
    "interference_quarter",
)
BUREAU, CAUSE = "东山区应急管理局", "未采取措施消除事故隐患"
PARTY = [FIRM, USCC, "东山区化工路18号", PRINCIPAL]
OFFICERS = ["{handler}", "{co}", "签名："]
FINE = "处人民币伍万元整（50000元）罚款"
LAW, PENALTY, COERCION = "《中华人民共和国安全生产法》", "《中华人民共和国行政处罚法》", "《中华人民共和国行政强制法》"
ORGANS = ["行政复议机关：东山区人民政府；有管辖权的人民法院：东山区人民法院"]
REMEDIES = ["60日内依法向东山区人民政府申请行政复议", "6个月内依法向东山区人民", "法院提起行政诉讼"]
TERMS = ["六十日内申请行政复议", "六个月内提起行政诉讼", "不停止执行", *ORGANS]
CONTACT = ["联系电话：0532-85911234", "地址：东山区府前路6号"]
# What the domain (§4) wants in each paper, item by item; {…} are the people of the place.
MUST = {
    "D-EC-01": {
        "cause": [CAUSE],
        "source": ["案件来源计划检查"],
        "facts": ["可燃气体报警联锁被人为停用，事故隐患未及时消除。"],
        "basis": [f"{LAW}第一百零二条"],
        "party": [*PARTY, "370202197001010011"],
        "handlers": ["建议立案查处。承办人：{handler}", "均无应当回避的情形"],
        "approvals": ["符合立案条件，同意立案。", "{unit}", "立案日期：2026年7月6日", "{deputy}"],
    },
    "D-EC-02a": {
        "time and place": ["2026年7月8日9时00分到局二楼询问室接受询问"],
        "rights": ["有权申请回避", f"{PENALTY}第五十五条第二款"],
        "contact": CONTACT,
        "number": ["东应急询通〔2026〕1号"],
    },
    "D-EC-02b": {
        "time and place": ["2026年7月8日9时00分至2026年7月8日10时00分", "询问地点：局二楼询问室"],
        "who": [f"被询问人：{PRINCIPAL}", "370202197001010011", f"{FIRM}总经理"],
        "rights told": ["这是我们的证件（已出示）", "有权申请回避", "有权进行陈述和申辩"],
        "questions and answers": ["问：联锁何时停用？答：六月二十八日。问：为何停用？答：频繁误报，影响生产。"],
        "page signatures": ["被询问人逐页签名（捺指印）", *OFFICERS],
    },
    "D-EC-03": {
        "scene": ["勘验（检查）场所：3号罐区", "联锁投切开关处于“切除”位置"],
        "sketch and photos": ["现场图和照片1份，附后", "现场照片一"],
        "witness": ["见证人：周明"],
        "time": ["2026年7月8日14时00分至2026年7月8日16时00分"],
        "record": ["YX-2026-0708-01"],
        "signatures": OFFICERS,
    },
    "D-EC-04a": {
        "items": ["可燃气体探测器GT-82024-032只在用"],
        "method": ["抽样方法：随机抽取"],
        "when and where": ["2026年7月8日15时00分", "抽样地点：3号罐区"],
        "signatures": OFFICERS,
    },
    "D-EC-04b": {
        "items": ["1.可燃气体探测器的报警功能；", "2.联锁回路的完整性。"],
        "body": ["示例检测中心：", "CMA-2201"],
        "dates": ["委托日期：2026年7月9日", "2026年7月10日至2026年7月19日（10日）"],
        "samples": ["可燃气体探测器2只（抽样取证凭证东应急抽证〔2026〕1号）"],
    },
    "D-EC-04c": {
        "body": ["委托示例检测中心"],
        "period": ["自2026年7月10日起至2026年7月19日止，共10日"],
        "effect": [f"{COERCION}第二十五条第三款", "不包括检测、检验或者技术鉴定的期间"],
    },
    "D-EC-05a": {
        "items": ["可燃气体报警控制器GT-81台完好", "操作记录本"],
        "place": ["保存地点二号库值班室"],
        "reason": ["☑证据可能灭失", "控制器数据可能被清除"],
        "approval": ["同意。", "{deputy}"],
    },
    "D-EC-05b": {
        "items": ["先行登记保存物品清单", "可燃气体报警控制器GT-81台完好", "操作记录本A43册"],
        "place": ["保存地点：二号库值班室", "☑就地保存"],
        "reason": ["证据可能灭失：控制器数据可能被清除。", f"{PENALTY}第五十六条"],
        "seven working days": ["七个工作日内，即2026年7月17日前作出处理决定"],
        "signatures": [*OFFICERS, "当事人（签名）", "见证人（签名）"],
    },
    "D-EC-05c": {
        "decision": ["☑解除☐没收", "2026年7月14日10时00分"],
        "items": ["可燃气体报警控制器GT-81台完好返还当事人"],
        "of which": ["东应急登保〔2026〕1号"],
    },
    "D-EC-06a": {
        "party": PARTY,
        "reason and basis": ["使用不符合标准的装卸泵。", f"{LAW}第六十五条第一款第四项", COERCION],
        "period": ["2026年7月8日15时00分起至2026年8月7日止（30日）"],
        "objects": ["共2项", "甲醇装卸泵（P-301）2台、鹤管（DN80）1套"],
        "remedies": REMEDIES,
        "seal": [f"{BUREAU}2026年7月8日"],
    },
    "D-EC-06b": {
        "list": ["甲醇装卸泵P-3012台在用3号泵房", "鹤管DN801套在用装卸站台", "共2项，经当事人核对无误"],
        "signatures": ["当事人（签名）", "见证人（签名）", *OFFICERS],
        "of which": ["东应急查扣〔2026〕1号"],
    },
    "D-EC-06c": {
        "reason": ["因情况复杂：检测机构尚未出具意见。"],
        "period": ["延长30日", "至2026年9月6日止"],
        "remedies": REMEDIES,
    },
    "D-EC-06d": {
        "decision": ["自2026年7月21日10时00分起解除查封", "装卸泵已更换，检测合格。", "已全部退还"],
        "basis": [f"{COERCION}第二十七条、第二十八条"],
        "objects": ["甲醇装卸泵P-301"],
    },
    "D-EC-07a": {
        "problems": ["1.可燃气体报警联锁停用。改正要求：恢复联锁并测试。"],
        "deadline": ["2026年7月22日前改正（整改）完毕"],
        "daily fine": [f"{LAW}第一百一十二条", "按日连续处罚"],
        "remedies": ["60日内依法向东山区人民政府申请行政复议", "6个月内依法向东山区人民法院提起行政诉讼"],
        "signatures": OFFICERS,
    },
    "D-EC-07b": {
        "problems": ["可燃气体报警联锁停用已改正联锁测试合格"],
        "deadline": ["整改期限至2026年7月22日"],
        "result": ["☑已改正☐未改正"],
        "of which": ["东应急责改〔2026〕1号"],
    },
    "D-EC-08": {
        "act": ["二号库未设置明显的安全警示标志"],
        "kind and amount": ["☑罚款", "人民币叁仟元整（3000元）"],
        "basis": ["《安全生产法》第九十九条第一项"],
        "time and place": ["处罚地点：二号库", "处罚时间：2026年7月3日9时20分"],
        "reconsideration first": ["六十日内先申请行政复议", *ORGANS],
        "bank": ["15日内到指定的银行或者通过电子支付系统缴纳"],
        "surcharge": ["每日按罚款数额的百分之三加处罚款"],
        "officers": OFFICERS,
        "number": ["当罚0001"],
    },
    "D-EC-09a": {
        "facts": ["停用3号罐区可燃气体报警联锁，至7月8日现场检查时仍未恢复"],
        "evidence": ["1当事人的陈述询问笔录", "停用联锁的时间和原因", "现场检查笔录", "联锁处于切除状态"],
        "tables": ["裁量档次（D1）：从重", "罚款幅度（D2）：0至50000元", "适用程序（D3）：听证、法制审核、集体讨论"],
        "nature": ["违反" + LAW, "处罚条款《安全生产法》第一百零二条，阶段：首次；罚款幅度0元至50000元。"],
        "proposal": ["拟处罚", f"对{FIRM}{FINE}", "警告，责令立即恢复联锁"],
    },
    "D-EC-09b": {
        "facts": ["停用3号罐区可燃气体报警联锁"],
        "evidence": ["询问笔录、现场检查笔录、检测报告相互印证"],
        "tables": ["从重", "0至50000元", "听证、法制审核、集体讨论"],
        "proposal": [f"对{FIRM}{FINE}", "裁量理由：拒不改正"],
        "opinions": ["同意。事实清楚，裁量适当。", "通过。程序合法，同意。", "行政处罚", "{head}"],
    },
    "D-EC-10": {
        "items": ["执法主体和管辖权限☑无问题", "证据是否合法、充分", "是否涉嫌犯罪需要移送", "办案期限"],
        "opinion": ["☑通过☐补充调查", "事实清楚，证据确凿，适用法律正确。"],
        "reviewer": ["{reviewer}", "第1轮"],
        "proposal": [FINE],
    },
    "D-EC-11a": {
        "proposal": [f"1.对{FIRM}{FINE}", "警告，责令立即恢复联锁"],
        "facts": ["停用3号罐区可燃气体报警联锁"],
        "reason and basis": [f"依据{LAW}第一百零二条", "拒不改正，危害后果轻微"],
        "rights and periods": ["有权进行陈述和申辩", "三个工作日内", "不因陈述、申辩而加重处罚"],
        "hearing": ["有权要求举行听证", "五个工作日内", "听证数额的依据：尚未登记本省规定"],
        "party": PARTY,
        "number": ["东应急罚告〔2026〕1号"],
    },
    "D-EC-11b": {
        "proposal": [FINE],
        "facts": ["停用3号罐区可燃气体报警联锁"],
        "right and period": ["要求举行听证的权利", "五个工作日内", "不承担组织听证的费用"],
        "basis": [f"{PENALTY}第六十三条、第六十四条"],
        "source": ["听证数额的依据：尚未登记本省规定，暂用缺省数额（待核）"],
    },
    "D-EC-12a": {
        "points": ["联锁误报频繁，停用系为避免误动作；企业经营困难，请求从轻处罚。"],
        "evidence": ["1.误报记录"],
        "form": ["☑书面☐口头"],
        "hearing": ["2026年10月10日要求举行听证"],
    },
    "D-EC-12b": {
        "points": ["联锁误报频繁"],
        "evidence": ["误报记录.pdf"],
        "check": ["停用联锁未履行变更审批"],
        "adoption and reason": ["☐采纳☑不予采纳", "申辩理由不能成立"],
    },
    "D-EC-13a": {
        "time and place": ["2026年10月23日9时00分", "局二楼会议室"],
        "host": ["听证主持人：{host}；记录员：{clerk}"],
        "public": ["公开举行"],
        "agents": ["委托一至二人代理"],
        "no cost": ["听证不收取费用"],
        "absence": ["无正当理由拒不出席听证或者未经许可中途退出听证的，视为放弃听证权利"],
        "basis": [f"{PENALTY}第六十四条"],
    },
    "D-EC-13b": {
        "who": ["主持人：{host}", f"到场人员：{PRINCIPAL}（总经理）", "调查人员：张文涛、王晓东"],
        "content": ["对停用联锁的事实没有异议，请求从轻处罚。"],
        "checked and signed": ["经当事人（代理人）核对无误后签字", "逐页签名"],
    },
    "D-EC-13c": {
        "facts": ["停用联锁的事实清楚，证据相互印证。"],
        "opinion": ["拟处罚意见事实清楚、裁量适当，建议维持。", "☑维持拟处罚意见"],
        "who": ["{host}", "{clerk}"],
    },
    "D-EC-14": {
        "time": ["2026年10月28日10时00分", "局会议室"],
        "members": ["{head}同意", "{deputy}同意", "{unit}同意"],
        "opinions": ["同意拟处理意见"],
        "conclusion": ["讨论结论同意拟处理意见"],
        "dissent": ["不同意见无"],
        "without vote": ["列席人员张文涛、王晓东", "不参加表决"],
    },
    "D-EC-15a": {
        "party": PARTY,
        "facts and evidence": ["停用3号罐区可燃气体报警联锁", "询问笔录（当事人的陈述）", "现场检查笔录"],
        "kind and basis": [f"1.对{FIRM}{FINE}", "警告，责令立即恢复联锁", f"依据{LAW}第一百零二条。"],
        "way and term": ["自收到本决定书之日起15日内，到指定的银行缴纳", "户名东山区财政局非税专户，账号0532-1001"],
        "surcharge": ["每日按罚款数额的百分之三加处罚款，加处罚款的数额不超出罚款的数额"],
        "remedies": TERMS,
        "organ and day": [f"{BUREAU}2026年10月29日"],
        "defence and hearing": ["联锁误报频繁", "不予采纳", "2026年10月23日举行了听证", "东应急罚告〔2026〕1号"],
        "number": ["东应急罚〔2026〕"],
    },
    "D-EC-15b": {
        "party": PARTY,
        "facts and evidence": ["停用3号罐区可燃气体报警联锁", "询问笔录（当事人的陈述）"],
        "ground": ["违法行为轻微并及时改正，没有造成危害后果。", "教育记录2026-07-20"],
        "decision": ["本机关决定对你（单位）不予行政处罚。"],
        "remedies": TERMS,
        "organ and day": [f"{BUREAU}2026年7月27日"],
    },
    "D-EC-16a": {
        "receiver": [PRINCIPAL, FIRM],
        "method": ["☑直接送达"],
        "date": ["2026年10月30日"],
        "witness": ["见证人"],
        "paper": ["行政处罚决定书", "东应急罚〔2026〕"],
    },
    "D-EC-16a announced": {"method": ["☑公告送达", "邮寄被退回，住所无人"], "date": ["2026年9月5日"]},
    "D-EC-16b": {
        "address": ["东山区化工路18号"],
        "electronic": ["是否接受电子送达", "签订确认书"],
        "confirmation": ["当事人签名或盖章"],
    },
    "D-EC-16c": {
        "why": ["邮寄被退回，住所无人", "《中华人民共和国民事诉讼法》第九十五条"],
        "when": ["2026年8月6日", "经过三十日，即2026年9月5日视为送达"],
        "decision": ["人民币贰万元整（20000元）"],
        "remedies": TERMS,
    },
    "D-EC-17": {
        "schedule": ["2026年12月31日前20000元贰万元整", "2027年1月29日前20000元贰万元整"],
        "base": ["人民币伍万元整（50000元）", "人民币肆万元整（40000元）"],
        "basis": [f"{PENALTY}第六十六条第二款"],
        "approval": ["批准人：{deputy}，批准日期：2026年11月25日"],
    },
    "D-EC-18a": {
        "base": ["处罚款人民币伍万元整（50000元）"],
        "rate": ["每日按罚款数额的百分之三加处罚款"],
        "days": ["2026年11月23日"],
        "cap": ["其数额不超出罚款的数额（上限50000元）"],
        "amount": ["减免600元", "现应缴纳加处罚款人民币玖仟玖佰元整（9900元）"],
        "remedies": REMEDIES,
    },
    "D-EC-18b": {
        "base": ["尚有罚款人民币肆万元整（40000元）未缴纳"],
        "rate": ["每日按罚款数额的百分之三加处罚款，以罚款数额为限"],
        "due": ["应于2026年11月14日前缴纳"],
        "bank": ["示例银行东山支行"],
    },
    "D-EC-19": {
        "term": ["一、履行义务的期限：自收到本催告书之日起十日内"],
        "way": ["二、履行义务的方式：到指定的银行", "示例银行东山支行"],
        "amount": ["三、金额和给付方式：罚款人民币肆万元整（40000元）", "加处罚款人民币"],
        "rights": ["依法享有陈述权和申辩权"],
        "court": ["送达十日后你（单位）仍未履行义务的，本机关将依法申请有管辖权的人民法院强制执行"],
        "decision": ["东应急罚〔2026〕", FINE],
    },
    "D-EC-20": {
        "application": ["东山区人民法院：", "申请强制执行本机关《行政处罚决定书》", "人民币肆万元整（40000元）"],
        "decision, facts and basis": [
            "2026年10月29日作出上述决定",
            "停用3号罐区可燃气体报警联锁",
            f"依据{LAW}第一百零二条。",
        ],
        "party's view and urging": [
            "联锁误报频繁",
            "2027年5月6日以直接方式送达《履行行政决定催告书》",
            "东应急催告〔2027〕1号",
        ],
        "object": ["四、申请强制执行标的情况"],
        "other papers": ["五、材料目录"],
        "signature, seal and day": ["申请人负责人（签名）", "加盖机关印章", f"{BUREAU}2027年5月21日"],
    },
    "D-EC-21a": {
        "facts": ["停用3号罐区可燃气体报警联锁"],
        "evidence": ["询问笔录", "停用联锁的时间和原因", "提交的证据目录：证据一至证据三。"],
        "basis": [f"依据{LAW}第一百零二条。"],
        "case": ["东山区人民政府：", "东政复〔2026〕12号", "2026年9月8日收到申请书副本"],
        "opinion": ["误报不能作为停用联锁的理由，处罚决定裁量适当。"],
    },
    "D-EC-21b": {
        "facts": ["停用3号罐区可燃气体报警联锁"],
        "evidence": ["询问笔录", "提交的证据目录：证据一至证据三。"],
        "basis": [f"依据{LAW}第一百零二条。"],
        "case": ["（2026）东行初7号", "此致东山区人民法院", "出庭应诉负责人：{head}"],
        "opinion": ["误报不能作为停用联锁的理由"],
    },
    "D-EC-22a": {
        "result": ["行政处罚：", "人民币贰万元整（20000", "东应急罚〔2026〕2号"],
        "execution": ["2026年9月10日缴纳罚款20000元（票据PJ-2026-118）", "已全部履行"],
        "list": ["先行登记保存BC-370202-2026-0001", "复议诉讼跟踪FS-370202-2026-0001"],
        "opinions": ["罚款已缴清，联锁已恢复。", "同意结案。", "{deputy}"],
    },
    "D-EC-22b": {
        "list": ["行政处罚决定书东应急罚〔2026〕2号2026年8月5日", "结案审批表", "证据：询问笔录"],
        "volume": ["2026-EC-1", "86页", "档案室3排2柜"],
    },
    "D-EC-23": {
        "when": ["2026年9月8日"],
        "who": ["高某某", "某局副局长"],
        "form": ["☐口头☑电话☐书面"],
        "content": ["来电要求对该企业从轻处理"],
        "witness": ["王晓东"],
        "report": ["已向记录人核对", "本机关主要负责人"],
    },
    "D-EC-23b": {
        "quarter": ["2026年第3季度", "列入记录1件"],
        "record": ["GY-370202-2026-0001", "2026年9月8日", "高某某（某局副局长）", "电话"],
        "outcome": ["属于非法干预；通报（2026年9月10日）；移送纪检监察机关"],
        "analysis": ["本季度干预情况见所列记录"],
    },
    "D-EC-24a": {
        "facts": ["多次停用报警联锁，拒不改正。"],
        "basis": [f"{LAW}第七十八条"],
        "consequences": ["列入期限三年", "政府采购东山区财政局"],
        "rights": ["有权进行陈述和申辩", "五个工作日内"],
    },
    "D-EC-24b": {
        "facts": ["多次停用报警联锁，拒不改正。", "性质恶劣、情节严重。"],
        "basis": ["《安全生产法》第七十八条"],
        "period": ["期限三年，自2026年9月17日起至2029年9月17日止"],
        "remedies": ["可以申请行政复议或者提起行政诉讼", *ORGANS],
        "measures": ["土地出让东山区自然资源局"],
        "of which": ["东应急失告〔2026〕1号"],
    },
    "D-EC-24c": {
        "facts": ["☑撤销列入", "列入决定被撤销。复议机关撤销列入决定。"],
        "basis": ["应急管理部令第11号"],
        "period": ["自2026年9月21日起将你（单位）移出", "期限至2029年9月17日"],
        "remedies": REMEDIES,
        "of which": ["东应急失列〔2026〕1号"],
    },
    "D-EC-25": {
        "error": ["差错：违反法定程序。", "告知书未载明听证权利"],
        "change": ["☑补正", "更正为“1号泵房”"],
        "refund": ["没有应当退还的款项"],
        "remedies": REMEDIES,
    },
}  # fmt: skip
LIAISON = "supervisory_liaison.county1"
READERS = {"D-EC-23": LIAISON, "D-EC-23b": LIAISON}
PEOPLE = {
    "handler": HANDLER,
    "co": "co_handler.county1",
    "unit": UNIT,
    "deputy": DEPUTY,
    "head": HEAD,
    "reviewer": REVIEWER,
    **told.ISSUERS,
}


@pytest.fixture(scope="module")
def written(databases, tmp_path_factory) -> Written:
    stages = Stages(databases, tmp_path_factory.mktemp("enforcement_papers"), make_app(), SIDES)
    return Written.make(stages, tmp_path_factory.mktemp("papers"), told.write_all, after="2027-06-04 09:00")


def registered() -> set[str]:
    """The papers that the folders of the family can issue."""
    return {letter for letter in story.letters_of(*FAMILY) if letter.startswith("D-EC-")}


def test_every_paper_of_the_folders_is_looked_at():
    assert registered() - set(MUST) == set()


def test_every_row_of_the_page_has_its_papers():
    assert {letter[:7] for letter in registered()} == {f"D-EC-{n:02}" for n in range(1, 26)}


class TestPapersOfPenalties(IssuedPapers):
    must, people, reader, readers = MUST, PEOPLE, HANDLER, READERS


def test_a_decision_bears_the_case_number_until_it_is_issued(enforcement_at):
    """Nobody holds a number that may yet be dropped with its draft."""
    case = enforcement_at("serving")
    assert case.case()["number"] in paper(case, "D-EC-15a")
    key = story.draft(case, "D-EC-15a", HANDLER)["id"]
    number = case.office.post(DEPUTY, f"/documents/{key}/issue")["number"]
    said = words(case.office.get(HANDLER, f"/documents/{key}.pdf"))
    assert number in said and case.case()["number"] not in said


def test_a_picture_of_the_scene_is_in_its_record(papers):
    assert any(page.images for page in pypdf.PdfReader(io.BytesIO(papers.paper("D-EC-03"))).pages)


# The notice is issued before it is served, and speaks of what was newly found when it is given again.


@pytest.fixture
def noticing(enforcement_at) -> Side:
    return enforcement_at("noticing")


def paper(case: Side, letter: str, who: str = HANDLER) -> str:
    key = story.draft(case, letter, who)["id"]
    return words(case.office.get(who, f"/documents/{key}.pdf"))


def test_the_notice_lies_there_before_it_is_served(noticing):
    said = paper(noticing, "D-EC-11a")
    assert "处人民币贰万元整（20000元）罚款" in said and "经责令未改正" in said


def test_no_hearing_is_offered_where_none_is_due(noticing):
    assert "听证" not in paper(noticing, "D-EC-11a")
    assert "D-EC-11b" not in [row["letter"] for row in story.documents(noticing, HANDLER)]


def test_a_second_notice_says_what_was_newly_found_and_leaves_the_penalty_open(noticing):
    noticing.do("ec_notice", at("2026-07-23 10:00"))
    found = {"new_facts": True, "new_facts_note": "另有一处联锁停用"}
    noticing.do("ec_statement", at("2026-07-24 10:00"), **found)
    said = paper(noticing, "D-EC-11a")
    assert "新查明的事实：另有一处联锁停用。" in said and "贰万元整" not in said


def test_a_review_that_sends_back_drafts_no_notice(enforcement_at):
    case = enforcement_at("legal_review")
    refused = {"opinion": "程序纠正", "procedure": False, "comments": "询问未告知权利"}
    case.do("ec_legal_review", at("2026-07-22 10:00"), **refused)
    letters = [row["letter"] for row in story.documents(case, HANDLER)]
    assert "D-EC-10" in letters and "D-EC-11a" not in letters
    said = paper(case, "D-EC-10")
    assert "☑程序纠正" in said and "程序是否合法☐无问题☑有问题" in said


# Who may.


@pytest.mark.parametrize("who", ["intake_clerk.county1", HANDLER, LEGAL])
def test_who_may_not_issue_a_decision_is_refused(enforcement_at, who):
    case = enforcement_at("serving")
    key = story.draft(case, "D-EC-15a", HANDLER)["id"]
    assert case.office.post(who, f"/documents/{key}/issue", status=403)["code"] == "E-COM-04"


def test_another_county_sees_neither_the_paper_nor_the_list(papers):
    case = papers.drivers["D-EC-15a"]
    papers.office.get("case_handler.county2", f"/documents/{papers.ids['D-EC-15a']}.pdf", 404)
    papers.office.get("case_handler.county2", f"/cases/{case.id}/documents", 404)


def test_a_record_of_interference_is_read_by_its_own_roles_alone(papers):
    for who in (HANDLER, DEPUTY, UNIT):
        papers.office.get(who, f"/documents/{papers.ids['D-EC-23']}.pdf", 404)
        papers.office.get(who, f"/documents/{papers.ids['D-EC-23b']}.pdf", 404)
    assert "高某某" not in papers.text("D-EC-22b", HANDLER)
    assert "GY-370202" not in papers.text("D-EC-22a", HANDLER)


# A person as the party: the employer stands in the clue as well, and receives nothing.

EMPLOYED = {
    "party_kind": "个人",
    "enterprise_name": "丙运输公司",
    "uscc": USCC,
    "person_name": "孙某某",
    "id_no": "370202198001010017",
}
TO_THE_PARTY = {
    **{"D-EC-04c": "ec_appraise", "D-EC-10": "ec_legal_review", "D-EC-12b": "ec_statement", "D-EC-13a": "eh_appoint"},
    **{"D-EC-13b": "eh_record", "D-EC-13c": "eh_report", "D-EC-14": "ec_collective", "D-EC-16a": "ec_serve"},
    **{"D-EC-16b": "ec_file_case_approve", "D-EC-16c": "ec_serve", "D-EC-17": "ec_instalment_approve"},
    **{"D-EC-18b": "ec_execute", "D-EC-22b": "ec_archive", "D-EC-02a": "ec_investigate", "D-EC-11a": "ec_legal_review"},
}


@pytest.fixture
def of_a_person(enforcement_at) -> Case:
    return Case.open(enforcement_at("office").office, at("2026-07-03 10:00"), **EMPLOYED)


def drafted(case: Side, letter: str, step: str) -> str:
    """A paper as it would read if this step had drafted it now."""
    moment = at("2026-07-03 12:00")
    with store.writing() as session:
        row = session.get_one(model.Case, case.id)
        bundle = catalog.load(session, row.bundle_hash)
        key = documents.draft(session, row, bundle, bundle.letters[letter], step, None, moment).id
        return documents.html(session, key, SYSTEM_ACTOR)


@pytest.mark.parametrize(("letter", "step"), TO_THE_PARTY.items())
def test_a_paper_to_a_person_names_the_person_and_not_the_employer(of_a_person, letter, step):
    said = drafted(of_a_person, letter, step)
    assert EMPLOYED["person_name"] in said and EMPLOYED["enterprise_name"] not in said


def test_a_person_confirms_the_address_by_the_identity_card(of_a_person):
    said = drafted(of_a_person, "D-EC-16b", "ec_file_case_approve")
    assert EMPLOYED["id_no"] in said and EMPLOYED["uscc"] not in said


# What the law leaves to the place is printed as the place settled it.


def settled(key: str, value: str) -> None:
    with store.writing() as session:
        parameters.set_(session, key, value, "370202", "本省规定", SYSTEM_ACTOR, at("2026-01-01 10:00"))


def test_a_notice_gives_the_days_that_the_place_settled(noticing):
    settled("clock.EC-C07.length", "15 WD")
    assert "请自收到本告知书之日起十五个工作日内以书面" in paper(noticing, "D-EC-11a")


def test_a_listing_is_told_with_the_days_that_the_place_settled(side_at):
    settled_case = side_at("served")
    settled("clock.EC-C30-3.length", "10 CD")
    listing = settled_case.begin("dishonest_listing", "dl_propose", at("2026-09-21 10:00"))
    assert "请自收到本告知书之日起十日内以书面" in paper(listing, "D-EC-24a")


def test_a_report_names_the_article_of_every_act(enforcement_at):
    case = enforcement_at("reporting")
    to_notice(case, [fine("120000")], violations=[act("WH100")], band_reason="初次")
    said = paper(case, "D-EC-09a")
    assert "处罚条款《危险化学品安全法》第一百条（2026年5月1日施行），待核，阶段：首次" in said and "WH100" not in said


def test_a_drafted_notice_of_a_hearing_says_on_what_its_amount_rests(enforcement_at):
    case = enforcement_at("heavy_noticing")
    assert "听证数额的依据：尚未登记本省规定" in paper(case, "D-EC-11b")


def test_an_act_without_a_band_is_named_by_its_article(enforcement_at):
    case = enforcement_at("reporting")
    to_notice(case, [{"subject": "单位", "name": "甲化工厂", "kind": "警告"}], violations=[act("SL112")])
    assert "处罚条款《安全生产法》第112条（没有罚款幅度），阶段：首次。" in paper(case, "D-EC-09a")


def test_a_report_says_why_nothing_was_ordered_to_be_corrected(enforcement_at):
    case = enforcement_at("reporting")
    to_notice(case, [fine("20000")], correction_ordered=False, no_correction_reason="报警联锁已当场恢复")
    assert "没有责令改正的理由：报警联锁已当场恢复。" in paper(case, "D-EC-09a")
