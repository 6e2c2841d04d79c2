"""Reads from a text when it became law, when it ends, and what it repeals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from retrieval.clauses import number_of

_HAN_DIGITS = "[〇零一二三四五六七八九十]"
_DATE = (
    r"(?:(?P<y>(?:19|20)[0-9]{2})[年./-](?P<m>[0-9]{1,2})[月./-](?P<d>[0-9]{1,2})日?"
    rf"|(?P<hy>[一二][〇○零Oo一二三四五六七八九]{{3}})年(?P<hm>{_HAN_DIGITS}{{1,2}})月(?P<hd>{_HAN_DIGITS}{{1,3}})日)"
)
_SPACED = re.compile(r"(?<=[0-9〇零一二三四五六七八九十年月]) +(?=[0-9〇零一二三四五六七八九十年月日])")
_ANY_DATE = re.compile(_DATE)
# 自2024年1月1日起施行, but not 自…起施行的《某法》, which speaks of another text.
_IN_FORCE = r"起?(?:正式)?(?:施行|实施|执行|生效|试行)(?![的后前时之])"
_COMMENCES = re.compile(rf"(?P<own>本[\u4e00-\u9fff]{{1,8}})?(?:[从自于]|将于)\s?{_DATE}\s?{_IN_FORCE}")
_COMMENCES_AT_ONCE = re.compile(rf"自(?:公布|发布|印发|颁布|下发|通过)之日{_IN_FORCE}")
_TERM = re.compile(r"有效期限?(?:为|是|暂定)?\s?(?P<years>[0-9]{1,2}|[一二两三四五六七八九十]{1,2})年(?![以内的])")
_ENDS_ON = re.compile(rf"(?:有效期限?|施行|实施|执行|试行)(?:截?[至到]){_DATE}")
_ABOUT_ITSELF = re.compile(r"本(?:通知|办法|规定|细则|措施|意见|方案|规则|政策|规程|计划|指引|标准)[^。；\n]{0,30}$")
_ADOPTED = re.compile(rf"{_DATE}[^\n]{{0,80}}?(?:通过|修正|修订|公布|发布|批准|施行)")
_SIGNED = re.compile(
    rf"(?:[府厅局部委会院室署司行处公心团联]|。\s*|\n)\s*{_DATE}(?=\s*(?:$|\n|[（(《]|附件|更多|公开|抄送|政策解读))"
)
_TITLE = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》")
_REPEAL_CLAUSE = re.compile(r"[^。\n]*(?:同时|即行|即予|予以|一并|相应)$")
_REPEALS_DIRECTLY = re.compile(r"废止(?=《)((?:[、和]?《(?:[^《》]|《[^《》]*》)+》)+)")
_LATEST = date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Half-open validity ``[effective_from, repealed_on)`` read from a text; ``None`` where it does not say."""

    effective_from: date | None
    repealed_on: date | None


def read_date(text: str | None) -> date | None:
    """The first calendar day in ``text`` (2024-03-29, 2024年3月29日, 二〇二四年三月二十九日), or ``None``."""
    match = _ANY_DATE.search(_tight(text)) if text else None
    return _day(match) if match else None


def last_adoption(info: str | None) -> date | None:
    """The latest day in a law's history on which it was adopted, amended or published."""
    days = [day for match in _ADOPTED.finditer(_tight(info or "")) if (day := _day(match))]
    return max(days, default=None)


def signature_date(text: str) -> date | None:
    """The day that follows the issuer's name at the foot of an official notice; portal footers may follow it."""
    days = [day for match in _SIGNED.finditer(_tight(text[-400:])) if (day := _day(match))]
    return days[-1] if days else None


def lifetime_of(text: str, promulgated: date | None) -> Lifetime:
    """When the text is law, from its own words where they are newer than its promulgation.

    An amended law keeps the commencement clause of its first version, so a clause older than ``promulgated`` is history
    and the promulgation day counts.
    """
    clauses = _commencement_clauses(text)
    stated = _commencement(clauses)
    starts = stated if stated and (promulgated is None or stated >= promulgated) else promulgated
    return Lifetime(starts, _end(text, clauses, starts))


def repealed_titles(title: str, text: str) -> tuple[str, ...]:
    """Titles that the text declares repealed: 《X》同时废止, or 废止《X》 in a decision on repeal."""
    sentences = []
    for match in re.finditer("废止", text):
        before = text[max(0, match.start() - 300) : match.start()]
        if clause := _REPEAL_CLAUSE.search(before):
            sentences.append(clause[0])
        if "废止" in title and (direct := _REPEALS_DIRECTLY.match(text, match.start())):
            sentences.append(direct[1])
    found = [name for sentence in sentences for name in _TITLE.findall(_after_grounds(sentence))]
    return tuple(dict.fromkeys(found))


def _after_grounds(sentence: str) -> str:
    """Drops 根据《X》的规定，… at the head of a sentence: what a repeal rests on is not repealed."""
    return re.sub(r"^.*?(?:根据|依照|依据|按照)[^，]*，", "", sentence)


def _commencement_clauses(text: str) -> list[re.Match[str]]:
    """Clauses that say when a text commences; each match's string ends some forty characters after the clause."""
    found = []
    for anchor in re.finditer("施行|实施|执行|生效|试行", text):
        window = _tight(text[max(0, anchor.start() - 45) : anchor.end() + 40])
        for pattern in (_COMMENCES, _COMMENCES_AT_ONCE):
            found += [match for match in pattern.finditer(window) if match[0].endswith(anchor[0])]
    return found


def _commencement(clauses: list[re.Match[str]]) -> date | None:
    """Its own clause (本法自…) before any other mention; the last one stands in the final article."""
    dated = [clause for clause in clauses if clause.re is _COMMENCES]
    own = [clause for clause in dated if clause["own"]] or dated
    days = [day for clause in own if (day := _day(clause))]
    return days[-1] if days else None


def _end(text: str, clauses: list[re.Match[str]], starts: date | None) -> date | None:
    """Permits have terms, too: only one in the commencement clause, or of 本办法 itself, counts."""
    last_day = _stated_end(text)
    for clause in clauses:
        following = clause.string[clause.end() :]
        if match := _ENDS_ON.search(following):
            last_day = _day(match)
        elif starts and (match := _TERM.search(following)):
            return _add_years(starts, _years(match["years"]))
    return last_day + timedelta(days=1) if last_day and (starts is None or last_day >= starts) else None


def _stated_end(text: str) -> date | None:
    for anchor in re.finditer("有效期|执行[至到]|施行[至到]|实施[至到]", text):
        if _ABOUT_ITSELF.search(text[max(0, anchor.start() - 40) : anchor.start()]):
            window = _tight(text[anchor.start() : anchor.end() + 30])
            if match := _ENDS_ON.match(window):
                return _day(match)
    return None


def _years(numeral: str) -> int:
    return int(numeral) if numeral.isascii() else number_of(numeral)


def _add_years(day: date, years: int) -> date:
    leap_day = day.month == 2 and day.day == 29
    return date(day.year + years, 3, 1) if leap_day else day.replace(year=day.year + years)


def _day(match: re.Match[str]) -> date | None:
    groups = match.groupdict()
    if groups["y"]:
        parts = int(groups["y"]), int(groups["m"]), int(groups["d"])
    else:
        parts = number_of(re.sub("[○Oo]", "〇", groups["hy"])), number_of(groups["hm"]), number_of(groups["hd"])
    try:
        found = date(*parts)
    except ValueError:
        return None
    return found if found < _LATEST else None


def _tight(text: str) -> str:
    return _SPACED.sub("", text)
