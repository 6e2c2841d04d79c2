"""Reads parts of a zip in memory, never to disk, under caps on entries, sizes and compression ratio."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from retrieval.ingestion.parsed import RejectReason, SourceRejected


@dataclass(frozen=True, slots=True)
class ZipCaps:
    """Limits of an archive: sizes in bytes after decompression; ``ratio`` counts for entries above ``ratio_from``."""

    entries: int = 2_000
    entry: int = 32 * 1024 * 1024
    total: int = 200 * 1024 * 1024
    ratio: int = 100
    ratio_from: int = 1024 * 1024


DEFAULT_CAPS = ZipCaps()


class GuardedZip:
    """An archive whose directory has been checked against ``caps``; reading stops at a cap even where sizes lie.

    Raises:
        SourceRejected: not a sound zip, password-protected, or a decompression bomb.
    """

    def __init__(self, data: bytes, caps: ZipCaps = DEFAULT_CAPS) -> None:
        self._caps = caps
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OverflowError, EOFError) as error:
            raise SourceRejected(RejectReason.DAMAGED) from error
        self._check_directory()

    def names(self) -> frozenset[str]:
        return frozenset(self._archive.namelist())

    def read(self, name: str) -> bytes:
        """The decompressed part; no more than one entry's cap is ever held."""
        try:
            with self._archive.open(name) as part:
                data = part.read(self._caps.entry + 1)
        except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError) as error:
            raise SourceRejected(RejectReason.DAMAGED, f"其中的 {name} 读不出来。") from error
        if len(data) > self._caps.entry:
            raise SourceRejected(RejectReason.DECOMPRESSION_BOMB)
        return data

    def _check_directory(self) -> None:
        entries = self._archive.infolist()
        if any(entry.flag_bits & 1 for entry in entries):
            raise SourceRejected(RejectReason.ENCRYPTED)
        too_many = len(entries) > self._caps.entries
        if too_many or sum(entry.file_size for entry in entries) > self._caps.total or any(map(self._is_bomb, entries)):
            raise SourceRejected(RejectReason.DECOMPRESSION_BOMB)

    def _is_bomb(self, entry: zipfile.ZipInfo) -> bool:
        swollen = entry.file_size > self._caps.ratio_from
        return entry.file_size > self._caps.entry or (
            swollen and entry.file_size > self._caps.ratio * max(entry.compress_size, 1)
        )
