"""Task ``triage``: the flow ``triage_appeal`` over invented appeals with labels."""

from evals.case_run import CaseWise
from evals.tasks.triage.task import TriageCases

TASK = CaseWise(TriageCases())
