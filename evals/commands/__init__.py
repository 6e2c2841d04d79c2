"""The verbs of ``hotline evals``, one file each: ``help``, ``EPILOG``, ``add_arguments`` and ``execute``."""
