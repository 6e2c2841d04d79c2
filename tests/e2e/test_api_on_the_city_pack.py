"""The whole service as ``hotline serve`` builds it, on an index of the city pack, over a real socket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import openai
import pytest
import uvicorn

from assistant.adapters.jsonl_audit import verify
from assistant.api.app import create_app
from assistant.api.server import server_options
from assistant.bootstrap.container import audit_file, build_container
from assistant.bootstrap.library import open_library
from assistant.setting_sections import Api
from assistant.settings import Settings
from retrieval.ingestion.ingest import add_paths
from tests.api.conftest import serving_app
from tests.api.naughty import STRINGS

PHONE = "13800138000"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("data")
    settings = Settings(_env_file=None, data_dir=folder, api=Api(port=0, requests_per_minute=100_000))
    library = open_library(settings, writable=True)
    add_paths([library.folder / "documents"], library.index, library.registry)
    library.close()
    return settings


@pytest.fixture(scope="module")
def url(settings: Settings) -> Iterator[str]:
    app = create_app(build_container(settings), settings.api)
    with serving_app(uvicorn.Config(app, **server_options(settings.api))) as (_, port):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=30) as client:
        yield client


def ask(client: httpx.Client, question: str, **more: object) -> httpx.Response:
    return client.post("/v1/inquiries", json={"question": question, **more})


def test_an_answer_cites_documents_that_can_be_looked_up(client: httpx.Client) -> None:
    body = ask(client, "冬天家里暖气不热怎么办？").json()
    assert body["status"] == "answered"
    assert body["citations"]
    for citation in body["citations"]:
        document = client.get(f"/v1/documents/{citation['document_id']}").json()
        passage = client.get(f"/v1/passages/{citation['passage_id']}").json()
        assert document["document"]["validity"]["in_force"]
        assert passage["passage"]["document_id"] == citation["document_id"]
        assert citation["passage_id"] in document["passage_ids"]


def test_stream_and_plain_answer_agree(client: httpx.Client) -> None:
    plain = ask(client, "办理居住证需要什么条件？").json()
    text = ask(client, "办理居住证需要什么条件？", stream=True).text
    frames = [json.loads(line[6:]) for line in text.split("\n\n") if line.startswith("data: {")]
    assert "".join(frame["delta"] for frame in frames if frame["type"] == "text-delta") == plain["answer"]
    assert frames[-1]["type"] == "finish"


def test_openai_client(url: str) -> None:
    client = openai.OpenAI(api_key="none", base_url=url + "/v1", max_retries=0)
    reply = client.chat.completions.create(
        model="hotline-assistant", messages=[{"role": "user", "content": "单位拖欠工资怎么办？"}]
    )
    text = reply.choices[0].message.content or ""
    assert "[1]" in text and "依据" in text


def test_emergency_comes_first(client: httpx.Client) -> None:
    body = ask(client, "我家着火了，楼道全是烟，怎么办").json()
    assert body["status"] == "handover_emergency"
    assert "119" in body["answer"]


@pytest.mark.parametrize("question", ["？？？", "😀"])
def test_symbols_are_asked_back(client: httpx.Client, question: str) -> None:
    assert ask(client, question).json()["status"] == "guardrails_unreadable"


def test_naughty_strings_never_break_it(client: httpx.Client) -> None:
    for text in STRINGS:
        assert ask(client, text).status_code < 500, text
        assert ask(client, "物业费" + text).status_code < 500, text
        assert client.get("/v1/passages", params={"q": text}).status_code < 500, text


def test_phone_number_is_nowhere_but_in_the_callers_hands(
    client: httpx.Client, settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    first = ask(client, f"我的手机{PHONE}，小区停车费涨价要谁同意？").json()
    ask(client, "那需要公示吗？", conversation_id=first["conversation_id"])
    records = audit_file(settings).read_text(encoding="utf-8")
    assert PHONE not in records and "〔手机1〕" in records
    assert PHONE not in json.dumps(first, ensure_ascii=False)
    output = capfd.readouterr()
    assert PHONE not in output.out + output.err
    assert verify(audit_file(settings)).count > 0


def test_page(client: httpx.Client) -> None:
    page = client.post("/", data={"question": "冬天家里暖气不热怎么办？"})
    assert page.status_code == 200
    assert "现行有效" in page.text and "<mark>" in page.text and 'href="tel:12345"' in page.text


def test_data_stays_where_it_was_told_to(settings: Settings) -> None:
    assert audit_file(settings).is_relative_to(Path(settings.data_dir))
