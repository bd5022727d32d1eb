"""Text as search sees it: folded letters, words, acronyms."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from papertui.model.paper import Paper
from papertui.search import folding

# --- folding -----------------------------------------------------------------------------------------
#: See `papertui.search.folding`, which does not load the patterns of this module.
fold = folding.fold

#: Scripts written without spaces: kana, bopomofo, ideographs (with their later planes).
_SPACELESS = "\u3041-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
#: A word, a number, a version, a new arXiv id: a dot continues a word if digits follow.
_WORDS_WORD = rf"[^\W_{_SPACELESS}]+(?:\.\d+)*"
_PLAIN_WORDS = cache(lambda: re.compile(_WORDS_WORD))
_ASCII_WORDS = re.compile(r"[a-z0-9]+(?:\.[0-9]+)*")  # the same, three times as fast
#: For texts without such dots, the usual case, and three times as fast again: everything else becomes a blank.
_BLANKS = "".join(chr(code) if chr(code).isalnum() else " " for code in range(128))
_DOTTED = re.compile(r"\.[0-9]")
_SPACELESS_RUN = cache(lambda: re.compile(f"[{_SPACELESS}]+"))
#: Words with a sign: C++ and g++, C# and A* (one letter only, since other words have footnotes and tags), .NET.
_SIGNED_WORD = r"""
    (?<![^\W_]) (?: [a-z][a-z0-9]*\+\+ | (?<![*]) [a-z][#*](?![^\W_]|[#*]) | (?<![.)\]}])\.[a-z]{2,}(?![^\W_]) )
"""
_SIGNED = re.compile(_SIGNED_WORD, re.VERBOSE)
SIGNS = ".+#*"
#: A dot at the start of a word. The dot comes first in the expression, which makes it many times as fast.
_DOT_FIRST = re.compile(r"\.(?<![^\W_]\.)(?<![.)\]}]\.)[a-z]")
# Not at the import: compiling the large classes of characters takes as long as all else there.
_TOKEN = cache(
    lambda: re.compile(
        rf"""
      (?P<spaceless>[{_SPACELESS}]+)
    | {_SIGNED_WORD}
    | [a-z-]{{2,10}}(?:\.[a-z]{{2}})?/\d{{7}}(?!\d)               # an old arXiv id: hep-th/9711200
    | (?:cs|econ|eess|math|nlin|stat)\.[a-z]{{2}}(?![^\W_])       # an arXiv category: cs.cl
    | {_WORDS_WORD}
    """,
        re.VERBOSE,
    )
)
#: Possessive and only at the start of a word, for linear time on any text. Groups are not possessive, because Python
#: before 3.11.5 loses their start (https://github.com/python/cpython/issues/106052).
_PART = rf"[^\W_{_SPACELESS}]++(?:\.\d++)*"
#: The second group is not empty if more parts follow.
_COMPOUND = cache(
    lambda: re.compile(rf"(?<![^\W_])(?<![-.])({_PART}(?:-{_PART}){{1,2}})(?![^\W_]|\.\d)(?=(-?)[^\W_]|)")
)
#: Common words. An existing word is never corrected to one of these, and a correction is never highlighted in one.
COMMON_WORDS = frozenset(
    # One text: seventy quoted words are hard to read.
    """
    the and for with from that this these those than then they them their there are was were been have has had can not
    but its into onto over such via our you your who whom whose which what when where while how why all any each both
    also more most only other some very will would could should may might about between through under
    """.split()  # noqa: SIM905
)

#: Function words: they mean nothing in a search. Real ones only: not “use”, “new”, “method”.
SMALL_WORDS = frozenset(
    """
    a about above across after again against all almost along already also although always am among an and another any
    anyone anything are around as at away be because been before behind being below beside besides between beyond both
    but by can cannot could did do does doing done down due during each either else enough etc even ever every few for
    from further had has have having he hence her here hers him his how however i if in indeed instead into is it its
    itself just least less like may me might mine more moreover most much must my near neither nevertheless no nor not
    nothing now of off often on once one ones only onto or other others otherwise our ours out over own per perhaps
    quite rather really same several shall she should since so some someone something sometimes somewhat still such
    than that the their theirs them themselves then there thereby therefore these they this those though through
    throughout thus to together too toward towards under unless until up upon us very via was we well were what whatever
    when where whereas whether which while who whole whom whose why will with within without would yet you your
    """.split()  # noqa: SIM905 - hundreds of quoted words are hard to read
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text."""

    #: The folded letters.
    word: str
    #: For each folded letter its position in the folded text.
    letters: Sequence[int]


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A folded text with the original positions of its letters."""

    #: The folded letters.
    text: str
    #: For each folded letter, the start of its character in the original.
    starts: Sequence[int]
    #: For each folded letter, the end (exclusive) of its character, including marks that follow it.
    ends: Sequence[int]


def fold_with_places(text: str) -> FoldedText:
    """Return `text` in plain lower-case letters, with the positions of the original characters."""
    if text.isascii():
        return FoldedText(text.lower(), range(len(text)), range(1, len(text) + 1))
    plain: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for place, character in enumerate(text):
        letters = folding.fold_character(character)
        if letters:
            plain.append(letters)
            starts.extend([place] * len(letters))
            ends.extend([place + 1] * len(letters))
        elif ends and ends[-1] == place:
            ends[-1] = place + 1
    return FoldedText("".join(plain), starts, ends)


def words(text: str) -> set[str]:
    """Return the words of `text` for an index, folded: hyphenated ones split and joined, spaceless scripts in pairs."""
    folded = fold(text)
    signed = set(_SIGNED.findall(folded)) if _may_have_signs(folded) else set()
    # The word “c” is not in “C++”, but “net” is in “.NET”.
    rest = _SIGNED.sub(_without_sign, folded) if signed else folded
    if folded.isascii():
        dotted = _DOTTED.search(rest)
        all_words = set(_ASCII_WORDS.findall(rest) if dotted else rest.translate(_BLANKS).split())
    else:
        all_words = set(_PLAIN_WORDS().findall(rest))
        for run in _SPACELESS_RUN().finditer(folded):
            all_words.update(folded[a:b] for a, b in _pairs(*run.span(), tail=True))
    if "-" in folded:
        for chunk in folded.split():
            if "-" in chunk:
                all_words.update(
                    name.replace("-", "") for name, more in _COMPOUND().findall(chunk) if not more or _is_one_word(name)
                )
    return all_words | signed if signed else all_words


def _may_have_signs(folded: str) -> bool:
    return "++" in folded or "#" in folded or "*" in folded or _DOT_FIRST.search(folded) is not None


def _without_sign(match: re.Match[str]) -> str:
    return f" {bare} " if len(bare := match[0].strip(SIGNS)) > 1 else " "


def is_word(word: str, sought: str) -> bool:
    """Whether a word of a text is the one sought, or has only a sign more: “net” in .NET, but not “c” in C++."""
    return word == sought or (word.strip(SIGNS) == sought and len(sought) > 1)


def typed_words(text: str) -> list[tuple[str, ...]]:
    """Return the words of `text` as typed in a search line, each with its parts if it is one word with hyphens.

    A hyphenated word with a single letter or a number in it is one word: ``k-means``, ``GPT-4``, ``x-ray``. Its letters
    in one piece, as in an index, come first, then the parts. Others are searched part by part, as is ``2024-01-05``.
    """
    folded = fold(text)
    typed: list[tuple[str, ...]] = []
    last = 0
    for match in _COMPOUND().finditer(folded) if "-" in folded else ():
        if _is_one_word(match[0]) and not match[2]:
            parts = match[0].split("-")
            typed.extend((word,) for word in query_words(folded[last : match.start()]))
            typed.append(("".join(parts), *parts))
            last = match.end()
    typed.extend((word,) for word in query_words(folded[last:]))
    return typed


def _is_one_word(compound: str) -> bool:
    """Whether a part of a hyphenated word means little alone: a letter or a number. Dates are several words."""
    bound = any(len(part) == 1 or part[0].isdigit() for part in compound.split("-"))
    return bound and any(map(str.isalpha, compound))


def _joins(compound: str, more: str) -> bool:
    """Whether a hyphenated word is indexed in one piece; of one with more parts, only a name such as Llama-3.1-8B."""
    return not more or _is_one_word(compound)


def query_words(text: str) -> list[str]:
    """Return the words of `text` in their order: as `words`, but each in one form only."""
    folded = fold(text)
    typed: list[str] = []
    for match in _TOKEN().finditer(folded):
        if match.lastgroup:
            typed.extend(folded[a:b] for a, b in _pairs(*match.span(), tail=match.end() - match.start() == 1))
        else:
            typed.append(match[0])
    return typed


def tokens(folded: str) -> list[Token]:
    """Return the words of a folded text with the positions of their letters."""
    found_tokens: list[Token] = []
    for match in _TOKEN().finditer(folded):
        if match.lastgroup:
            found_tokens.extend(Token(folded[a:b], range(a, b)) for a, b in _pairs(*match.span(), tail=True))
        else:
            found_tokens.append(Token(match[0], range(*match.span())))
    if "-" in folded:
        for match in _COMPOUND().finditer(folded):
            if not _joins(*match.groups()):
                continue
            places = [place for place in range(*match.span()) if folded[place] != "-"]
            found_tokens.append(Token(match[0].replace("-", ""), places))
    return found_tokens


def _pairs(start: int, end: int, *, tail: bool) -> Iterator[tuple[int, int]]:
    """Yield overlapping pairs of letters; with `tail` also the last letter alone, so that it can be found."""
    yield from ((place, place + 2) for place in range(start, end - 1))
    if tail:
        yield end - 1, end


# --- acronyms: ``mixture of experts (MoE)`` ----------------------------------------------------------

#: Two to eight letters in parentheses, at least two of them capitals, and an optional plural s: (MoE), (LLMs), (3D-GS).
_BRACKETED = re.compile(r"\(([A-Za-z0-9][A-Za-z0-9-]{1,9})\)")
_BEFORE = 120
_ACRONYMS_WORD = re.compile(r"[^\W_]+")
#: Words that an acronym may skip.
_SMALL = frozenset({"of", "the", "and", "for", "in", "on", "to", "with", "a", "an", "by", "from", "via", "as", "at"})
#: Acronyms in common use, which papers do not define.
COMMON_ACRONYMS = (
    ("ai", "artificial intelligence"),
    ("asr", "automatic speech recognition"),
    ("cnn", "convolutional neural network"),
    ("cot", "chain of thought"),
    ("cv", "computer vision"),
    ("dpo", "direct preference optimization"),
    ("gan", "generative adversarial network"),
    ("gnn", "graph neural network"),
    ("grpo", "group relative policy optimization"),
    ("icl", "in context learning"),
    ("llm", "large language model"),
    ("lora", "low rank adaptation"),
    ("lstm", "long short term memory"),
    ("mcts", "monte carlo tree search"),
    ("ml", "machine learning"),
    ("mllm", "multimodal large language model"),
    ("moe", "mixture of experts"),
    ("mot", "multiple object tracking"),
    ("nas", "neural architecture search"),
    ("nerf", "neural radiance field"),
    ("nlp", "natural language processing"),
    ("ocr", "optical character recognition"),
    ("ode", "ordinary differential equation"),
    ("pde", "partial differential equation"),
    ("peft", "parameter efficient fine tuning"),
    ("ppo", "proximal policy optimization"),
    ("qa", "question answering"),
    ("rag", "retrieval augmented generation"),
    ("rl", "reinforcement learning"),
    ("rlhf", "reinforcement learning from human feedback"),
    ("rlvr", "reinforcement learning with verifiable rewards"),
    ("rnn", "recurrent neural network"),
    ("sft", "supervised fine tuning"),
    ("slam", "simultaneous localization and mapping"),
    ("ssm", "state space model"),
    ("svm", "support vector machine"),
    ("tts", "text to speech"),
    ("vae", "variational autoencoder"),
    ("vit", "vision transformer"),
    ("vla", "vision language action"),
    ("vlm", "vision language model"),
    ("vqa", "visual question answering"),
)  # fmt: skip


def acronyms_in(*texts: str) -> set[tuple[str, str]]:
    """Return the acronyms defined in `texts`, each with the words it stands for, both folded."""
    pairs: set[tuple[str, str]] = set()
    for text in texts:
        if "(" in text:
            pairs.update(_explained(text))
    return pairs


def _explained(text: str) -> Iterator[tuple[str, str]]:
    for bracket in _BRACKETED.finditer(text):
        short = bracket[1]
        letters = short.removesuffix("s") if len(short) > 2 else short  # noqa: PLR2004
        if sum(map(str.isupper, letters)) < 2:  # noqa: PLR2004
            continue
        before = _ACRONYMS_WORD.findall(text, max(0, bracket.start() - _BEFORE), bracket.start())
        words = _stands_for(fold(letters).replace("-", ""), [fold(word) for word in before])
        if words:
            yield fold(letters).replace("-", ""), " ".join(words)


def _stands_for(letters: str, before: list[str]) -> list[str]:
    """Return the last of the words `before` that `letters` abbreviate; empty if they do not.

    Each word gives its first letter, and optionally one or two more in order; small words may give none. After
    Schwartz and Hearst, "A simple algorithm for identifying abbreviation definitions in biomedical text" (2003),
    restricted to words that give their first letter, since users type these.
    """
    start = _start(letters, before, len(before))
    if start is None or len(before) - start < 2 or before[start] in _SMALL:  # noqa: PLR2004
        return []
    return before[start:]


def _start(letters: str, before: list[str], end: int) -> int | None:
    """Return where the words before `end` begin that give `letters`; ``None`` if they do not."""
    if not letters:
        return end
    if not end:
        return None
    word = before[end - 1]
    for count in range(1, min(3, len(letters)) + 1):
        if _gives(word, letters[-count:]):
            start = _start(letters[:-count], before, end - 1)
            if start is not None:
                return start
    return _start(letters, before, end - 1) if word in _SMALL and end < len(before) else None


def _gives(word: str, part: str) -> bool:
    if word[0] != part[0]:
        return False
    at = 0
    for letter in part:
        at = word.find(letter, at) + 1
        if not at:
            return False
    return True


# --- characteristic words ----------------------------------------------------------------------------

_TITLE, _KEYWORD, _ABSTRACT = 3.0, 2.0, 1.0
#: Further occurrences of a word in an abstract do not count.
_OFTEN = 3
_SHORTEST = 3


def characteristic_words(paper: Paper) -> dict[str, float]:
    """Return the words of a paper with their weights, before their rarity is known."""
    counts_by_word: dict[str, float] = {}
    counts = Counter(query_words(paper.abstract))
    for word, times in counts.items():
        counts_by_word[word] = _ABSTRACT * min(times, _OFTEN)
    for keyword in paper.keywords:
        for word in query_words(keyword):
            counts_by_word[word] = counts_by_word.get(word, 0.0) + _KEYWORD
    for word in dict.fromkeys(query_words(paper.title)):
        counts_by_word[word] = counts_by_word.get(word, 0.0) + _TITLE
    return {
        word: counts for word, counts in counts_by_word.items() if word not in COMMON_WORDS and len(word) >= _SHORTEST
    }
