"""Task ``retrieve``: does the search find the documents that answer?"""

from evals.case_run import CaseWise
from evals.tasks.retrieve.task import RetrieveCases

TASK = CaseWise(RetrieveCases())
