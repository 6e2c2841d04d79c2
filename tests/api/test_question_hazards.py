"""Hazard rows 14-19: what counts as a question and how long it is."""

from __future__ import annotations

import httpx
import pytest

from tests.api.fakes import FakeContainer


async def post(client: httpx.AsyncClient, question: str) -> httpx.Response:
    return await client.post("/v1/inquiries", json={"question": question})


async def test_row_14_too_long_is_refused_with_limit_and_count(
    client: httpx.AsyncClient, container: FakeContainer
) -> None:
    response = await post(client, "问" * 1001)
    problem = response.json()
    assert (response.status_code, problem["code"]) == (422, "question_too_long")
    assert (problem["limit"], problem["count"]) == (1000, 1001)
    assert container.flow.turns == []


async def test_row_14_the_limit_itself_is_accepted_whole(client: httpx.AsyncClient, container: FakeContainer) -> None:
    assert (await post(client, "问" * 1000)).status_code == 200
    assert container.flow.turns[0].question == "问" * 1000


@pytest.mark.parametrize("question", ["", "   \n\t", "\u200b\u200b", "\u3000"])
async def test_row_15_empty_questions(client: httpx.AsyncClient, container: FakeContainer, question: str) -> None:
    response = await post(client, question)
    assert (response.status_code, response.json()["code"]) == (422, "question_empty")
    assert container.flow.turns == []


@pytest.mark.parametrize("question", ["？？？", "😀", "……", "👨‍👩‍👧‍👦🎉", "!!!"])
async def test_row_15_symbols_are_asked_back_without_any_work(
    client: httpx.AsyncClient, container: FakeContainer, question: str
) -> None:
    response = await post(client, question)
    assert (response.status_code, response.json()["status"]) == (200, "guardrails_unreadable")
    assert container.flow.turns == []


async def test_row_16_invisible_characters_do_not_count(client: httpx.AsyncClient) -> None:
    assert (await post(client, "物\u200b业\u202e费" + "\u2060" * 900)).status_code == 200


async def test_row_18_zalgo_counts_once_but_has_a_ceiling(client: httpx.AsyncClient) -> None:
    assert (await post(client, "好" + "\u0301" * 500)).status_code == 200
    assert (await post(client, "好" + "\u0301" * 5000)).json()["code"] == "question_too_long"


async def test_row_19_family_emoji_is_one_character_and_rare_han_survive(
    client: httpx.AsyncClient, container: FakeContainer
) -> None:
    question = "𠮷𪚥" + "👨‍👩‍👧‍👦" * 500 + "问" * 498
    assert (await post(client, question)).status_code == 200
    assert container.flow.turns[0].question == question
