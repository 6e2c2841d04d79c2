"""A judge for tests and benches: an OpenAI-compatible server that answers every structured question after a set time.

It judges by words: a statement whose words mostly occur in the context is supported. No model is behind it.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from assistant.domain.terms import coverage

_INPUT = re.compile(r"input:\s*(\{.*\})\s*Output:\s*$", re.DOTALL)
_SENTENCE = re.compile(r"[^。！？；\n]+")
SUPPORTED = 0.6


@dataclass
class SlowJudge:
    """``delay_s``: time per reply. ``calls`` counts them; ``statuses`` are given first, one per call, instead of replies."""

    delay_s: float = 0.0
    calls: int = 0
    statuses: list[int] = field(default_factory=list)
    garbled: bool = False
    port: int = 0
    prompts: list[str] = field(default_factory=list)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Keeps the connection open for the next question, as a model server does."""
        while (length := await _header(reader)) is not None:
            body = json.loads(await reader.readexactly(length))
            self.calls += 1
            await asyncio.sleep(self.delay_s)
            status = self.statuses.pop(0) if self.statuses else 200
            payload = json.dumps(self._completion(body) if status == 200 else {"error": {}}).encode()
            head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(payload)}\r\n\r\n"
            writer.write(head.encode() + payload)
            await writer.drain()
        writer.close()

    def _completion(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        prompt = "\n".join(str(message["content"]) for message in body["messages"])
        self.prompts.append(prompt)
        content = "no JSON" if self.garbled else json.dumps(verdict(prompt), ensure_ascii=False)
        message = {"role": "assistant", "content": content}
        usage = {"prompt_tokens": len(prompt), "completion_tokens": len(content), "total_tokens": 0}
        choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
        return {"id": "1", "object": "chat.completion", "created": 0, "model": body["model"], "choices": choices} | {
            "usage": usage
        }


async def _header(reader: asyncio.StreamReader) -> int | None:
    """Length of the next request's body; ``None`` when the client has gone."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    found = re.search(r"content-length:\s*(\d+)", head)
    return int(found[1]) if found else 0


def verdict(prompt: str) -> Mapping[str, Any]:
    """What a ragas prompt asks for, by the fields of its input."""
    match = _INPUT.search(prompt)
    asked: Mapping[str, Any] = json.loads(match[1]) if match else {}
    match sorted(asked):
        case ["answer", "question"]:
            return {"statements": _sentences(asked["answer"])}
        case ["context", "statements"]:
            return {"statements": [_judged(text, asked["context"], "verdict") for text in asked["statements"]]}
        case ["answer", "context", "question"] if "attributed" in prompt:
            return {
                "classifications": [_judged(t, asked["context"], "attributed") for t in _sentences(asked["answer"])]
            }
        case ["answer", "context", "question"]:
            return {"reason": "words", "verdict": int(coverage(asked["answer"], asked["context"]) >= SUPPORTED)}
        case ["response"]:
            return {"question": _sentences(asked["response"])[0], "noncommittal": 0}
        case ["atomicity", "coverage", "response"]:
            return {"claims": _sentences(asked["response"])}
        case _:
            return {"feedback": "words", "score": 4}


def _judged(statement: str, context: str, field_name: str) -> Mapping[str, Any]:
    return {"statement": statement, "reason": "words", field_name: int(coverage(statement, context) >= SUPPORTED)}


def _sentences(text: str) -> list[str]:
    return [piece.strip() for piece in _SENTENCE.findall(text) if piece.strip()] or [text]


@contextmanager
def serving(judge: SlowJudge) -> Iterator[SlowJudge]:
    """Serves ``judge`` on a free port of this machine, on a thread of its own."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(judge.handle, "127.0.0.1", 0))
    judge.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield judge
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=5)


@contextmanager
def serving_apart(delay_s: float) -> Iterator[str]:
    """The base URL of a judge in a process of its own, so that its work is not counted with that of who asks."""
    command = [sys.executable, "-m", "evals.bench.slow_judge", str(delay_s)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own module
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


if __name__ == "__main__":
    with serving(SlowJudge(float(sys.argv[1]))) as alone:
        print(alone.base_url, flush=True)
        threading.Event().wait()
