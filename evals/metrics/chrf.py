"""chrF of one text against one reference (Popović 2015): characters only, no words, for Chinese has none between blanks.

The arithmetic is that of sacrebleu's ``CHRF(word_order=0)`` (the tests compare the two), which the service does not carry.
"""

from __future__ import annotations

from collections import Counter

ORDER, BETA_SQUARED = 6, 4


def chrf(text: str, reference: str) -> float:
    """F in [0, 1], recall weighing twice as much as precision, over the orders that both texts reach."""
    said, wanted = "".join(text.split()), "".join(reference.split())
    shares = [_shares(_grams(said, size), _grams(wanted, size)) for size in range(1, ORDER + 1)]
    reached = [share for share in shares if share]
    if not reached:
        return 0.0
    precision, recall = (sum(values) / len(reached) for values in zip(*reached, strict=True))
    weighed = BETA_SQUARED * precision + recall
    return (1 + BETA_SQUARED) * precision * recall / weighed if weighed else 0.0


def _grams(text: str, size: int) -> Counter[str]:
    return Counter(text[start : start + size] for start in range(len(text) - size + 1))


def _shares(said: Counter[str], wanted: Counter[str]) -> tuple[float, float] | None:
    """Precision and recall; ``None`` where one of the texts is shorter than the order."""
    if not said or not wanted:
        return None
    shared = (said & wanted).total()
    return shared / said.total(), shared / wanted.total()
