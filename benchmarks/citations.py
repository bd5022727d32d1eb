"""Export every recorded paper in every format and parse it with all installed parsers; the long form of the tests.

In one run it checks that bibtexparser, pybtex, rispy, the CSL-JSON schema, citeproc and Debian's bibtex and biber read
the exports of all papers without a warning and that papertui reads back what it wrote, and measures the time of writing
and reading relative to bibtexparser's own writing of the same entries.

    python benchmarks/citations.py            (needs the recorded responses beside the project; about two minutes)
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from bibtexparser.entrypoint import parse_string, write_string

from kit.exports import citations
from kit.parsers import by_biber, by_bibtex, by_bibtexparser, by_citeproc, by_csv, by_pybtex, by_rispy, by_schema
from kit.recorded import recorded_papers
from papertui.citations.formats import FORMATS
from papertui.citations.model import ExportOptions
from papertui.importers.bibtex import read_bibtex
from papertui.importers.own_json import read_own
from papertui.importers.ris import read_ris
from papertui.model.paper import Paper

T = TypeVar("T")
EVERYTHING = ExportOptions(abstracts=True, notes=True)


def timed(what: str, work: Callable[[], T]) -> T:
    """Run `work` and print how long it took."""
    began = perf_counter()
    done = work()
    print(f"{what:<58} {perf_counter() - began:8.2f} s", flush=True)
    return done


def differing(papers: list[Paper], back: list[Paper], *, days: bool) -> int:
    """Count the papers whose id, title, authors, abstract, or date (as far as it is written) changed."""
    count = 0
    for paper, other in zip(papers, back, strict=True):
        same = paper[:4] == other[:4]
        assert paper.published is not None
        assert other.published is not None
        form = "%Y-%m-%d" if days else "%Y-%m"
        count += not (same and f"{paper.published:{form}}" == f"{other.published:{form}}")
    return count


def main() -> None:
    papers = recorded_papers()
    cites = citations(papers, note="Mine.\n\nMore.", tags=("to do",))
    print(f"{len(papers)} recorded papers")
    texts: dict[str, str] = {}
    for name, known in FORMATS.items():
        texts[name] = timed(f"write {name}", lambda known=known: known.render(cites, EVERYTHING))  # type: ignore[misc]
    library = parse_string(texts["bibtex"])
    timed("(bibtexparser writes the same entries as BibTeX)", lambda: write_string(library))
    for form in ("bibtex", "biblatex"):
        timed(f"bibtexparser reads {form}", lambda form=form: by_bibtexparser(texts[form]))  # type: ignore[misc]
        timed(f"pybtex reads {form}", lambda form=form: by_pybtex(texts[form]))  # type: ignore[misc]
        back = timed(f"papertui reads {form}", lambda form=form: read_bibtex(texts[form].encode()))  # type: ignore[misc]
        wrong = differing(papers, [kept.paper for kept in back.kept], days=form == "biblatex")
        print(f"    changed: {wrong}; not read: {len(back.bad)}")
    timed("rispy reads RIS", lambda: by_rispy(texts["ris"]))
    read = timed("papertui reads RIS", lambda: read_ris(texts["ris"].encode()))
    print(f"    changed: {differing(papers, [kept.paper for kept in read.kept], days=True)}")
    items = timed("CSL-JSON is valid", lambda: by_schema(texts["csl-json"]))
    timed("citeproc sets every item", lambda: by_citeproc(items))
    timed("csv reads the table", lambda: by_csv(texts["csv"]))
    _, kept, _ = timed("papertui reads its own JSON", lambda: read_own(json.loads(texts["json"])))
    print(f"    changed: {sum(one.paper != mark.paper for one, mark in zip(cites, kept, strict=True))}")
    with tempfile.TemporaryDirectory() as folder:
        if shutil.which("bibtex"):
            timed("bibtex, four styles, no warning", lambda: by_bibtex(texts["bibtex"], Path(folder)))
        if shutil.which("biber"):
            timed("biber with its model of data, no warning", lambda: by_biber(texts["biblatex"], Path(folder)))


if __name__ == "__main__":
    main()
