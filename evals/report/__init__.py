"""Runs as one page that people read: self-contained HTML and the same in Markdown."""
