"""``POST /v1/chat/completions`` and ``GET /v1/models``: any client of OpenAI's API works unchanged."""

from __future__ import annotations

import time
from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from assistant.api.answering import answer, check_question
from assistant.api.chat_completions.chunks import ChunkHead, chunk_frames, error_frames
from assistant.api.chat_completions.conversation import (
    extension,
    finish_reason,
    refuse_unsupported,
    to_inquiry,
    usage_of,
)
from assistant.api.chat_completions.schemas import (
    MODEL,
    ChatCompletion,
    ChatCompletionRequest,
    Model,
    ModelList,
    OpenAIErrorDocument,
)
from assistant.api.outcomes import CLIENT_CLOSED_REQUEST, INTERRUPTED, ai_headers, final_outcome, raise_if_error
from assistant.api.problems import Problem
from assistant.api.schemas import WITH_BODY, problems, success
from assistant.api.state import ApiState, state_of
from assistant.api.streaming import EventStream, until_disconnect
from assistant.api.tracing import current_trace_id
from assistant.contracts import TurnOutcome
from assistant.domain.identifiers import new_id

router = APIRouter(prefix="/v1", tags=["OpenAI 兼容接口"])
_ERRORS = partial(problems, model=OpenAIErrorDocument)


@router.post(
    "/chat/completions",
    response_model=ChatCompletion,
    summary="OpenAI 兼容的对话接口",
    responses=success("答复；stream=true 时为事件流", {"text/event-stream": {}}) | _ERRORS(404, 504, *WITH_BODY),
)
async def create_chat_completion(body: ChatCompletionRequest, request: Request) -> Response:
    state = state_of(request)
    refuse_unsupported(body)
    inquiry = to_inquiry(body, state.container.region)
    check_question(inquiry.turn.question, state.settings.max_question_chars)
    head = ChunkHead(f"chatcmpl-{new_id()}", int(time.time()), current_trace_id.get())
    if body.stream:
        frames = chunk_frames(answer(state, inquiry), head, body, partial(problem_of, state))
        closing = error_frames(Problem(500, "error_internal", INTERRUPTED))
        beat = state.settings.stream_heartbeat_s
        return EventStream(frames, heartbeat_s=beat, closing_frames=closing, headers=ai_headers(state))
    outcome = await until_disconnect(request, final_outcome(state, inquiry))
    if outcome is None:
        return Response(status_code=CLIENT_CLOSED_REQUEST)
    raise_if_error(state, outcome)
    return JSONResponse(completion(outcome, head, body), headers=ai_headers(state, outcome))


def problem_of(state: ApiState, outcome: TurnOutcome) -> Problem | None:
    try:
        raise_if_error(state, outcome)
    except Problem as problem:
        return problem
    return None


def completion(outcome: TurnOutcome, head: ChunkHead, body: ChatCompletionRequest) -> dict[str, object]:
    return {
        "id": head.id,
        "object": "chat.completion",
        "created": head.created,
        "model": MODEL,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": outcome.text, "refusal": None},
                "finish_reason": finish_reason(outcome),
                "logprobs": None,
            }
        ],
        "usage": usage_of(body, outcome.text).model_dump(),
        "hotline": extension(outcome, head.trace_id).model_dump(mode="json"),
    }


@router.get("/models", response_model=ModelList, summary="可用模型", responses=_ERRORS())
async def list_models() -> ModelList:
    return ModelList(data=[Model()])


@router.get("/models/{model_id}", response_model=Model, summary="一个模型", responses=_ERRORS(404, 422))
async def get_model(model_id: str) -> Model:
    if model_id != MODEL:
        raise Problem(404, "model_not_found", f"没有这个模型，可用的模型是 {MODEL}。", param="model")
    return Model()
