"""Task ``extract``: fields of calls, components of addresses, and the 街乡 of addresses; the rows decide which."""

from evals.tasks.extract.task import ExtractTask

TASK = ExtractTask()
