"""The engines that are compared, each as a function from a question to the ids of its ten hits.

All read the same passages, use our Chinese tokens and are asked for the same day and place. The others get what costs
them least: 64-dimensional hashed vectors instead of a model's, texts that are tokenised beforehand, no language model,
and, in LangChain, whose BM25 cannot filter, no filter at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever as LangChainBM25
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import InMemoryVectorStore
from llama_index.core import StorageContext, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import BaseRetriever, QueryFusionRetriever
from llama_index.core.retrievers.fusion_retriever import FUSION_MODES
from llama_index.core.schema import BaseNode, TextNode
from llama_index.core.vector_stores import FilterOperator, MetadataFilter, MetadataFilters, SimpleVectorStore
from llama_index.retrievers.bm25 import BM25Retriever as LlamaIndexBM25

from evals.bench.corpus import batches, hashing_embedding, our_tokens, scope_of
from evals.bench.measure import Ask
from retrieval.adapters.edge_index import EdgeIndex
from retrieval.adapters.open_search import open_embedded
from retrieval.contracts import Passage, SearchQuery
from retrieval.recall_tokens import passage_text

AS_OF = date(2025, 6, 1)
REGION = "北京市朝阳区"
PLACES = ["", "北京"]
K = 10


def hotline(folder: Path, passages: Sequence[Passage]) -> Ask:
    """Our search, as the service runs it: recall, learned order, answerability, texts of the hits."""
    index = EdgeIndex(folder)
    for batch in batches(passages, 2000):
        index.upsert(batch)
    index.close()
    search = open_embedded(folder)
    return lambda question: search.search(SearchQuery(question, as_of=AS_OF, region=REGION, k=K)).hits


class HashingLlama(BaseEmbedding):
    """``hashing_embedding`` as LlamaIndex wants it."""

    def _get_text_embedding(self, text: str) -> list[float]:
        return hashing_embedding(text)

    def _get_query_embedding(self, query: str) -> list[float]:
        return hashing_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return hashing_embedding(query)


def llama_index(passages: Sequence[Passage]) -> dict[str, Ask]:
    """Its fusion of BM25 and vectors with the filter on, and its BM25 alone."""
    nodes: list[BaseNode] = [_node(passage) for passage in passages]
    keyword = LlamaIndexBM25(
        nodes,
        language=[],  # type: ignore[arg-type]  # no stop words; a list is what the tokeniser behind it takes
        skip_stemming=True,
        token_pattern=r"\S+",  # noqa: S106
        similarity_top_k=K,
        filters=_filters(),
    )
    storage = StorageContext.from_defaults(vector_store=SimpleVectorStore())
    index = VectorStoreIndex(nodes, storage_context=storage, embed_model=HashingLlama())
    vectors: BaseRetriever = index.as_retriever(similarity_top_k=K, filters=_filters())
    fusion = QueryFusionRetriever(
        [keyword, vectors],
        llm=MockLLM(),
        mode=FUSION_MODES.RECIPROCAL_RANK,
        similarity_top_k=K,
        num_queries=1,
        use_async=False,
    )
    return {
        "llama_index_fusion": lambda question: fusion.retrieve(our_tokens(question)),
        "llama_index_bm25": lambda question: keyword.retrieve(our_tokens(question)),
    }


class HashingLangChain(Embeddings):
    """``hashing_embedding`` as LangChain wants it."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [hashing_embedding(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return hashing_embedding(text)


def langchain(passages: Sequence[Passage]) -> dict[str, Ask]:
    """Its ensemble of BM25 and vectors, unfiltered, and its BM25 alone."""
    texts = [our_tokens(passage_text(passage)) for passage in passages]
    ids = [passage.id for passage in passages]
    keyword = LangChainBM25.from_texts(texts, ids=ids, preprocess_func=str.split, k=K)
    store = InMemoryVectorStore(HashingLangChain())
    store.add_texts(texts, ids=ids)
    ensemble = EnsembleRetriever(retrievers=[keyword, store.as_retriever(search_kwargs={"k": K})], weights=[0.5, 0.5])
    return {
        "langchain_ensemble": lambda question: ensemble.invoke(our_tokens(question)),
        "langchain_bm25": lambda question: keyword.invoke(our_tokens(question)),
    }


def _node(passage: Passage) -> TextNode:
    scope = scope_of(passage)
    node = TextNode(id_=passage.id, text=our_tokens(passage_text(passage)), metadata=scope)
    node.excluded_embed_metadata_keys = list(scope)
    return node


def _filters() -> MetadataFilters:
    day = AS_OF.toordinal()
    return MetadataFilters(
        filters=[
            MetadataFilter(key="region", value=PLACES, operator=FilterOperator.IN),
            MetadataFilter(key="from", value=day, operator=FilterOperator.LTE),
            MetadataFilter(key="until", value=day, operator=FilterOperator.GT),
        ]
    )
