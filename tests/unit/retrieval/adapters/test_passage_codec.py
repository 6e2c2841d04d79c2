"""What an index stores of a passage is all of it, whatever fields a passage gains."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from typing import Any

import pytest

from retrieval.adapters.passage_codec import article_of, decode, encode, filter_fields, section_of
from retrieval.contracts import LegalBasis, Passage, Validity

VALUES: dict[str, Any] = {
    "str": "值",
    "str | None": "值",
    "int": 7,
    "bool": True,
    "tuple[str, ...]": ("一", "二"),
    "tuple[LegalBasis, ...]": (LegalBasis("民法典", "第十条"),),
    "Validity": Validity(date(2020, 1, 1), date(2030, 1, 1)),
}


def test_every_field_survives_storage() -> None:
    full = Passage(**{field.name: VALUES[str(field.type)] for field in fields(Passage)})
    assert decode(json.loads(json.dumps(encode(full)))) == full


def test_a_bare_passage_survives_and_takes_little() -> None:
    bare = Passage("p", "d", "", "文")
    assert decode(encode(bare)) == bare
    assert set(encode(bare)) == {"id", "document_id", "text", "kind"}


def test_filters_see_days_and_one_spelling_of_the_place() -> None:
    stored = Passage("p", "d", "t", "x", region="北京市", validity=Validity(date(2020, 1, 1)))
    assert filter_fields(stored) == {"region": "北京", "level": "", "from": 737425, "until": 4_000_000}


@pytest.mark.parametrize(
    ("path", "article", "section"),
    [
        (("第三章 用热", "第十二条", "第二款"), "12", "第三章 用热\n第十二条"),
        (("第一百二十条之一",), "120-1", "第一百二十条之一"),
        (("办理材料", "京籍"), "", "办理材料\n京籍"),
        ((), "", ""),
    ],
)
def test_article_and_section_of_a_path(path: tuple[str, ...], article: str, section: str) -> None:
    passage = Passage("p", "d", "t", "x", path=path)
    assert article_of(passage) == article
    assert section_of(passage) == section
