"""Task ``follow_up``: what a citizen says in a follow-up call, read as answers to the three questions of Article 23."""

from evals.case_run import CaseWise
from evals.tasks.follow_up.task import FollowUpCases

TASK = CaseWise(FollowUpCases())
