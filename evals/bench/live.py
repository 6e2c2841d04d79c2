"""How late open pages hear what happened: ``python -m evals.bench.live --consoles 200``.

The program itself serves (``hotline serve``), over a socket, from a folder with the city pack and sample orders; each
console is a signed-in person with a stream of their own. Invented orders (演示数据) come in through the API. Two delays
per order and console, both on one clock: ``after_sent`` from the moment its request was sent, with the saving in it,
and ``after_saved`` from the moment its reply was read. With ``--redis URL`` the feed goes through that Redis.

As the page does (``web/src/shared/live.ts``, ``web/src/console/queue.ts``), each console reads its list again after a
change: gathered for half a second, then at a random moment of the next 2.5. ``lists`` is how long that took and how many
came back as not modified. ``--no-lists`` leaves it out.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

from assistant.bootstrap.orders import open_work_orders
from assistant.domain.accounts import AccountRole
from assistant.domain.passwords import ScryptCost
from assistant.domain.sign_in_sessions import csrf_token
from assistant.settings import Settings
from evals.bench.measure import percentile
from evals.bench.table import Report, as_table

CHEAP = ScryptCost(log_n=4, r=1, p=1)
ORDER = {"title": "演示：楼道漏水", "content": "演示数据", "type": "投诉", "category": "住房/物业管理/物业服务不到位"}
COOKIE = "hotline-session"
LIST = "/v1/work-orders?state=%E5%8F%97%E7%90%86&limit=40"
"""What a seat's first tab asks for."""
GATHER_S, SPREAD_S = 0.5, 2.5
START_S = 180


@dataclass
class Console:
    """One open page; ``heard`` is when it heard of an order first, ``read`` how long its list took (s) with its status."""

    token: str
    chance: random.Random
    heard: dict[str, float] = field(default_factory=dict)
    read: list[tuple[int, float]] = field(default_factory=list)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def follow(self, port: int) -> None:
        """Reads the list again after changes, over one connection, until it is cancelled."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        etag = ""
        try:
            while True:
                await self.changed.wait()
                await asyncio.sleep(GATHER_S + self.chance.uniform(0, SPREAD_S))
                self.changed.clear()
                began = time.perf_counter()
                writer.write(request_for_list(port, self.token, etag))
                status, etag = await answer_of(reader)
                self.read.append((status, time.perf_counter() - began))
        finally:
            writer.close()

    async def listen(self, port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {COOKIE}={self.token}\r\n\r\n"
        writer.write(head.encode())
        try:
            while line := await reader.readline():
                if line.startswith(b"event: resync"):
                    self.ready.set()
                elif line.startswith(b'data: {"type"'):
                    self.heard.setdefault(json.loads(line[6:])["order_id"], time.perf_counter())
                    self.changed.set()
        finally:
            writer.close()


def request_for_list(port: int, token: str, etag: str) -> bytes:
    known = f"If-None-Match: {etag}\r\n" if etag else ""
    return f"GET {LIST} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {COOKIE}={token}\r\n{known}\r\n".encode()


async def answer_of(reader: asyncio.StreamReader) -> tuple[int, str]:
    """Status and ETag; the body is read and thrown away. By hand: a client library would be the slowest part."""
    status = int((await reader.readline()).split()[1])
    length, etag = 0, ""
    while (line := await reader.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
        elif name.lower() == b"etag":
            etag = value.strip().decode()
    await reader.readexactly(length)
    return status, etag


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def people(folder: Path, count: int) -> list[str]:
    """Tokens of so many signed-in people. Their password hashes are cheap: signing in is not what is measured."""
    opened = open_work_orders(Settings(data_dir=folder / "var"))
    desk = replace(opened.accounts, cost=CHEAP)
    tokens = []
    for number in range(count):
        account, _ = desk.create(f"demo-{number}", f"演示{number}", AccountRole.SEAT_AGENT, must_change=False)
        tokens.append(opened.sign_in.begin(account).token)
    opened.close()
    return tokens


@contextmanager
def program(folder: Path, port: int, redis: str | None) -> Iterator[int]:
    """The id of the serving process."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
    plain |= {"HOTLINE_DATA_DIR": str(folder / "var")} | ({"HOTLINE_STATE__URL": redis} if redis else {})
    hotline = [sys.executable, "-m", "assistant.cli"]
    subprocess.run([*hotline, "corpus", "sync"], env=plain, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - this very program
    subprocess.run([*hotline, "orders", "seed"], env=plain, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - this very program
    server = subprocess.Popen([*hotline, "serve", "--port", str(port)], env=plain, stderr=subprocess.DEVNULL)  # noqa: S603 - this very program
    try:
        wait_for(port, server)
        yield server.pid
    finally:
        server.terminate()
        server.wait(timeout=30)


def cpu_seconds(process: int) -> float | None:
    """What ``process`` has used so far, whatever else the machine did; ``None`` where there is no /proc."""
    told = Path(f"/proc/{process}/stat")
    if not told.is_file():
        return None
    user, system = told.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """A busy machine takes its time; a server that has ended never comes."""
    for _ in range(START_S * 10):
        if server.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


async def run(port: int, tokens: list[str], orders: int, per_second: float, *, lists: bool) -> Report:
    consoles = [Console(token, random.Random(number)) for number, token in enumerate(tokens)]
    listening = [asyncio.create_task(console.listen(port)) for console in consoles]
    listening += [asyncio.create_task(console.follow(port)) for console in consoles if lists]
    await asyncio.wait_for(asyncio.gather(*(console.ready.wait() for console in consoles)), 60)
    sent, saved = await open_orders(port, tokens[0], orders, per_second)
    await asyncio.sleep(GATHER_S + SPREAD_S + 2)
    for task in listening:
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    return report(consoles, sent, saved)


async def open_orders(
    port: int, token: str, count: int, per_second: float
) -> tuple[dict[str, float], dict[str, float]]:
    """When each order's request was sent and its reply read, by id."""
    sent, saved = {}, {}
    headers = {"cookie": f"{COOKIE}={token}", "x-csrf-token": csrf_token(token)}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30) as client:
        for number in range(count):
            began = time.perf_counter()
            answer = await client.post("/v1/work-orders", json=ORDER, headers={"idempotency-key": f"bench-{number}"})
            answer.raise_for_status()
            order_id = answer.json()["id"]
            sent[order_id], saved[order_id] = began, time.perf_counter()
            await asyncio.sleep(max(0.0, 1 / per_second - (time.perf_counter() - began)))
    return sent, saved


def report(consoles: list[Console], sent: dict[str, float], saved: dict[str, float]) -> Report:
    heard = [(order, at) for console in consoles for order, at in console.heard.items() if order in sent]
    return {
        "consoles": len(consoles),
        "orders": len(sent),
        "expected": len(consoles) * len(sent),
        "heard": len(heard),
        "after_sent": _summary([at - sent[order] for order, at in heard]),
        "after_saved": _summary([max(0.0, at - saved[order]) for order, at in heard]),
        "lists": lists_report(consoles),
    }


def lists_report(consoles: list[Console]) -> Report:
    read = [one for console in consoles for one in console.read]
    statuses = Counter(status for status, _ in read)
    return {
        "asked": len(read),
        "not_modified": statuses[304],
        "failed": sum(count for status, count in statuses.items() if status not in (200, 304)),
        **_summary([seconds for _, seconds in read]),
    }


def _summary(seconds: list[float]) -> dict[str, Any]:
    shares = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99, "max_ms": 1.0}
    return {name: round(percentile(seconds, share) * 1000, 1) for name, share in shares.items()} if seconds else {}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--consoles", type=int, default=200)
    parser.add_argument("--orders", type=int, default=60)
    parser.add_argument("--per-second", type=float, default=4.0, help="orders opened per second (default: 4)")
    parser.add_argument("--no-lists", action="store_true", help="only listen; read no list again")
    parser.add_argument("--redis", metavar="URL", help="share the feed through this Redis")
    parser.add_argument("--json", action="store_true", help="print JSON (else a table)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tokens, port = people(Path(folder), given.consoles), free_port()
        with program(Path(folder), port, given.redis) as server:
            before = cpu_seconds(server)
            found = asyncio.run(run(port, tokens, given.orders, given.per_second, lists=not given.no_lists))
            after = cpu_seconds(server)
    found["server_cpu_s"] = None if before is None or after is None else round(after - before, 2)
    found["machine"] = {"cpus": os.cpu_count(), "load_1min": round(os.getloadavg()[0], 2)}
    print(json.dumps(found, ensure_ascii=False) if given.json else as_table(found))
    return 0 if found["heard"] == found["expected"] else 1


if __name__ == "__main__":
    sys.exit(main())
