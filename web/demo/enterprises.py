"""Invented enterprises with valid credit codes, and reference lists that hold titles only, all of them 待核."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engine import model, parameters
from engine.people import SYSTEM_ACTOR

CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: no I, O, S, V, Z
ORG_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # GB 11714
CITY, EAST, LIULIN, HARBOUR = "370200", "370202", "370202001", "370202002"
WEST, SHIQIAO, QINGLONG = "370281", "370281101", "370281102"
PLACES = {
    CITY: "示例市经济开发区",
    EAST: "东山区",
    LIULIN: "东山区柳林街道",
    HARBOUR: "东山区港湾街道",
    WEST: "西河县",
    SHIQIAO: "西河县石桥镇",
    QINGLONG: "西河县青龙镇",
}
# name, region, industry, risk colour, street, principal
ENTERPRISES = [
    ("示例石化有限公司", CITY, "危化", "红", "石化大道1号", "郝振东"),
    ("示例盛达精细化工有限公司", CITY, "危化", "红", "石化大道18号", "贾文秀"),
    ("示例宏远钢铁有限公司", CITY, "金属冶炼", "红", "钢城路6号", "雷建业"),
    ("示例铝业有限公司", CITY, "金属冶炼", "橙", "钢城路22号", "石翀"),
    ("示例港储运有限公司", CITY, "危化", "红", "港区一路3号", "龙海波"),
    ("示例华药制药有限公司", CITY, "医药", "橙", "创新路9号", "钱梦洁"),
    ("示例燃气有限公司", CITY, "城镇燃气", "橙", "和平路40号", "白永生"),
    ("示例国泰煤业有限公司", CITY, "煤矿", "红", "矿山路1号", "常宝山"),
    ("东山甲化工厂", EAST, "危化", "红", "滨河路11号", "方立志"),
    ("东山永固涂料有限公司", EAST, "危化", "橙", "滨河路35号", "邱晓燕"),
    ("东山新民纺织有限公司", LIULIN, "纺织", "黄", "纺织路2号", "邹桂兰"),
    ("东山顺达木业有限公司", LIULIN, "轻工", "黄", "柳林北街19号", "熊大伟"),
    ("东山佳禾食品有限公司", LIULIN, "轻工", "黄", "柳林南街7号", "孟佳"),
    ("东山三和面粉有限公司", LIULIN, "轻工", "橙", "柳林南街21号", "秦淑芬"),
    ("东山机床铸造有限公司", EAST, "机械", "橙", "工业一路5号", "江铁军"),
    ("东山天成铝制品有限公司", EAST, "机械", "橙", "工业一路16号", "史䶮"),
    ("东山恒丰冷链物流有限公司", HARBOUR, "商贸", "橙", "海港路8号", "顾海生"),
    ("东山远洋水产加工有限公司", HARBOUR, "轻工", "黄", "海港路20号", "侯丽华"),
    ("东山中心商厦有限公司", EAST, "商贸", "黄", "中山路100号", "邵一帆"),
    ("东山建工集团有限公司", EAST, "建筑施工", "黄", "建设街66号", "段国强"),
    ("东山长兴水泥有限公司", HARBOUR, "建材", "橙", "港后路12号", "雷鸣"),
    ("东山晨光印刷有限公司", EAST, "轻工", "蓝", "文昌街3号", "毛晓光"),
    ("东山康健医疗器械有限公司", EAST, "机械", "蓝", "创业街14号", "汤敏"),
    ("东山鑫源污水处理有限公司", HARBOUR, "其他", "黄", "港后路30号", "尹志成"),
    ("西河鸿运花炮厂", QINGLONG, "烟花爆竹", "红", "青龙山北坡", "黎大柱"),
    ("西河祥和烟花有限公司", QINGLONG, "烟花爆竹", "红", "青龙山南坡", "易小红"),
    ("西河青龙山石料有限公司", QINGLONG, "非煤矿山", "红", "青龙山采区", "武占奎"),
    ("西河大石沟铁矿有限公司", QINGLONG, "非煤矿山", "红", "大石沟", "贺金山"),
    ("西河兴旺煤业有限公司", WEST, "煤矿", "红", "北岭乡1号井", "赖厚德"),
    ("西河众诚化肥有限公司", WEST, "危化", "红", "化工园路2号", "龚爱国"),
    ("西河绿源农药有限公司", WEST, "危化", "红", "化工园路15号", "文绍棠"),
    ("西河石桥酒业有限公司", SHIQIAO, "轻工", "橙", "石桥东街1号", "庞学文"),
    ("西河石桥腌菜合作社", SHIQIAO, "轻工", "黄", "石桥西街28号", "樊秀珍"),
    ("西河金盾民爆器材有限公司", WEST, "民用爆炸物品", "红", "北岭乡库区", "兰志远"),
    ("西河宏达冶炼有限公司", WEST, "金属冶炼", "红", "工业园区3号", "殷伟民"),
    ("西河华泰玻璃有限公司", SHIQIAO, "建材", "黄", "石桥工业路6号", "施云"),
    ("西河腾飞家具有限公司", SHIQIAO, "轻工", "黄", "石桥工业路17号", "翟腾飞"),
    ("西河万家超市有限公司", WEST, "商贸", "蓝", "县前街55号", "倪小雨"),
    ("西河电镀工业园有限公司", WEST, "机械", "橙", "工业园区9号", "严家明"),
    ("西河清泉造纸有限公司", SHIQIAO, "轻工", "橙", "石桥河沿路4号", "俞清"),
]
CRITERIA = [
    ("GM-10", "工贸企业重大事故隐患判定标准", "应急管理部令第10号"),
    ("MK-21", "煤矿重大事故隐患判定标准", "应急管理部令第21号"),
    ("FM-88", "金属非金属矿山重大事故隐患判定标准", "矿安〔2022〕88号、矿安〔2024〕41号"),
    ("WH-121", "化工和危险化学品生产经营单位重大生产安全事故隐患判定标准（试行）", "安监总管三〔2017〕121号"),
    ("YH-121", "烟花爆竹生产经营单位重大生产安全事故隐患判定标准（试行）", "安监总管三〔2017〕121号"),
    ("XF-35181", "重大火灾隐患判定规则", "GB 35181-2025"),
    ("JZ-5", "房屋市政工程生产安全重大事故隐患判定标准", "建质规〔2024〕5号"),
    ("RQ-4", "城镇燃气经营安全重大隐患判定标准", "建城规〔2023〕4号"),
    ("MB-234", "民用爆炸物品行业重大事故隐患判定标准", "工信部安全〔2024〕234号"),
    ("DL-41", "电力重大事故隐患判定标准及治理监督管理规定", "国家发展改革委令第41号"),
]
VIOLATIONS = [
    ("SL94", "主要负责人未履行安全生产管理职责", "第九十四条"),
    ("SL95", "主要负责人未履行职责导致发生生产安全事故", "第九十五条"),
    ("SL97", "未按规定设置机构、培训、记录隐患、制定预案或者特种作业无证上岗", "第九十七条"),
    ("SL98", "高危建设项目安全设施违反“三同时”规定", "第九十八条"),
    ("SL99", "未设警示标志、安全设备不合规定、篡改监控数据或者未装燃气报警装置", "第九十九条"),
    ("SL101", "危险物品、重大危险源、危险作业管理或者双重预防机制不合规定", "第一百零一条"),
    ("SL102", "未采取措施消除事故隐患", "第一百零二条"),
    ("SL103", "违法发包、出租", "第一百零三条"),
    ("SL105", "生产、储存与宿舍同楼或者疏散通道不合要求", "第一百零五条"),
    ("SL108", "拒绝、阻碍监督检查", "第一百零八条"),
    ("SL109", "未按规定投保安全生产责任保险", "第一百零九条"),
    ("SL112", "拒不改正，按日连续处罚", "第一百一十二条"),
    ("SL114", "发生生产安全事故负有责任", "第一百一十四条"),
]
UNVERIFIED = "仅录题名，条文待核"
INVENTED = "演示数据，非真实规定"
COURTS = {"370200": "示例市中级人民法院", "370202": "东山区人民法院", "370281": "西河县人民法院"}
ADDRESSES = {"370200": "示例市和平路1号", "370202": "东山区中山路2号", "370281": "西河县县前街1号"}
POLICE = {"370200": "示例市公安局", "370202": "东山区公安局", "370281": "西河县公安局"}
PROCURATORATES = {"370200": "示例市人民检察院", "370202": "东山区人民检察院", "370281": "西河县人民检察院"}


def register(session: Session, now: datetime) -> None:
    """Enter the enterprises, the reference lists and what letters say of each office."""
    for number, (name, region, industry, color, street, principal) in enumerate(ENTERPRISES, start=1):
        session.add(
            model.Enterprise(
                uscc=credit_code(region[:6], number),
                name=name,
                region=region,
                industry=industry,
                risk_color=color,
                address=PLACES[region] + street,
                principal=principal,
                phone=f"0000-{100000 + number}",
            )
        )
    for sort, (code, title, source) in enumerate(CRITERIA, start=1):
        row = model.ReferenceItem(list="hazard_criteria", code=code, title=title, sort=sort, verified=False)
        row.source, row.active = f"{source}；{UNVERIFIED}", True
        session.add(row)
    for sort, (code, title, article) in enumerate(VIOLATIONS, start=1):
        row = model.ReferenceItem(list="violation_codes", code=code, title=title, sort=sort, verified=False)
        row.source, row.active = f"《安全生产法》（2021年修正）{article}；{UNVERIFIED}", True
        session.add(row)
    for region, court in COURTS.items():
        near = {"police": POLICE[region], "procuratorate": PROCURATORATES[region], "address": ADDRESSES[region]}
        for key, value in {"court": court, "phone": "0000-12350", **near}.items():
            parameters.set_(session, f"office.{key}", value, region, INVENTED, SYSTEM_ACTOR, now)
    # A place that settled a deadline for itself, so that its source can be seen beside the clock.
    parameters.set_(session, "clock.HZ-C05.length", "7 WD", "370281", INVENTED, SYSTEM_ACTOR, now)
    told = "示例市行政处罚听证程序规定（演示数据）"
    parameters.set_(session, "hearing_fine_source", told, "370200", INVENTED, SYSTEM_ACTOR, now)


def credit_code(region: str, number: int) -> str:
    """Return the unified social credit code of an invented company, with both check digits."""
    organisation = f"MA9{number:05}"
    weighed = zip(organisation, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)
    check = 11 - sum(ORG_SIGNS.index(sign) * weight for sign, weight in weighed) % 11
    body = f"91{region}{organisation}{'0X'[check == 10] if check > 9 else check}"
    total = sum(CODE_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + CODE_SIGNS[-total % 31]
