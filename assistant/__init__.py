"""Assistant for a 12345 citizens' hotline: people decide, the assistant drafts."""

__version__ = "0.1.0"
