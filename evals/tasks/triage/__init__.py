"""Task ``triage``: the flow ``triage_appeal`` over invented appeals with labels."""

from evals.tasks.triage.task import TriageTask

TASK = TriageTask()
