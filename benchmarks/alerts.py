"""Measure which papers are like a followed one: how many a week, and how often they share a subject with it.

    python benchmarks/alerts.py [--json]

Over the recorded papers. Every paper is followed once; for each least similarity, as ``search --like`` has it:

- ``week``: the number of papers a week that are like the followed one;
- ``none``: the share of followed papers that none is like;
- ``shared``: the share of the found papers that have a keyword of the service in common with the followed one, which
  is exact, so that many that are about the same have none. ``chance`` is that share for any two papers;
- ``found``: the share of the papers with two keywords in common that are found.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from kit.known_items import recorded_papers
from kit.recorded import days
from papertui.search.index import index_over
from papertui.services.alert_matching import ALIKE

_LEAST = (0.3, 0.33, 0.36, 0.4, 0.45, 0.5)
_WORKING_DAYS = 5
_SHARED = 2


def figures() -> tuple[float, list[dict[str, float]]]:
    """Return the chance to share a keyword, and the figures of each least similarity."""
    papers = recorded_papers()
    weeks = len(list(days())) / _WORKING_DAYS
    index = index_over(papers)
    scores = np.zeros((len(papers), len(papers)), np.float32)
    for place, paper in enumerate(papers):
        for match in index.like(paper, len(papers)).matches:
            scores[place, match.place] = match.score
    keys = [{keyword.casefold() for keyword in paper.keywords} for paper in papers]
    common = np.array([[len(own & theirs) for theirs in keys] for own in keys])
    np.fill_diagonal(common, 0)
    rows = []
    for least in _LEAST:
        found = scores >= least
        rows.append(
            {
                "least": least,
                "week": round(float(found.sum()) / len(papers) / weeks, 2),
                "none": round(float((found.sum(1) == 0).mean()), 3),
                "shared": round(float((common[found] >= 1).mean()), 3),
                "found": round(float((found & (common >= _SHARED)).sum() / (common >= _SHARED).sum()), 3),
            }
        )
    return round(float((common >= 1).mean()), 3), rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    args = parser.parse_args()
    chance, rows = figures()
    if args.json:
        print(json.dumps({"chance": chance, "rows": rows}))
        return
    print(f"chance {chance}\nleast   week   none  shared   found")
    for row in rows:
        mark = "  <- used" if row["least"] == ALIKE else ""
        print("{least:5.2f} {week:6.2f} {none:6.3f} {shared:7.3f} {found:7.3f}".format(**row) + mark)


if __name__ == "__main__":
    main()
