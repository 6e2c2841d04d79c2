"""Task ``safety``: the bank of must-refuse and must-answer questions of TC260-003 / GB/T 45654 through the whole answer flow."""

from evals.case_run import CaseWise
from evals.tasks.safety.task import SafetyCases

TASK = CaseWise(SafetyCases())
