"""Train the word vectors for the search by meaning.

    python tools/train_vectors.py ABSTRACTS OUT [--seed N] [--epochs N] [--rows N]

ABSTRACTS is a file of papers (id, title, abstract, categories; separated by tabs; ``.xz``, ``.gz`` or plain). OUT is
the file that `papertui.search.vectors` reads. Needs numpy and scipy; takes some minutes and about 3 GB.

1. The vocabulary: words of titles and abstracts as the index has them, with enough support.
2. A start by latent semantic analysis (Deerwester et al., 1990): a truncated SVD of the TF-IDF matrix.
3. Contrastive training (InfoNCE, van den Oord et al., 2018): in each batch, every title has to find its abstract among
   all abstracts of the batch. In most pairs the words they share are hidden from the abstract, so that words have to
   find related words and not themselves; in some, a few words of the abstract take the place of the title. A weight
   per word is learned as well.
4. One byte per number, with one scale per word that includes its weight.

Figures of each step are printed: how often the title of a paper that was not trained on finds its abstract among
all that were not, as it is and without the words they share; the same by archive of arXiv.
"""

from __future__ import annotations

import argparse
import gzip
import lzma
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from papertui.search.vectors import DIMENSIONS, write_vectors
from papertui.search.words import SMALL_WORDS, words

Floats = NDArray[np.float32]

#: A word has to be in this many papers, and in at most this share of them.
_LEAST, _SHARE = 12, 0.25
_VOCABULARY = 27_000
_BATCH = 1024
_TEMPERATURE = 0.1
#: The share of the pairs in which the shared words are hidden.
_HIDDEN = 0.7
#: The share of the pairs in which a few words of the abstract take the place of the title; they are hidden, too.
_SAMPLED = 0.2
#: The fewest and the most of them (exclusive), and at most half of the abstract.
_SAMPLE = (3, 9)
_RATE = 2e-3
#: Papers that are not trained on.
_HELD = 4000
_POWER_STEPS, _MORE = 3, 32


class Texts(NamedTuple):
    """Papers as sparse rows of words: one where a paper has the word."""

    titles: sparse.csr_matrix
    abstracts: sparse.csr_matrix
    archives: Sequence[str]


def opened(path: Path) -> IO[str]:
    """Open a file of text, compressed or not."""
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8")
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")


def papers(path: Path, most: int | None) -> Iterator[tuple[set[str], set[str], str]]:
    """Yield the words of the title and of the abstract of each paper, and the archive of its first category."""
    with opened(path) as lines:
        for place, line in enumerate(lines):
            if place == most:
                return
            _, title, abstract, categories = line.rstrip("\n").split("\t")
            yield words(title), words(abstract), categories.split()[0].split(".")[0] if categories else ""


def is_eligible(word: str) -> bool:
    """Whether a word can have a meaning: not a number or a single letter, not a function word."""
    return len(word) > 1 and not word[0].isdigit() and word not in SMALL_WORDS


def read(path: Path, most: int | None) -> tuple[list[str], Texts]:
    """Return the vocabulary, and the papers as rows of it."""
    support: Counter[str] = Counter()
    numbers: dict[str, int] = {}
    rows: list[tuple[list[int], list[int]]] = []
    archives = []
    for title, abstract, archive in papers(path, most):
        support.update(title | abstract)
        rows.append(tuple([numbers.setdefault(word, len(numbers)) for word in text] for text in (title, abstract)))  # type: ignore[arg-type]
        archives.append(sys.intern(archive))
    frequent = [
        word
        for word, count in support.most_common()
        if count >= _LEAST and count <= _SHARE * len(rows) and is_eligible(word)
    ]
    vocabulary = sorted(frequent[:_VOCABULARY])
    column = np.full(len(numbers), -1, np.int64)
    column[[numbers[word] for word in vocabulary]] = np.arange(len(vocabulary))
    texts = Texts(
        matrix([column[title] for title, _ in rows], len(vocabulary)),
        matrix([column[abstract] for _, abstract in rows], len(vocabulary)),
        archives,
    )
    return vocabulary, texts


def matrix(rows: Sequence[NDArray[np.int64]], columns: int) -> sparse.csr_matrix:
    """Return rows of column numbers as a matrix of ones; negative numbers are left out."""
    rows = [np.sort(row[row >= 0]) for row in rows]
    ends = np.concatenate(([0], np.cumsum([len(row) for row in rows])))
    ones = np.ones(int(ends[-1]), np.float32)
    return sparse.csr_matrix((ones, np.concatenate(rows), ends), (len(rows), columns))


def start(texts: Texts, idf: Floats, rng: np.random.Generator) -> Floats:
    """Return vectors by latent semantic analysis: a randomised truncated SVD (Halko et al., 2011)."""
    both = (texts.titles + texts.abstracts).minimum(1).multiply(idf).tocsr().astype(np.float32)
    both = sparse.diags((1 / np.maximum(np.sqrt(both.multiply(both).sum(1).A1), 1e-9)).astype(np.float32)) @ both
    basis = rng.standard_normal((both.shape[1], DIMENSIONS + _MORE), np.float32)
    for _ in range(_POWER_STEPS):
        basis = np.linalg.qr(both.T @ (both @ basis))[0]
    _, scale, directions = np.linalg.svd(both @ basis, full_matrices=False)
    found = (basis @ directions.T)[:, :DIMENSIONS] * np.sqrt(scale[:DIMENSIONS])
    return np.asarray(found / np.linalg.norm(found, axis=1).clip(1e-9)[:, None], np.float32)


class Adam:
    """Kingma and Ba, 2015."""

    def __init__(self, value: Floats, rate: float) -> None:
        self.value = value
        self._rate = rate
        self._mean, self._square = np.zeros_like(value), np.zeros_like(value)
        self._step = 0

    def step(self, gradient: Floats, share: float) -> None:
        """Move against `gradient`, with `share` of the rate."""
        self._step += 1
        self._mean += 0.1 * (gradient - self._mean)
        self._square += 0.001 * (gradient * gradient - self._square)
        rate = self._rate * share * np.sqrt(1 - 0.999**self._step) / (1 - 0.9**self._step)
        self.value -= np.float32(rate) * self._mean / (np.sqrt(self._square) + np.float32(1e-8))


def normalised(sums: Floats) -> tuple[Floats, Floats]:
    """Return rows of length one, and their lengths."""
    lengths = np.linalg.norm(sums, axis=1).clip(1e-6)[:, None]
    return sums / lengths, lengths


def without(text: sparse.csr_matrix, hidden: sparse.csr_matrix, which: NDArray[np.bool_]) -> sparse.csr_matrix:
    """Return `text` without the words of `hidden`, in the rows of `which`."""
    chosen = sparse.diags(which.astype(np.float32)) @ hidden
    left = text - text.multiply(chosen)
    left.eliminate_zeros()
    return left.tocsr()


def sample(text: sparse.csr_matrix, which: NDArray[np.bool_], rng: np.random.Generator) -> sparse.csr_matrix:
    """Return a few words of each of the rows of `which`; nothing of the others."""
    kept = np.zeros(len(text.data), np.float32)
    for row in np.flatnonzero(which):
        first, last = text.indptr[row], text.indptr[row + 1]
        size = min(int(rng.integers(*_SAMPLE)), (last - first) // 2)
        kept[first + rng.choice(last - first, size, replace=False)] = 1
    chosen = sparse.csr_matrix((kept, text.indices.copy(), text.indptr.copy()), text.shape)
    chosen.eliminate_zeros()
    return chosen


def train(texts: Texts, vectors: Adam, weights: Adam, rng: np.random.Generator, epochs: int) -> None:
    """Train `vectors` and the logarithms of the `weights` of the words."""
    count = texts.titles.shape[0]
    steps = epochs * (count // _BATCH)
    done = 0
    for epoch in range(epochs):
        order, loss = rng.permutation(count), 0.0
        for first in range(0, count - _BATCH + 1, _BATCH):
            chosen = np.sort(order[first : first + _BATCH])
            title, abstract = texts.titles[chosen], texts.abstracts[chosen]
            hidden, sampled = rng.random(_BATCH) < _HIDDEN, rng.random(_BATCH) < _SAMPLED
            kept = sparse.diags((~sampled).astype(np.float32)) @ title
            title = (kept + sample(abstract, sampled, rng)).tocsr()
            abstract = without(abstract, title, hidden | sampled)
            weight = np.exp(weights.value)[:, None]
            weighted = weight * vectors.value
            (a, a_length), (b, b_length) = normalised(title @ weighted), normalised(abstract @ weighted)
            scores = (a @ b.T) / np.float32(_TEMPERATURE)
            target = np.arange(_BATCH)
            gradient = np.zeros_like(scores)
            for axis in (1, 0):  # the abstract among all abstracts, the title among all titles
                shifted = np.exp(scores - scores.max(axis, keepdims=True))
                share = shifted / shifted.sum(axis, keepdims=True)
                loss -= float(np.log(share[target, target].clip(1e-12)).mean()) / 2
                share[target, target] -= 1
                gradient += share / (2 * _BATCH * np.float32(_TEMPERATURE))
            to_a, to_b = gradient @ b, gradient.T @ a
            to_a = (to_a - a * (to_a * a).sum(1)[:, None]) / a_length
            to_b = (to_b - b * (to_b * b).sum(1)[:, None]) / b_length
            to_weighted = title.T @ to_a + abstract.T @ to_b
            share_left = 1 - done / steps
            weights.step((to_weighted * weighted).sum(1), share_left)
            vectors.step(to_weighted * weight, share_left)
            done += 1
        print(f"epoch {epoch + 1}: loss {loss / (count // _BATCH):.3f}", flush=True)


def report(name: str, held: Texts, table: Floats) -> None:
    """Print how often a title finds its abstract among those held back."""
    titles = normalised(held.titles @ table)[0]
    count = len(held.archives)
    common = [archive for archive, _ in Counter(held.archives).most_common(12)]
    for what, text in (
        ("as it is", held.abstracts),
        ("without shared words", without(held.abstracts, held.titles, np.ones(count, np.bool_))),
    ):
        scores = titles @ normalised(text @ table)[0].T
        found = (scores > scores.diagonal()[:, None]).sum(1) < 10  # noqa: PLR2004
        first = np.mean(scores.argmax(1) == np.arange(count))
        print(f"{name}, {what}: first {first:.3f}, among ten {np.mean(found):.3f}")
        by_archive = {archive: found[[one == archive for one in held.archives]] for archive in common}
        print("    " + ", ".join(f"{one or '?'} {np.mean(of):.2f} of {len(of)}" for one, of in by_archive.items()))


def main(arguments: Sequence[str] | None = None) -> None:
    """Train and write the vectors."""
    parser = argparse.ArgumentParser(description="Train the word vectors for the search by meaning.")
    parser.add_argument("abstracts", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--rows", type=int, default=None, help="train on the first N papers only")
    options = parser.parse_args(arguments)
    rng = np.random.default_rng(options.seed)
    began = time.process_time()

    def passed() -> str:
        return f"[{time.process_time() - began:.0f} s CPU]"

    vocabulary, texts = read(options.abstracts, options.rows)
    count = len(texts.archives)
    print(f"{count} papers, {len(vocabulary)} words {passed()}", flush=True)
    order = rng.permutation(count)
    held, trained = (
        Texts(texts.titles[chosen], texts.abstracts[chosen], [texts.archives[row] for row in chosen])
        for chosen in (np.sort(order[:_HELD]), np.sort(order[_HELD:]))
    )
    support = (trained.titles + trained.abstracts).minimum(1).sum(0).A1
    idf = np.log(count / (1 + support)).astype(np.float32)
    table = start(trained, idf, rng)
    report(f"LSA {passed()}", held, table * idf[:, None])
    vectors, weights = Adam(table, _RATE), Adam(np.log(idf / idf.mean()), _RATE)
    train(trained, vectors, weights, rng, options.epochs)
    table = vectors.value * np.exp(weights.value)[:, None]
    report(f"trained {passed()}", held, table)
    write_vectors(options.out, vocabulary, table)
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.2f} MB {passed()}")


if __name__ == "__main__":
    main()
