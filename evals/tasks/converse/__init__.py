"""Task ``converse``: conversations whose assistant turns are the flow's own answers."""

from evals.case_run import CaseWise
from evals.tasks.converse.task import ConversationCases

TASK = CaseWise(ConversationCases())
