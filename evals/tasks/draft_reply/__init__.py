"""Task ``draft_reply``: does a draft tell the log in its places, cite a law that fits, and stop what nothing supports?"""

from evals.case_run import CaseWise
from evals.tasks.draft_reply.task import DraftReplyCases

TASK = CaseWise(DraftReplyCases())
