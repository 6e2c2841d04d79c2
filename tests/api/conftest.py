"""An app on fakes: in process through ASGI, or on a real socket where the wire is what is tested."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import uvicorn

from assistant.api.app import create_app
from assistant.api.server import server_options
from assistant.setting_sections import Widget
from tests.api.fakes import FakeContainer, api_settings


@pytest.fixture
def container() -> FakeContainer:
    return FakeContainer()


def client_of(container: FakeContainer, peer: str = "127.0.0.1", **settings: Any) -> httpx.AsyncClient:
    environment = settings.pop("environment", "development")
    widget = settings.pop("widget", Widget())
    sign_in = settings.pop("sign_in", None)
    app = create_app(container, api_settings(**settings), environment=environment, widget=widget, sign_in=sign_in)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(peer, 40000))
    return httpx.AsyncClient(transport=transport, base_url="http://testserver")


@pytest.fixture
async def client(container: FakeContainer) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(container) as client:
        yield client


@dataclass
class RunningServer:
    port: int
    container: FakeContainer
    server: uvicorn.Server

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


Serve = Callable[..., AbstractContextManager[RunningServer]]


@contextmanager
def serving_app(config: uvicorn.Config) -> Iterator[tuple[uvicorn.Server, int]]:
    """A real uvicorn in a thread, and the port it listens on."""
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    while not (server.started and server.servers):
        if not thread.is_alive():
            raise RuntimeError("the server did not start")
        threading.Event().wait(0.02)
    try:
        yield server, server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(timeout=10)


@contextmanager
def serving(container: FakeContainer | None = None, **settings: Any) -> Iterator[RunningServer]:
    """With the options that ``hotline serve`` uses."""
    container = container or FakeContainer()
    chosen = api_settings(port=0, shutdown_grace_s=1, **settings)
    config = uvicorn.Config(create_app(container, chosen), **server_options(chosen))
    with serving_app(config) as (server, port):
        yield RunningServer(port, container, server)
