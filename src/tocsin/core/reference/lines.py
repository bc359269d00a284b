"""Lines of text out of the bytes of a file: plain, gzip or zip, in whatever encoding it came.

Nothing here opens a file: the caller passes a stream that it has opened and will close.
"""

from __future__ import annotations

import codecs
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

CHUNK: Final = 1 << 16
# A line longer than this is no row of a table; it is passed over without being kept.
LONGEST_LINE: Final = 1_000_000

_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class NoTable(Exception):
    """An archive that does not hold exactly one table. `found` are the names it holds."""

    def __init__(self, found: tuple[str, ...]) -> None:
        super().__init__(f"the archive holds {len(found)} tables, expected 1")
        self.found = found


class Lines:
    """The lines of a stream, as they are asked for.

    Yields None in place of a line that is too long. After the last line, `broken` says whether
    the stream broke off; the line it broke off in is not given, for its last cell may be cut.

    Attributes
    ----------
    broken : bool
        True once the compressed stream was found to end too early or to be damaged.
    western : bool
        True once a line was found not to be UTF-8 and was read as Windows-1252.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.broken = False
        self.western = False
        self._stream = stream

    def __iter__(self) -> Iterator[str | None]:
        first = True
        for line in self._split(self.evened()):
            if first and line is not None:
                line = line.removeprefix(codecs.BOM_UTF8)
                first = False
            yield None if line is None else self._decoded(line)

    def evened(self) -> Iterator[bytes]:
        """Yield the bytes of the table, unpacked, with line feeds at the ends of its lines.

        Raises
        ------
        NoTable
            When the stream is an archive that does not hold exactly one table.
        """
        chunks = _without_utf16(self._unpacked())
        head = next(chunks, b"")
        carriage_only = b"\r" in head and b"\n" not in head
        yield head.replace(b"\r", b"\n") if carriage_only else head
        for chunk in chunks:
            yield chunk.replace(b"\r", b"\n") if carriage_only else chunk

    def _unpacked(self) -> Iterator[bytes]:
        head = self._stream.read(4)
        self._stream.seek(0)
        if head.startswith(_GZIP):
            return self._inflated()
        if head in _ZIP:
            return self._unzipped()
        return iter(lambda: self._stream.read(CHUNK), b"")

    def _inflated(self) -> Iterator[bytes]:
        packed = zlib.decompressobj(wbits=31)
        unfinished = True
        while chunk := self._stream.read(CHUNK):
            while chunk:
                before = packed.copy()
                try:
                    plain = packed.decompress(chunk)
                except zlib.error:
                    self.broken = True
                    yield _salvaged(before, chunk)
                    return
                yield plain
                unfinished = not packed.eof
                # Another member may follow; some programs only pad the end with zeros.
                chunk = packed.unused_data.lstrip(b"\0")
                if packed.eof:
                    packed = zlib.decompressobj(wbits=31)
        self.broken = unfinished

    def _unzipped(self) -> Iterator[bytes]:
        try:
            with zipfile.ZipFile(self._stream) as archive:
                names = tuple(name for name in archive.namelist() if not _is_aside(name))
                tables = tuple(name for name in names if name.lower().endswith((".csv", ".tsv", ".txt")))
                if len(tables) != 1:
                    raise NoTable(tables or names)
                with archive.open(tables[0]) as member:
                    yield from iter(lambda: member.read(CHUNK), b"")
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
            self.broken = True
        except RuntimeError:  # zipfile says so of an archive under a password
            raise NoTable(()) from None

    def _split(self, chunks: Iterator[bytes]) -> Iterator[bytes | None]:
        rest = b""
        passing_over = False
        for chunk in chunks:
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                yield None if passing_over or len(line) > LONGEST_LINE else line
                passing_over = False
            if len(rest) > LONGEST_LINE:
                rest = b""
                passing_over = True
        if passing_over:
            yield None
        elif rest and not self.broken:
            yield rest

    def _decoded(self, line: bytes) -> str:
        try:
            return line.decode("utf-8") + "\n"
        except UnicodeDecodeError:
            self.western = True
        try:
            return line.decode("cp1252") + "\n"
        except UnicodeDecodeError:
            return line.decode("latin-1") + "\n"


def count(stream: BinaryIO) -> int:
    """Return how many rows stand below the header, not counting line breaks inside quotes.

    Limits: where quotes are broken the number is near, not exact.
    """
    ends, last = 0, b"\n"
    inside = False
    lines = Lines(stream)
    try:
        for chunk in lines.evened():
            for place, part in enumerate(chunk.split(b'"')):
                inside = inside != (place > 0)
                ends += 0 if inside else part.count(b"\n")
            last = chunk[-1:] or last
    except NoTable:
        return 0
    return max(0, ends + (last != b"\n" and not lines.broken) - 1)


def _salvaged(packed: zlib._Decompress, chunk: bytes) -> bytes:
    """Return all that can be unpacked before the damage, byte by byte."""
    plain = bytearray()
    try:
        for place in range(len(chunk)):
            plain += packed.decompress(chunk[place : place + 1])
    except zlib.error:
        pass
    return bytes(plain)


def _without_utf16(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what a spreadsheet saved as UTF-16 as UTF-8, and everything else as it is."""
    head = next(chunks, b"")
    if head[:2] not in _UTF16:
        yield head
        yield from chunks
        return
    decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
    yield decoder.decode(head).encode()
    for chunk in chunks:
        yield decoder.decode(chunk).encode()


def _is_aside(name: str) -> bool:
    """Return whether a member of an archive is a folder or what a Mac adds."""
    return name.endswith("/") or name.startswith("__MACOSX/")
