"""Our search as a LlamaIndex retriever, for query engines of others."""

from __future__ import annotations

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from retrieval.adapters.retriever_scope import RetrieverScope, metadata
from retrieval.contracts import ScoredPassage
from retrieval.search import Search


class PolicyRetriever(BaseRetriever):
    """``PolicyRetriever(search, RetrieverScope(region="北京市朝阳区")).retrieve(question)``.

    Nodes come best first, scored, with what it takes to cite them as metadata. Raises ``IndexUnavailable`` when the
    index does not answer.
    """

    def __init__(self, search: Search, scope: RetrieverScope | None = None) -> None:
        self._search = search
        self._scope = scope or RetrieverScope()
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self._search.search(self._scope.query(query_bundle.query_str))
        return [_node(hit) for hit in found.hits]


def _node(hit: ScoredPassage) -> NodeWithScore:
    node = TextNode(id_=hit.passage.id, text=hit.passage.text, metadata=metadata(hit))
    return NodeWithScore(node=node, score=hit.score)
