"""Regressions planted on purpose, one per stage: each must close the gate and name a case that it harmed."""
