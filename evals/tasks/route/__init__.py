"""Evaluation ``route``: which unit handles a text, learned from a history and from the catalogue's duties."""

from evals.tasks.route.task import RouteTask

TASK = RouteTask()

__all__ = ["TASK"]
