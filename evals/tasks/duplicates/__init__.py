"""Task ``duplicates``: do two texts tell of the same thing?"""

from evals.tasks.duplicates.task import DuplicatesTask

TASK = DuplicatesTask()
