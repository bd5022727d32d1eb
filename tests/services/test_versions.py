import zlib
from datetime import UTC, datetime, timedelta

import pytest

from kit.papers import plain
from papertui.archive.versions import VersionLog
from papertui.errors import PaperNotFoundError, SourceError, UsageError
from papertui.model.bookmark import Bookmark, CitationEntry
from papertui.model.document import Document, DocumentPart
from papertui.model.feed import Feed, FeedName
from papertui.model.text_diff import marked
from papertui.model.versions import SeenVersion
from papertui.services.versions import VersionService
from papertui.sources.source import FullText
from services.conftest import Harness

ONE, TWO = plain(1), plain(2)
BEFORE, AFTER = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 5, 2, tzinfo=UTC)


def version(
    number: int, abstract: str = "An abstract.", *, id_: str = ONE.id, updated: datetime = AFTER
) -> SeenVersion:
    return SeenVersion(id_, number, updated, abstract)


def html(number: int, *words: str) -> FullText:
    parts = (DocumentPart("heading", "Method", 1, "2"), *(DocumentPart("text", one) for one in words))
    return FullText(Document("A paper", parts, source="html", version=number), "arxiv")


def signs(harness: Harness) -> list[tuple[str, str]]:
    return [(one.paper, one.sign) for one in harness.services.versions.news()]


#: A text of version 1, as an older papertui stored it.
OLD_FORMAT = zlib.compress(b'{"title":"A paper","source":"html","version":1,"parts":[["text","We begin.",0,""]]}')


# --- what is new -------------------------------------------------------------------------------------


def test_a_version_that_appears_after_a_paper_was_kept_is_news(harness: Harness) -> None:
    harness.services.library.keep([ONE])
    versions = harness.services.versions
    (news,) = versions.note((version(2), version(2, id_=TWO.id)))
    assert (news.paper, news.kind, news.version, news.found) == (ONE.id, "new-version", 2, harness.clock[0])
    assert versions.note((version(2),)) == ()
    assert versions.news() == (news,)
    assert versions.title(news.paper) == ONE.title
    assert versions.news(since=harness.clock[0] + timedelta(seconds=1)) == ()
    assert versions.marks([ONE.id, TWO.id]).newer(ONE.id) == 2
    assert versions.marks().record(ONE) == {"newer_version": 2}
    assert [one.version for one in versions.note((version(3),))] == [3]
    assert versions.marks().newer(ONE.id) == 3


def test_the_version_that_a_paper_was_kept_with_is_no_news(harness: Harness) -> None:
    harness.services.library.keep([ONE])
    assert harness.services.versions.note((version(4, updated=BEFORE),)) == ()
    assert [one.before for one in harness.services.versions.note((version(5),))] == [4]
    assert harness.services.versions.news()[0].sentence == "Version 5 is out; you had version 4."


def test_news_goes_when_it_is_seen_and_when_the_paper_is_no_longer_kept(harness: Harness) -> None:
    harness.services.library.keep([ONE])
    harness.services.versions.note((version(2),))
    assert [one.id for one in harness.services.versions.alerts(harness.clock[0])] == [ONE.id]
    harness.services.versions.see(ONE.id)
    assert list(harness.services.versions.alerts(harness.clock[0])) == [], "seen before Alerts were opened"
    assert harness.services.versions.marks([ONE.id]).news == {}
    assert [one.is_seen for one in harness.services.versions.news()] == [True]
    harness.services.library.release([ONE.id])
    assert harness.services.versions.news() == ()


async def test_a_list_brings_news_to_its_rows(harness: Harness) -> None:
    harness.services.library.keep([ONE])
    harness.stand_in.known_versions = (version(2),)
    feed = await harness.services.feeds.refresh(FeedName("trending"))
    context = harness.services.feeds.context(feed)
    assert {id_: [one.sign for one in news] for id_, news in context.news.items()} == {ONE.id: ["v2 is out"]}


async def test_an_online_search_brings_news(harness: Harness) -> None:
    harness.services.library.keep([ONE])
    harness.stand_in.known_versions = (version(2),)
    await harness.services.search.fetch("paper", 5)
    assert signs(harness) == [(ONE.id, "v2 is out")]


async def test_a_newer_version_replaces_the_text_and_the_earlier_text_stays(harness: Harness) -> None:
    for paper in (ONE, TWO):
        harness.stand_in.texts[paper.id] = html(1, "We begin.")
        await harness.services.papers.text(paper.id)
        harness.stand_in.texts[paper.id] = html(2, "We begin again.")
    harness.services.library.keep([ONE])
    harness.services.versions.note((version(2),))
    text = await harness.services.papers.text(ONE.id)
    assert text.document.version == 2
    earlier = harness.services.versions.stored_text(ONE.id, 1)
    assert earlier is not None
    assert earlier.parts[1].text == "We begin."
    assert [one.sentence for one in harness.services.versions.news()] == ["Version 2 is out; you had version 1."]
    assert await harness.services.papers.text(ONE.id) == text
    assert harness.stand_in.asked.count(f"text {ONE.id}") == 2


async def test_reading_a_text_of_a_newer_version_brings_news(harness: Harness) -> None:
    harness.services.library.keep([ONE])
    harness.archive.keep_text(ONE.id, "arxiv", harness.clock[0], OLD_FORMAT)
    harness.stand_in.texts[ONE.id] = html(2, "We begin again.")
    await harness.services.papers.text(ONE.id)
    assert signs(harness) == [(ONE.id, "v2 is out")]


def test_withdrawn_papers_are_marked_whether_kept_or_not(harness: Harness) -> None:
    harness.services.library.keep([ONE])
    said = "Withdrawn by the authors: Lemma 2 is wrong."
    gone = [version(2, id_=id_)._replace(withdrawn=said) for id_ in (ONE.id, TWO.id)]
    assert [(one.paper, one.kind) for one in harness.services.versions.note(gone)] == [(ONE.id, "withdrawn")]
    marks = harness.services.versions.marks([ONE.id, TWO.id])
    assert [marks.of(paper)[0].sign for paper in (ONE, TWO)] == ["withdrawn", "withdrawn"]
    assert marks.of(TWO)[0].sentence == f"Withdrawn: {said}"
    assert harness.services.versions.note(gone) == ()
    # A listing has no comment, so it does not say whether this version is withdrawn.
    harness.services.versions.note((version(2),))
    assert harness.services.versions.marks().record(ONE) == {"withdrawn": said}
    # The version that follows is not withdrawn.
    harness.services.versions.note((version(3),))
    assert harness.services.versions.marks().record(ONE) == {"newer_version": 3}


async def test_a_row_says_once_that_a_paper_is_withdrawn(harness: Harness) -> None:
    gone = SeenVersion(ONE.id, 2, BEFORE, withdrawn="Withdrawn by the author.")
    listed = Feed(FeedName("arxiv", "cs.CL"), (ONE, TWO), harness.clock[0], "arxiv", why={ONE.id: "new withdrawn"})
    harness.archive.keep_feed(listed)
    harness.services.versions.note((gone,))
    context = harness.services.feeds.context(listed)
    assert [reason.words for reason in context.reasons[ONE.id]] == ["new"]
    assert [one.sign for one in context.news[ONE.id]] == ["withdrawn"]


async def test_a_text_that_is_still_the_old_one_is_not_fetched_again_and_again(harness: Harness) -> None:
    harness.services.library.keep([ONE])
    harness.services.versions.note((version(1, updated=BEFORE), version(2)))
    harness.stand_in.texts[ONE.id] = html(1, "We begin.")
    harness.clock[0] += timedelta(minutes=1)
    for _ in range(2):
        await harness.services.papers.text(ONE.id)
    assert harness.stand_in.asked == [f"text {ONE.id}"]


def test_an_abstract_can_say_that_a_paper_is_withdrawn(harness: Harness) -> None:
    gone = ONE._replace(abstract="This paper has been withdrawn by the author.")
    assert harness.services.versions.marks([ONE.id]).record(gone) == {"withdrawn": gone.abstract}


# --- publications ------------------------------------------------------------------------------------

PUBLISHED = version(2, updated=BEFORE)._replace(doi="10.1000/182", journal_ref="J. Things 7 (2026) 1")


def test_a_publication_is_added_to_the_bookmark_as_one_step(harness: Harness) -> None:
    library, versions = harness.services.library, harness.services.versions
    library.keep([ONE, TWO])
    versions.note((PUBLISHED, PUBLISHED._replace(id=TWO.id)))
    mark = library.by_id()[ONE.id]
    assert (mark.paper.doi, mark.paper.journal_ref) == ("10.1000/182", "J. Things 7 (2026) 1")
    assert library.log(1)[0].what == "publication of 2 papers"
    assert sorted(versions.take_notices()) == [
        f"{paper.title}: Published: J. Things 7 (2026) 1, 10.1000/182. Its bookmark says so now."
        for paper in sorted((ONE, TWO))
    ]
    assert sorted(signs(harness)) == [(ONE.id, "published"), (TWO.id, "published")]
    library.undo()
    assert library.by_id()[TWO.id].paper.doi is None
    versions.note((PUBLISHED,))  # what the reader took back is not done again
    assert library.by_id()[ONE.id].paper.doi is None
    assert versions.take_notices() == ()


def test_facts_that_a_bookmark_has_are_never_replaced(harness: Harness) -> None:
    library = harness.services.library
    library.keep([ONE._replace(doi="10.1000/mine", journal_ref="Mine")])
    entry = CitationEntry("article", "two", (("journaltitle", "My Journal"),))
    harness.library.change(lambda _: {TWO.id: Bookmark(TWO, BEFORE, entry=entry)}, "import", BEFORE)
    steps = len(library.log())
    harness.services.versions.note((PUBLISHED, PUBLISHED._replace(id=TWO.id, doi="10.48550/arXiv.2604.00002")))
    assert library.by_id()[ONE.id].paper.doi == "10.1000/mine"
    assert library.by_id()[TWO.id].paper.journal_ref is None
    assert len(library.log()) == steps
    assert harness.services.versions.news() == ()


def test_a_publication_found_before_papertui_was_killed_is_added_later(harness: Harness) -> None:
    harness.services.library.keep([ONE])

    def killed(publications: object) -> tuple[str, ...]:
        raise KeyboardInterrupt(publications)

    interrupted = VersionService(
        harness.archive, harness.library, harness.stand_in.open, killed, lambda: harness.clock[0]
    )
    with pytest.raises(KeyboardInterrupt):
        interrupted.note((PUBLISHED,))
    assert harness.services.library.by_id()[ONE.id].paper.doi is None
    harness.services.versions.note((version(1, id_=ONE.id, updated=BEFORE),))
    assert harness.services.library.by_id()[ONE.id].paper.doi == "10.1000/182"


# --- asking arXiv ------------------------------------------------------------------------------------


async def test_arxiv_is_asked_about_kept_papers_once_a_day_by_the_hundred(harness: Harness) -> None:
    papers = [plain(number) for number in range(1, 121)]
    harness.services.library.keep([*papers, ONE._replace(id="doi:10.1000/1")])
    harness.stand_in.known_versions = (version(2),)
    assert [one.sign for one in await harness.services.versions.check()] == ["v2 is out"]
    asked = [one.split()[1].split(",") for one in harness.stand_in.asked]
    assert [len(ids) for ids in asked] == [100, 20]
    assert {id_ for ids in asked for id_ in ids} == {paper.id for paper in papers}
    harness.clock[0] += timedelta(hours=23)
    assert await harness.services.versions.check() == ()
    assert len(harness.stand_in.asked) == 2
    harness.clock[0] += timedelta(hours=2)
    await harness.services.versions.check()
    assert len(harness.stand_in.asked) == 4


async def test_a_check_that_failed_is_made_again_after_an_hour(harness: Harness) -> None:
    harness.services.library.keep([ONE])
    harness.stand_in.failing = True
    with pytest.raises(SourceError):
        await harness.services.versions.check()
    await harness.services.versions.check()
    assert len(harness.stand_in.asked) == 1
    harness.clock[0] += timedelta(minutes=61)
    harness.stand_in.failing = False
    await harness.services.versions.check()
    assert len(harness.stand_in.asked) == 2


async def test_nothing_is_asked_without_bookmarks(harness: Harness) -> None:
    assert await harness.services.versions.check() == ()
    assert harness.stand_in.asked == []


# --- comparing ---------------------------------------------------------------------------------------


async def test_two_versions_are_fetched_compared_and_stored(harness: Harness) -> None:
    harness.services.library.keep([ONE])
    harness.stand_in.known_versions = (version(1, "We use a small model."), version(2, "We use a large model."))
    harness.stand_in.version_texts = {
        (ONE.id, 1): html(1, "It has ten layers.", "The same."),
        (ONE.id, 2): html(2, "It has twelve layers.", "The same."),
    }
    found = await harness.services.versions.compare(ONE.id)
    assert (found.before, found.after, found.notices) == (1, 2, ())
    assert marked(found.abstract) == "We use a [-small-] {+large+} model."
    assert [(one.section, marked(one.pieces)) for one in found.text] == [
        ("2 Method", "It has [-ten-] {+twelve+} layers."),
    ]
    harness.stand_in.failing = True
    assert await harness.services.versions.compare(ONE.id, offline=True) == found


async def test_the_version_that_the_reader_had_is_compared(harness: Harness) -> None:
    harness.services.library.keep([ONE])
    harness.stand_in.texts[ONE.id] = html(1, "It has ten layers.")
    await harness.services.papers.text(ONE.id)
    harness.services.versions.note((version(2), version(3)))
    harness.stand_in.known_versions = (version(1, "One."), version(2), version(3, "Three."))
    found = await harness.services.versions.compare(ONE.id)
    assert (found.before, found.after) == (1, 3)
    assert found.notices == ("arXiv has no HTML of version 3, so the full texts are not compared.",)
    assert (found.has_abstracts, found.has_texts) == (True, False)
    assert f"text {ONE.id}v1" not in harness.stand_in.asked  # it is stored


async def test_what_cannot_be_compared_is_said(harness: Harness) -> None:
    versions = harness.services.versions
    with pytest.raises(UsageError, match="not on arXiv"):
        await versions.compare("doi:10.1000/1")
    with pytest.raises(UsageError, match="Version 2 is not earlier than version 2"):
        await versions.compare(ONE.id, 2, 2)
    with pytest.raises(SourceError, match="is known, and papertui is offline"):
        await versions.compare(ONE.id, offline=True)
    with pytest.raises(PaperNotFoundError, match="arXiv does not know the paper"):
        await versions.compare(ONE.id)
    with pytest.raises(SourceError, match="The abstracts of versions 1 and 2 are not stored"):
        await versions.compare(ONE.id, 1, 2, offline=True)
    harness.stand_in.known_versions = (version(1),)
    with pytest.raises(PaperNotFoundError, match="There is only one version"):
        await versions.compare(ONE.id)


async def test_why_versions_are_missing_is_said_once(harness: Harness) -> None:
    harness.services.library.keep([ONE])
    harness.services.versions.note((version(1), version(2)))
    harness.stand_in.failing = True
    with pytest.raises(SourceError) as raised:
        await harness.services.versions.compare(ONE.id, 1, 7)
    assert str(raised.value).count(" is missing: ") == 1
    assert "The text of version 7 is missing as well." in str(raised.value)


async def test_of_papers_that_are_not_kept_nothing_is_stored(harness: Harness) -> None:
    harness.stand_in.known_versions = (version(1, "One."), version(2, "Two."))
    found = await harness.services.versions.compare(ONE.id)
    assert marked(found.abstract) == "[-One.-] {+Two.+}"
    assert VersionLog(harness.archive.database).versions([ONE.id]) == {}


def test_earlier_texts_are_bounded(harness: Harness) -> None:
    log = VersionLog(harness.archive.database)
    for number in range(1, 9):
        log.keep_text(ONE.id, number, "arxiv", harness.clock[0], b"text")
    assert [number for number in range(1, 9) if log.text(ONE.id, number)] == [5, 6, 7, 8]
