"""Task ``refuse``: does the search know when nothing in the library answers?"""

from evals.tasks.refuse.task import RefuseTask

TASK = RefuseTask()
