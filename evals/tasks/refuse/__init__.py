"""Task ``refuse``: does the search know when nothing in the library answers?"""

from evals.case_run import CaseWise
from evals.tasks.refuse.task import RefuseCases

TASK = CaseWise(RefuseCases())
