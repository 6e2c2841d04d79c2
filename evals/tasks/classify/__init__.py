"""Evaluation ``classify``: labels of a history learned and told of texts that were held back."""

from evals.tasks.classify.task import ClassifyTask

TASK = ClassifyTask()

__all__ = ["TASK"]
