"""Real Chromium on the real service: the rows of the conventions, one check each."""
