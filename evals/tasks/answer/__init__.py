"""Task ``answer``: the whole flow ``answer_inquiry`` over questions with gold clauses, figures or reference answers."""

from evals.case_run import CaseWise
from evals.tasks.answer.task import AnswerCases

TASK = CaseWise(AnswerCases())
