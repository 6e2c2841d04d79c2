"""The index and the ledger of documents, opened as the settings name them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assistant.bootstrap.models import secret_of
from assistant.city_pack import city_pack_folder
from assistant.setting_sections import ServerIndex
from assistant.settings import Settings
from retrieval.ingestion.registry import SqliteRegistry
from retrieval.ports import Embedder, PassageIndex, Reranker
from retrieval.search import Search


def index_folder(settings: Settings) -> Path:
    return settings.data_dir / "index"


def registry_file(settings: Settings) -> Path:
    return settings.data_dir / "registry.db"


def open_search(settings: Settings, *, writable: bool = False) -> Search:
    """Search over the index that the settings name. Raises ``IndexUnavailable``."""
    from retrieval.adapters.open_search import open_embedded, open_server

    embedder, cross_encoder = _embedder(settings), _cross_encoder(settings)
    if isinstance(settings.index, ServerIndex):
        return open_server(
            str(settings.index.url),
            settings.index.collection,
            api_key=secret_of(settings.index.api_key),
            timeout_s=settings.index.timeout_s,
            embedder=embedder,
            cross_encoder=cross_encoder,
        )
    return open_embedded(index_folder(settings), writable=writable, embedder=embedder, cross_encoder=cross_encoder)


@dataclass(frozen=True)
class Library:
    """What the ``corpus`` commands work on: the index to write to and the ledger of documents."""

    index: PassageIndex
    registry: SqliteRegistry
    folder: Path

    def close(self) -> None:
        self.index.close()
        self.registry.close()


def open_library(settings: Settings, *, writable: bool) -> Library:
    """Raises ``IndexUnavailable`` and ``DataMissing``."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    search = open_search(settings, writable=writable)
    return Library(search.index, SqliteRegistry(registry_file(settings)), city_pack_folder(settings.city_pack))


def _embedder(settings: Settings) -> Embedder | None:
    if settings.embedder is None:
        return None
    from retrieval.adapters.openai_embedder import OpenAIEmbedder

    remote = settings.embedder
    return OpenAIEmbedder(
        str(remote.base_url), remote.model, api_key=secret_of(remote.api_key), timeout_s=remote.timeout_s
    )


def _cross_encoder(settings: Settings) -> Reranker | None:
    if settings.reranker is None:
        return None
    from retrieval.adapters.rerank_endpoint import RerankEndpoint

    remote = settings.reranker
    return RerankEndpoint(
        str(remote.base_url), remote.model, api_key=secret_of(remote.api_key), timeout_s=remote.timeout_s
    )
