"""When two records are one work: the one place that decides it, for archive, library and imports.

Records that share an id are one work. So are records with one title, if nothing contradicts: two arXiv ids or DOIs,
authors of whom none is the same, years far apart, or two issues of one journal. What is known of one record alone
contradicts nothing; but without authors only a long title is enough.

`works` divides any number of records, and the order in which they come makes no difference: a record that could belong
to two works that contradict each other belongs to neither.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cache, cached_property
from itertools import combinations
from typing import NamedTuple

from papertui.model.identity import (
    arxiv_id_of_doi,
    doi_id,
    doi_of,
    folded,
    identified,
    is_arxiv,
    is_generic,
    is_made,
    old_title_id,
    pubmed_number,
)
from papertui.model.merge import RANKS
from papertui.model.paper import Paper, page_url, pdf_url
from papertui.model.people import Person, people, shared
from papertui.model.venues import Venue, contradicts, is_one_place, venue

#: Years between a preprint and the journal.
_YEARS = 2
#: The same where the authors of one record are unknown.
_YEARS_WITHOUT_AUTHORS = 1
#: Of a list of authors, at least this part must be in the other list: common names occur in every long list.
_PART_OF_AUTHORS = 3
#: A title with fewer words, or fewer letters, belongs to many works.
_FEWEST_WORDS, _FEWEST_LETTERS = 4, 17
_FEWEST_IDEOGRAPHS = 10
_IDEOGRAPH = cache(lambda: re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"))
#: A title that more records have says nothing.
_MOST_OF_A_TITLE = 300
_NEW_ARXIV = re.compile(r"(\d\d)(\d\d)\.\d+")
_OLD_ARXIV = re.compile(r"[a-z.-]+/(\d\d)(\d\d)\d+", re.IGNORECASE)
_FIRST_ARXIV_YEAR = 91
_WORD = re.compile(r"\w+")
#: With one of these before it, a title is that of another work about the work, or of the work itself, withdrawn.
_ABOUT = re.compile(
    r"\s*(?:erratum|errata|corrigend|correction|comment|reply|response|addendum|review|supplement|discussion)",
    re.IGNORECASE,
)
_SAME_STILL = re.compile(r"\s*\W*\s*(?:retracted|withdrawn)(?: article)?\W+", re.IGNORECASE)
_SUBTITLE = re.compile(r"\s*[:–—.?!]\s+|\s+-\s+")
_NUMERAL = re.compile(r"\d+|[ivxl]+|[a-z]")
_FEWEST_MAIN_WORDS = 3


class Level(NamedTuple):
    """How two records are related."""

    rank: int  # see below
    why: str  # in words


#: They share an id · the title, and the volume and issue of a journal · title and authors · the title, and nothing
#: contradicts · they have nothing in common · they contradict each other.
ID, PLACE, AUTHORS, TITLE, NOTHING, CONTRADICTION = 5, 4, 3, 2, 1, 0
_NO_RELATION = Level(NOTHING, "")


class Facts:
    """What is known of a record, prepared for comparison."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.id = paper.id
        self.doi = doi_of(paper.doi) if paper.doi else None
        if self.doi is None and paper.id.startswith("doi:"):
            self.doi = doi_of(paper.id)
        self.arxiv = paper.id if is_arxiv(paper.id) else ""
        if self.doi and (registered := arxiv_id_of_doi(self.doi)):
            self.arxiv, self.doi = self.arxiv or registered, None
        #: The id that its source gave it: two of them are two papers.
        self.own = self.arxiv or ("" if is_made(paper.id) else paper.id)
        self.pubmed = pubmed_number(paper)
        self.letters = folded(paper.title)

    @cached_property
    def people(self) -> tuple[Person, ...]:
        return people(self.paper.authors)

    @cached_property
    def teams(self) -> frozenset[str]:
        """The authors, if they are teams alone: their members are not known."""
        return frozenset(map(folded, self.paper.authors)) if not self.people else frozenset()

    @cached_property
    def year(self) -> int | None:
        published = self.paper.published
        return published.year if published else arxiv_year(self.arxiv)

    @cached_property
    def venue(self) -> Venue | None:
        return venue(self.paper.journal_ref) if self.paper.journal_ref else None

    @cached_property
    def host(self) -> str:
        """The host of the feed that alone knows the record; empty for a record of any other source."""
        sources = self.paper.sources
        return min(sources) if sources and not any(source in RANKS for source in sources) else ""

    @cached_property
    def is_entry(self) -> bool:
        """Whether only a feed knows it, as an article without a DOI: whatever it is called, it is no paper of arXiv."""
        return bool(self.host) and not self.own and self.doi is None

    @cached_property
    def is_specific(self) -> bool:
        """Whether hardly two works have this title."""
        title = self.paper.title
        if len(_IDEOGRAPH().findall(title)) >= _FEWEST_IDEOGRAPHS:
            return True
        return len(_WORD.findall(title)) >= _FEWEST_WORDS and len(self.letters) >= _FEWEST_LETTERS

    def common(self) -> Iterable[Hashable]:
        """What two records of one work have in common."""
        yield "id", self.id
        if self.doi:
            yield "doi", self.doi
        if self.arxiv:
            yield "arxiv", self.arxiv
        if self.pubmed:
            yield "pubmed", self.pubmed
        if self.letters and not is_generic(self.letters):
            yield "title", self.letters
        elif self.host:
            yield "entry", self.letters, self.paper.url


def arxiv_year(id_: str) -> int | None:
    """Return the year in an arXiv id."""
    month = arxiv_month(id_)
    return month[0] if month else None


def arxiv_month(id_: str) -> tuple[int, int] | None:
    """Return the year and month in an arXiv id."""
    if match := _NEW_ARXIV.fullmatch(id_):
        year = 2000 + int(match[1])
    elif match := _OLD_ARXIV.fullmatch(id_):
        year = (1900 if int(match[1]) >= _FIRST_ARXIV_YEAR else 2000) + int(match[1])
    else:
        return None
    return (year, int(match[2])) if 1 <= int(match[2]) <= 12 else None  # noqa: PLR2004 - the months


def same_work(one: Paper, other: Paper) -> Level:
    """Return how two records are related; of `TITLE` and above, they are one work."""
    return compare(Facts(one), Facts(other))


def compare(one: Facts, other: Facts) -> Level:
    """Return how two records are related."""
    return _by_id(one, other) or _contradiction(one, other) or _by_title(one, other) or _NO_RELATION


# --- by ids ------------------------------------------------------------------------------------------


def _by_id(one: Facts, other: Facts) -> Level | None:
    if one.own and other.own:
        return Level(ID, "the same arXiv id") if one.own == other.own else Level(CONTRADICTION, "two arXiv ids")
    if one.doi and one.doi == other.doi:
        is_one = has_title_of(one, other)
        return Level(ID, "the same DOI") if is_one else Level(CONTRADICTION, "one DOI, but different titles")
    if one.id == other.id:
        return Level(ID, "the same id")
    if one.pubmed and one.pubmed == other.pubmed:
        return Level(ID, "the same PubMed number")
    return Level(ID, "the same entry of a feed") if _is_old_id(one, other) else None


def _is_old_id(one: Facts, other: Facts) -> bool:
    """Whether an earlier version gave one of two records of a feed an id by its title."""
    if not one.host or one.host != other.host or one.letters != other.letters or one.paper.url != other.paper.url:
        return False
    old = old_title_id(one.paper)
    return (one.id == old) != (other.id == old)


def has_title_of(one: Facts, other: Facts) -> bool:
    """Whether two records with one DOI have titles of one work: chapters often give the DOI of their book."""
    if one.letters == other.letters:
        return (one.is_specific and other.is_specific) or not _strangers(one, other)
    if one.host and one.host == other.host and one.paper.url and one.paper.url == other.paper.url:
        return True  # a corrected title
    mine, theirs = (_SAME_STILL.sub("", each.paper.title, count=1) for each in (one, other))
    if bool(_ABOUT.match(mine)) != bool(_ABOUT.match(theirs)):
        return False
    return not _strangers(one, other) and (_is_main_title(mine, theirs) or _is_misspelt(mine, theirs))


def distinct(records: Sequence[Facts]) -> bool:
    """Whether records with one DOI have titles of different works."""
    first, *others = sorted(records, key=lambda record: (record.letters, record.paper.authors))
    return not all(has_title_of(first, other) for other in others)


def _is_main_title(one: str, other: str) -> bool:
    """Whether one title is the other without its subtitle, or cut off."""
    short, long = sorted((folded(one), folded(other)), key=len)
    if short == long:
        return True
    words = len(_WORD.findall(min(one, other, key=lambda text: len(folded(text)))))
    if not short or words < _FEWEST_MAIN_WORDS or not long.startswith(short):
        return False
    whole = max(one, other, key=lambda text: len(folded(text)))
    if min(one, other, key=len).rstrip().endswith(("…", "...")):
        return True
    return any(folded(whole[: found.start()]) == short for found in _SUBTITLE.finditer(whole))


def _is_misspelt(one: str, other: str) -> bool:
    """Whether titles differ in the spelling of a word or two, and in no number."""
    mine, theirs = ([folded(word) for word in _WORD.findall(title)] for title in (one, other))
    if len(mine) != len(theirs):
        return False
    different = [(a, b) for a, b in zip(mine, theirs, strict=True) if a != b]
    return len(different) <= max(1, len(mine) // 5) and all(
        not _NUMERAL.fullmatch(a) and not _NUMERAL.fullmatch(b) and _is_near(a, b) for a, b in different
    )


def _is_near(one: str, other: str) -> bool:
    """Whether two words differ in one place, by up to two letters."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    most = max(len(one), len(other)) - start - end
    return most <= 2 and start + end >= 2 * most  # noqa: PLR2004 - “color” and “colour”, “analyse” and “analysis”


# --- by titles ---------------------------------------------------------------------------------------


def _contradiction(one: Facts, other: Facts) -> Level | None:
    """Return what makes two works of records that share no id."""
    why = ""
    if one.doi and other.doi and one.doi != other.doi:
        why = "two DOIs"
    elif one.pubmed and other.pubmed and one.pubmed != other.pubmed:
        why = "two PubMed numbers"
    elif one.is_entry and other.is_entry and one.host == other.host:
        why = "two entries of a feed"
    elif _strangers(one, other):
        why = "other authors"
    elif one.year and other.year and abs(one.year - other.year) > _YEARS:
        why = f"years far apart, {min(one.year, other.year)} and {max(one.year, other.year)}"
    elif one.venue and other.venue and contradicts(one.venue, other.venue):
        why = "two issues of one journal"
    return Level(CONTRADICTION, why) if why else None


def _strangers(one: Facts, other: Facts) -> bool:
    """Whether the authors of both are known, and hardly one is the same."""
    if not one.people or not other.people:
        return False
    if one.paper.authors == other.paper.authors:
        return False
    fewest = min(len(one.people), len(other.people))
    return shared(one.people, other.people) < max(1, -(-fewest // _PART_OF_AUTHORS))


def _by_title(one: Facts, other: Facts) -> Level | None:
    if one.letters != other.letters or is_generic(one.letters) or one.is_entry or other.is_entry:
        return None
    if one.venue and other.venue and is_one_place(one.venue, other.venue):
        return Level(PLACE, "the same title and place of publication")
    if (one.people and other.people) or not one.teams.isdisjoint(other.teams):
        return Level(AUTHORS, "the same title and authors")
    if (one.teams or one.people) and (other.teams or other.people):
        return None  # a team, and people who may or may not be in it
    return None if one.host or other.host else _by_title_alone(one, other)


def _by_title_alone(one: Facts, other: Facts) -> Level | None:
    if one.paper.url and one.paper.url == other.paper.url and "?q=" not in one.paper.url:
        return Level(TITLE, "the same title and page")
    apart = abs(one.year - other.year) if one.year and other.year else 0
    most = _YEARS_WITHOUT_AUTHORS if one.people or other.people else 0
    if one.is_specific and other.is_specific and apart <= most:
        return Level(TITLE, "the same title, and nothing contradicts")
    return None


# --- records that are none ---------------------------------------------------------------------------

#: A paper is on arXiv at most these years after it was published, and these years before; some are exceptions.
_LATEST_POST, _LATEST_PRINT = 2, 7


def inner_contradiction(paper: Paper) -> str:
    """Return what cannot be true of one work in a record, in words; empty if nothing."""
    doi = doi_of(paper.doi) if paper.doi else None
    if doi and paper.id.startswith("doi:") and paper.id != doi_id(doi):
        return f"two DOIs, {paper.id.removeprefix('doi:')} and {doi}"
    year = arxiv_year(paper.id)
    if year and paper.published and not -_LATEST_POST <= paper.published.year - year <= _LATEST_PRINT:
        return f"an arXiv id of {year}, but published in {paper.published.year}"
    return ""


def outer_contradiction(one: Paper, other: Paper) -> str:
    """Return what cannot be true of one work in two records that lead to one paper, in words; empty if nothing."""
    mine, theirs = Facts(one), Facts(other)
    if mine.own and theirs.own and mine.own != theirs.own:
        return f"two arXiv ids, {mine.own} and {theirs.own}"
    if mine.doi and theirs.doi and mine.doi != theirs.doi and not (mine.own and mine.own == theirs.own):
        return f"two DOIs, {mine.doi} and {theirs.doi}"
    if mine.letters == theirs.letters and _strangers(mine, theirs):
        return f"the authors of different works, {one.authors[0]} and {other.authors[0]}"
    return ""


def separated(paper: Paper) -> tuple[Paper, Paper]:
    """Divide a record that contradicts itself: what goes with its id, and the work that the other facts are of.

    What may belong to either, such as the authors, stays in both: nothing is lost.
    """
    other = identified(
        Paper(
            "", paper.title, authors=paper.authors, published=paper.published, doi=paper.doi,
            journal_ref=paper.journal_ref, sources=paper.sources, url=paper.url,
        )
    )  # fmt: skip
    if is_arxiv(paper.id):
        own = paper._replace(published=None, doi=None, journal_ref=None, url=page_url(paper.id), pdf=pdf_url(paper.id))
        return own, other
    return paper._replace(doi=paper.id.removeprefix("doi:")), other


# --- many records ------------------------------------------------------------------------------------


def works(records: Sequence[Facts]) -> list[list[int]]:
    """Divide records into works; returns the places of the records of each, in order.

    The result depends on the set of records only: a record that fits two works which contradict each other is a
    separate work.
    """
    levels = _Levels(records)
    groups: list[tuple[int, ...]] = _same_ids(records)
    for least in (ID, PLACE, AUTHORS, TITLE):
        groups = _joined(groups, levels, least)
    return sorted(sorted(group) for group in groups)


def _same_ids(records: Sequence[Facts]) -> list[tuple[int, ...]]:
    by_id: dict[str, list[int]] = {}
    for place, record in enumerate(records):
        by_id.setdefault(record.id, []).append(place)
    return [tuple(places) for places in by_id.values()]


class _Levels:
    """The relations of records, each computed once."""

    def __init__(self, records: Sequence[Facts]) -> None:
        self._records = records
        self._known: dict[tuple[int, int], int] = {}

    def between(self, one: int, other: int) -> int:
        key = (one, other) if one < other else (other, one)
        if key not in self._known:
            self._known[key] = compare(self._records[one], self._records[other]).rank
        return self._known[key]

    def pairs(self) -> Iterable[tuple[int, int]]:
        """Every two records that have something in common."""
        blocks: dict[Hashable, list[int]] = {}
        for place, record in enumerate(self._records):
            for key in record.common():
                blocks.setdefault(key, []).append(place)
        for block in blocks.values():
            if len(block) <= _MOST_OF_A_TITLE:
                yield from combinations(block, 2)


def _joined(groups: list[tuple[int, ...]], levels: _Levels, least: int) -> list[tuple[int, ...]]:
    """Join the groups whose records are related by `least`, as far as nothing contradicts."""
    of = {place: number for number, group in enumerate(groups) for place in group}
    edges: dict[int, set[int]] = {}
    for one, other in levels.pairs():
        mine, theirs = of[one], of[other]
        if mine != theirs and theirs not in edges.get(mine, ()) and levels.between(one, other) >= least:
            edges.setdefault(mine, set()).add(theirs)
            edges.setdefault(theirs, set()).add(mine)
    if not edges:
        return groups
    known: dict[tuple[int, int], bool] = {}

    def apart(one: int, other: int) -> bool:
        key = (one, other) if one < other else (other, one)
        if key not in known:
            between = [levels.between(a, b) for a in groups[one] for b in groups[other]]
            known[key] = CONTRADICTION in between and max(between) < ID
        return known[key]

    parts = _parts(edges, apart)
    joined = [tuple(place for number in part for place in groups[number]) for part in parts]
    alone = [group for number, group in enumerate(groups) if number not in edges]
    return joined + alone


def _parts(edges: dict[int, set[int]], apart: Callable[[int, int], bool]) -> list[list[int]]:
    """Divide a graph into sets without a contradiction, whatever the order of its nodes."""
    found: list[list[int]] = []
    for part in _components(edges):
        if not any(apart(one, other) for one, other in combinations(part, 2)):
            found.append(part)
            continue
        # A node that leads to two others that contradict each other, or itself, belongs to neither.
        torn = {node for node in part if any(apart(one, other) for one, other in combinations([node, *edges[node]], 2))}
        inner = {node: set() if node in torn else edges[node] - torn for node in part}
        for rest in _components(inner):
            if any(apart(one, other) for one, other in combinations(rest, 2)):
                found += _twins(rest, inner)
            else:
                found.append(rest)
    return found


def _twins(part: list[int], edges: dict[int, set[int]]) -> list[list[int]]:
    """Return the nodes that have the same neighbours: every two of them are neighbours."""
    classes: dict[frozenset[int], list[int]] = {}
    for node in part:
        classes.setdefault(frozenset({node, *edges[node]}), []).append(node)
    return list(classes.values())


def _components(edges: dict[int, set[int]]) -> Iterable[list[int]]:
    seen: set[int] = set()
    for start in edges:
        if start in seen:
            continue
        part, waiting = [], [start]
        seen.add(start)
        while waiting:
            node = waiting.pop()
            part.append(node)
            new = edges[node] - seen
            seen |= new
            waiting += new
        yield part
