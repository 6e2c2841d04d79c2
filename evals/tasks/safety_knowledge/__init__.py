"""Task ``safety_knowledge``: multiple-choice questions on safety (SafetyBench), for choosing a model before it serves anybody."""

from evals.case_run import CaseWise
from evals.tasks.safety_knowledge.task import SafetyKnowledgeCases

TASK = CaseWise(SafetyKnowledgeCases())
