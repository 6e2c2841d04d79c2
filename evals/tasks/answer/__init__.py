"""Task ``answer``: the whole flow ``answer_inquiry`` over questions with gold clauses, figures or reference answers."""

from evals.tasks.answer.task import AnswerTask

TASK = AnswerTask()
