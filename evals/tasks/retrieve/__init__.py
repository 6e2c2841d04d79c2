"""Task ``retrieve``: does the search find the documents that answer?"""

from evals.tasks.retrieve.task import RetrieveTask

TASK = RetrieveTask()
