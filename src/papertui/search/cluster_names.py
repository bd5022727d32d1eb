"""Names of clusters: the words and pairs of words that set the papers of each apart from the others."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import log
from typing import NamedTuple

from papertui.model.paper import Paper
from papertui.search.folding import fold
from papertui.search.words import SMALL_WORDS

#: Words in a name.
_MOST = 3
#: What a word in the keywords, or in the abstract, counts, against one in the title.
_ELSEWHERE = 0.5
#: With at most this many papers, their abstracts are read as well: titles alone say too little.
_FEW = 400
#: A pair of words says more than one word of the same weight.
_PAIR = 1.5
#: A word has at least this share of the papers of its cluster, and this share of the weight of the first
#: word, or this weight.
_LEAST_SHARE, _LEAST_WEIGHT, _ENOUGH = 0.03, 0.12, 0.08
#: A word that is mostly in one pair of words counts less, so that the pair is taken.
_IN_PAIR, _HALF = 0.6, 0.5
#: A word of less than this counts hardly anything: it is in one paper only.
_SINGLE, _HARDLY = 1.5, 0.02
#: Words that begin with this many equal letters, and with all but a few of the shorter one, are one: robot, robotic.
_ROOT, _ENDING = 5, 3
#: A word is written small if it is so in this share of its places.
_SMALL_SHARE = 0.2
#: A text capitalises all words, which says nothing about any of them, if more than this share of its long words have a
#: capital; and the fewest letters of a long word.
_MOST_CAPITALS, _LONG = 0.6, 4
_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[^\w\s]")

#: Words of all papers: they name no subject. A pair has one of them at most.
_GENERIC = frozenset(
    """
    abstract academic achieve achieving across adaptive address addressing advance advanced advancing aim alternative
    analyse analysis analyze analyzing application applied apply applying approach architecture aspect author automated
    automatic automatically available aware base based baseline benchmark benchmarking best better beyond big build
    building capability capable case challenge challenging class code collection combine combining common comparable
    compare compared comparing comparison complete complex comprehensive computation computational compute computing
    concept conclude condition consider consistent constraint construct construction context contribution core current
    data dataset deep demonstrate demonstrated demonstrating dependent design designed designing develop developing
    development different difficult direct directly domain dynamic dynamically easy effect effective effectively
    efficiency efficient efficiently element emerging empirical enable enabling end-to-end enhance enhanced enhancing
    ensure establish estimate evaluate evaluating evaluation example existing experiment experimental explore exploring
    extend extended extending extension extensive fast feature field finding first five flexible focus following form
    formal foundation four framework free from full fully function fundamental further future gap general generalized
    generic give given goal good great group guide guided help high high-quality higher highly human hybrid idea
    identify impact implementation implication important improve improved improvement improving include including
    incorporate increase increasing individual information input insight instance integrate integrated integrating
    introduce introducing introduction investigate investigating investigation issue joint jointly key knowledge known
    lack large large-scale larger latest law lead leading learn learned learning level leverage leveraging limit
    limitation limited line list local long long-term look low lower main make making many measure measurement measuring
    mechanism method methodology metric model modeling modelling modern modular module more multi multiple natural
    necessary need network new next non note notion novel number numerical object objective observation observed obtain
    offer open open-source operation order original outperform output overall overview paper paradigm parameter part
    particular perform performance perspective phase piece pipeline point popular positive possible potential power
    powerful practical practice predict predicting prediction preliminary present previous principle principled prior
    problem procedure process processing produce progress project promising properties property propose proposed
    provide providing quality question range rate reach real real-world recent recently reduce reducing regime related
    relation relative release remain report require requirement requiring research researcher result rethinking reveal
    revealing review revisit revisiting right robust robustness role run scalable scale scaling scenario scheme score
    second section selection sense series set setting shape short show showing shown significant significantly simple
    simulation simultaneous single size small solution solve solving some source space special specific stage standard
    state state-of-the-art step strategy strong structure structured study studying sub substantial such suite superior
    support survey system systematic take target task technical technique term test testing theoretical theory third
    three time tool toward train training true two type understand understanding unified unify unifying unique universal
    unknown use used user using value variable variant variety various vary vector version via view way week well wide
    widely without work world year yield
    """.split()  # noqa: SIM905 - hundreds of quoted words are hard to read
)
#: Words that are a part of a longer phrase at the end of a pair, such as “multimodal large”, or end one that is whole.
_PLAIN_ENDS = frozenset(
    """
    approach benchmark dataset demonstrate efficient existing experiment framework large large-scale method model multi
    new novel paper paradigm performance problem propose report result setting study survey system task technical time
    toward use using via
    """.split()  # noqa: SIM905
)

#: A word, or two that follow each other, each without the ending of its plural.
Term = tuple[str, ...]


def cluster_names(clusters: Sequence[Sequence[Paper]], acronyms: Mapping[str, str]) -> list[str]:
    """Return a name for each cluster; no word is in two of them.

    Args:
        clusters: some papers of each; a few hundred are enough.
        acronyms: what letters stand for.
    """
    held = _Terms()
    whole = sum(map(len, clusters)) <= _FEW
    counts = [_counted(papers, held, whole=whole) for papers in clusters]
    names: list[list[str]] = [[] for _ in clusters]
    first: dict[int, float] = {}
    taken: set[str] = set()
    for weight, place, term in _weighed(counts, [len(papers) for papers in clusters]):
        own = names[place]
        if len(own) == _MOST or weight < min(_LEAST_WEIGHT * first.get(place, 0), _ENOUGH):
            continue
        parts = _parts(term, acronyms)
        if parts & taken or any(_is_like(term, name) for name in own):
            continue
        taken |= parts
        first.setdefault(place, weight)
        own.append(held.spelling(term))
    rest = 0
    made = []
    for own in names:
        rest += not own
        made.append(", ".join(own) if own else f"others {rest}" if rest > 1 else "others")
    return made


class _Terms:
    """Finds the terms of texts, and remembers how they are spelt."""

    def __init__(self) -> None:
        self._spellings: defaultdict[Term, Counter[str]] = defaultdict(Counter)
        self._words: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._known: dict[str, tuple[str, str]] = {}

    def of(self, text: str) -> set[Term]:
        return set(self._found(_TOKEN.findall(text)))

    def _found(self, tokens: Sequence[str]) -> Iterator[Term]:
        before, before_folded = "", ""
        long = [token for token in tokens[1:] if len(token) >= _LONG]
        says_case = sum(token[0].isupper() for token in long) <= _MOST_CAPITALS * len(long)
        for place, token in enumerate(tokens):
            known = self._known.get(token)
            if known is None:
                folded = fold(token)
                known = self._known[token] = folded, "" if folded in SMALL_WORDS else _singular(folded)
            folded, word = known
            if not word or not word[0].isalnum():
                before = ""
                continue
            is_first = not place or not tokens[place - 1][0].isalnum()
            if (says_case and not is_first) or not _is_capitalised(token):
                self._words[folded][token] += 1
            if _names_something(word):
                self._spellings[word,][folded] += 1
                yield (word,)
            if before and _is_pair(before, word):
                self._spellings[before, word][f"{before_folded} {folded}"] += 1
                yield before, word
            before, before_folded = word, folded

    def spelling(self, term: Term) -> str:
        """Return the most usual spelling: words are small unless they never are, such as LLM, 3D and Gaussian."""
        counts = self._spellings[term]
        usual = min(counts, key=lambda text: (-counts[text], text))
        return " ".join(map(self._cased, usual.split()))

    def _cased(self, word: str) -> str:
        counts = self._words[word]
        best = min(counts, key=lambda text: (-counts[text], text), default=word)
        return word if counts[word] >= _SMALL_SHARE * sum(counts.values()) else best


def _is_capitalised(token: str) -> bool:
    parts = token.split("-")
    return token[0].isupper() and all(part[1:].islower() or (part.islower() and len(part) == 1) for part in parts)


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > _ROOT:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and len(word) > 3 and word[-2] not in "sui'’" else word  # noqa: PLR2004


def _names_something(word: str) -> bool:
    return len(word) > 1 and word not in _GENERIC and not word.isdigit()


def _is_pair(first: str, second: str) -> bool:
    if first.isdigit() or second.isdigit() or second in _PLAIN_ENDS or first in _PLAIN_ENDS:
        return False
    return _names_something(first) or _names_something(second)


def _counted(papers: Sequence[Paper], held: _Terms, *, whole: bool) -> dict[Term, float]:
    """Return in how many papers each term is."""
    counts: defaultdict[Term, float] = defaultdict(float)
    for paper in papers:
        title = held.of(paper.title)
        other = {term for keyword in paper.keywords for term in held.of(keyword)}
        if whole:
            other |= held.of(paper.abstract)
        for term in title:
            counts[term] += 1
        for term in other - title:
            counts[term] += _ELSEWHERE
    return counts


class _Weighed(NamedTuple):
    weight: float
    cluster: int
    term: Term


def _weighed(counts: Sequence[Mapping[Term, float]], sizes: Sequence[int]) -> list[_Weighed]:
    """Return the terms of all clusters with what each says about its cluster, the most first.

    That is its share there times the logarithm of how much greater this is than its mean share elsewhere.
    """
    shares: defaultdict[Term, float] = defaultdict(float)
    for own, size in zip(counts, sizes, strict=True):
        for term, count in own.items():
            shares[term] += count / max(size, 1)
    others = max(1, len(counts) - 1)
    made = []
    for place, (own, size) in enumerate(zip(counts, sizes, strict=True)):
        pairs = _in_pairs(own)
        for term, count in own.items():
            if count < _LEAST_SHARE * size:
                continue
            share = count / size
            elsewhere = (shares[term] - share + _ELSEWHERE / size) / others
            if share > elsewhere:
                factor = _PAIR if len(term) > 1 else _HALF if term in pairs else 1
                factor *= _HARDLY if count < _SINGLE else 1
                made.append(_Weighed(factor * share * log(share / elsewhere), place, term))
    made.sort(key=lambda one: (-one.weight, one.cluster, one.term))
    return made


def _in_pairs(counts: Mapping[Term, float]) -> set[Term]:
    """Return the words that are mostly in one pair."""
    return {
        (word,)
        for term, count in counts.items()
        if len(term) > 1
        for word in term
        if count >= _IN_PAIR * counts.get((word,), count * 2)
    }


def _parts(term: Term, acronyms: Mapping[str, str]) -> set[str]:
    """Return the words that only one name has, if it has the term."""
    words = [part for word in term for part in {word, *word.split("-")}]
    meant = [_singular(part) for word in term for part in acronyms.get(word, "").split()]
    return {*filter(None, words), *(word for word in meant if word not in _GENERIC and word not in SMALL_WORDS)}


def _is_like(term: Term, name: str) -> bool:
    """Whether a term says the same as a part of a name: robotic, robot; AI, artificial intelligence."""
    words = re.split(r"[\s-]+", fold(name))
    own = [part for word in term for part in word.split("-")]
    initials, own_initials = "".join(word[:1] for word in words), "".join(word[:1] for word in own)
    if (len(own) == 1 and initials.startswith(own[0])) or (len(words) == 1 and own_initials.startswith(words[0])):
        return True
    return any(_same_root(one, other) for one in own for other in words)


def _same_root(one: str, other: str) -> bool:
    size = max(_ROOT, min(len(one), len(other)) - _ENDING)
    return len(one) >= size and one[:size] == other[:size]
