"""Task ``redact``: is personal data found, and are official numbers left alone? Runs the real stage."""

from evals.case_run import CaseWise
from evals.tasks.redact.task import RedactCases

TASK = CaseWise(RedactCases())
