"""Find acronyms that papers define: ``mixture of experts (MoE)``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from papertui.core.search.words import fold

#: Two to eight letters in parentheses, at least two of them capitals, and an optional plural s: (MoE), (LLMs), (3D-GS).
_BRACKETED = re.compile(r"\(([A-Za-z0-9][A-Za-z0-9-]{1,9})\)")
_BEFORE = 120
_WORD = re.compile(r"[^\W_]+")
#: Words that an acronym may skip.
_SMALL = frozenset({"of", "the", "and", "for", "in", "on", "to", "with", "a", "an", "by", "from", "via", "as", "at"})
#: Acronyms in common use, which papers do not define.
COMMON = (
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
    found: set[tuple[str, str]] = set()
    for text in texts:
        if "(" in text:
            found.update(_explained(text))
    return found


def _explained(text: str) -> Iterator[tuple[str, str]]:
    for bracket in _BRACKETED.finditer(text):
        short = bracket[1]
        letters = short.removesuffix("s") if len(short) > 2 else short  # noqa: PLR2004
        if sum(map(str.isupper, letters)) < 2:  # noqa: PLR2004
            continue
        before = _WORD.findall(text, max(0, bracket.start() - _BEFORE), bracket.start())
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
