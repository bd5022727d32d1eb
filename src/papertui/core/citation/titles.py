"""Protecting the capitals of titles in bibliographies: acronyms, names of models, names of people.

Styles convert titles to lower case except for the first letter and the first one after a colon. Text in braces is not
changed. Braces around a whole title would force its capitalisation on every style, so only the words that need braces
get them.
"""

from __future__ import annotations

import re

from papertui.core.citation.tex import escaped

_WORD = re.compile(r"[^\s]+|\s+")
_EDGES = re.compile(r"^([^\w]*)(.*?)([^\w+#°²]*)$", re.DOTALL)
_PART = re.compile(r"[^-‐‑–—/]+|[-‐‑–—/]+")
#: The minimum share of lower-case words among the long words of a title in sentence case.
_SENTENCE = 0.4
_LONG = 4
_ENDS = (":", ".", "?", "!", "—", "–")
#: Names of people, places and languages, which always have a capital.
_PROPER = frozenset(
    """
    abelian african american arabic asian australian banach bayes bayesian bell bernoulli bloch boltzmann
    boolean borel bose brazilian british brownian byzantine calabi canadian cantor cartesian carlo casimir
    cauchy chebyshev chinese cooper copernican coulomb darwinian dirac dirichlet dutch dyson earth einstein
    english erdős euclid euclidean euler eulerian european fermi feynman finnish fock fourier french fréchet
    frobenius galerkin galois gauss gaussian german gibbs gödel greek green hamilton hamiltonian hebrew
    heisenberg hermite hermitian hessian higgs hilbert hindi hubble hubbard indian indonesian ising italian
    jacobian japanese jupiter kalman kepler keplerian kolmogorov korean lagrange lagrangian langevin laplace
    laplacian latin lebesgue legendre lie lipschitz lorentz lorentzian lyapunov majorana markov markovian mars
    maxwell monte moon moore nash newton newtonian noether norwegian pareto pauli persian planck platonic
    poincaré poisson polish portuguese pythagorean ramanujan rényi riemann riemannian runge russian rydberg
    schrödinger schur schwarzschild shannon shapley sinkhorn sobolev spanish swedish sylow taylor thai tikhonov
    turing turkish ukrainian urdu vietnamese wasserstein weierstrass weyl wiener wigner zeeman zeno zipf
    """.split()  # noqa: SIM905 - a list of words is easier to read
)


def protected(title: str, *, ascii_only: bool) -> str:
    """Escape `title` for a bibliography, with braces around words whose capitals must stay."""
    sentence = _is_sentence(title)
    pieces: list[str] = []
    first = True
    for word in _WORD.findall(title):
        if word.isspace():
            pieces.append(" ")
            continue
        pieces.append(_word(word, first=first, sentence=sentence, ascii_only=ascii_only))
        first = word.endswith(_ENDS)
    return "".join(pieces)


def _is_sentence(title: str) -> bool:
    """Whether `title` is in sentence case: only names have capitals."""
    long = [word for word in title.split()[1:] if len(word) > _LONG and word.isalpha()]
    small = sum(word.islower() for word in long)
    return bool(long) and small >= _SENTENCE * len(long)


def _word(word: str, *, first: bool, sentence: bool, ascii_only: bool) -> str:
    found = _EDGES.match(word)
    before, core, behind = found.groups() if found else ("", word, "")
    parts = _PART.findall(core)
    needs = [
        _needs(part, first=first and number == 0, sentence=sentence and number == 0)
        for number, part in enumerate(parts)
    ]
    numbered = any(need and any(map(str.isdigit, part)) for need, part in zip(needs[1:], parts[1:], strict=True))
    # GLM-5V-Turbo becomes one group; CLIP-Guided gets a group around CLIP only.
    if sum(needs) > 1 or numbered:
        body = _braced(core, ascii_only=ascii_only)
    else:
        body = "".join(
            _braced(part, ascii_only=ascii_only) if need else escaped(part, ascii_only=ascii_only)
            for need, part in zip(needs, parts, strict=True)
        )
    return escaped(before, ascii_only=ascii_only) + body + escaped(behind, ascii_only=ascii_only)


def _braced(text: str, *, ascii_only: bool) -> str:
    inside = escaped(text, ascii_only=ascii_only)
    # BibTeX treats a group that starts with a command as one letter and does not protect it.
    return f"{{{{{inside[1:-1]}}}}}" if _is_one_group(inside) else f"{{{inside}}}"


def _is_one_group(text: str) -> bool:
    if not (text.startswith("{") and text.endswith("}")):
        return False
    depth = 0
    for char in text[:-1]:
        depth += (char == "{") - (char == "}")
        if depth == 0:
            return False
    return True


def _needs(part: str, *, first: bool, sentence: bool) -> bool:
    """Whether lower case would be wrong for `part`, a word or a part of a compound."""
    if not any(map(str.isupper, part)):
        return False
    if any(map(str.isupper, part[1:])) or any(map(str.isdigit, part)):
        return True
    if len(part) == 1:
        return part != "A"
    if re.sub(r"['’]s$", "", part).lower() in _PROPER:
        return True
    return sentence and not first
