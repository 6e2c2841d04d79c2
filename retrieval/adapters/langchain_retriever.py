"""Our search as a LangChain retriever, for chains and agents of others."""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from retrieval.adapters.retriever_scope import RetrieverScope, metadata
from retrieval.search import Search


class PolicyRetriever(BaseRetriever):
    """``PolicyRetriever(search=…, scope=RetrieverScope(region="北京市朝阳区")).invoke(question)``.

    Documents come best first, with the passage's text and what it takes to cite it as metadata. Raises
    ``IndexUnavailable`` when the index does not answer.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    search: Search
    scope: RetrieverScope = RetrieverScope()

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        found = self.search.search(self.scope.query(query))
        return [
            Document(id=hit.passage.id, page_content=hit.passage.text, metadata=metadata(hit)) for hit in found.hits
        ]
