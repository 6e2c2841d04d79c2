"""Task ``topics``: groups of messages that tell of the same thing."""

from evals.tasks.topics.task import TopicsTask

TASK = TopicsTask()
