"""qdrant-client's local mode behind the REST paths that our adapter uses, so that its requests really go over a wire.

It stands in for a server in the contract suite; it parses bodies with the client's own published models, nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import dumps
from threading import Lock, Thread
from typing import Any

from qdrant_client import QdrantClient, models

Answer = Callable[[QdrantClient, str, bytes], Any]


def _create(client: QdrantClient, name: str, body: bytes) -> bool:
    asked = models.CreateCollection.model_validate_json(body)
    return client.create_collection(name, asked.vectors or {}, asked.sparse_vectors)


def _index(client: QdrantClient, name: str, body: bytes) -> dict[str, str]:
    asked = models.CreateFieldIndex.model_validate_json(body)
    client.create_payload_index(name, asked.field_name, asked.field_schema)
    return {"status": "completed"}


def _upsert(client: QdrantClient, name: str, body: bytes) -> models.UpdateResult:
    return client.upsert(name, models.PointsList.model_validate_json(body).points)


def _delete(client: QdrantClient, name: str, body: bytes) -> models.UpdateResult:
    return client.delete(name, models.FilterSelector.model_validate_json(body))


def _query(client: QdrantClient, name: str, body: bytes) -> list[models.QueryResponse]:
    return client.query_batch_points(name, models.QueryRequestBatch.model_validate_json(body).searches)


def _retrieve(client: QdrantClient, name: str, body: bytes) -> list[models.Record]:
    return client.retrieve(name, models.PointRequest.model_validate_json(body).ids)


def _scroll(client: QdrantClient, name: str, body: bytes) -> dict[str, Any]:
    asked = models.ScrollRequest.model_validate_json(body)
    records, offset = client.scroll(name, asked.filter, limit=asked.limit or 10)
    return {"points": records, "next_page_offset": offset}


ROUTES: dict[tuple[str, str], Answer] = {
    ("GET", "/exists"): lambda client, name, body: {"exists": client.collection_exists(name)},
    ("PUT", ""): _create,
    ("DELETE", ""): lambda client, name, body: client.delete_collection(name),
    ("PUT", "/index"): _index,
    ("PUT", "/points"): _upsert,
    ("POST", "/points"): _retrieve,
    ("POST", "/points/delete"): _delete,
    ("POST", "/points/query/batch"): _query,
    ("POST", "/points/scroll"): _scroll,
    ("POST", "/points/count"): lambda client, name, body: client.count(name, exact=True),
}


@contextmanager
def qdrant_over_http(api_key: str = "") -> Iterator[str]:
    """``http://host:port`` of the stand-in; with ``api_key`` it refuses who does not send it."""
    client, lock = QdrantClient(":memory:"), Lock()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            path = self.path.split("?")[0]
            found = re.fullmatch(r"/collections/([^/]+)(/.*)?", path)
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if api_key and self.headers.get("api-key") != api_key:
                return self._say(401, {"status": {"error": "Must provide an API key"}})
            route = ROUTES.get((self.command, found[2] or "")) if found else None
            if found is None or route is None:
                return self._say(404, {"status": {"error": f"no stand-in for {self.command} {path}"}})
            with lock:
                try:
                    result = route(client, found[1], body)
                except ValueError as error:
                    return self._say(404, {"status": {"error": str(error)}})
            return self._say(200, {"result": result, "status": "ok", "time": 0.0})

        do_GET = do_PUT = do_POST = do_DELETE = _answer  # noqa: N815

        def _say(self, status: int, body: dict[str, Any]) -> None:
            sent = dumps(body, default=lambda model: model.model_dump(mode="json", exclude_none=True)).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
