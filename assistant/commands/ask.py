"""``hotline ask``: one question, one cited answer on stdout."""

from __future__ import annotations

import argparse
import asyncio
import json
from dataclasses import asdict, dataclass
from typing import Any

from assistant.commands.options import add_as_of, add_region, building, settings_of, today
from assistant.contracts import Message, Turn, TurnOutcome


@dataclass(frozen=True)
class AskCommand:
    help: str = 'answer one question with citations\n\nexample: hotline ask "物业费涨价需要业主同意吗？"'

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("question", help="the question, in Chinese")
        parser.add_argument(
            "--after", action="append", default=[], metavar="TEXT", help="an earlier question; repeatable"
        )
        parser.add_argument("--json", action="store_true", help="print the whole outcome with its trace as JSON")
        add_as_of(parser)
        add_region(parser)

    def execute(self, arguments: argparse.Namespace) -> int:
        settings = settings_of(arguments)
        turn = Turn(
            question=arguments.question,
            as_of=arguments.as_of or today(),
            history=tuple(Message("user", text) for text in arguments.after),
            region=arguments.region or settings.region,
        )
        outcome = asyncio.run(self._answer(settings, turn))
        print(json.dumps(as_data(outcome), ensure_ascii=False) if arguments.json else outcome.text)
        return 1 if outcome.status.startswith("error_") else 0

    async def _answer(self, settings: Any, turn: Turn) -> TurnOutcome:
        with building():
            from assistant.bootstrap.answering import open_answering

            flow, close = open_answering(settings)
        try:
            return await flow.answer_inquiry(turn)
        finally:
            await close()


def as_data(outcome: TurnOutcome) -> dict[str, Any]:
    """The outcome as JSON-able data; dates are ISO strings. Passages are named, not repeated."""
    data = asdict(outcome)
    data["evidence"] = [
        {"token": item.token, "passage": item.passage.id, "score": item.score} for item in outcome.evidence
    ]
    parsed: dict[str, Any] = json.loads(json.dumps(data, ensure_ascii=False, default=str))
    return parsed


COMMAND = AskCommand()
