"""Several models on the same tasks: what to run is data, each model's answers are scored by the same code.

The file of endpoints is YAML::

    endpoints:
      - name: 摘录式            # no base_url: the composer that needs no model
      - name: qwen3-8b
        base_url: http://127.0.0.1:8001/v1
        model: qwen3-8b
        key_env: MODEL_KEY      # environment variable with the key, if one is needed
        price: {input: 0.5, output: 2.0}   # yuan per million tokens
        concurrency: 8
    tasks:
      - {task: answer, dataset: evals/datasets/inquiries.jsonl, options: {split: test}}
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.contracts import DatasetError, RunOptions
from evals.registry import load_task
from evals.run_record import Run, load, save, summarise


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Price(_Strict):
    """Yuan per million tokens."""

    input: float = Field(ge=0)
    output: float = Field(ge=0)


class Endpoint(_Strict):
    name: str = Field(min_length=1, pattern=r"^[^/\\]+$")
    base_url: str | None = None
    model: str | None = None
    key_env: str | None = None
    price: Price | None = None
    concurrency: int = Field(default=8, ge=1, le=512)

    def options(self) -> Mapping[str, str]:
        """What a task needs to call this model. Raises ``DatasetError``: the key is not set."""
        if self.base_url is None:
            return {}
        chosen = {"base_url": self.base_url, "model": self.model or "default", "concurrency": str(self.concurrency)}
        return chosen | ({"key": _key(self.key_env)} if self.key_env else {})


class TaskPlan(_Strict):
    task: str
    dataset: Path
    corpus: tuple[Path, ...] = ()
    limit: int | None = Field(default=None, ge=1)
    options: Mapping[str, str] = Field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.task}-{self.dataset.name.partition('.')[0]}"


class Plan(_Strict):
    endpoints: tuple[Endpoint, ...] = Field(min_length=1)
    tasks: tuple[TaskPlan, ...] = Field(min_length=1)


@dataclass(frozen=True)
class ModelRun:
    """One model's run of one task of the plan."""

    endpoint: Endpoint
    plan: TaskPlan
    run: Run


def read_plan(path: Path) -> Plan:
    """Datasets are looked for beside the file, then in the working folder.

    Raises:
        DatasetError: the file is missing or does not fit the schema; the message names the field.
    """
    try:
        plan = Plan.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise DatasetError(f"{path}: cannot be read ({error})") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise DatasetError(f"{path}: {place}: {first['msg']}; see evals/models.py for the form") from error
    if len({endpoint.name for endpoint in plan.endpoints}) < len(plan.endpoints):
        raise DatasetError(f"{path}: two endpoints share a name")
    return plan


def run_plan(plan: Plan, out: Path, store: Path | None) -> Iterator[ModelRun]:
    """Runs and saves one after the other, so that the times of one model are not another's."""
    for endpoint in plan.endpoints:
        for task in plan.tasks:
            options = RunOptions(
                dataset=task.dataset,
                corpus=task.corpus,
                limit=task.limit,
                extra={**task.options, **endpoint.options()},
                store=store,
            )
            result = load_task(task.task).run(options)
            folder = out / endpoint.name / task.name
            save(folder, summarise(task.task, options, result), result)
            yield ModelRun(endpoint, task, load(folder))


def _key(name: str) -> str:
    if not (key := os.environ.get(name)):
        raise DatasetError(f"the environment variable {name} is not set; it should hold the endpoint's key")
    return key


def cost_per_thousand(endpoint: Endpoint, metrics: Mapping[str, Any]) -> float | None:
    """Yuan per 1,000 questions; ``None`` where no price is given or the endpoint counted no tokens."""
    if endpoint.base_url is None:
        return 0.0
    if endpoint.price is None or "prompt_tokens_per_call" not in metrics:
        return None
    per_call = (
        metrics["prompt_tokens_per_call"] * endpoint.price.input
        + metrics["reply_tokens_per_call"] * endpoint.price.output
    )
    return float(per_call * metrics["model_calls_per_case"] * 1000 / 1_000_000)
