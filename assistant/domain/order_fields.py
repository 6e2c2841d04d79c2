"""The fields of an order (ordinance Article 10) in masked words: who, whom about, what is asked for. Pure, by rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """``text[start:end]`` and how sure it is."""

    start: int
    end: int
    confidence: float


_NAME = "〔姓名[0-9]+〕"
_OWN_NAME = re.compile(
    f"(?:我(?:的名字)?(?:叫|是|姓)|免贵姓?|本人(?:叫|姓|是)?|贵姓[？?]?|称呼我?|联系人[是为:：]?|^(?:我?姓|叫)?)({_NAME})",
    re.MULTILINE,
)
_SURNAME = re.compile("(?:我|免贵|^)姓([\u4e00-\u9fff])(?![\u4e00-\u9fff])", re.MULTILINE)
_REPORTS = re.compile(f"({_NAME})(?:反映|来电|投诉|表示)")
_CONTACT = re.compile("〔(?:手机|固话|微信|邮箱)[0-9]+〕")

_CLAUSE = re.compile("[^，,。！？!?；;\n]+")
_ASKS = re.compile(
    "希望|要求|恳请|请求|建议|盼望?|申请|能不能|能否|可不可以|可否|麻烦|诉求是|请问|请(?!讲|说)|想(?=要|让|申请)|让(?=他|她|它|对方|派出所|社区|物业|店家)"
    "|帮我|帮忙|给个|我?要(?=退|求)|赶紧|赶快|尽快|马上|抓紧|立即|立刻|派人|给(?=我|孩子|老人).{0,6}(?:安排|换|修|退|解决)"
)
_WEAK = re.compile("^(?:赶紧|赶快|尽快|马上|立即|请问|给|派人)")
_NOT_ASKED = re.compile("请(?:了|来的|他们修|过)|要求(?:我们|我|业主)|希望小学|建议书|申请(?:了|过)")

_HEADS = (
    "热力集团|有限公司|物业公司|供热公司|供热单位|供电公司|燃气公司|自来水公司|停车公司|快递公司|教育公司|搬家公司|装修公司|公司|物业|开发商|建设单位"
    "|培训机构|早教中心|培训班|机构|健身房|美容院|理发店|养生馆|洗衣店|便利店|烧烤店|火锅店|奶茶店|蛋糕店|餐厅|饭店|饭馆|餐馆|超市|小卖部|商场|药店"
    "|幼儿园|学校|中学|小学|医院|诊所|养老院|酒吧|KTV|网吧|酒店|宾馆|驾校|化工厂|养殖场|工厂|搅拌站|工地|施工队|施工单位|快递柜|快递站|二手车行|车行"
    "|房产中介|中介|房东|二房东|出租车|网约车|滴滴司机|司机|工作人员|社区工作者|保洁员|保安|城管|小贩|商贩|村委会|居委会|业委会|银行|平台|单位|店家|门店|小店|商户"
)
_BESIDE = "(?:楼上|楼下|隔壁|对门|一楼|二楼|三楼|顶楼)(?:的|那家|那户|有家)?(?:邻居|住户|业主|租户|商户|人家)?"
_OBJECT = re.compile(
    f"(?P<beside>{_BESIDE}(?:{_HEADS})?)|(?P<brand>(?:一家|一个|有家|有个|某某?|我们|我|(?:小区|楼|路)?(?:对面|旁边|楼下|底商)的|小区|大厦)?(?:[\u4e00-\u9fff]{{2,6}}?)?)(?P<head>{_HEADS})(?P<own>小?〔姓名[0-9]+〕)?"
)
_BEFORE_BRAND = re.compile(
    "(?:^|[，,。；;！!？?、\\s\n〕]|投诉|举报|反映|表扬|关于|有家|有个|一家|一个|被|跟|和|在|找|这个|那个|的|把|边|口)$"
)
_OWN_FIRM = re.compile("我们?(?:公司|单位|店)(?:在|是|位于)|[\u4e00-\u9fff]{0,4}(?:公司|单位)附近")
_THERE_IS = ("有家", "有个")
_PLACED = re.compile("^(?:小区|楼|路)?(?:对面|旁边|楼下|底商)的")
_NO_BRAND = re.compile("[在有被把我你他她的是了不来就都也还去到给让跟和说要买卖从]")


def own_name(text: str) -> Piece | None:
    """The appellant's own name or surname; not that of whom the appeal is about."""
    for pattern, confidence in ((_OWN_NAME, 0.95), (_REPORTS, 0.9), (_SURNAME, 0.85)):
        match = pattern.search(text)
        if match:
            return Piece(*match.span(1), confidence)
    return None


def contact(text: str) -> Piece | None:
    match = _CONTACT.search(text)
    return Piece(*match.span(), 0.95) if match else None


def demand(text: str) -> Piece | None:
    """The clause that says what is wanted: the last with a strong word (要求, 希望), else the last with a weak one (尽快)."""
    asked = list(_asked(text))
    strong = [piece for piece in asked if piece.confidence > 0.6]
    return (strong or asked)[-1] if asked else None


def _asked(text: str) -> Iterator[Piece]:
    for clause in _CLAUSE.finditer(text):
        match = next((m for m in _ASKS.finditer(clause[0]) if not _NOT_ASKED.match(clause[0], m.start())), None)
        if match and clause.end() - clause.start() - match.start() >= 3:
            start = clause.start() + match.start()
            yield Piece(start, clause.end(), 0.6 if _WEAK.match(clause[0], match.start()) else 0.85)


def reported(text: str, taken: Iterable[Piece]) -> Piece | None:
    """Whom or what the appeal is about (反映对象), outside of what was ``taken`` for place and demand."""
    free = _without(text, taken)
    match = next((m for m in _OBJECT.finditer(free) if m[0] and not _OWN_FIRM.match(free, m.start())), None)
    if match is None:
        return None
    if match["beside"]:
        return Piece(*match.span(), 0.8)
    return Piece(_brand_start(free, match), match.end("head"), 0.7)


def _brand_start(text: str, match: re.Match[str]) -> int:
    """Where the name before the head begins: after a word that opens one, and without verbs in it."""
    end = match.end("brand")
    for start in range(match.start("brand"), end):
        if _BEFORE_BRAND.search(text[max(0, start - 3) : start]) and not _NO_BRAND.search(
            _PLACED.sub("", text[start:end]).lstrip("我有")
        ):
            return start + 2 * text.startswith(_THERE_IS, start)
    return end


def _without(text: str, taken: Iterable[Piece]) -> str:
    for piece in taken:
        text = text[: piece.start] + "，" * (piece.end - piece.start) + text[piece.end :]
    return text
