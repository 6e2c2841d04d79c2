"""Tasks by name: every package under ``evals/tasks`` is one."""

from __future__ import annotations

import importlib
import pkgutil
from typing import cast

import evals.tasks
from evals.contracts import DatasetError, Task


def task_names() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(evals.tasks.__path__) if module.ispkg)


def load_task(name: str) -> Task:
    """
    Raises:
        DatasetError: no task has that name.
    """
    if name not in task_names():
        raise DatasetError(f"no task {name!r}; one of: {', '.join(task_names())}")
    return cast(Task, importlib.import_module(f"evals.tasks.{name}").TASK)
