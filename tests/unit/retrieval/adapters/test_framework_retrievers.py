"""Our search inside a LangChain chain and a LlamaIndex query engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda, RunnablePassthrough
from llama_index.core.base.response.schema import Response
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers import CompactAndRefine

from retrieval.adapters.edge_index import EdgeIndex
from retrieval.adapters.langchain_retriever import PolicyRetriever as LangChainRetriever
from retrieval.adapters.llama_index_retriever import PolicyRetriever as LlamaIndexRetriever
from retrieval.adapters.retriever_scope import RetrieverScope
from retrieval.contracts import Passage, Validity
from retrieval.search import Search

SCOPE = RetrieverScope(region="北京市朝阳区", as_of=date(2025, 6, 1), k=2)


@pytest.fixture
def search(tmp_path: Path) -> Iterator[Search]:
    index = EdgeIndex(tmp_path)
    in_force = Validity(date(2020, 5, 1))
    index.upsert(
        [
            Passage(
                "a", "d1", "北京市供热办法", "暖气不热由供热单位测温", ("第九条",), validity=in_force, region="北京市"
            ),
            Passage("b", "d2", "上海市供热办法", "暖气不热由上海的单位测温", ("第九条",), region="上海市"),
            Passage("c", "d3", "旧供热办法", "暖气不热由旧单位测温", validity=Validity(None, date(2019, 1, 1))),
        ]
    )
    search = Search(index)
    yield search
    search.close()


def test_langchain_documents_carry_what_it_takes_to_cite_them(search: Search) -> None:
    (found,) = LangChainRetriever(search=search, scope=SCOPE).invoke("暖气不热找谁")
    assert found.page_content == "暖气不热由供热单位测温"
    assert found.id == "a"
    assert found.metadata["title"] == "北京市供热办法"
    assert found.metadata["clause"] == "第九条"
    assert found.metadata["effective_from"] == "2020-05-01"
    assert found.metadata["repealed_on"] is None


async def test_langchain_chain_runs_and_streams_over_our_documents(search: Search) -> None:
    def join(documents: list[Document]) -> str:
        return ";".join(document.metadata["title"] for document in documents)

    retriever = LangChainRetriever(search=search, scope=SCOPE)
    chain = {"context": retriever | join, "question": RunnablePassthrough()} | RunnableLambda(
        lambda given: f"{given['question']}→{given['context']}"
    )
    assert chain.invoke("暖气不热") == "暖气不热→北京市供热办法"
    assert await chain.ainvoke("暖气不热") == "暖气不热→北京市供热办法"
    assert chain.batch(["暖气", "测温"]) == ["暖气→北京市供热办法", "测温→北京市供热办法"]


def test_the_scope_decides_place_and_day(search: Search) -> None:
    elsewhere = RetrieverScope(region="上海市", as_of=date(2018, 1, 1))
    found = LangChainRetriever(search=search, scope=elsewhere).invoke("暖气不热")
    assert {document.id for document in found} == {"b", "c"}
    assert {document.id for document in LangChainRetriever(search=search).invoke("暖气不热")} == {"a", "b"}


def test_llama_index_nodes_are_scored_and_carry_metadata(search: Search) -> None:
    (found,) = LlamaIndexRetriever(search, SCOPE).retrieve("暖气不热找谁")
    assert found.node.node_id == "a"
    assert found.get_content() == "暖气不热由供热单位测温"
    assert found.metadata["title"] == "北京市供热办法"
    assert found.score is not None
    assert found.score > 0


async def test_llama_index_query_engine_answers_from_our_nodes(search: Search) -> None:
    synthesizer = CompactAndRefine(llm=MockLLM())
    engine = RetrieverQueryEngine(LlamaIndexRetriever(search, SCOPE), synthesizer)
    answer = engine.query("暖气不热找谁")
    assert isinstance(answer, Response)
    assert [source.node.node_id for source in answer.source_nodes] == ["a"]
    assert "供热单位测温" in str(answer)
    assert [node.node.node_id for node in await engine.aretrieve(_bundle("暖气"))] == ["a"]


def _bundle(text: str) -> object:
    from llama_index.core.schema import QueryBundle

    return QueryBundle(text)
