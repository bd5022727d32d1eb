"""The section “For you” of a digest."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from kit.papers import plain
from papertui.app import Services
from papertui.digest.compose import DigestComposer
from papertui.digest.model import Digest, MailedPaper
from papertui.digest.render import as_html, as_markdown, as_text
from papertui.model.feed import Feed, FeedName, Follow
from papertui.model.paper import Paper
from papertui.model.period import day_of
from papertui.settings import DigestSettings, MuteSettings, Settings
from services.conftest import Harness

THURSDAY = date(2026, 4, 30)
_LI_YUAN = Follow("li-yuan", "Li Yuan", FeedName("author", "Li Yuan"))
_LAB = Follow("lab", "Example Lab", FeedName("org", "Example Lab"), hidden=True)


def contents(digest: Digest) -> dict[str, list[int]]:
    """The numbers of the papers in each section, by the section's title."""
    return {section.title: [int(e.paper.id[-5:]) for e in section.entries] for section in digest.sections}


def _paper(number: int, **facts: object) -> Paper:
    made = plain(number)._replace(featured=THURSDAY, upvotes=number)
    return made._replace(**facts)  # type: ignore[arg-type]


def _arrive(harness: Harness, *papers: Paper) -> None:
    harness.stand_in.papers = papers
    harness.archive.keep_feed(Feed(FeedName("daily", THURSDAY.isoformat()), papers, harness.clock[0], "huggingface"))


async def _digest(services: Services, **asked: object) -> Digest:
    composer: DigestComposer = services.composer
    return await composer.compose(day_of(THURSDAY), **asked)  # type: ignore[arg-type]


async def test_alerts_come_first_with_their_reasons_and_nowhere_else(harness: Harness) -> None:
    harness.services.use(Settings(follows=(_LI_YUAN, _LAB), digest=DigestSettings(top=3)))
    harness.services.alerts.match()
    by_him, from_them = _paper(1, authors=("Li Yuan",)), _paper(2, organization="Example Lab")
    _arrive(harness, by_him, from_them, *(_paper(number) for number in range(3, 7)))
    digest = await _digest(harness.services)
    sections = contents(digest)
    assert set(sections["For you"]) == {1, 2}
    assert sections["Trending on Thu 30 Apr"] == [6, 5, 4]
    assert next(iter(sections)) == "For you"
    reasons = {entry.paper.id: entry.reasons for entry in digest.sections[0].entries}
    assert reasons[by_him.id][0] == "by Li Yuan, whom you follow"
    assert reasons[from_them.id][0] == "from Example Lab, which you follow"
    assert "author you follow" not in reasons[by_him.id]


@pytest.mark.parametrize("form", [as_text, as_html, as_markdown])
async def test_every_form_shows_the_section_and_the_reasons(harness: Harness, form: Callable[[Digest], str]) -> None:
    harness.services.use(Settings(follows=(_LI_YUAN,)))
    harness.services.alerts.match()
    _arrive(harness, _paper(1, authors=("Li Yuan",)))
    text = form(await _digest(harness.services))
    assert "For you" in text
    assert "Why:" in text.replace("*Why:*", "Why:")
    assert "by Li Yuan, whom you follow" in text


async def test_for_you_chooses_after_eight_kept_papers(harness: Harness) -> None:
    about = "Speculative decoding drafts tokens and verifies them."
    kept = [plain(number)._replace(title=f"Drafters {number}", abstract=about) for number in range(101, 109)]
    drafter = _paper(1, title="Drafting tokens", abstract=about)
    _arrive(harness, drafter, *(_paper(number, abstract="Birds sing.") for number in range(2, 7)))
    harness.archive.remember(kept, harness.clock[0])
    harness.services.visits.begin()
    harness.services.visits.use(f"2604.{number:05}" for number in range(2, 7))
    harness.library.add(kept[:7], harness.clock[0])
    assert "For you" not in contents(await _digest(harness.services))
    harness.library.add(kept[7:], harness.clock[0])
    section = (await _digest(harness.services)).sections[0]
    assert section.title == "For you"
    assert section.entries[0].paper.id == drafter.id
    assert section.entries[0].reasons


async def test_the_most_specific_alerts_come_first_and_no_more_than_fit(harness: Harness) -> None:
    wide = Follow("wide", "study", FeedName("search", "study"), hidden=True)
    harness.services.use(Settings(follows=(wide, _LI_YUAN), digest=DigestSettings(top=2)))
    harness.services.alerts.match()
    several = [_paper(number, abstract="A study.") for number in range(2, 6)]
    _arrive(harness, _paper(1, authors=("Li Yuan",), abstract="A study."), *several)
    section = (await _digest(harness.services)).sections[0]
    assert len(section.entries) == 2
    assert section.entries[0].reasons[:2] == ("by Li Yuan, whom you follow", "matches “study”")


async def test_what_was_mailed_is_not_repeated_and_late_alerts_follow(harness: Harness) -> None:
    harness.services.use(Settings(follows=(_LI_YUAN,)))
    harness.services.alerts.match()
    harness.clock[0] -= timedelta(days=1)
    _arrive(harness, _paper(1, authors=("Li Yuan",)), _paper(2, authors=("Li Yuan",)))
    harness.services.alerts.match()
    harness.clock[0] += timedelta(days=1)
    mailed = {"2604.00001": MailedPaper(1, harness.clock[0] - timedelta(hours=9))}
    assert contents(await _digest(harness.services, mailed=mailed))["For you"] == [2]


async def test_muted_alerts_stay_out_and_alerts_alone_can_be_asked_for(harness: Harness) -> None:
    harness.services.use(Settings(follows=(_LI_YUAN,), mute=MuteSettings(words=("survey",))))
    harness.services.alerts.match()
    _arrive(harness, _paper(1, authors=("Li Yuan",), title="A survey"), _paper(2, authors=("Li Yuan",)))
    assert contents(await _digest(harness.services, feeds=[FeedName("alerts")])) == {"Alerts": [2]}


async def test_without_anything_for_the_reader_there_is_no_section(harness: Harness) -> None:
    _arrive(harness, _paper(1))
    assert "For you" not in contents(await _digest(harness.services))
