"""Papers for tests: hypothesis strategies, and one simple paper."""

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from papertui.model.paper import Paper

#: Any text that can be encoded as UTF-8, including white space and symbols of every script.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_FILLED = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
_LISTS = st.lists(_FILLED, max_size=4, unique=True).map(tuple)
_ONE_ID = st.just("2604.26951")
_SOURCES = st.lists(st.sampled_from(["huggingface", "arxiv", "starter", "file"]), max_size=3, unique=True).map(tuple)
_NUMBERS = st.none() | st.integers(0, 10**6)
_OPTIONAL = st.none() | _FILLED
_MOMENTS = st.none() | st.datetimes(datetime(1000, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_DAYS = st.none() | st.dates(date(1000, 1, 1), date(9000, 1, 1))


def papers(
    ids: st.SearchStrategy[str] = _ONE_ID,
    texts: st.SearchStrategy[str] = TEXTS,
    lists: st.SearchStrategy[tuple[str, ...]] = _LISTS,
) -> st.SearchStrategy[Paper]:
    """A strategy for papers whose ids, texts and lists come from the given strategies."""
    optional = st.none() | texts.filter(bool)
    return st.builds(
        Paper,
        id=ids,
        title=texts,
        abstract=texts,
        authors=lists,
        published=_MOMENTS,
        featured=_DAYS,
        upvotes=_NUMBERS,
        comments=_NUMBERS,
        github=optional,
        stars=_NUMBERS,
        project=optional,
        organization=optional,
        keywords=_LISTS,
        tldr=optional,
        categories=_LISTS,
        sources=_SOURCES,
        url=_OPTIONAL,
        pdf=_OPTIONAL,
        thumbnail=_OPTIONAL,
        doi=_OPTIONAL,
        journal_ref=_OPTIONAL,
        submitter=_OPTIONAL,
        media=_LISTS,
        models=_NUMBERS,
        datasets=_NUMBERS,
        spaces=_NUMBERS,
        precision=st.sampled_from([None, None, "month", "year"]),
    ).map(_dated)


def _dated(paper: Paper) -> Paper:
    """Return `paper` with a date that is as precise as its precision says."""
    if paper.published is None or paper.precision is None:
        return paper._replace(precision=None)
    first = datetime(paper.published.year, 1 if paper.precision == "year" else paper.published.month, 1, tzinfo=UTC)
    return paper._replace(published=first)


def bare(paper: Paper) -> Paper:
    """Return `paper` without its abstract, as lists of bookmarks hold it."""
    return paper._replace(abstract="")


def plain(number: int = 1) -> Paper:
    """Return a realistic paper that depends on `number`."""
    return Paper(
        id=f"2604.{number:05}",
        title=f"Paper {number}: “sparse” résumé of $\\lambda$ 模型",
        abstract=f"We show {number} things. " * 20,
        authors=("Ada Lovelace", "Émile Borel"),
        published=datetime(2026, 4, 29, 17, number % 60, tzinfo=UTC),
        featured=date(2026, 4, 30),
        upvotes=number,
        sources=("huggingface",),
        url=f"https://huggingface.co/papers/2604.{number:05}",
    )
