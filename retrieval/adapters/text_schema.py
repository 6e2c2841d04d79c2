"""The tables of the text store."""

from __future__ import annotations

SCHEMA = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=NORMAL;
CREATE TABLE IF NOT EXISTS heads (
    head INTEGER PRIMARY KEY, document_id TEXT NOT NULL, title_key TEXT NOT NULL, short_key TEXT NOT NULL,
    body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS heads_by_document ON heads (document_id);
CREATE INDEX IF NOT EXISTS heads_by_title ON heads (title_key);
CREATE INDEX IF NOT EXISTS heads_by_short_title ON heads (short_key);
CREATE TABLE IF NOT EXISTS passages (
    row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, head INTEGER NOT NULL, ordinal INTEGER NOT NULL,
    article TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS passages_by_article ON passages (head, article);
CREATE TABLE IF NOT EXISTS changed_rows (row INTEGER PRIMARY KEY, flushed INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS changed_documents (document_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS version (writes INTEGER NOT NULL);
INSERT INTO version SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM version);
"""

NAMED = """article <> '' AND article = ? AND head IN (
    SELECT head FROM heads WHERE title_key IN ({marks}) UNION SELECT head FROM heads WHERE short_key IN ({marks}))
ORDER BY document_id, ordinal"""
