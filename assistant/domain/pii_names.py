"""Personal names in Chinese text, found by what stands around them: a role, a title, a phone, an introduction.

A name is a surname and one or two given characters. Without a strong context the given characters must be common in
names, so that ordinary words that begin with a surname (安全, 高中生, 方便) stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from assistant.domain.pii_kinds import Finding, PiiKind
from assistant.domain.pii_words import (
    COMPOUND_SURNAMES,
    GIVEN,
    NAME_FOLLOWERS,
    NOT_NAMES,
    RARE_SURNAMES,
    SURNAMES,
    TITLES,
)

_SURNAMES = frozenset(SURNAMES)
_GIVEN = frozenset(GIVEN)
_HAN = re.compile("[\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0003134f]")
_HAN_RUN = re.compile("[\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0003134f]{1,12}")
_STRONG = re.compile(
    "(?:(?:我|本人|名字|全名|大名|真名|名)(?:就)?叫(?:做|作)?|叫做|名为|姓名|名字(?:是|为)?|实名|联系人|投诉人|诉求人|反映人|举报人|来电人|申请人|申办人|报修人|报案人|求助人|咨询人|被投诉人|被举报人|被申请人|"
    "承租人|出租人|租赁人|权利人|产权人|所有权人|当事人|法定代表人|法人代表|法人|经办人|代办人|委托人|受托人|监护人|收件人|寄件人|收款人|付款人|持卡人|开户人|开户名|户名|户主|车主|纳税人|参保人|被保险人|"
    "叫(?<=[，,。 ]叫)|患者|死者|伤者|受害人|嫌疑人|签名|签字|落款|署名|致电人|来访人|联络人|负责人|业主姓名|本人是|曾用名)"
    '(?:名叫|叫做|叫|名字|姓名|是|为|名)?[(（]?[:： 、\t"“「]{0,3}'
)
_ROLE = re.compile(
    "(?:我是|我就是|这里是|这边是|您好[，,]?我是|我们是|业主|住户|租客|租户|租房人|房东|房主|邻居|老板|老板娘|店主|店长|经理|司机|中介|中介人员|物业经理|包工头|保安|保姆|同事|同学|医生|老师|班主任|儿子|女儿|孩子|小孩|闺女|姑娘|娃|老伴|媳妇|女婿|侄女|舅舅|姑姑|表哥|表弟|表姐|表妹|堂哥|堂弟|继父|继母|养父|养母|"
    "老公|丈夫|妻子|老婆|爱人|对象|父亲|母亲|爸爸|妈妈|我爸|我妈|爷爷|奶奶|姥姥|姥爷|外公|外婆|哥哥|姐姐|弟弟|妹妹|岳父|岳母|公公|婆婆|孙子|孙女|外孙|外孙女|侄子|亲属|家属|老人|老太太|老爷子|居民|村民|市民|职工|员工|工人|学生|"
    "楼上的?|楼下的?|对门的?|隔壁的?|找|联系|联络|请联系|请找|举报|投诉|反映|起诉|被告|原告|代表|主任|书记|社区书记|负责人|会计|队长|同志|本人|家长|学员|客户|顾客|司机师傅|朋友|亲戚|老乡|室友|合伙人|股东|老总|叫|给|由|向|与|和|跟|被)"
    "(?:名叫|叫做|叫|名字叫|是|为)?[(（]?[:：， ]{0,2}"
)
_TITLE = re.compile("(" + "|".join(sorted(TITLES, key=len, reverse=True)) + ")")
_SURNAME_ONLY = re.compile(
    r"(?:^|我|免贵|本人|贵|先生|女士|她|他|对方|老板|司机|房东|邻居|[，,。；;：:\s])姓([\u4e00-\u9fff])(?![\u4e00-\u9fff]?名)"
)
_SELF = re.compile("我(?<![^，,。！!；;：:\\s]我)(?=[\u4e00-\u9fff]{2,4}(?:[，,。；;、\\s]|$))")
_MINORITY = re.compile(
    r"(?<![《“〔\u4e00-\u9fff])([\u4e00-\u9fff]{2,8}[·•][\u4e00-\u9fff]{2,8}(?:[·•][\u4e00-\u9fff]{2,8})?)"
)
_MINORITY_NAMED = re.compile(r"(?:叫|是|姓名|联系人|本人)[:： ]{0,2}([\u4e00-\u9fff]{2,6}[·•][\u4e00-\u9fff]{2,8})")
_LATIN = re.compile(
    r"(?:我叫|姓名|联系人|我是|my name is|name)[:： ]{0,2}([A-Z][a-z]{1,15}(?: [A-Z][a-z]{1,15}){1,2})", re.I
)
_TELL = re.compile("(?:嗯+|哦|啊|呃|对|我(?:叫|是)?|叫|免贵)*")
_CONNECTORS = "和与及同跟"
_ENUMERATION = re.compile("[、和与及]|或者?|还有|以及")
_NEXT_TO_NUMBER = re.compile("(?:的?(?:联系)?(?:电话|手机|手机号|号码|方式|身份证|身份证号|证件)|[，,、:： (（]{1,2}$)")
_WEAK_LEFT = re.compile('(?:^|[。！？!?；;，,、:：\\s(（"“「])$')
_TITLE_NOISE = frozenset(["总", "工", "姐", "哥", "叔", "姨", "婶", "伯", "某", "某某", "中介", "房东"])
_BAD_BEFORE_TITLE = re.compile(
    "(?:语文|数学|英语|每周|本周|上周|下周|一周|由于|对于|关于|至于|等于|属于|时任|现任|历任|担任|责任|北方|南方|对方|校方|官方|院方|警方|甲方|乙方|多方|各方|开车|公交车|出租车|项目|公安|治安|保安|施工|社会|大连|全国|住房)$"
)


def find_names(text: str, numbers: Iterable[tuple[int, int]] = (), asked: bool | None = None) -> Iterator[Finding]:
    """Names in folded ``text``; ``numbers`` are the spans of phones and cards, next to which a bare name is believed.

    ``asked``: the text is a turn of a call, and whether the name was asked for just before.
    """
    seen: dict[str, None] = {}
    bare = _bare(text, asked or _SURNAME_ONLY.search(text) is not None) if asked is not None else ()
    for start, end in chain(_candidates(text, numbers), bare):
        seen.setdefault(text[start:end])
        yield Finding(start, end, PiiKind.NAME, text[start:end])
    yield from _repeats(text, [name for name in seen if len(name) >= 3 or _is_full_name(name)])


def _candidates(text: str, numbers: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    yield from _special(text)
    yield from _after(text, _STRONG, strong=True)
    yield from _after(text, _ROLE, strong=False)
    yield from _after(text, _SELF, strong=False)
    yield from _titled(text)
    yield from _beside_numbers(text, numbers)


def _bare(text: str, asked: bool) -> Iterator[tuple[int, int]]:
    """A turn that is nothing but a name; after 您贵姓 every clause that is one, also with a rare given name."""
    runs = [run.span() for run in _HAN_RUN.finditer(text)]
    for start, end in runs if asked else runs[: len(runs) == 1]:
        tells = _TELL.match(text, start, end)
        begin = tells.end() if tells else start
        if name_end(text, begin, strong=asked, rare=asked) == end:
            yield begin, end


def _special(text: str) -> Iterator[tuple[int, int]]:
    if "姓" in text:
        yield from (match.span(1) for match in _SURNAME_ONLY.finditer(text) if match[1] in _SURNAMES)
    if "·" in text or "•" in text:
        yield from (match.span(1) for pattern in (_MINORITY, _MINORITY_NAMED) for match in pattern.finditer(text))
    if " " in text:
        yield from (match.span(1) for match in _LATIN.finditer(text))


def _after(text: str, context: re.Pattern[str], *, strong: bool) -> Iterator[tuple[int, int]]:
    """Names that follow a role or an introduction, and those enumerated after them (张伟、李娜和王强)."""
    for match in context.finditer(text):
        start = match.end()
        while (end := name_end(text, start, strong=strong)) is not None:
            yield start, end
            separator = _ENUMERATION.match(text, end)
            if separator is None:
                break
            start, strong = separator.end(), False


def name_end(text: str, start: int, *, strong: bool, rare: bool = False) -> int | None:
    """Where the name that begins at ``start`` ends, or ``None``: three characters before two, edges must be believable."""
    surname = _surname_length(text, start)
    if surname == 0 or _is_ordinary_word(text, start) or _TITLE.match(text, start + surname):
        return None
    lengths = [length for length in (surname + 2, surname + 1) if _is_han(text, start, start + length)]
    common = [n for n in lengths if _given_is_common(text[start + surname : start + n])]
    firm = [n for n in common if _ends_here(text, start + n)]
    if firm and (strong or rare or surname > 1 or text[start] not in RARE_SURNAMES):
        return start + _with_given_after(text[start : start + max(common)], common, firm[0])
    return _strong_end(text, start, surname, lengths) if strong else None


def _with_given_after(longest: str, common: list[int], firm: int) -> int:
    """A two-character name before a character that could belong to it takes that too: a leak is worse than a slip."""
    return firm if longest[-1] in _CONNECTORS else max(common)


def _strong_end(text: str, start: int, surname: int, lengths: list[int]) -> int | None:
    """After 姓名 or 我叫 even rare given names are believed, if something ends them."""
    ended = [length for length in lengths if _ends_here(text, start + length)]
    if ended:
        return start + ended[0]
    common = [n for n in lengths if _given_is_common(text[start + surname : start + n])]
    return start + common[0] if common and text[start] not in RARE_SURNAMES else None


def _surname_length(text: str, start: int) -> int:
    if text[start : start + 2] in COMPOUND_SURNAMES:
        return 2
    return 1 if text[start : start + 1] in _SURNAMES else 0


def _is_ordinary_word(text: str, start: int) -> bool:
    return any(text[start : start + length] in NOT_NAMES for length in (2, 3, 4))


def _is_han(text: str, start: int, end: int) -> bool:
    return end <= len(text) and all(_HAN.match(character) for character in text[start:end])


def _given_is_common(given: str) -> bool:
    return all(character in _GIVEN for character in given)


def _ends_here(text: str, end: int) -> bool:
    if end >= len(text) or not _HAN.match(text[end]):
        return True
    return text.startswith(NAME_FOLLOWERS, end) or text.startswith(tuple(TITLES), end)


def _titled(text: str) -> Iterator[tuple[int, int]]:
    """王先生, 张建国师傅, 李主任: the title goes with the name, so that it tells nothing about the person either."""
    for match in _TITLE.finditer(text):
        start = _titled_start(text, match.start(), match[1])
        if start is not None:
            yield start, match.end()


def _titled_start(text: str, title_at: int, title: str) -> int | None:
    for length in (4, 3, 2):
        start = title_at - length
        surname = _surname_length(text, start) if start >= 0 else 0
        full = 0 < surname < length <= surname + 2 and not _is_ordinary_word(text, start)
        if full and _given_is_common(text[start + surname : title_at]) and _left_edge(text, start):
            return start
    return (
        None if title in _TITLE_NOISE and not _ends_here(text, title_at + len(title)) else _bare_surname(text, title_at)
    )


def _bare_surname(text: str, title_at: int) -> int | None:
    compound = text[max(0, title_at - 2) : title_at] in COMPOUND_SURNAMES
    start = title_at - (2 if compound else 1)
    if start < 0 or not (compound or text[start] in _SURNAMES) or _is_ordinary_word(text, start):
        return None
    rare = text[start] in RARE_SURNAMES and start > 0 and bool(_HAN.match(text[start - 1]))
    return None if rare or _BAD_BEFORE_TITLE.search(text[max(0, start - 3) : title_at]) else start


def _left_edge(text: str, start: int) -> bool:
    """A full name before a title begins after punctuation or after a word that introduces people."""
    ahead = text[max(0, start - 6) : start]
    return (
        bool(_WEAK_LEFT.search(ahead))
        or any(m.end() == len(ahead) for m in _ROLE.finditer(ahead))
        or ahead[-1:] in "的是叫找为给请有名位对问"
    )


def _beside_numbers(text: str, numbers: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """A clause that is nothing but a name, next to a phone or a card: ``王建军 138…``, ``138…（李娜）``, 王建军电话138…"""
    for start, end in numbers:
        window = max(0, start - 16)
        for run in _HAN_RUN.finditer(text, window, min(len(text), end + 12)):
            if run.end() <= start or run.start() >= end:
                yield from _whole_name(text, run.start(), run.end())


def _whole_name(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    named_until = name_end(text, start, strong=False, rare=True)
    if named_until is None or not _WEAK_LEFT.search(text[max(0, start - 1) : start]):
        return
    if named_until == end or _NEXT_TO_NUMBER.match(text, named_until):
        yield start, named_until


def _is_full_name(name: str) -> bool:
    return len(name) == 2 and name[0] in _SURNAMES and name[1] in _GIVEN and name[1:] not in TITLES


def _repeats(text: str, names: list[str]) -> Iterator[Finding]:
    """Every other place where a name that was found stands."""
    if not names:
        return
    for match in re.finditer("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)[:50]), text):
        yield Finding(match.start(), match.end(), PiiKind.NAME, match[0])
