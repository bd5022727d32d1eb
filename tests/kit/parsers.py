"""Reading exports with third-party parsers; a warning of a parser fails the test."""

import csv
import io
import json
import logging
import shutil
import subprocess
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from pybtex.database import parse_string as pybtex_parse

SCHEMA = Path(__file__).resolve().parents[1] / "citations" / "schema" / "csl-data.json"
STYLES = ("plain", "alpha", "abbrv", "unsrt")


def by_bibtexparser(text: str) -> dict[str, dict[str, str]]:
    """Parse BibTeX with bibtexparser and return the fields of each entry by its key."""
    logging.getLogger("bibtexparser").addHandler(logging.NullHandler())
    library = parse_string(text)
    assert library.failed_blocks == []
    assert [block for block in library.blocks if block not in library.entries] == []
    return {entry.key: {field.key: str(field.value) for field in entry.fields} for entry in library.entries}


def by_pybtex(text: str) -> dict[str, Any]:
    """Parse BibTeX with pybtex, which raises at the first error, and return the entries by their keys."""
    return dict(pybtex_parse(text, "bibtex").entries)


def by_rispy(text: str) -> list[dict[str, Any]]:
    """Parse RIS and check that all tags are known; rispy does not name U1 to U5, which are for users."""
    records: list[dict[str, Any]] = rispy.loads(text)
    assert {tag for record in records for tag in record.get("unknown_tag", ())} <= {"U1"}
    return records


def by_schema(text: str) -> list[dict[str, Any]]:
    """Parse CSL-JSON and validate it against the schema."""
    items: list[dict[str, Any]] = json.loads(text)
    jsonschema.Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(items)
    return items


def by_csv(text: str) -> list[list[str]]:
    """Parse CSV and check that every line end is that of RFC 4180 or is quoted."""
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert {len(row) for row in rows} == {len(rows[0])}
    return rows


def by_citeproc(items: list[dict[str, Any]]) -> list[str]:
    """Render each item with citeproc in the style that it includes."""
    with warnings.catch_warnings():
        # citeproc leaves the files of its styles open; its warnings about items are errors.
        warnings.simplefilter("ignore", ResourceWarning)
        style = CitationStylesStyle("harvard-cite-them-right", validate=False)
        bibliography = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
        for item in items:
            bibliography.register(Citation([CitationItem(item["id"])]))
        lines = [str(line) for line in bibliography.bibliography()]
    assert len(lines) == len(items)
    assert all(lines)
    return lines


def by_bibtex(text: str, folder: Path, styles: Sequence[str] = STYLES) -> None:
    """Run Debian's BibTeX on a bibliography with several styles; any warning fails the test."""
    program = shutil.which("bibtex")
    if program is None:
        pytest.skip("bibtex is not installed")
    (folder / "it.bib").write_text(text, encoding="utf-8")
    for style in styles:
        (folder / "it.aux").write_text(f"\\relax\n\\citation{{*}}\n\\bibstyle{{{style}}}\n\\bibdata{{it}}\n")
        done = subprocess.run([program, "it"], cwd=folder, capture_output=True, check=False)
        said = done.stdout.decode("utf-8", "replace")
        assert (done.returncode, "arning" in said, "rror message" in said) == (0, False, False), said[-2000:]


def by_biber(text: str, folder: Path) -> None:
    """Run Debian's biber on a bibliography and check it against BibLaTeX's data model; any warning fails the test."""
    program = shutil.which("biber")
    if program is None:
        pytest.skip("biber is not installed")
    (folder / "it.bib").write_text(text, encoding="utf-8")
    asked = [program, "--tool", "--validate-datamodel", "--output-file", "out.bib", "it.bib"]
    done = subprocess.run(asked, cwd=folder, capture_output=True, check=False)
    said = (done.stdout + done.stderr).decode("utf-8", "replace")
    assert done.returncode == 0, said[-2000:]
    assert "WARN" not in said, said[-2000:]
    assert "ERROR" not in said, said[-2000:]
