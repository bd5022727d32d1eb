"""Fictional papers with words of random syllables, distributed as in natural language."""

import random
from itertools import accumulate

from papertui.model.paper import Paper

_SYLLABLES = [
    start + end for start in (*"bcdfglmnprstv", "st", "tr", "pl", "gr") for end in (*"aeiou", "an", "er", "ion", "al")
]


def fictional_papers(count: int, seed: int = 3) -> list[Paper]:
    """Return `count` papers with titles of 5 to 12 words, authors, and 60-word abstracts; deterministic by `seed`."""
    dice = random.Random(seed)
    words = list(
        dict.fromkeys("".join(dice.choices(_SYLLABLES, k=dice.choice((2, 2, 3, 3, 4)))) for _ in range(12_000))
    )
    # Zipf's law: the frequency of the n-th word is 1/n of that of the first one.
    spread = list(accumulate(1 / (place + 20) for place in range(len(words))))
    names = [word.capitalize() for word in dice.sample(words, 3000)]

    def said(size: int) -> str:
        return " ".join(dice.choices(words, cum_weights=spread, k=size))

    return [
        Paper(
            id=f"{2000 + place // 10_000}.{place % 10_000:05}",
            title=said(dice.randint(5, 12)).capitalize(),
            abstract=said(60),
            authors=tuple(" ".join(dice.choices(names, k=2)) for _ in range(dice.randint(1, 6))),
        )
        for place in range(count)
    ]
