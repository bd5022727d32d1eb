"""What parsers that are not ours read in our exports; each fails at what it would warn of."""

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

SCHEMA = Path(__file__).resolve().parents[1] / "core" / "citation" / "schema" / "csl-data.json"
STYLES = ("plain", "alpha", "abbrv", "unsrt")


def by_bibtexparser(text: str) -> dict[str, dict[str, str]]:
    """The fields of each entry by its key, as bibtexparser reads them."""
    logging.getLogger("bibtexparser").addHandler(logging.NullHandler())
    library = parse_string(text)
    assert library.failed_blocks == []
    assert [block for block in library.blocks if block not in library.entries] == []
    return {entry.key: {field.key: str(field.value) for field in entry.fields} for entry in library.entries}


def by_pybtex(text: str) -> dict[str, Any]:
    """The entries by their keys, as pybtex reads them; it raises at the first thing it finds wrong."""
    return dict(pybtex_parse(text, "bibtex").entries)


def by_rispy(text: str) -> list[dict[str, Any]]:
    """The records of RIS, none of their tags unknown."""
    records: list[dict[str, Any]] = rispy.loads(text)
    assert all("unknown_tag" not in record for record in records)
    return records


def by_schema(text: str) -> list[dict[str, Any]]:
    """The items of CSL-JSON, which are valid."""
    items: list[dict[str, Any]] = json.loads(text)
    jsonschema.Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(items)
    return items


def by_csv(text: str) -> list[list[str]]:
    """The rows of a table, in which every line end is that of RFC 4180 or stands within quotes."""
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert {len(row) for row in rows} == {len(rows[0])}
    return rows


def by_citeproc(items: list[dict[str, Any]]) -> list[str]:
    """Each item as an entry of a bibliography, set by citeproc in the one style that comes with it."""
    with warnings.catch_warnings():
        # It leaves the files of its styles open; what it says of items is an error.
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
    """Runs Debian's BibTeX over a bibliography with some styles; nothing may be warned of."""
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
    """Runs Debian's biber over a bibliography, which must fit BibLaTeX's model of data; nothing may be warned of."""
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
