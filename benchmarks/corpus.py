"""Real titles to fill an archive with: the recorded ones if they are beside the project, else generated ones."""

from __future__ import annotations

import gzip
import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from papertui.archive.archive import Archive
from papertui.model.paper import Paper
from papertui.sources.starter import starter_feed

TITLES = Path(__file__).resolve().parents[2] / "shared" / "recorded" / "titles" / "titles-100k.tsv.gz"
NOW = datetime(2026, 4, 30, 18, tzinfo=UTC)


def read_titles(path: Path) -> Iterator[Paper]:
    """Yield papers from a file of lines ``id<TAB>title<TAB>date<TAB>authors``, optionally gzipped."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            id_, title, date, authors = [*line.rstrip("\n").split("\t"), "", "", ""][:4]
            yield Paper(
                id=id_,
                title=title,
                authors=tuple(authors.split("; ")) if authors else (),
                published=datetime.fromisoformat(date).replace(tzinfo=UTC) if date else None,
                sources=("file",),
            )


def papers(count: int, path: Path | None = None) -> list[Paper]:
    """Return `count` papers with titles from `path`, or the recorded ones, or derived from the starter feed."""
    source = path or TITLES
    if source.exists():
        return list(itertools.islice(read_titles(source), count))
    own = starter_feed().papers
    halves = [paper.title.split() for paper in own]
    pairs = itertools.product(range(len(own)), repeat=3)
    return [
        Paper(
            id=f"{1000 + number // 10000:04}.{number % 10000:05}",
            title=" ".join(halves[a][:3] + halves[b][-3:] + halves[c][:2]),
            authors=own[a].authors[:5],
            published=own[b].published,
            sources=("file",),
        )
        for number, (a, b, c) in enumerate(itertools.islice(pairs, count))
    ]


def filled_home(home: Path, count: int) -> dict[str, str]:
    """Create a home whose archive has `count` papers and return the environment variables to run papertui in it."""
    home.mkdir(parents=True, exist_ok=True)
    archive = Archive(home / "archive.db")
    archive.remember(papers(count), NOW)
    archive.close()
    return {"PAPERTUI_HOME": str(home), "PAPERTUI_NOW": NOW.isoformat()}
