"""Takes the pictures of a digest as a mail client shows it: narrow and wide, light and dark (needs Chromium).

    python screenshots/mail.py [--html FILE]

The papers are the bundled ones, their votes are made up. With `--html` another document is rendered, and
the pictures lie beside it.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from papertui.digest.model import Digest, DigestEntry, DigestSection, MailedPaper
from papertui.digest.render import as_html
from papertui.model.bookmark import Bookmark
from papertui.model.paper import Paper
from papertui.model.period import day_of
from papertui.model.trend import Growth
from papertui.sources.starter import starter_feed

HERE = Path(__file__).parent
NOW = datetime(2026, 4, 30, 18, tzinfo=UTC)
_YESTERDAY = NOW - timedelta(days=1)
_WIDTHS = (360, 800)
#: What Chromium calls the two: its setting `preferredColorScheme`.
_SCHEMES = {"dark": 0, "light": 1}
_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def example() -> Digest:
    """A digest with something of everything."""
    papers = sorted(starter_feed().papers, key=lambda paper: -(paper.upvotes or 0))
    trending = [_entry(paper, gain) for paper, gain in zip(papers[:3], (21, 14, 0), strict=True)]
    trending[1] = trending[1]._replace(reasons=("author you follow", "cs.CL new"))
    new = _entry(papers[3], 0)._replace(reasons=("new", "matches “agents”"))
    rising = _entry(papers[7], 12)._replace(before=MailedPaper(9, NOW - timedelta(days=3)), reasons=("+17 a day",))
    kept = Bookmark(papers[8], datetime(2026, 4, 2, tzinfo=UTC), ("video", "reading group"))
    sections = (
        DigestSection("trending", "Trending on Thu 30 Apr", tuple(trending), more=6),
        DigestSection("arxiv:cs.CL", "New in cs.CL", (new,), more=87),
        DigestSection("rising", "Rising", (rising,)),
        DigestSection("unopened", "Bookmarked, never opened", (_entry(papers[8], 0)._replace(bookmark=kept),)),
    )
    return Digest(day_of(NOW.date()), NOW, sections)


def _entry(paper: Paper, gain: int) -> DigestEntry:
    return DigestEntry(paper, Growth(paper.upvotes or 0, 4, gain, _YESTERDAY, NOW) if gain else None)


def picture(chromium: str, page: Path, width: int, scheme: str, to: Path) -> None:
    """Renders the whole of `page` at `width` in a colour scheme.

    In a frame, which can tell how high it is, and be narrower than Chromium makes a window.
    """
    with tempfile.TemporaryDirectory() as folder:
        frame = Path(folder) / "frame.html"

        def run(height: int, *what: str) -> str:
            frame.write_text(
                f'<!DOCTYPE html><meta name="color-scheme" content="light dark"><body style="margin:0">'
                f'<iframe src="{page.resolve().as_uri()}" '
                f'style="border:0;display:block;width:{width}px;height:{height}px" '
                f'onload="document.title=frames[0].document.documentElement.scrollHeight"></iframe>',
                encoding="utf-8",
            )
            done = subprocess.run(
                [
                    chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--allow-file-access-from-files", f"--user-data-dir={folder}/profile",
                    f"--blink-settings=preferredColorScheme={_SCHEMES[scheme]}",
                    f"--window-size={width},{height}", *what, frame.as_uri(),
                ],
                check=True, capture_output=True, text=True, timeout=120,
            )  # fmt: skip
            return done.stdout

        title = re.search(r"<title>(\d+)</title>", run(100, "--dump-dom"))
        if title is None:
            raise ValueError(f"{page} says nothing of its height")
        run(int(title[1]), f"--screenshot={to}")


def main() -> int:
    """Takes the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--html", type=Path, metavar="FILE")
    choice = parser.parse_args()
    chromium = next((found for name in _CHROMIUMS if (found := shutil.which(name))), None)
    if chromium is None:
        print("Chromium is needed to render the mail; install it.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        page = choice.html or Path(folder) / "digest.html"
        if choice.html is None:
            page.write_text(as_html(example()), encoding="utf-8")
        for width in _WIDTHS:
            for scheme in _SCHEMES:
                to = (HERE if choice.html is None else page.parent) / f"{page.stem}-{width}-{scheme}.png"
                picture(chromium, page, width, scheme, to)
                print(to.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
