"""The API's catch point: whatever escapes becomes one 500 that says nothing about the inside."""

from __future__ import annotations

import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.problems import Problem, send_problem

logger = logging.getLogger(__name__)


class CatchAll:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def send_watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, send_watched)
        except Problem as problem:
            if started:
                raise
            await send_problem(scope, send, problem)
        except Exception as error:
            logger.error("unhandled %s", type(error).__name__, exc_info=error)
            if started:
                raise
            detail = "系统出现故障，请稍后再试，或拨打12345由人工受理。"
            await send_problem(scope, send, Problem(500, "error_internal", detail))
