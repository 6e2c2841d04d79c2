"""Which document is which version of which: series by region and title, successors, and the day each version ended.

Pure: facts of all known documents in, links out. Two versions of one day stand side by side (the same law filed twice);
only a later day ends an earlier version.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from retrieval.ingestion.normalise import fold_line

_NORMATIVE = re.compile(
    r"(?:法|法典|条例|规定|办法|细则|规则|准则|章程|规范|规程|守则|标准|制度|解释|决定|目录|清单|指引|指南|手册)(?:[（(][一二三四五六七八九十]+[）)])?$"
)
_ISSUED = re.compile(r"印发《((?:[^《》]|《[^《》]*》)+)》的(?:通知|公告)$")
_EDITION = re.compile(r"[（(](?:[0-9]{4}年?)?(?:修正|修订|修改|版|试行|暂行|征求意见稿|[0-9]{4}年版?)[^（）()]*[）)]")
_PUNCTUATION = re.compile(r"[\s《》〈〉<>“”\"‘’、，,·・()（）〔〕\[\]]")
_OTHER_TEXTS = re.compile("解读|问答|答记者问|报告|说明")


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """What linking needs of one document; ``repealed_on`` is what the document itself or its front matter says."""

    id: str
    title: str
    region: str | None
    effective_from: date | None
    repealed_on: date | None = None
    repeals: tuple[str, ...] = ()
    supersedes: str | None = None
    superseded_by: str | None = None
    first_article: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """Where a document stands among the versions of its title; ``repealed_on`` is the day its validity ends."""

    series_id: str | None = None
    predecessor_id: str | None = None
    successor_id: str | None = None
    repealed_on: date | None = None


def series_title(title: str) -> str | None:
    """The title all versions share, without edition marks; ``None`` for texts that have no versions."""
    name = fold_line(title)
    if _OTHER_TEXTS.search(name):
        return None
    issued = _ISSUED.search(name)
    name = _EDITION.sub("", issued[1] if issued else name)
    return _PUNCTUATION.sub("", name) if _NORMATIVE.search(name) else None


def link_versions(documents: Sequence[VersionFacts]) -> dict[str, Links]:
    """Links of every document; independent of the order in which the documents are given."""
    documents = sorted(documents, key=lambda facts: facts.id)
    by_id = {facts.id: facts for facts in documents}
    series: dict[tuple[str | None, str], list[VersionFacts]] = defaultdict(list)
    links = {facts.id: Links(repealed_on=facts.repealed_on) for facts in documents}
    for facts in documents:
        if name := series_title(facts.title):
            series[facts.region, name].append(facts)
            links[facts.id] = replace(links[facts.id], series_id=_series_id(facts.region, name))
    for versions in series.values():
        _chain(versions, links)
    for facts in documents:
        _apply_repeals(facts, series, links)
        _apply_explicit(facts, by_id, links)
    return links


def _series_id(region: str | None, name: str) -> str:
    return hashlib.blake2b(f"{region or ''}\0{name}".encode(), digest_size=8).hexdigest()


def _chain(versions: Iterable[VersionFacts], links: dict[str, Links]) -> None:
    """Links each day's versions to the next day's. Undated ones stay outside: nobody knows which came first.

    Files that open at a later article than the first are parts of one code, each a version of nothing but itself.
    """
    days: dict[str, dict[date, list[VersionFacts]]] = defaultdict(lambda: defaultdict(list))
    for facts in versions:
        part = "" if facts.first_article == "第一条" else facts.first_article
        if facts.effective_from:
            days[part][facts.effective_from].append(facts)
    for one_part in days.values():
        for (_, older), (day, newer) in pairwise(sorted(one_part.items())):
            for facts in older:
                _end(facts, day, newer[0].id, links)
            for facts in newer:
                links[facts.id] = replace(links[facts.id], predecessor_id=older[0].id)


def _apply_repeals(
    facts: VersionFacts, series: Mapping[tuple[str | None, str], list[VersionFacts]], links: dict[str, Links]
) -> None:
    """Ends what the text declares repealed, if known, of the same region and older than the text."""
    day, own = facts.effective_from, series_title(facts.title)
    for name in {series_title(title) for title in facts.repeals} - {None}:
        for other in series.get((facts.region, str(name)), ()):
            older = other.effective_from < day if other.effective_from and day else name != own
            if day and older and other.id != facts.id:
                _end(other, day, facts.id, links)


def _apply_explicit(facts: VersionFacts, by_id: Mapping[str, VersionFacts], links: dict[str, Links]) -> None:
    """``supersedes`` and ``superseded_by`` of the front matter say the same from either side."""
    pairs = [(facts.supersedes, facts.id), (facts.id, facts.superseded_by)]
    for older_id, newer_id in pairs:
        if older_id in by_id and newer_id in by_id and older_id != newer_id:
            older, newer = by_id[str(older_id)], by_id[str(newer_id)]
            ends = older.repealed_on or newer.effective_from
            links[older.id] = replace(links[older.id], successor_id=newer.id, repealed_on=ends)
            links[newer.id] = replace(links[newer.id], predecessor_id=older.id)


def _end(facts: VersionFacts, day: date, successor_id: str, links: dict[str, Links]) -> None:
    """The earlier of two ends counts; the first successor found stays."""
    known = links[facts.id]
    ends = min(known.repealed_on, day) if known.repealed_on else day
    links[facts.id] = replace(known, repealed_on=ends, successor_id=known.successor_id or successor_id)
