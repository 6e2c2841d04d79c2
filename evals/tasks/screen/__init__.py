"""Task ``screen``: do the guards stop attacks and let citizens through? Runs the real stages."""

from evals.tasks.screen.task import ScreenTask

TASK = ScreenTask()
