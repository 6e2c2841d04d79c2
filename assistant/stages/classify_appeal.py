"""Stage ``classify_appeal``: type (Article 2), three-level category, urgency, signs of instability, 七有五性."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.appeal_cues import AppealCues
from assistant.domain.appeal import Appeal, AppealType, Classification, DiversionCheck, Judgement, Span, Urgency
from assistant.domain.catalogue import SEPARATOR
from assistant.domain.category_evidence import evidence
from assistant.domain.category_index import CategoryIndex
from assistant.ports.triage import CategoryModel

MODEL_SHARE = 0.6
ALTERNATIVES = 4
UNSAID = 0.4
FALLBACK = "其他/综合咨询/其他求助"
UNSPECIFIC = "其他/"
UNSPECIFIC_SHARE = 0.1
PRAISE = "其他/表扬感谢"
PRAISE_SHARE = 0.6
EMERGENCY = "handover_emergency"
TROUBLES = (AppealType.COMPLAINT, AppealType.REPORT, AppealType.HELP)
_NOT_YET = re.compile("(?<!没)(?<!不)通知|公告|听说|计划|明天|后天|下周|打算|准备")
"""What is announced or planned is no trouble yet."""
_SENTENCES = re.compile(r"(?<=[。！？!?\n])")


class ClassifyAppeal:
    """``model``, when there is one, was learned from the city's own orders and has most of the say on the category.

    Its labels that are no nodes of the tree are left out: nothing could be dispatched by them.
    """

    def __init__(
        self, index: CategoryIndex, tags: Mapping[str, str], cues: AppealCues, model: CategoryModel | None = None
    ) -> None:
        self._index, self._tags, self._model = index, tags, model
        self._default_type = cues.default_type
        self._types = tuple(
            (entry.label, tuple((re.compile(cue.pattern), cue.weight) for cue in entry.cues)) for entry in cues.types
        )
        self._usual = tuple((e.label, tuple(f"{name}/" for name in e.categories)) for e in cues.types if e.categories)
        self._urgent = tuple(re.compile(cue.pattern) for cue in cues.urgent.cues)
        self._urgent_reason = cues.urgent.reason
        self._instability = tuple((sign.name, re.compile(sign.pattern)) for sign in cues.instability)

    async def __call__(self, appeal: Appeal, check: DiversionCheck) -> Classification:
        kind = self._type(appeal.text)
        category = self._category(appeal.text, kind.label)
        kind = self._by_matter(kind, category.label)
        unrest = tuple(name for name, pattern in self._instability if pattern.search(appeal.text))
        tag = self._tags.get(category.label) or self._tags.get(_second_level(category.label), "")
        return Classification(kind, category, self._urgency(appeal.text, check, unrest), tag, unrest)

    def _type(self, text: str) -> Judgement:
        sums: dict[str, float] = defaultdict(float)
        spans: dict[str, list[Span]] = defaultdict(list)
        troubled = self._tells_of_trouble(text)
        for label, cues in self._types:
            if troubled and label == AppealType.INQUIRY:
                continue
            for pattern, weight in cues:
                match = pattern.search(text)
                if match:
                    sums[label] += weight
                    spans[label].append(Span(*match.span()))
        ranked = sorted(sums.items(), key=lambda item: -item[1])
        if not ranked or ranked[0][1] < 1:
            return Judgement(self._default_type, UNSAID, "没有明显的类型用语")
        total = sum(math.exp(score) for _, score in ranked) + 1
        shares = [(label, math.exp(score) / total) for label, score in ranked]
        best, confidence = shares[0]
        return Judgement(AppealType(best), confidence, "用语特征", tuple(spans[best]), tuple(shares[1:4]))

    def _tells_of_trouble(self, text: str) -> bool:
        """Whether a sentence that asks nothing says what is wrong: a question beside it does not make that an inquiry."""
        said = [sentence for sentence in _SENTENCES.split(text) if sentence]
        asking = [cues for label, cues in self._types if label == AppealType.INQUIRY]
        wrong = [
            pattern for label, cues in self._types if label in TROUBLES for pattern, weight in cues if weight > 0.5
        ]
        asks = [_NOT_YET, *(pattern for cues in asking for pattern, _ in cues)]
        statements = [one for one in said if not any(pattern.search(one) for pattern in asks)]
        return any(pattern.search(one) for one in statements for pattern in (*wrong, *self._urgent))

    def _by_matter(self, kind: Judgement, category: str) -> Judgement:
        """Who does not say what kind of appeal it is brings what such matters mostly are."""
        if kind.confidence > UNSAID:
            return kind
        usual = next((label for label, under in self._usual if f"{category}/".startswith(under)), None)
        return replace(kind, label=AppealType(usual), reason="此类事项多为该类型") if usual else kind

    def _category(self, text: str, kind: str) -> Judgement:
        shares = self._scores(text)
        if kind == AppealType.PRAISE or any(name.startswith(PRAISE) for name, _ in shares[:1]):
            shares = _praise_first(shares)
        if not shares:
            return Judgement(FALLBACK, 0.05, "目录中没有相近的事项")
        label, confidence = best_path(shares)
        others = [(name, share) for name, share in shares if name != label][:ALTERNATIVES]
        why = evidence(self._index, label, text)
        return Judgement(label, confidence, why.told, why.spans, tuple(others))

    def _scores(self, text: str) -> Sequence[tuple[str, float]]:
        own = _matters_first(self._index.scores(text))
        learned = [item for item in self._model.scores(text) if item[0] in self._tags] if self._model else []
        if not learned:
            return own
        mixed: dict[str, float] = defaultdict(float)
        for name, share in own:
            mixed[name] += share * (1 - MODEL_SHARE)
        for name, share in learned:
            mixed[name] += share * MODEL_SHARE
        return sorted(mixed.items(), key=lambda item: -item[1])

    def _urgency(self, text: str, check: DiversionCheck, unrest: Sequence[str]) -> Judgement:
        if check.diversion is not None and check.diversion.status == EMERGENCY:
            return Judgement(
                Urgency.EMERGENCY, check.diversion.confidence, check.diversion.reason, check.diversion.spans
            )
        found = next((match for pattern in self._urgent if (match := pattern.search(text))), None)
        if found is not None:
            return Judgement(Urgency.URGENT, 0.8, self._urgent_reason, (Span(*found.span()),))
        if unrest:
            return Judgement(Urgency.URGENT, 0.7, "、".join(unrest))
        return Judgement(Urgency.NORMAL, 0.8, "没有紧急特征")


def _matters_first(shares: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """建议, 表扬 and 咨询 are types too: their own category counts only where the words show no other matter."""
    weighed = [(name, share * (UNSPECIFIC_SHARE if name.startswith(UNSPECIFIC) else 1.0)) for name, share in shares]
    total, before = sum(share for _, share in weighed) or 1.0, sum(share for _, share in shares)
    return sorted(((name, share * before / total) for name, share in weighed), key=lambda item: -item[1])


def _praise_first(shares: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """Praise keeps its own category; what it is about comes second, since the praise is for the unit whose matter it is."""
    praise = [item for item in shares if item[0].startswith(PRAISE)][:1] or [(PRAISE, 1.0)]
    matters = [item for item in shares if not item[0].startswith(UNSPECIFIC)]
    return [*_scaled(praise, PRAISE_SHARE), *_scaled(matters, 1 - PRAISE_SHARE)]


def _scaled(shares: Sequence[tuple[str, float]], total: float) -> list[tuple[str, float]]:
    summed = sum(share for _, share in shares) or 1.0
    return [(name, share * total / summed) for name, share in shares]


def best_path(shares: Sequence[tuple[str, float]]) -> tuple[str, float]:
    """The second level with the largest sum, then its best node; the probability is that of the second level."""
    sums: dict[str, float] = defaultdict(float)
    for name, share in shares:
        sums[_second_level(name)] += share
    level = max(sums, key=lambda name: sums[name])
    inside = [(name, share) for name, share in shares if _second_level(name) == level]
    leaf, leaf_share = max(inside, key=lambda item: item[1])
    level_share = next((share for name, share in inside if name == level), 0.0)
    return (leaf if leaf_share >= level_share * 0.8 else level), min(sums[level], 1.0)


def _second_level(name: str) -> str:
    return SEPARATOR.join(name.split(SEPARATOR)[:2])
