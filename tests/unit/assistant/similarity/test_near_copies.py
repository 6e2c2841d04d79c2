"""Near copies of a text. 演示数据."""

from __future__ import annotations

import random
import re
from itertools import combinations
from pathlib import Path

import pytest

from assistant.similarity.near_copies import NEAR, near_copies, shared_pairs
from assistant.similarity.signatures import pairs_of
from retrieval.ingestion.parse import read_source
from retrieval.ingestion.parsed import ParsedDocument

TEXT = "居民凭身份证件可以向服务站借用共享雨棚，每户每次最多两个，借用时间不超过十二小时。损坏的按价赔偿一半。"


def test_a_copy_with_other_figures_is_found_and_another_matter_is_not() -> None:
    other = "老年人凭养老助残卡免费乘坐市域内地面公交车，不受户籍限制，办卡到户籍所在街道。"
    found = near_copies(TEXT, [("copy", TEXT.replace("十二", "二十四")), ("other", other)])
    assert [one.document_id for one in found] == ["copy"]
    assert NEAR <= found[0].share < 1


def test_a_part_of_a_longer_text_is_a_copy_and_the_likest_comes_first() -> None:
    found = near_copies(TEXT, [("longer", TEXT[:-10] + "本办法由街道办事处解释。" * 20), ("same", TEXT)])
    assert [one.document_id for one in found] == ["same", "longer"]


def test_a_line_or_two_is_like_nothing() -> None:
    assert near_copies("见附件。", [("a", TEXT)]) == []
    assert near_copies(TEXT, [("a", "见附件。")]) == []


@pytest.fixture(scope="module")
def pack(repository: Path) -> list[str]:
    paths = sorted((repository / "policy_corpus/documents").rglob("*.md"))
    read = [next(iter(read_source(path))) for path in paths]
    return [one.text for one in read if isinstance(one, ParsedDocument)]


def test_no_two_documents_of_the_city_pack_are_near_copies(pack: list[str]) -> None:
    assert len(pack) > 200
    tokens = [pairs_of(text) for text in pack]
    assert max(shared_pairs(one, other) for one, other in combinations(tokens, 2)) < NEAR


def test_documents_with_a_fifth_of_their_sentences_replaced_are_still_found(pack: list[str]) -> None:
    draw = random.Random(1)
    parts = [re.split("(?<=[。；])", text) for text in pack]
    foreign = [sentence for sentences in parts for sentence in sentences if len(sentence) > 8]
    copies = ["".join(draw.choice(foreign) if draw.random() < 0.2 else one for one in own) for own in parts]
    found = [bool(near_copies(copy, [("it", text)])) for copy, text in zip(copies, pack, strict=True)]
    assert found.count(True) >= 0.98 * len(found)
