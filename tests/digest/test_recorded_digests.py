"""Recorded papers of 64 days and hostile texts in every format; a replay of a few days."""

from pathlib import Path

import pytest

from digest.replay_days import replay
from kit import recorded
from kit.digest_checks import check
from kit.digests import HOSTILE, digest_of, hostile
from papertui.model.paper import Paper
from papertui.sources.huggingface_parse import read_entries

pytestmark = [pytest.mark.recorded, pytest.mark.slow]


def papers(days: list[str]) -> list[Paper]:
    return [paper for day in days for paper in read_entries(recorded.day(day)).papers]


def test_recorded_and_hostile_papers_render_in_every_format() -> None:
    """Every sixth day; `render_all.py` covers all of them."""
    found = papers(recorded.days()[::6])
    assert len(found) > 200
    bad = [hostile(number, text) for number, text in enumerate(HOSTILE)]
    for start in range(0, len(found), 80):
        check(digest_of([*found[start : start + 80], *bad[start // 80 * 5 :][:5]], 20))


async def test_replayed_days_have_no_duplicate_or_missing_papers(tmp_path: Path) -> None:
    """Two days, a weekend and a day; `replay_days.py` covers all of them."""
    days = [day for day in recorded.days() if "2026-04-23" <= day <= "2026-04-27"]
    replayed = await replay(days, tmp_path, top=5)
    assert [len(digest.ids) for digest in replayed.digests] == [5, 5, 0, 0, 5]
    assert (replayed.missing, replayed.twice) == ((), ())
    assert all("nothing is published at the weekend" in " ".join(d.notices) for d in replayed.digests if d.is_empty)
