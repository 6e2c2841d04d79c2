"""The part of an address that leads to a door (号院, 号楼, 单元, 室); street and estate stay, dispatch needs them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.domain.pii_kinds import Finding, PiiKind
from assistant.domain.pii_numbers import before

_NUMBER = "(?:[甲乙丙丁东西南北]?[0-9]{1,4}[A-Za-z]?(?:[-—][0-9]{1,4}){0,2}|[零〇一二三四五六七八九十百]{1,5}|[A-Za-z])"
_UNIT = "(?:号院|号楼|[#＃]楼|[#＃]|号公寓|号|栋楼|栋|幢|座|单元|门|层|楼|室|房间|房|户|排)"
_COMPONENT = re.compile(f"({_NUMBER})[ ]?({_UNIT})")
_TAIL = re.compile(
    "[ ]?([0-9]{2,4}[A-Za-z]?|[零〇一二三四五六七八九幺]{3,4}|[0-9]{1,2}[-—][0-9]{1,4}(?:[-—][0-9]{1,4})?|[A-Z])(?:室|号|户|房)?(?![0-9年月日元路天人米平度℃个多])"
)
_DASHED = re.compile(
    r"(?<![0-9\-—/.])([0-9]{1,3}[A-Za-z]?(?:号|#|号楼)?[-—][0-9]{1,2}[-—][0-9]{2,4})(?![0-9\-—/.]|年|月|日)"
)
_DASHED_TWO = re.compile(r"(?<![0-9\-—/.])([0-9]{1,3}[-—][0-9]{3,4})(?![0-9\-—/.元年月日万])")
_JOIN = re.compile("[ ,，的、]{0,2}")
_HOME = re.compile("住|家|地址|房号|门牌|租|户籍|送到|寄到|上门|业主|户口|房屋|我在|居")
_STREET_END = re.compile("(?:路|街|巷|胡同|里|条|村|道|弄|园|庄|苑|区|院|寺|庙|坊|桥|楼|沟|坟|营|店|营房|号院)$")
_ESTATE_END = re.compile("[里区园苑家城庭湾府寓楼院村庄居坊社郡阁轩墅厦]$")
_NOT_BUILDING = re.compile("[有共这那几建盖两各每第数]$")
_KIND_OF_BUILDING = re.compile("制|式|住宅|一层|的楼房|考试|练习|测试")
_OFFICE_AFTER = re.compile(
    "(?:[^，。,；;]{0,10})(?:政务服务中心|办事大厅|派出所|街道办|服务站|会议室|办公室|窗口|教室|诊室|展厅)"
)
_OFFICE_ADDRESS = re.compile("(?:中心|大厅|派出所|街道办|居委会|服务站|局|法院|医院|学校|银行|公司)的?(?:地址|位置)")
_STAIR = frozenset({"楼", "门"})
_HOUSE = frozenset({"单元", "室", "房间", "房", "户"})
_BUILDING = frozenset({"号楼", "#楼", "＃楼", "栋楼", "栋", "幢", "号公寓"})
_YARD = frozenset({"号院", "号"})
_BLOCK = frozenset({"号楼", "#楼", "＃楼", "#", "＃", "栋楼", "栋", "幢", "号公寓"})


def find_addresses(text: str) -> Iterator[Finding]:
    """Door-level spans of folded ``text``."""
    for start, end in _chains(text):
        yield Finding(start, end, PiiKind.ADDRESS, re.sub("[ ,，的、]", "", text[start:end]))
    if "-" in text or "—" in text:
        yield from _dashed(text)


def building_in(door: str) -> str:
    """What a door-level span begins with up to its building (8号院3号楼); empty where no building comes before the door."""
    end = 0
    for part in _COMPONENT.finditer(door):
        if "-" in part[1] or "—" in part[1] or part[2] not in _BUILDING | _YARD:
            break
        end = part.end() if part[2] in _BUILDING else end
    return door[:end]


def _dashed(text: str) -> Iterator[Finding]:
    for pattern, needs_home in ((_DASHED, False), (_DASHED_TWO, True)):
        for match in pattern.finditer(text):
            ahead = before(text, match.start(), 12)
            if _HOME.search(ahead) if needs_home else (_HOME.search(ahead) or _ESTATE_END.search(ahead)):
                yield Finding(match.start(1), match.end(1), PiiKind.ADDRESS, match[1])


def _chains(text: str) -> Iterator[tuple[int, int]]:
    chain: list[re.Match[str]] = []
    for part in _COMPONENT.finditer(text):
        if chain and not _JOIN.fullmatch(text, chain[-1].end(), part.start()):
            yield from _judge(text, chain)
            chain = []
        chain.append(part)
    if chain:
        yield from _judge(text, chain)


def _judge(text: str, chain: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    start, end = chain[0].start(), chain[-1].end()
    tail = _TAIL.match(text, end)
    tailed = tail is not None and chain[-1][2] not in ("室", "号", "户", "房间", "房", "排")
    if tail and tailed:
        end = tail.end()
    if _is_door(text, [part[2] for part in chain], chain, tailed) and not _OFFICE_AFTER.match(text, end):
        yield start, end


def _is_door(text: str, units: list[str], chain: list[re.Match[str]], tailed: bool) -> bool:
    ahead = before(text, chain[0].start(), 14)
    if len(units) == 1:
        return _single_is_door(text, chain[0], ahead, tailed)
    named = any(unit in _HOUSE or unit in _BLOCK or unit == "号院" for unit in units) or set(units) >= _STAIR
    return named or (bool(_HOME.search(ahead)) and set(units) != {"层"})


def _single_is_door(text: str, part: re.Match[str], ahead: str, tailed: bool) -> bool:
    number, unit = part[1], part[2]
    if unit in ("室", "房间", "房"):
        return len(re.sub(r"\D", "", number)) >= 3 and not text.startswith(("厅", "内", "外"), part.end())
    if unit == "号院":
        return tailed or bool(_HOME.search(ahead))
    if unit in ("#", "＃", "号"):
        return tailed or (
            bool(_HOME.search(ahead))
            and bool(_STREET_END.search(ahead))
            and number.strip("甲乙丙丁").isdigit()
            and not _OFFICE_ADDRESS.search(ahead)
        )
    if unit in _BLOCK:
        return tailed or not (
            _NOT_BUILDING.search(ahead) or (number[-1] in "一两二三四五六七八九十" and unit in ("栋", "幢", "栋楼"))
        )
    if unit == "单元":
        return not (_NOT_BUILDING.search(ahead) or _KIND_OF_BUILDING.match(part.string, part.end()))
    counted = number[-1] in "一两二三四五六七八九十百"
    return (
        tailed
        and not counted
        and unit in ("门", "座", "层", "楼")
        and bool(_HOME.search(ahead) or _ESTATE_END.search(ahead))
    )
