"""``hotline doctor``: what this installation needs, what it finds, and how to mend what is wrong."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from assistant.commands import CommandFailed
from assistant.commands.options import building, settings_of
from assistant.setting_sections import OpenAIChat, RedisState
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.domain.accounts import Account

NEEDED_BYTES = 500_000_000
LEAST_BYTES = 50_000_000
"""Below this an order, a record or an index may not be written any more."""
State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    state: State
    found: str
    mend: str = ""


@dataclass(frozen=True)
class DoctorCommand:
    help: str = "check this installation and say how to mend it\n\nexample: hotline doctor --json"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def execute(self, arguments: argparse.Namespace) -> int:
        findings = list(examine(settings_of(arguments)))
        if arguments.json:
            print(json.dumps({"findings": [asdict(finding) for finding in findings]}, ensure_ascii=False))
        else:
            print("\n".join(as_line(finding) for finding in findings))
        return int(any(finding.state == "fail" for finding in findings))


def as_line(finding: Finding) -> str:
    return f"{finding.state:<5}{finding.check:<14}{finding.found}" + (
        f"\n     → {finding.mend}" if finding.mend else ""
    )


def examine(settings: Settings) -> Iterator[Finding]:
    checks: tuple[Callable[[Settings], Finding], ...] = (
        python,
        disk,
        city_pack,
        prompts,
        index,
        chat,
        state,
        keys,
        orders,
        people,
    )
    return (check(settings) for check in checks)


def python(_: Settings) -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", "ok", found)


def disk(settings: Settings) -> Finding:
    folder = settings.data_dir.resolve()
    while not folder.exists():
        folder = folder.parent
    if not os.access(folder, os.W_OK):
        return Finding("disk", "fail", f"{folder} is not writable", "set HOTLINE_DATA_DIR to a writable folder")
    free = shutil.disk_usage(folder).free
    found = f"{free / 1e9:.1f} GB free at {folder}"
    if free < LEAST_BYTES:
        return Finding("disk", "fail", found, "make room first: nothing can be saved, and the index cannot be opened")
    if free < NEEDED_BYTES:
        return Finding("disk", "warn", found, "the index of a city's documents needs about 0.5 GB")
    return Finding("disk", "ok", found)


def city_pack(settings: Settings) -> Finding:
    from assistant.city_pack import city_pack_folder

    return _folder("city pack", lambda: city_pack_folder(settings.city_pack), "documents")


def prompts(settings: Settings) -> Finding:
    from assistant.city_pack import prompts_folder

    return _folder("prompts", lambda: prompts_folder(settings.prompts_dir), "active.yaml")


def _folder(check: str, locate: Callable[[], Path], member: str) -> Finding:
    try:
        with building():
            folder = locate()
    except CommandFailed as failure:
        return Finding(check, "fail", str(failure))
    if not (folder / member).exists():
        return Finding(check, "fail", f"{folder} holds no {member}", "restore the folder from the release")
    return Finding(check, "ok", str(folder))


def index(settings: Settings) -> Finding:
    from assistant.bootstrap.library import open_search

    try:
        with building():
            engine = open_search(settings)
            count = engine.index.count()
            engine.close()
    except CommandFailed as failure:
        return Finding(
            "index", "fail", str(failure), "run `hotline corpus sync`; for a server check HOTLINE_INDEX__URL"
        )
    if not count:
        return Finding("index", "fail", "the index is empty", "run `hotline corpus sync`")
    return Finding("index", "ok", f"{count} passages ({settings.index.kind})")


def chat(settings: Settings) -> Finding:
    if not isinstance(settings.chat, OpenAIChat):
        return Finding("chat model", "ok", "none: answers quote clauses (摘录式答复)")
    return asyncio.run(_ask_model(settings.chat))


async def _ask_model(chat: OpenAIChat) -> Finding:
    from assistant.adapters.openai_chat import OpenAIChat as Model
    from assistant.contracts import Message
    from assistant.ports.answering import ChatModelError, ChatRequest

    key = chat.api_key.get_secret_value() if chat.api_key else None
    model = Model(str(chat.base_url), chat.model, key)
    request = ChatRequest("", (Message("user", "你好"),), max_tokens=8, timeout_s=10.0)
    try:
        await anext(aiter(model.stream(request)))
    except ChatModelError as error:
        mend = "check HOTLINE_CHAT__BASE_URL, __MODEL and __API_KEY; until then answers are extractive"
        return Finding("chat model", "warn", error.reason, mend)
    finally:
        await model.close()
    return Finding("chat model", "ok", chat.model)


def state(settings: Settings) -> Finding:
    if not isinstance(settings.state, RedisState):
        return Finding("shared state", "ok", "in this process: run one process only")
    return asyncio.run(_ask_redis(settings.state))


async def _ask_redis(redis: RedisState) -> Finding:
    from assistant.adapters.redis_connection import RedisConnection
    from assistant.domain.degradation import Degradation

    connection = RedisConnection(redis.url.get_secret_value(), Degradation(), timeout_s=redis.timeout_s)
    readiness = await connection.check()
    await connection.close()
    if readiness.ok:
        return Finding("shared state", "ok", "redis answers")
    return Finding(
        "shared state", "warn", f"redis: {readiness.detail}", "check HOTLINE_STATE__URL; limits are local until then"
    )


def keys(settings: Settings) -> Finding:
    held = len(settings.api.keys) + len(settings.api.callers)
    if held:
        return Finding("api keys", "ok", f"{held} configured")
    if settings.environment == "production" and settings.sign_in.origin is None:
        return Finding("api keys", "fail", "none", "set HOTLINE_API__KEYS to SHA-256 digests of the API keys")
    if settings.environment == "production":
        return Finding("api keys", "ok", "none: people sign in, programs cannot call")
    return Finding("api keys", "ok", "none: open on loopback, development only")


def orders(settings: Settings) -> Finding:
    """The database of work orders and what waits for the units. Looking makes none and changes none."""
    from assistant.bootstrap.orders import look_at_orders
    from assistant.ports.orders import StoreUnavailable

    try:
        seen = look_at_orders(settings)
    except StoreUnavailable as failure:
        return Finding("orders", "fail", str(failure), "docs/runbooks/alerts.md, HotlineOrdersAway")
    if seen is None:
        return Finding("orders", "ok", "no orders yet: the database is made at the first one")
    if not seen.is_current:
        mend = "`hotline backup take FOLDER`, then start this version: it brings the database to its schema"
        return Finding("orders", "warn", f"schema {seen.schema} of another version", mend)
    found = f"{seen.kind}, schema {seen.schema}, {seen.waiting} messages wait for the units, {seen.given_up} given up"
    if seen.given_up or (seen.waiting and settings.orders.receiver_url is None):
        mend = "`hotline orders relay` names them; HOTLINE_ORDERS__RECEIVER_URL says where they go"
        return Finding("orders", "warn", found, mend)
    return Finding("orders", "ok", found)


def people(settings: Settings) -> Finding:
    """Whether somebody can sign in to the pages, and somebody can let others in."""
    from assistant.domain.accounts import AccountRole
    from assistant.ports.orders import StoreUnavailable

    if settings.environment == "production" and settings.sign_in.origin is None:
        return Finding(
            "sign-in", "warn", "off", "set HOTLINE_SIGN_IN__ORIGIN=https://… where TLS ends in front of this"
        )
    try:
        accounts = _accounts(settings)
    except (StoreUnavailable, CommandFailed, OSError) as failure:
        return Finding("sign-in", "warn", str(failure), "check HOTLINE_ORDERS__DATABASE_URL and HOTLINE_DATA_DIR")
    admins = sum(account.role is AccountRole.ADMIN for account in accounts)
    found = f"{len(accounts)} accounts, {admins} of them administrators"
    if not admins and settings.sign_in.oidc is None:
        return Finding("sign-in", "warn", found, "run `hotline accounts add LOGIN --role admin`")
    return Finding("sign-in", "ok", found)


def _accounts(settings: Settings) -> list[Account]:
    """Those that may sign in. Looking makes no database where there is none."""
    from assistant.bootstrap.orders import look_at_orders, open_work_orders

    seen = look_at_orders(settings)
    if seen is None or not seen.is_current:
        return []
    with building():
        opened = open_work_orders(settings)
    try:
        return [account for account in opened.accounts.store.all() if not account.disabled]
    finally:
        opened.close()


COMMAND = DoctorCommand()
