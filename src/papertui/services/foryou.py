"""For you: papers ranked by what the reader keeps, and why. Nothing leaves the machine.

Every method that needs the model blocks: it may bring the index up to date and train. Call them off the event loop.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from papertui.archive.archive import Archive
from papertui.archive.opinions import Opinions, Pause
from papertui.errors import PaperNotFoundError, UsageError
from papertui.library.bookmarks import Library
from papertui.model.feed import Feed, FeedName
from papertui.model.format import plural
from papertui.model.paper import Paper
from papertui.services.types import Clock
from papertui.settings import ForYouSettings

if TYPE_CHECKING:
    from papertui.recommend.model import Model, Tuning
    from papertui.recommend.rows import Corpus, Features
    from papertui.recommend.rows_folder import RowsFolder
    from papertui.search.disk import SearchIndex
    from papertui.settings.edit import SettingsFile

#: The most kept papers and others that are learned from, and how many others there are for each kept one at least.
_MOST_KEPT, _MOST_SHOWN, _FEWEST_SHOWN, _EACH = 1_000, 1_500, 60, 3
#: Of the papers that were never shown, every fourth is compared with the kept ones.
_APART = 4
#: The most papers of the view.
_LENGTH = 100
#: While fewer papers than this are kept, and fewer than this have a thumb, the view has papers to rate.
_START, _RATED = 3, 8
_CANDIDATES = 400
_COMPOUND = re.compile(r"[^\W_]+(?:-[^\W_]+)+")
#: Ends of the papers that are chosen to explore.
EXPLORE = "explore"

#: What is done with a reason.
Tuned = Literal["mute", "pin", "clear"]
Kind = Literal["word", "author", "org", "paper"]
_KINDS: tuple[Kind, ...] = ("word", "author", "org", "paper")


class ReasonName(NamedTuple):
    """A reason that can be muted or pinned, written ``author:Ada Lovelace``."""

    kind: Kind
    value: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


def parse_reason(text: str) -> ReasonName:
    """Parse a reason; without a kind it is a word.

    Raises:
        UsageError: it has no value.
    """
    kind, colon, value = text.strip().partition(":")
    for known in _KINDS:
        if colon and kind == known:
            if not value.strip():
                break
            return ReasonName(known, value.strip())
    else:
        if text.strip():
            return ReasonName("word", text.strip())
    raise UsageError(f"“{text}” is not a reason. Write a word, author:NAME, org:NAME or paper:ID.")


class ReasonShare(NamedTuple):
    """Something that speaks for a paper, with its share of all of that."""

    name: ReasonName
    share: float
    kept: int = 0  # of a person: how many papers were kept
    is_pinned: bool = False


class LikeKept(NamedTuple):
    """A kept paper that is like this one."""

    paper: Paper
    similarity: float
    words: tuple[str, ...]


class Why(NamedTuple):
    """Why a paper is ranked as it is."""

    paper: Paper
    score: float  # votes aside; greater than 0 speaks for the paper
    words: tuple[ReasonShare, ...]
    people: tuple[ReasonShare, ...]
    like: tuple[LikeKept, ...]
    against: tuple[str, ...]
    learned_from: int  # kept papers

    @property
    def short(self) -> tuple[str, ...]:
        """The reasons in a few words each, for a line of a list."""
        parts = [f"by {one.name.value}, of whom you kept {one.kept}" for one in self.people[:1] if one.kept]
        if self.words:
            parts.append(", ".join(one.name.value for one in self.words[:3]))
        if self.like:
            parts.append(f"like “{self.like[0].paper.title}”")
        return tuple(parts)


class Status(NamedTuple):
    """What For you learns from."""

    kept: int
    shown: int  # papers that were shown and not kept
    ups: int
    downs: int
    paused: datetime | None
    votes: float  # the weight of votes beside the model, which has the weight 1
    words: tuple[str, ...]  # that speak for a paper most
    people: tuple[str, ...]
    muted: tuple[str, ...]
    pinned: tuple[str, ...]


class _Learned(NamedTuple):
    """A model, and what it was learned from."""

    stamp: object
    corpus: Corpus
    model: Model
    kept_ids: tuple[str, ...]
    kept: Features
    shown: int


class ForYouService:
    """Ranks papers for the reader.

    Args:
        archive: the stored papers, read marks and thumbs.
        library: the bookmarks.
        stored_index: returns the index, from which the rows of words are made.
        folder: where the rows are stored.
        settings: the reader's settings.
        file: where they are stored.
        now: the clock.
    """

    def __init__(
        self,
        archive: Archive,
        library: Library,
        stored_index: Callable[[], SearchIndex],
        folder: Path,
        settings: ForYouSettings,
        file: Path,
        now: Clock,
    ) -> None:
        self._archive = archive
        self._library = library
        self._stored_index = stored_index
        self._folder = folder
        self._settings = settings
        self._file = file
        self._now = now
        self._opinions = Opinions(archive.database)
        self._lock = threading.Lock()
        self._learned: _Learned | None = None

    @cached_property
    def _rows(self) -> RowsFolder:
        from papertui.recommend.rows_folder import RowsFolder  # noqa: PLC0415 - brings numpy with it

        return RowsFolder(self._folder, self._stored_index(), self._opinions.people)

    # --- learning --------------------------------------------------------------------------------------

    def learn(self) -> None:
        """Learn from the library as it is now; at once if nothing changed.

        Raises:
            StoreError: the disk cannot be read.
        """
        self._current()

    def _current(self) -> _Learned:
        with self._lock:
            corpus = self._rows.corpus()
            thumbs, pauses, shown = self._opinions.thumbs(), self._opinions.pauses(), self._opinions.shown()
            stamp = self._library.stamp(), tuple(thumbs.items()), pauses, len(shown), self._settings
            last = self._learned
            if last is not None and last.corpus is corpus and last.stamp == stamp:
                return last
            ups = [id_ for id_, thumb in thumbs.items() if thumb.up and not _is_paused(thumb.at, pauses)]
            downs = [id_ for id_, thumb in thumbs.items() if not thumb.up and not _is_paused(thumb.at, pauses)]
            bookmarks = self._kept_ids(pauses)
            named = [parse_reason(text) for text in self._settings.mute]
            muted_papers = {one.value for one in named if one.kind == "paper"}
            kept = [id_ for id_ in dict.fromkeys([*ups, *bookmarks]) if id_ not in muted_papers and id_ not in downs]
            kept = kept[:_MOST_KEPT]
            bookmarked = self._library.ids()
            others = [
                id_
                for id_, at in shown.items()
                if id_ not in bookmarked and (at is None or not _is_paused(at, pauses)) and id_ not in thumbs
            ]
            others = [*downs, *sorted(others, reverse=True)[: _MOST_SHOWN - len(downs)]]
            others += self._never_shown(corpus, {*kept, *others, *bookmarked}, len(kept), len(others))
            self._learned = self._train(corpus, kept, others, stamp)
            return self._learned

    def _kept_ids(self, pauses: Sequence[Pause]) -> Sequence[str]:
        newest = self._library.newest()
        if pauses:
            marks = self._library.annotations()
            newest = tuple(id_ for id_ in newest if not _is_paused(marks[id_].added, pauses))
        return newest[:_MOST_KEPT]

    @staticmethod
    def _never_shown(corpus: Corpus, known: set[str], kept: int, others: int) -> list[str]:
        """Some of the newest stored papers, to compare with while few papers were shown.

        Not all of them: the papers to be ranked would be among those that were not kept.
        """
        wanted = max(_FEWEST_SHOWN, _EACH * kept) - others
        if wanted <= 0 or not kept:
            return []
        ids = corpus.newest(wanted * _APART + len(known))
        return [id_ for id_ in ids if id_ not in known][::_APART][:wanted]

    def _train(self, corpus: Corpus, kept: Sequence[str], others: Sequence[str], stamp: object) -> _Learned:
        import numpy as np  # noqa: PLC0415 - heavy

        from papertui.recommend.model import nothing_learned, pinned_model, train  # noqa: PLC0415 - brings numpy

        missing = self._library.whole(id_ for id_ in kept if id_ not in self._archive.known_ids(kept))
        features = corpus.features([*kept, *others], missing)
        kept_features = corpus.features(kept, missing)
        is_kept = np.arange(features.size) < len(kept)
        tuning, pinned_words, pinned_people, pinned_papers = self._tuning()
        if kept and others:
            before = self._learned.model if self._learned is not None else None
            important = np.array([id_ in pinned_papers for id_ in (*kept, *others)])
            model = train(corpus, features, is_kept, before=before, pinned=important, tuning=tuning)
        else:
            model = nothing_learned(len(kept))
        model = pinned_model(model, pinned_words, pinned_people)
        return _Learned(stamp, corpus, model, tuple(kept), kept_features, len(others))

    def _tuning(self) -> tuple[Tuning, set[int], set[int], set[str]]:
        from papertui.recommend.model import Tuning  # noqa: PLC0415 - brings numpy with it

        muted = {key for text in self._settings.mute for key in _keys(parse_reason(text))}
        pins = [parse_reason(text) for text in self._settings.pin]
        words = {key for one in pins if one.kind == "word" for key in _keys(one)} - muted
        people = {key for one in pins if one.kind in {"author", "org"} for key in _keys(one)} - muted
        return Tuning(muted), words, people, {one.value for one in pins if one.kind == "paper"}

    # --- ranking ---------------------------------------------------------------------------------------

    def scores(self, papers: Sequence[Paper], *, people: bool = True) -> Mapping[str, float]:
        """How much speaks for each paper of a list, by id.

        Args:
            papers: the list; votes are compared within it.
            people: whether authors and organisations count; not in a list of everything stored.

        Raises:
            StoreError: the disk cannot be read.
        """
        import numpy as np  # noqa: PLC0415 - heavy

        from papertui.recommend.model import scores, with_votes  # noqa: PLC0415 - brings numpy with it

        learned = self._current()
        features = learned.corpus.features([paper.id for paper in papers], {paper.id: paper for paper in papers})
        found = scores(learned.corpus, learned.model, features, people=people)
        votes = np.array([paper.upvotes or 0 for paper in papers], float)
        total = with_votes(found, votes, learned.model.kept)
        return {paper.id: float(score) for paper, score in zip(papers, total, strict=True)}

    def feed(self, name: FeedName) -> Feed:
        """The papers that the reader is most likely to keep, best first, without those that were kept or read.

        Raises:
            StoreError: the disk cannot be read.
        """
        learned = self._current()
        thumbs = self._opinions.thumbs()
        hidden = {*thumbs, *self._library.ids(), *self._archive.read_ids()}
        if len(learned.kept_ids) < _START and len(thumbs) < _RATED:
            return self._to_rate(name, learned, hidden)
        ids, candidates = self._ranked(learned, hidden)
        explored = self._explored(ids, candidates, self._now().date())
        chosen = _woven(ids, explored, self._settings.explore)
        papers = self._archive.papers(chosen)
        shown = tuple(papers[id_] for id_ in chosen if id_ in papers)
        why = dict.fromkeys(explored, EXPLORE)
        notices = self._notices(learned) if shown else ("No stored paper is left that you have not kept or read.",)
        return Feed(name, shown, None, "archive", notices, why)

    def _ranked(self, learned: _Learned, hidden: set[str]) -> tuple[list[str], list[str]]:
        """The best papers, and other candidates with the most votes first."""
        import numpy as np  # noqa: PLC0415 - heavy

        from papertui.recommend.model import PEOPLE, with_votes  # noqa: PLC0415 - brings numpy with it

        corpus, model, days = learned.corpus, learned.model, self._settings.days
        since = max(0, corpus.last_day() - days + 1) if days else 0
        people = {key: PEOPLE * weight for key, weight in model.people.items()} if days else {}
        ids: list[str] = []
        found, votes = [np.empty(0)], [np.empty(0)]
        for segment, docs, scores in corpus.scores(model.of_words(corpus), people):
            new = np.flatnonzero(segment.days[docs] >= since)
            ids += segment.ids.some(docs[new])
            found.append(scores[new])
            votes.append(segment.numbers("votes").at(docs[new]).astype(float))
        each = np.concatenate(votes)
        total = with_votes(np.concatenate(found), each, model.kept)
        best = [ids[place] for place in np.argsort(-total, kind="stable").tolist()]
        best = [id_ for id_ in best if id_ not in hidden]
        voted = dict(zip(ids, each.tolist(), strict=True))
        others = sorted(best[_LENGTH:] or best[len(best) // 2 :], key=lambda id_: -voted[id_])
        return best[:_LENGTH], others[:_LENGTH]

    def _explored(self, ids: Sequence[str], candidates: Sequence[str], today: date) -> list[str]:
        """Papers that another reader would keep, the same ones for a day."""
        from random import Random  # noqa: PLC0415 - needed here only

        number = round(len(ids) * self._settings.explore)
        # Not for security.
        return Random(today.toordinal()).sample(list(candidates), min(number, len(candidates)))  # noqa: S311

    def _to_rate(self, name: FeedName, learned: _Learned, hidden: set[str]) -> Feed:
        """Papers that differ from each other, to learn from what the reader thinks of them."""
        from papertui.search.clusters import spread_out  # noqa: PLC0415 - brings numpy with it

        ids = [id_ for id_ in learned.corpus.newest(_CANDIDATES + len(hidden)) if id_ not in hidden][:_CANDIDATES]
        papers = self._archive.papers(ids)
        ids = [id_ for id_ in ids if id_ in papers and papers[id_].abstract] or [id_ for id_ in ids if id_ in papers]
        vectors = learned.corpus.vectors(ids)
        votes = [float(papers[id_].upvotes or 0) for id_ in ids]
        places = spread_out(vectors, votes, max(1, _RATED - len(self._opinions.thumbs()))) if ids else []
        notice = (
            "For you learns from what you keep. To begin, rate these papers, which differ as much as possible, "
            "bookmark some papers, or import your library."
        )
        empty = "Nothing is stored yet: open another feed first."
        return Feed(name, tuple(papers[ids[place]] for place in places), None, "archive", (notice if ids else empty,))

    def _notices(self, learned: _Learned) -> tuple[str, ...]:
        pauses = self._opinions.pauses()
        if pauses and pauses[-1].end is None:
            return ("For you is paused: it learns nothing new. “papertui foryou resume” ends the pause.",)
        kept = len(learned.kept_ids)
        return (f"Learned from {plural(kept, 'kept paper')}; votes still count much.",) if kept < _RATED else ()

    # --- why -------------------------------------------------------------------------------------------

    def why(self, id_: str) -> Why:
        """What speaks for a paper.

        Raises:
            PaperNotFoundError: it is not stored.
            StoreError: the disk cannot be read.
        """
        paper = self._archive.paper(id_) or self._library.whole([id_]).get(id_)
        if paper is None:
            raise PaperNotFoundError(f"{id_} is neither in your library nor stored. “papertui show {id_}” fetches it.")
        return self.whys([paper])[paper.id]

    def whys(self, papers: Sequence[Paper]) -> dict[str, Why]:
        """What speaks for each of some papers, by id.

        Raises:
            StoreError: the disk cannot be read.
        """
        from papertui.recommend.model import scores  # noqa: PLC0415 - brings numpy with it
        from papertui.recommend.reasons import speaking  # noqa: PLC0415 - as above
        from papertui.recommend.rows import people_keys  # noqa: PLC0415 - as above

        learned = self._current()
        pins = {str(parse_reason(text)) for text in self._settings.pin}
        made: dict[str, Why] = {}
        kept_papers: dict[str, Paper] = {}
        for paper in papers:
            row = learned.corpus.features([paper.id], {paper.id: paper})
            found = speaking(learned.corpus, learned.model, row, learned.kept)
            names = dict(zip(people_keys(paper.authors, None), (("author", n) for n in paper.authors), strict=True))
            if paper.organization:
                names[people_keys((), paper.organization)[0]] = ("org", paper.organization)
            like = [(learned.kept_ids[one.place], one) for one in found.like if learned.kept_ids[one.place] != paper.id]
            missing = [kept for kept, _ in like if kept not in kept_papers]
            if missing:
                kept_papers |= self._library.whole(missing) | self._archive.papers(missing)
            spelt = _spelling(paper)
            made[paper.id] = Why(
                paper,
                float(scores(learned.corpus, learned.model, row)[0] + learned.model.bias),
                tuple(_share("word", spelt(one.word), one.share, 0, pins) for one in found.words),
                tuple(_share(*names[one.key], one.share, one.kept, pins) for one in found.people if one.key in names),
                tuple(
                    LikeKept(kept_papers[kept], one.similarity, one.words) for kept, one in like if kept in kept_papers
                ),
                found.against,
                learned.model.kept,
            )
        return made

    def kept(self) -> int:
        """The number of kept papers that were learned from.

        Raises:
            StoreError: the disk cannot be read.
        """
        return self._current().model.kept

    def status(self) -> Status:
        """What is learned from, and what was learned.

        Raises:
            StoreError: the disk cannot be read.
        """
        from papertui.recommend.model import votes_weight  # noqa: PLC0415 - brings numpy with it

        learned = self._current()
        thumbs, pauses = self._opinions.thumbs().values(), self._opinions.pauses()
        model = learned.model
        strongest = model.weights.argsort()[::-1][:10]
        numbers = learned.corpus.numbers(model.keys[strongest])
        words = tuple(learned.corpus.word(number) for number in numbers.tolist() if number >= 0)
        return Status(
            len(learned.kept_ids),
            learned.shown,
            sum(thumb.up for thumb in thumbs),
            sum(not thumb.up for thumb in thumbs),
            pauses[-1].start if pauses and pauses[-1].end is None else None,
            votes_weight(len(learned.kept_ids)),
            words,
            self._people_names(learned),
            self._settings.mute,
            self._settings.pin,
        )

    def _people_names(self, learned: _Learned) -> tuple[str, ...]:
        """The authors and organisations that speak for a paper, the strongest first."""
        from papertui.recommend.rows import people_keys  # noqa: PLC0415 - brings numpy with it

        names: dict[int, str] = {}
        for authors, organization in self._opinions.people(learned.kept_ids).values():
            names.update(zip(people_keys(authors, None), authors, strict=True))
            if organization:
                names[people_keys((), organization)[0]] = organization
        ranked = sorted(learned.model.people.items(), key=lambda pair: -pair[1])
        return tuple(names[key] for key, weight in ranked[:10] if key in names and weight > 0)

    # --- what the reader says --------------------------------------------------------------------------

    def thumbs(self) -> Mapping[str, bool]:
        """The papers with a thumb, by id: whether it is up.

        Raises:
            StoreError: the archive cannot be read.
        """
        return {id_: thumb.up for id_, thumb in self._opinions.thumbs().items()}

    def rate(self, ids: Iterable[str], *, up: bool | None) -> None:
        """Give papers a thumb up or down; ``None`` takes it away.

        Raises:
            StoreError: the archive cannot be written.
        """
        self._opinions.set_thumbs(ids, self._now(), up=up)

    def reset(self) -> int:
        """Forget all thumbs and pauses; return how many thumbs there were. Bookmarks and settings stay.

        Raises:
            StoreError: the archive cannot be written.
        """
        number = self._opinions.reset()
        self._learned = None
        return number

    def pause(self, *, on: bool) -> bool:
        """Stop learning from what happens now on, or go on; return whether that changed anything.

        Raises:
            StoreError: the archive cannot be written.
        """
        return self._opinions.pause(self._now(), on=on)

    def tune(self, reason: ReasonName, what: Tuned) -> None:
        """Mute or pin a reason in the settings, or neither.

        Raises:
            SettingsError: the settings are invalid.
            StoreError: they cannot be written.
        """
        from papertui.settings.edit import SettingsFile  # noqa: PLC0415 - brings tomlkit with it

        file: SettingsFile = SettingsFile(self._file)
        present = file.load().foryou
        muted, pinned = _without(present.mute, reason), _without(present.pin, reason)
        if what == "mute":
            muted = (*muted, str(reason))
        elif what == "pin":
            pinned = (*pinned, str(reason))
        self._settings = file.foryou(present._replace(mute=muted, pin=pinned)).foryou


def _spelling(paper: Paper) -> Callable[[str], str]:
    """A function from a word of the index to the word as the paper spells it: ``multi-view``, not ``multiview``."""
    from papertui.search.words import fold  # noqa: PLC0415 - compiles large patterns

    compounds = {word.replace("-", ""): word for word in _COMPOUND.findall(fold(f"{paper.title} {paper.abstract}"))}
    return lambda word: compounds.get(word, word)


def _share(kind: str, value: str, share: float, kept: int, pins: set[str]) -> ReasonShare:
    name = parse_reason(f"{kind}:{value}")
    return ReasonShare(name, share, kept, str(name) in pins)


def _without(texts: Sequence[str], reason: ReasonName) -> tuple[str, ...]:
    return tuple(text for text in texts if parse_reason(text) != reason)


def _keys(reason: ReasonName) -> list[int]:
    """The numbers of a reason among words and people; none for a paper."""
    from papertui.recommend.rows import author_key, organization_key, word_key  # noqa: PLC0415 - brings numpy
    from papertui.search.words import fold, words  # noqa: PLC0415 - compiles large patterns

    if reason.kind == "author":
        return [author_key(reason.value)]
    if reason.kind == "org":
        return [organization_key(reason.value)]
    if reason.kind == "paper":
        return []
    if "-" in reason.value:  # the index also has a compound as one word
        return [word_key(fold(reason.value).replace("-", ""))]
    return [word_key(word) for word in words(reason.value)]


def _is_paused(moment: datetime, pauses: Sequence[Pause]) -> bool:
    return any(pause.contains(moment) for pause in pauses)


def _woven(ids: Sequence[str], explored: Sequence[str], share: float) -> list[str]:
    """The ids with the explored ones among them: the last of every ten, if the share is a tenth."""
    if not explored or share <= 0:
        return list(ids)
    others = [id_ for id_ in ids if id_ not in explored]
    step = max(2, round(1 / share))
    made: list[str] = []
    left = list(explored)
    for id_ in others:
        if left and len(made) % step == step - 1:
            made.append(left.pop(0))
        made.append(id_)
    return made[:_LENGTH]
