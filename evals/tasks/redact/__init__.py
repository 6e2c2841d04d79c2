"""Task ``redact``: is personal data found, and are official numbers left alone? Runs the real stage."""

from evals.tasks.redact.task import RedactTask

TASK = RedactTask()
