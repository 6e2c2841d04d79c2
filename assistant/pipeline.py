"""The runner of a flow: stages wired by their types, one way to stop, a trace, and a wiring check at start-up."""

from __future__ import annotations

import asyncio
import inspect
import logging
import math
import time
import traceback
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_type_hints

from assistant.contracts import (
    CheckedAnswer,
    DraftAnswer,
    Evidence,
    NearestDocument,
    OpenPoint,
    RouteDecision,
    StageTrace,
    StandaloneQuestion,
)
from assistant.statuses import load_statuses

logger = logging.getLogger(__name__)

Values = Mapping[type, Any]
Stage = Callable[..., Awaitable[Any]]
StageObserver = Callable[[str], Awaitable[None]]


class WiringError(Exception):
    """The list of stages cannot run; the message names the stage and what it lacks."""


class Stop(Exception):  # noqa: N818 - not an error: the one way a stage ends a flow
    """Ends the flow with a status of ``answer_statuses.yaml``. An empty ``text`` shows the status's own sentence.

    ``note`` goes to the trace only. Raises ``ValueError`` for a status that is not in the list.
    """

    def __init__(
        self,
        status: str,
        *,
        text: str = "",
        note: str = "",
        nearest: tuple[NearestDocument, ...] = (),
        degraded: tuple[str, ...] = (),
        ask: OpenPoint | None = None,
    ) -> None:
        if status not in load_statuses():
            raise ValueError(f"{status!r} is not in answer_statuses.yaml")
        super().__init__(status)
        self.status, self.text, self.note = status, text, note
        self.nearest, self.degraded, self.ask = nearest, degraded, ask


@dataclass(frozen=True, slots=True)
class Step:
    """A stage in a flow. A provider's error or ``within_s`` seconds passing ends the flow as ``fails_as``."""

    stage: Stage
    fails_as: str = "error_internal"
    within_s: float = 5.0
    name: str = ""
    inputs: tuple[type, ...] = ()
    output: type = object


def step(stage: Stage, *, fails_as: str = "error_internal", within_s: float = 5.0) -> Step:
    """Reads name, inputs and output from the signature of ``stage``, an async function or object with ``__call__``."""
    name, inputs, output = _signature(stage)
    if fails_as not in load_statuses():
        raise WiringError(f"{name}: fails_as {fails_as!r} is not in answer_statuses.yaml")
    return Step(stage, fails_as, within_s, name, inputs, output)


def _signature(stage: Stage) -> tuple[str, tuple[type, ...], type]:
    function = stage if inspect.isfunction(stage) else type(stage).__call__
    name = stage.__name__ if inspect.isfunction(stage) else _snake(type(stage).__name__)
    if not inspect.iscoroutinefunction(function):
        raise WiringError(f"{name}: a stage is an async function")
    hints = get_type_hints(function)
    output = hints.pop("return", None)
    if not isinstance(output, type) or output is type(None):
        raise WiringError(f"{name}: a stage declares the one type it produces, found {output!r}")
    return name, tuple(hints.values()), output


def _snake(name: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() and at else char.lower() for at, char in enumerate(name))


def check_wiring(steps: Sequence[Step], given: Iterable[type]) -> None:
    """Every input is given or produced by an earlier stage, and no type is produced twice.

    Raises:
        WiringError: naming the stage and the type.
    """
    known = set(given)
    for item in steps:
        lacking = [kind.__name__ for kind in item.inputs if kind not in known]
        if lacking:
            raise WiringError(f"{item.name}: nobody before it produces {', '.join(lacking)}")
        if item.output in known:
            raise WiringError(f"{item.name}: {item.output.__name__} is already there; a stage changes nothing")
        known.add(item.output)


@dataclass(frozen=True, slots=True)
class FlowResult:
    """What a run produced: the values by type, the stop that ended it (``None``: ran to the end) and the trace."""

    values: Values
    stop: Stop | None = None
    trace: tuple[StageTrace, ...] = field(default=())


class Pipeline:
    """Runs the same steps for every turn; holds no state of a turn."""

    def __init__(self, steps: Sequence[Step], given: Iterable[type]) -> None:
        self.steps = tuple(steps)
        self.given = tuple(given)
        check_wiring(self.steps, self.given)

    async def run(self, given: Values, on_stage: StageObserver | None = None) -> FlowResult:
        values, trace = dict(given), []
        for item in self.steps:
            if on_stage is not None:
                await on_stage(item.name)
            product, stop, mark = await run_step(item, values)
            trace.append(mark)
            if stop is not None:
                return FlowResult(values, stop, tuple(trace))
            values[item.output] = product
        return FlowResult(values, None, tuple(trace))


async def run_step(item: Step, values: Values) -> tuple[Any, Stop | None, StageTrace]:
    """One of the two places that catch: whatever a stage's providers throw becomes the ending that the step names."""
    started = time.perf_counter()
    product, stop = None, None
    try:
        async with asyncio.timeout(item.within_s):
            product = await item.stage(*(values[kind] for kind in item.inputs))
    except Stop as reached:
        stop = reached
    except TimeoutError:
        stop = Stop("error_timeout" if item.fails_as == "error_internal" else item.fails_as, note="timeout")
    except Exception as error:  # noqa: BLE001 - one of the two catch points
        _log_without_message(item.name, error)
        stop = Stop(item.fails_as, note=type(error).__name__)
    note = f"{stop.status} {stop.note}".strip() if stop else _describe(product)
    return product, stop, StageTrace(item.name, time.perf_counter() - started, note)


def _describe(product: Any) -> str:
    """What the trace says of a stage's product: counts and names, never words of the citizen."""
    match product:
        case Evidence():
            return f"{len(product.passages)} passages, answerability {product.answerability:.3f}"
        case DraftAnswer():
            writer = " ".join(part for part in (product.composer.value, product.model, product.prompt) if part)
            return f"{writer}, {len(product.sentences)} sentences"
        case RouteDecision():
            lacking = f", lacking {product.lacking:.2f}" if product.lacking > -math.inf else ""
            return f"{product.label} {product.confidence:.2f}{lacking}"
        case OpenPoint() if product.question:
            return "offered" if product.offered else "kept for want of an answer"
        case CheckedAnswer():
            return f"{len(product.sentences)} kept, {len(product.removed)} removed"
        case StandaloneQuestion() if product.carried_over:
            return "completed from the conversation"
        case _:
            return ""


def _log_without_message(stage: str, error: Exception) -> None:
    """Where it failed and the kind of error; its message may quote the citizen's words, so it stays out of the log."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    logger.error("stage %s failed: %s\n%s", stage, type(error).__name__, frames)
