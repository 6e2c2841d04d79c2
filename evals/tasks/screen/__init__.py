"""Task ``screen``: do the guards stop attacks and let citizens through? Runs the real stages."""

from evals.case_run import CaseWise
from evals.tasks.screen.task import ScreenCases

TASK = CaseWise(ScreenCases())
