from __future__ import annotations

import pytest

from assistant.answer_policy import load_answer_policy
from assistant.domain.asked_as import likeness
from assistant.domain.excerpt_choice import extract
from assistant.domain.excerpts import Source

LIMITS = load_answer_policy().extraction.limits()


@pytest.mark.parametrize(
    ("question", "ways", "expected"),
    [
        ("房东不退押金怎么办", ("房东不退押金",), 1.0),
        ("房东不退押金怎么办", ("提前退租", "房东不退押金"), 1.0),
        ("今天天气好", ("房东不退押金",), 0.0),
        ("房东不退押金怎么办", (), 0.0),
    ],
)
def test_the_best_way_of_asking_counts(question: str, ways: tuple[str, ...], expected: float) -> None:
    assert likeness(question, ways, {}) == expected


def test_common_words_weigh_less_than_telling_ones() -> None:
    idf = {"房东": 0.1, "房": 0.1, "东": 0.1, "退租": 3.0, "退": 3.0, "租": 3.0}
    assert likeness("房东要涨钱", ("房东退租",), idf) < likeness("我要退租", ("房东退租",), idf)


def test_the_section_that_is_asked_for_in_these_words_leads() -> None:
    sources = [
        Source("P1", "- 出租人负责维修。", "租房", "维修", 0, "g", 0),
        Source("P2", "- 返还条件看合同约定。", "租房", "退租", 0, "g", 1, asked_as=("墙上打钉子扣钱",)),
    ]
    assert extract("墙上打了钉子要扣我钱", sources, LIMITS)[0].statement.heading == "退租"
