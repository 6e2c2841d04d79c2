"""Numbers that name a person: phones, identity cards, bank cards, plates, travel documents, accounts.

Works on folded text (``assistant.domain.normalise.fold``). Every pattern is bounded, so time is linear in the text.
Checks: GB 11643 (identity card, mod 11), GB 32100 (credit code, mod 31), ISO/IEC 7812 (Luhn).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from assistant.domain.pii_kinds import Finding, PiiKind
from assistant.domain.pii_words import OFFICE, PERSONAL

_SPOKEN = "零〇一二三四五六七八九幺两洞拐勾壹贰叁肆伍陆柒捌玖"
_SPOKEN_VALUES = dict(zip(_SPOKEN, "0012345678912079123456789", strict=True))
_SEP = r"[ \-‐‑–—.·_/]{0,3}"
_GAP = r"[ \-‐‑–—.·,，、。:]{0,2}"
_D = f"[0-9{_SPOKEN}]"
_NEXT_D = f"(?!一直|一下|一个|一会|一定|一般|一共|一天|一家|一样|一起|两个|两天|两次|三天|三次|几)({_D})"

_NEAR_DIGITS = re.compile(rf"{_D}(?:.{{0,3}}?{_D}){{3}}", re.S)
_LETTER = re.compile("[A-Za-z\u0130\u0131\u017f\u212a]")
"""Also the four others that ``[a-z]`` means where case does not count."""

_MOBILE = re.compile(rf"(?<![0-9])(?:\(?(?:\+|00)?86\)?{_SEP})?\(?(1{_SEP}[3-9](?:{_SEP}[0-9]){{9}})(?![0-9])")
_MOBILE_LETTERS = re.compile(r"(?<![0-9A-Za-z])(1[3-9][0-9oOlI]{9})(?![0-9A-Za-z])")
_MOBILE_SPOKEN = re.compile(
    rf"(?<![0-9{_SPOKEN}])([1一幺壹]{_GAP}[3-9三四五六七八九拐勾叁肆伍陆柒捌玖](?:{_GAP}{_D}){{9}})(?!{_NEXT_D})"
)
_MULTIPLE = re.compile(rf"([两二三四五六七八2-8])个({_D})")
_ID18 = re.compile(rf"(?<![0-9A-Za-z])([1-9](?:{_SEP}[0-9]){{16}}{_SEP}[0-9Xx×*])(?![0-9A-Za-z])")
_ID18_SPOKEN = re.compile(rf"(?<!{_D})({_D}(?:{_GAP}{_D}){{16}}{_GAP}(?:{_D}|[Xx]|叉|艾克斯))(?!{_D})")
_ID15 = re.compile(r"(?<![0-9A-Za-z])([1-9][0-9]{14})(?![0-9A-Za-z])")
_CARD = re.compile(rf"(?<![0-9A-Za-z])([1-9](?:{_SEP}[0-9]){{11,18}})(?![0-9A-Za-z])")
_LANDLINE = re.compile(
    r"(?<![0-9])(\(?0(?:10|2[0-9]|[3-9][0-9]{2})\)?[ \-‐–—]{0,3}[2-9][0-9]{2,3}[ \-‐–—]?[0-9]{4}(?:(?:转|-|分机)[0-9]{1,5})?)(?![0-9])"
)
_LANDLINE_SPOKEN = re.compile(
    rf"(?<!{_D})([零〇0]{_GAP}(?:[一幺1]{_GAP}[零〇0]|[二2]{_GAP}{_D}|[3-9三四五六七八九拐勾]{_GAP}{_D}{_GAP}{_D}){_GAP}(?![01零〇一幺])"
    rf"{_D}(?:{_GAP}{_D}){{6,7}})(?!{_D})"
)
_LANDLINE_SHORT = re.compile(r"(?<![0-9.\-])([2-9][0-9]{2,3}[ \-]?[0-9]{4})(?![0-9]|[ \-./年月日元][0-9]|[元年号])")
_PLATE = re.compile(
    r"([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使][ ]?[A-HJ-Z][ ·•.\-]{0,2}"
    r"(?:[0-9DF][ ]?[A-HJ-NP-Z0-9][0-9]{3}[0-9DF]|[0-9]{5}[A-Z]|[A-HJ-NP-Z0-9](?:[ ]?[A-HJ-NP-Z0-9]){3}[ ]?[A-HJ-NP-Z0-9挂学警港澳领]))(?![A-Za-z0-9])",
    re.I,
)
_DOCUMENT = re.compile(
    r"(?<![0-9A-Za-z])([EGDSPHMCWLTKJ][A-Z]?[ ]?[0-9]{7,10}|[0-9]{8}|[A-Z]{3}[0-9]{12})(?![0-9A-Za-z])", re.I
)
_CREDIT_CODE = re.compile(
    r"(?<![0-9A-Za-z])([1-9AN-Y][0-9A-HJ-NPQRTUWXY][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10})(?![0-9A-Za-z])"
)
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-])([A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}[ ]?@[ ]?[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{2,20}){1,4})"
)
_EMAIL_SPOKEN = re.compile(
    r"(?<![A-Za-z0-9._\-])([A-Za-z0-9][A-Za-z0-9._\-]{1,40}[ ]?(?:艾特|圈a|圈A|#|\(at\)|\[at\]| at )[ ]?"
    r"(?:qq|163|126|sina|gmail|hotmail|outlook|foxmail|139|189|sohu|yeah|aliyun|icloud)[ ]?(?:\.|点|dot| dot )[ ]?(?:com|cn|net))",
    re.I,
)
_ACCOUNT = r"[号是为:：叫的码 ]{0,6}(?:ID)?[:： ]{0,2}"
_QQ = re.compile(rf"(?:QQ|扣扣|企鹅号|球球){_ACCOUNT}([1-9][0-9]{{4,11}})(?![0-9])", re.I)
_WECHAT = re.compile(
    rf"(?:微信|威信|薇信|wechat|weixin|VX|v信|卫星号){_ACCOUNT}([A-Za-z][A-Za-z0-9_\-]{{4,30}}|[0-9]{{6,11}})(?![A-Za-z0-9_])",
    re.I,
)

_PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
        "91",
    ]
)
_ID_WORDS = re.compile("身份证|身份號|证件号|身份号|公民身份|社会保障号|社保号|身份信息|居民证|ID")
_CARD_WORDS = re.compile(
    "卡号|卡[号为是:： ]{0,3}$|银行卡|储蓄卡|信用卡|借记卡|账户|帐户|账号|帐号|存折|工行|农行|建行|中行|交行|招行|开户|汇款|打款|转账|转到|汇到|转给|存到|退到|退款|收款|打到|社保卡|工资卡|银行"
)
_DOCUMENT_WORDS = re.compile(
    "护照|通行证|回乡证|台胞证|证件号|军官证|士兵证|永久居留|永居证|港澳证|旅行证|passport", re.I
)
_REFERENCE_WORDS = re.compile(
    "(?<!身份证)(?<!证件)(?:工单|订单|受理|办件|案件|流水|编号|单号|回执|案号|票据|发票|合同|文号|序列|批次|项目|档案|运单|快递单|条码|申请号|登记号|预约号|许可证号|设备|户号|表号|业务号|凭证)[^0-9]{0,8}[0-9A-Za-z\\-]{0,24}$"
)
_OFFICIAL = re.compile(
    r"(?<![0-9])(?:(?:400|800)[ \-]?[0-9]{3}[ \-]?[0-9]{4}|(?:400|800)[ \-]?[0-9]{4}[ \-]?[0-9]{3}|(?:0(?:10|2[0-9]|[3-9][0-9]{2})[ \-]?)?(?:12[0-9]{3}|9[56][0-9]{3,4}|1[01][0-9]|12[0-9]|100[0-9]{2}))(?![0-9])"
)
_PHONE_GROUPS = {(3, 4, 4), (4, 3, 4), (3, 8), (7, 4), (3, 3, 5), (5, 6), (6, 5), (3, 4, 2, 2), (3, 2, 2, 2, 2), (4, 7)}
_PHONE_WORDS = re.compile("电话|手机|联系|号码|微信|拨打|致电|tel|phone|mobile", re.I)
_PERSONAL_WORDS = re.compile("|".join(PERSONAL))
_OFFICE_WORDS = re.compile("|".join(sorted(OFFICE, key=len, reverse=True)))
_OFFICES_OWN = re.compile(rf"({_OFFICE_WORDS.pattern})办?的?(?:座机|固话|固定电话|联系电话|联系方式)")
_GOVERNMENT_MAIL = re.compile(r"\.gov(?:\.cn)?$|@(?:service|jubao|kefu|info|contact|hr|admin|support)\b", re.I)


def find_numbers(text: str, *, by_citizen: bool = True) -> Iterator[Finding]:
    """All findings, overlaps included, strongest kinds first. ``by_citizen=False`` leaves landlines: an office's own words."""
    digits, letters = has_digits(text), has_letters(text)
    if digits:
        yield from _identity_cards(text)
        yield from _plain(text, _CREDIT_CODE, PiiKind.CREDIT_CODE, _is_credit_code)
        yield from _phones(text)
        yield from _cards(text)
    if letters or "@" in text:
        yield from _emails(text)
    if letters:
        yield from _plain(text, _PLATE, PiiKind.PLATE, lambda value, _: any(c.isdigit() for c in value))
    if digits:
        yield from _plain(text, _QQ, PiiKind.QQ)
    if digits or letters:
        yield from _plain(text, _WECHAT, PiiKind.WECHAT)
    if digits:
        yield from _documents(text)
    if digits and by_citizen:
        yield from _landlines(text)


def has_digits(text: str) -> bool:
    """Whether four digits, written or spoken, stand near each other: no number has fewer, and most texts have none."""
    return _NEAR_DIGITS.search(text) is not None


def has_letters(text: str) -> bool:
    return _LETTER.search(text) is not None


def official_ranges(text: str) -> list[tuple[int, int]]:
    """Where public service numbers stand; nothing inside them is ever masked."""
    return [match.span() for match in _OFFICIAL.finditer(text)]


def digits_of(text: str) -> str:
    """The digits spoken or written in ``text``, with 三个八 written out."""
    written = _MULTIPLE.sub(lambda m: m[2] * int(_SPOKEN_VALUES.get(m[1], m[1])), text)
    return "".join(c if c in "0123456789" else _SPOKEN_VALUES.get(c, "") for c in written)


def is_id_card(digits: str, *, checksum: bool = True) -> bool:
    """18 characters with province, a birth date up to today and, if asked, the check character of GB 11643."""
    if digits[:2] not in _PROVINCES or not _is_birth_date(digits[6:14]):
        return False
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    expected = "10X98765432"[sum(w * int(d) for w, d in zip(weights, digits[:17], strict=True)) % 11]
    return not checksum or digits[17].upper() == expected


def passes_luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(d), 10)) for d in digits[-2::-2])
    return (sum(doubled) + sum(int(d) for d in digits[-1::-2])) % 10 == 0


def before(text: str, start: int, width: int = 16) -> str:
    return text[max(0, start - width) : start]


def _is_birth_date(digits: str) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return 1890 <= born.year <= 2035


def _plain(
    text: str, pattern: re.Pattern[str], kind: PiiKind, accept: Callable[[str, str], bool] | None = None
) -> Iterator[Finding]:
    for match in pattern.finditer(text):
        value = re.sub(r"[ ·•.\-]", "", match[1]).upper()
        if accept is None or accept(value, before(text, match.start(1))):
            yield Finding(match.start(1), match.end(1), kind, value)


def _identity_cards(text: str) -> Iterator[Finding]:
    for pattern in (_ID18, _ID18_SPOKEN):
        for match in pattern.finditer(text):
            digits = digits_of(match[1][:-1].removesuffix("艾克")) + _last_id_character(match[1])
            if len(digits) == 18 and _is_probable_id(digits, before(text, match.start(), 24)):
                yield Finding(match.start(1), match.end(1), PiiKind.ID_CARD, digits.upper())
    for match in _ID15.finditer(text):
        context = before(text, match.start(), 12)
        if match[1][:2] in _PROVINCES and _is_birth_date("19" + match[1][6:12]) and _ID_WORDS.search(context):
            yield Finding(match.start(1), match.end(1), PiiKind.ID_CARD, match[1])


def _last_id_character(written: str) -> str:
    return "X" if written[-1] in "Xx×*叉斯" else digits_of(written[-1])


def _is_probable_id(digits: str, context: str) -> bool:
    named = _ID_WORDS.search(context) is not None
    if is_id_card(digits):
        return named or not _REFERENCE_WORDS.search(context)
    return named or (is_id_card(digits, checksum=False) and not _REFERENCE_WORDS.search(context))


def _is_credit_code(value: str, context: str) -> bool:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(alphabet.index(c) * pow(3, i, 31) for i, c in enumerate(value[:17]))
    valid = alphabet[(31 - total % 31) % 31] == value[17]
    return (valid and not value.isdigit()) or re.search("信用代码|信用编码|税号|纳税人|统一代码", context) is not None


def _phones(text: str) -> Iterator[Finding]:
    for pattern in (_MOBILE, _MOBILE_LETTERS, _MOBILE_SPOKEN):
        for match in pattern.finditer(text):
            digits = digits_of(match[1].translate(str.maketrans("oOlI", "0011")))
            if _is_written_as_phone(match[1], before(text, match.start(), 12)):
                yield Finding(match.start(), match.end(), PiiKind.PHONE, digits)
    yield from _counted_phones(text)


def _is_written_as_phone(written: str, context: str) -> bool:
    """Grouped as people group phones (or called one): ``1500 3000 800`` are three amounts."""
    groups = tuple(len(group) for group in re.findall("[0-9]+", written))
    usual = len(groups) <= 1 or max(groups) == 1 or groups in _PHONE_GROUPS or sum(groups) < 11
    return (usual or _PHONE_WORDS.search(context) is not None) and not _REFERENCE_WORDS.search(context)


_COUNTED = re.compile(rf"(?<!{_D})([1一幺](?:{_GAP}(?:[两二三四五六七八2-8]个)?{_D}){{3,10}})(?!{_D})")


def _counted_phones(text: str) -> Iterator[Finding]:
    """Spoken with counts: 一三八五个零一二三."""
    for match in _COUNTED.finditer(text):
        digits = digits_of(match[1])
        if "个" in match[1] and len(digits) == 11 and digits[1] in "3456789":
            yield Finding(match.start(), match.end(), PiiKind.PHONE, digits)


def _cards(text: str) -> Iterator[Finding]:
    for match in _CARD.finditer(text):
        digits = digits_of(match[1])
        context = before(text, match.start(), 24)
        if _is_card(digits, match[1], context):
            yield Finding(match.start(1), match.end(1), PiiKind.BANK_CARD, digits)


def _is_card(digits: str, written: str, context: str) -> bool:
    named = _CARD_WORDS.search(context) is not None
    if not 16 <= len(digits) <= 19 or (_REFERENCE_WORDS.search(context) and not named):
        return False
    if named:
        return digits[0] in "34569" or passes_luhn(digits)
    grouped = re.fullmatch(r"\d{4}([ \-])\d{4}\1\d{4}\1\d{4}(?:\1\d{1,3})?", written) is not None
    return passes_luhn(digits) and (digits.startswith("62") or (grouped and digits[0] in "45"))


def _emails(text: str) -> Iterator[Finding]:
    for pattern in (_EMAIL, _EMAIL_SPOKEN):
        for match in pattern.finditer(text):
            if not _GOVERNMENT_MAIL.search(match[1]):
                yield Finding(match.start(1), match.end(1), PiiKind.EMAIL, match[1].lower())


def _documents(text: str) -> Iterator[Finding]:
    for match in _DOCUMENT.finditer(text):
        near = before(text, match.start(), 18) + text[match.end() : match.end() + 6]
        if _DOCUMENT_WORDS.search(near) and not (match[1].isdigit() and "台胞证" not in near):
            yield Finding(match.start(1), match.end(1), PiiKind.PASSPORT, match[1].replace(" ", "").upper())


def _landlines(text: str) -> Iterator[Finding]:
    for pattern in (_LANDLINE, _LANDLINE_SPOKEN):
        for match in pattern.finditer(text):
            if _belongs_to_person(text, match.start(), match.end(), default=True):
                yield Finding(match.start(1), match.end(1), PiiKind.LANDLINE, digits_of(match[1]))
    for match in _LANDLINE_SHORT.finditer(text):
        if _belongs_to_person(text, match.start(), match.end(), default=False):
            yield Finding(match.start(1), match.end(1), PiiKind.LANDLINE, digits_of(match[1]))


def _belongs_to_person(text: str, start: int, end: int, *, default: bool) -> bool:
    """The nearest word before the number decides; then the words after it."""
    ahead = _OFFICES_OWN.sub(r"\1", re.split("[。！？!?；;\n]", before(text, start, 20))[-1])
    personal, office = _last(_PERSONAL_WORDS, ahead), _last(_OFFICE_WORDS, ahead)
    if personal < 0 and office < 0:
        return default and not _OFFICE_WORDS.match(text[end : end + 10].lstrip("，, 是这个的电话"))
    return personal > office


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.end() for match in pattern.finditer(text)), default=-1)
