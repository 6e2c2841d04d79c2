"""Stage ``extract_appeal``: what an order must say (ordinance Article 10), found by rules in the masked words."""

from __future__ import annotations

import re

from assistant.domain.appeal import Appeal, Extraction, Found, Span

_SENTENCE = re.compile("[^。！？!?;；\n]+")
_WHEN = re.compile(
    r"(?:\d{4}年)?\d{1,2}月\d{1,2}[日号](?:[上下]午|晚上|凌晨)?(?:\d{1,2}[点时:]\d{0,2})?"
    r"|(?:昨天|今天|前天|昨晚|今早|今晚|刚刚|刚才|上周[一二三四五六日天末]?|这周[一二三四五六日天末]?|上个?月|本月|这个月|去年|周末|节假日)"
    r"(?:早上|上午|中午|下午|晚上|半夜|夜里|凌晨)?(?:[\d一二三四五六七八九十]{1,3}点(?:多|半)?)?"
    r"|(?:每天|天天|每晚|每周[一二三四五六日天末]?|经常|一直)?(?:早上|上午|中午|下午|晚上|半夜|夜里|凌晨)(?:[\d一二三四五六七八九十两]{1,3}点(?:多|半)?)?"
    r"|每天|天天|每晚|(?:近|最近|这)?[\d一二两三四五六七八九十几半]{1,3}(?:个多?月|多?天|多?年|周|个小时|小时)(?:多)?(?:了|以来)?|一直|长期"
)
_OBJECT = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9〔〕]{2,14}?(?:有限公司|公司|物业|餐厅|饭店|饭馆|火锅店|烧烤店|理发店|美容院|健身房|超市|商场|培训机构|培训班|幼儿园|学校|中学|小学|医院|诊所|养老院|酒吧|KTV|网吧|酒店|宾馆|工地|店铺|商铺|快递|银行|平台|中介|驾校|工厂|小店|店)"
    r"|楼上(?:的)?(?:邻居|住户|业主|租户)?|楼下(?:的)?(?:邻居|住户|商铺|饭店)|隔壁(?:的)?(?:邻居|住户)?|物业|开发商|房东|中介|施工单位|施工队|老板|包工头|单位"
)
_ASKED = re.compile(
    r"(?:希望|要求|请(?!问)|请求|恳请|想(?:要|让)|建议|盼|能不能|能否|可不可以|麻烦|诉求是)[^。！？!?\n]{2,60}"
)
_PLACE = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9]{0,12}?(?:街道|地区|乡|村|路|大街|胡同|小区|社区|家园|花园|公寓|里|园|苑|号院|大厦|广场|地铁站|桥|公园|市场|[东西南北]门|〔门牌\d+〕)+[\u4e00-\u9fffA-Za-z0-9〔〕]{0,8}?(?=[，,。;；！!？?的有在被旁附门]|$)"
)
_CONTACT = re.compile(r"〔(?:手机|固话|微信|邮箱)\d+〕")
_NAME = re.compile(r"〔姓名\d+〕")

QUESTIONS = (
    ("where", "请问具体在哪个街道、哪个小区或者哪条路，门牌或者附近有什么标志？"),
    ("object", "请问反映的是哪个单位、哪家店或者哪一户？"),
    ("when", "请问是什么时候发生的，现在还在持续吗？"),
    ("demand", "请问您希望怎么解决？"),
    ("contact", "请留一个能联系到您的电话，方便承办单位与您联系。"),
)


async def extract_appeal(appeal: Appeal) -> Extraction:
    """Offsets of spans are those of ``appeal.text``. ``missing`` is in asking order."""
    found = {
        "who": _first(_NAME, appeal.text, 0.9),
        "what": _matter(appeal.text),
        "where": _where(appeal),
        "when": _first(_WHEN, appeal.text, 0.8),
        "object": _first(_OBJECT, appeal.text, 0.6),
        "demand": _first(_ASKED, appeal.text, 0.8),
        "contact": _contact(appeal),
    }
    missing = tuple((name, question) for name, question in QUESTIONS if found[name] is None)
    return Extraction(**found, missing=missing)


def _first(pattern: re.Pattern[str], text: str, confidence: float) -> Found | None:
    match = pattern.search(text)
    return Found(match[0], confidence, (Span(*match.span()),)) if match else None


def _matter(text: str) -> Found | None:
    """The longest of the first three sentences: greetings come first, demands last."""
    sentences = list(_SENTENCE.finditer(text))[:3]
    if not sentences:
        return None
    best = max(sentences, key=lambda match: len(match[0]))
    return Found(best[0].strip(), 0.7, (Span(*best.span()),))


def _where(appeal: Appeal) -> Found | None:
    if appeal.address:
        return Found(appeal.address, 0.95)
    own = _first(_PLACE, appeal.text, 0.6)
    said_elsewhere = _PLACE.search(appeal.context)
    return own or (Found(said_elsewhere[0], 0.5) if said_elsewhere else None)


def _contact(appeal: Appeal) -> Found | None:
    if appeal.appellant_key:
        return Found("来电号码", 0.95)
    own = _first(_CONTACT, appeal.text, 0.95)
    said_elsewhere = _CONTACT.search(appeal.context)
    return own or (Found(said_elsewhere[0], 0.9) if said_elsewhere else None)
