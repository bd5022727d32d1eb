"""PDFs of a few lines, each at a place and in a size, as TeX writes them."""

from collections.abc import Sequence
from typing import NamedTuple


class Typeset(NamedTuple):
    """One line of a page."""

    text: str
    x: int
    y: int
    size: int = 10
    bold: bool = False


def pdf_of(*pages: Sequence[Typeset]) -> bytes:
    """Return a PDF whose pages have these lines, in this order."""
    kids = " ".join(f"{5 + 2 * at} 0 R" for at in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Bold >>",
    ]
    for at, lines in enumerate(pages):
        resources = "<< /Font << /F1 3 0 R /F2 4 0 R >> >>"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources {resources} /Contents {6 + 2 * at} 0 R >>"
        )
        content = "".join(
            f"BT /{'F2' if line.bold else 'F1'} {line.size} Tf 1 0 0 1 {line.x} {line.y} Tm ({line.text}) Tj ET\n"
            for line in lines
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}endstream")
    body = "%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return f"{body}{end}startxref\n{len(body)}\n%%EOF\n".encode("latin-1")
