"""The seam to LlamaIndex, with its own pipeline, readers and parsers."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from llama_index.core import Document, SimpleDirectoryReader
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.node_parser import MarkdownNodeParser, SentenceSplitter

from retrieval.ingestion.llama_index import ClauseNodeParser, add_llama_documents
from retrieval.ingestion.parsed import RejectReason
from retrieval.ingestion.registry import SqliteRegistry
from tests.fakes_index import FakeIndex

LAW = Document(
    id_="law-1",
    text="第一章 总则\n第一条　为了规范供热。\n第二条 用户包括：\n（一）居民；\n（二）单位。\n第三条 本办法自2024年1月1日起施行。",
    metadata={"title": "某市供热办法", "region": "北京", "file_name": "a.txt"},
)


@pytest.fixture
def registry(tmp_path: Path) -> SqliteRegistry:
    return SqliteRegistry(tmp_path / "registry.db")


def test_the_clause_splitter_works_in_a_llama_index_pipeline() -> None:
    nodes = IngestionPipeline(transformations=[ClauseNodeParser()]).run(documents=[LAW])
    assert [node.metadata["clause"] for node in nodes] == ["第一条", "第二条", "第三条"]
    assert nodes[1].metadata["path"] == ["第一章 总则", "第二条"]
    assert nodes[1].get_content() == "第二条 用户包括：\n（一）居民；\n（二）单位。"
    assert nodes[0].metadata["effective_from"] == "2024-01-01"
    assert nodes[0].metadata["file_name"] == "a.txt"
    assert {node.ref_doc_id for node in nodes} == {"law-1"}


def test_node_ids_are_stable_and_lengths_are_settable() -> None:
    parser = ClauseNodeParser(longest=12)
    first, second = parser.get_nodes_from_documents([LAW]), parser.get_nodes_from_documents([LAW])
    assert [node.node_id for node in first] == [node.node_id for node in second]
    assert max(len(node.get_content()) for node in first) <= 12


def test_documents_of_a_llama_index_reader_go_in(tmp_path: Path, registry: SqliteRegistry) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "须知.txt").write_text("供热须知\n\n一、供热期内室温不低于十八度。", encoding="utf-8")
    documents = SimpleDirectoryReader(folder, filename_as_id=True).load_data()
    index = FakeIndex()
    report = add_llama_documents(documents, "files", index, registry)
    assert (report.added, index.count()) == (1, 1)
    assert next(iter(index.passages.values())).path == ("一、供热期内室温不低于十八度",)
    assert add_llama_documents(documents, "files", index, registry).unchanged == 1


def test_a_third_party_node_parser_cuts_instead_of_ours(registry: SqliteRegistry) -> None:
    index = FakeIndex()
    markdown = Document(id_="m", text="# 甲\n\n供热期内室温不低于十八度。\n\n## 乙\n\n家里不热可以要求退费。")
    add_llama_documents([markdown], "wiki", index, registry, node_parser=MarkdownNodeParser())
    text = registry.text_of("m")
    assert text is not None
    passages = sorted(index.passages.values(), key=lambda one: one.ordinal)
    assert [passage.path for passage in passages] == [(), ("甲",)]
    assert [text[passage.start : passage.end] for passage in passages] == [passage.text for passage in passages]


def test_overlapping_nodes_keep_their_overlap(registry: SqliteRegistry) -> None:
    index = FakeIndex()
    text = "。".join(f"第{n}句说明供热单位的一项义务" for n in "甲乙丙丁戊己庚辛") + "。"
    splitter = SentenceSplitter(chunk_size=60, chunk_overlap=25, paragraph_separator="\n", tokenizer=list)
    add_llama_documents([Document(id_="s", text=text)], "wiki", index, registry, node_parser=splitter)
    passages = sorted(index.passages.values(), key=lambda one: one.ordinal)
    assert len(passages) > 2
    assert any(later.start < earlier.end for earlier, later in itertools.pairwise(passages))


def test_an_empty_document_is_reported(registry: SqliteRegistry) -> None:
    report = add_llama_documents([Document(id_="e", text=" ")], "wiki", FakeIndex(), registry)
    assert [(one.source, one.reason) for one in report.rejected] == [("wiki#e", RejectReason.EMPTY)]
