"""Corpus rows."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from retrieval.contracts import Validity
from retrieval.ingestion.formats.jsonl import parse_jsonl
from retrieval.ingestion.limits import DEFAULT_LIMITS, ParseLimits
from retrieval.ingestion.parsed import ParsedDocument, Rejection, RejectReason, SourceRejected
from retrieval.ingestion.split import split_document

LAW = {
    "id": "law-1", "title": "北京市供热条例", "text": "第一条 为了规范供热。\n\n第二条 本条例自2024年5月1日起施行。",
    "level": "地方性法规", "region": "北京", "date": "2024-03-29", "info": "", "source": "x",
}  # fmt: skip


def write(path: Path, rows: Sequence[object]) -> Path:
    lines = "\n".join(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_bytes(gzip.compress(lines.encode()) if path.suffix == ".gz" else lines.encode())
    return path


def read(path: Path, limits: ParseLimits = DEFAULT_LIMITS) -> list[Any]:
    return list(parse_jsonl(path, path.name, limits))


@pytest.mark.parametrize("name", ["laws.jsonl", "laws.jsonl.gz"])
def test_a_law_row_becomes_a_document(tmp_path: Path, name: str) -> None:
    (parsed,) = read(write(tmp_path / name, [LAW]))
    assert parsed.document.id == "law-1"
    assert (parsed.document.kind, parsed.document.region, parsed.document.level) == (
        "regulation",
        "北京市",
        "地方性法规",
    )
    assert parsed.document.validity == Validity(date(2024, 5, 1), None)


def test_the_history_of_a_law_is_newer_than_a_date_left_behind(tmp_path: Path) -> None:
    info = "2013年4月9日 某市人大常委会通过\n\n2021年3月26日 某市人大常委会第二次修正"
    (parsed,) = read(
        write(tmp_path / "laws.jsonl", [{**LAW, "text": "第一条 为了规范供热。", "info": info, "date": "2013-04-09"}])
    )
    assert parsed.document.validity.effective_from == date(2021, 3, 26)


def test_a_row_without_title_is_named_by_its_first_words(tmp_path: Path) -> None:
    row = {"id": "n", "title": "", "text": "某部开展督导检查 2020年2月4日，为做好工作，赴某公司检查。"}
    (parsed,) = read(write(tmp_path / "ncp.jsonl", [row]))
    assert parsed.document.title == "某部开展督导检查"
    assert parsed.document.region is None


def test_a_notice_is_dated_by_its_signature_and_named_by_its_number(tmp_path: Path) -> None:
    text = "冀科高〔2020〕10号\n各市科技局：\n一、认真执行。\n河北省科学技术厅\n2020年3月5日"
    (parsed,) = read(
        write(
            tmp_path / "h.jsonl",
            [{"id": "h", "title": "关于做好工作的通知", "text": text, "region": "河北", "date": "2021年01月02日"}],
        )
    )
    assert parsed.document.validity.effective_from == date(2020, 3, 5)
    assert parsed.document.document_number == "冀科高〔2020〕10号"
    assert parsed.document.region == "河北省"


def test_article_rows_of_one_law_become_one_document_whose_passages_keep_the_row_ids(tmp_path: Path) -> None:
    rows = [
        {"id": f"a#{article}", "docid": "a", "law": "某法", "article": article, "text": text, "level": "民法商法",
         "region": None, "date": "2020-01-01", "chapter": chapter}
        for article, text, chapter in [
            ("第一条", "为了规范。", "第一章  总  则"), ("第二条", "民事主体：\n（一）自然人；", "第一章  总  则"), ("第三条", "附则。", None)
        ]
    ]  # fmt: skip
    first, second = read(write(tmp_path / "articles.jsonl", [*rows, {**rows[0], "id": "b#第一条", "docid": "b"}]))
    assert (first.document.id, first.document.title, second.document.id) == ("a", "某法", "b")
    passages = split_document(first)
    assert [passage.id for passage in passages] == ["a#第一条", "a#第二条", "a#第三条"]
    assert passages[1].path == ("第一章 总则", "第二条")
    assert passages[1].text == "第二条 民事主体：\n（一）自然人；"
    assert first.text.startswith("## 第一章 总则\n\n第一条 为了规范。")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("{不是 JSON", RejectReason.BAD_ROW),
        ("[" * 100_000, RejectReason.BAD_ROW),
        ("[1]", RejectReason.BAD_ROW),
        ({"title": "没有 id", "text": "正文正文正文正文正文正文"}, RejectReason.BAD_ROW),
        ({"id": 7, "text": "正文正文正文正文正文正文"}, RejectReason.BAD_ROW),
        ({"id": "x", "text": None}, RejectReason.BAD_ROW),
        ({"id": "x", "docid": "d", "text": "没有条号"}, RejectReason.BAD_ROW),
        ({"id": "x", "title": "空文件", "text": " \n——"}, RejectReason.EMPTY),
    ],
)
def test_a_bad_row_is_rejected_and_the_others_are_taken(tmp_path: Path, row: object, reason: RejectReason) -> None:
    rejected, parsed = read(write(tmp_path / "x.jsonl", [row, LAW]))
    assert isinstance(rejected, Rejection)
    assert rejected.reason is reason
    assert rejected.source.startswith("x.jsonl#")
    assert isinstance(parsed, ParsedDocument)


def test_a_cut_off_gzip_gives_what_came_before_and_then_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl.gz", [{**LAW, "id": f"law-{n}", "source": f"{n * 7919}"} for n in range(2_000)])
    path.write_bytes(path.read_bytes()[:-2_000])
    with pytest.raises(SourceRejected) as caught:
        read(path)
    assert caught.value.reason is RejectReason.DAMAGED


def test_a_line_without_end_is_a_bomb_not_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "bomb.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"id": "x", "text": "' + b"a" * 5_000_000))
    with pytest.raises(SourceRejected) as caught:
        read(path, replace(DEFAULT_LIMITS, line_bytes=1_000_000))
    assert caught.value.reason is RejectReason.DECOMPRESSION_BOMB
