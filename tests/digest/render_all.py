"""Renders all recorded papers and hostile texts in every format and checks the results.

    python tests/digest/render_all.py [--vnu PATH/vnu.jar]

The checks are those of the tests (html5lib's strict parser, columns, links, the rules of RFC 4287). With the Nu HTML
Checker of the W3C (`npm install vnu-jar`, needs Java) the documents are checked by that as well.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kit import recorded
from kit.digest_checks import check
from kit.digests import HOSTILE, digest_of, hostile, hostile_digest
from papertui.digest.render import as_html, as_text
from papertui.model.format import cells
from papertui.sources.huggingface_parse import read_entries


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vnu", type=Path, metavar="JAR")
    choice = parser.parse_args()
    found = [paper for day in recorded.days() for paper in read_entries(recorded.day(day)).papers]
    papers = list({paper.id: paper for paper in found}.values())  # one paper is on two days
    bad = [hostile(number, text) for number, text in enumerate(HOSTILE)]
    began = time.monotonic()
    digests = [digest_of(papers[start : start + 60], 20) for start in range(0, len(papers), 60)]
    digests += [digest_of(bad, 5), hostile_digest(), digest_of(papers, 100)]
    longest = largest = 0
    with tempfile.TemporaryDirectory() as folder:
        for number, digest in enumerate(digests):
            check(digest)
            html, text = as_html(digest), as_text(digest)
            largest = max(largest, len(html.encode()))
            longest = max(longest, *(cells(line) for line in text.splitlines() if "://" not in line))
            (Path(folder) / f"{number}.html").write_text(html, encoding="utf-8")
        took = time.monotonic() - began
        sys.stdout.write(
            f"{len(found):,} recorded papers and {2 * len(bad)} hostile ones in {len(digests)} digests, every form "
            f"checked, in {took:.1f} s; the largest HTML has {largest:,} bytes, the longest line without an address "
            f"{longest} columns\n"
        )
        if choice.vnu:
            done = subprocess.run(
                ["java", "-jar", str(choice.vnu), folder], capture_output=True, text=True, check=False
            )
            sys.stdout.write(done.stderr or "the Nu HTML Checker finds nothing\n")
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
