"""Replays the recorded days as if papertui had mailed a digest on each of them, including weekends.

    python tests/digest/replay_days.py [--days 64] [--top 10]

Each day has a separate service without data of later days, and a clock set to that evening; the ledger is passed on.
The result must have a digest for each day, no paper twice, the top N papers of every day in that day's digest or an
earlier one, and a reason for every day without papers.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kit import recorded
from papertui import app
from papertui.digest.model import Digest, MailedPaper
from papertui.digest.render import as_html, as_markdown, as_text
from papertui.digest.view import subject
from papertui.model.period import day_of
from papertui.settings import DigestSettings, Settings


class Replayed(NamedTuple):
    """The result of a replay."""

    digests: tuple[Digest, ...]  # One for each day, including weekends
    missing: tuple[str, ...]  # Top papers of a day that are in no digest up to then
    twice: tuple[str, ...]  # Ids that were mailed more than once
    bytes: int  # The size of the largest HTML digest


async def replay(names: Sequence[str], home: Path, top: int = 10) -> Replayed:
    """Compose the digest of each day from the first to the last of `names`."""
    mailed: dict[str, MailedPaper] = {}
    digests: list[Digest] = []
    missing: list[str] = []
    twice: list[str] = []
    largest = 0
    last = date.fromisoformat(names[-1])
    day = date.fromisoformat(names[0])
    while day <= last:
        with recorded.hub(day.isoformat()) as address, ExitStack() as closing:
            environ = {"PAPERTUI_HOME": str(home), "PAPERTUI_NOW": f"{day}T18:00:00Z", "HF_ENDPOINT": address}
            services = app.build(environ, Settings(digest=DigestSettings(top=top)), closing)
            digest = await services.composer.compose(day_of(day), mailed=mailed)
        twice += [id_ for id_ in digest.ids if id_ in mailed]
        mailed |= digest.mailed
        if day.isoformat() in names:
            rows = sorted(recorded.day(day.isoformat()), key=lambda row: -row["paper"].get("upvotes", 0))
            missing += [row["paper"]["id"] for row in rows[:top] if row["paper"]["id"] not in mailed]
        largest = max(largest, len(as_html(digest).encode()))
        assert as_text(digest)
        assert as_markdown(digest)
        digests.append(digest)
        day += timedelta(days=1)
    return Replayed(tuple(digests), tuple(missing), tuple(twice), largest)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=64)
    parser.add_argument("--top", type=int, default=10)
    choice = parser.parse_args()
    names = recorded.days()[: choice.days]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        replayed = asyncio.run(replay(names, Path(home), choice.top))
    took = time.monotonic() - began
    empty = [digest for digest in replayed.digests if digest.is_empty]
    unexplained = [
        digest.period.key for digest in empty if not digest.notices and not any(s.notice for s in digest.sections)
    ]
    for digest in replayed.digests:
        sys.stdout.write(
            f"{digest.period.key}  {len(digest.ids):3} papers  {subject(digest)}  {' '.join(digest.notices)}\n"
        )
    ids = [id_ for digest in replayed.digests for id_ in digest.ids]
    sys.stdout.write(
        f"\n{len(replayed.digests)} digests: {len(names)} days with papers and the weekends between, in {took:.0f} s; "
        f"{len(ids)} papers, {len(ids) - len(set(ids))} of them twice, {len(replayed.missing)} of the first "
        f"{choice.top} of a day missing; {len(empty)} without papers, {len(unexplained)} of these unexplained; "
        f"the largest has {replayed.bytes:,} bytes as HTML\n"
    )
    return 1 if replayed.missing or replayed.twice or unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
