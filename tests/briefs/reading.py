"""Read a printed brief back: its words, its pages, its direction."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

import docx
import pypdf


@dataclass(frozen=True)
class Printed:
    """The words of a PDF in one line, the number of its pages, and the first page's size in mm."""

    text: str
    pages: int
    size_mm: tuple[int, int]


def read_pdf(content: bytes) -> Printed:
    reader = pypdf.PdfReader(io.BytesIO(content))
    box = reader.pages[0].mediabox
    text = " ".join(page.extract_text() for page in reader.pages)
    size_mm = (round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4))
    return Printed(re.sub(r"\s+", " ", text), len(reader.pages), size_mm)


def read_docx(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    margins = [part.text for section in document.sections for part in section.footer.paragraphs]
    return " ".join([*(part.text for part in document.paragraphs), *cells, *margins])


def docx_xml(content: bytes) -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
