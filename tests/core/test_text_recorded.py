"""Every recorded title, abstract and name through the door: no letter is lost, no command is left."""

import gzip
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

import pytest

from kit.recorded import RECORDED, day, days
from papertui.core.text import name, one_line, prose, title

pytestmark = pytest.mark.recorded

#: Commands, the two or three their source lost the backslash of, and a link's address repeated as its words.
_GONE = re.compile(r"\\[A-Za-z]+|\{(?:times|sim|circ)\}|(https?://[^\s{}]+)\{\1/?\}")
#: Commands that must never be left over: the recorded texts have many of each.
_LEFT_OVER = re.compile(
    r"\\(?:[%&$,\"'`]|(?:text\w+|emph|alpha|beta|pi|mu|mathbb|mathcal|mathrm|frac|sqrt|bar|rm|bf|to|cite|ie|eg|pm|le)\b)"
)


def _papers() -> Iterator[tuple[str, str]]:
    for one in days():
        for row in day(one):
            paper = row["paper"]
            yield paper["title"], paper["summary"]
    for line in (RECORDED / "kaggle" / "arxiv-metadata-oai-snapshot.json").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield row["title"], row["abstract"]


def _titles() -> list[str]:
    with gzip.open(RECORDED / "titles" / "titles-100k.tsv.gz", "rt", encoding="utf-8") as lines:
        return [line.split("\t")[1] for line in lines]


def _letters(text: str) -> Counter[str]:
    return Counter(sign for sign in unicodedata.normalize("NFKD", text).casefold() if sign.isalnum())


def _lost(text: str, made: str) -> Counter[str]:
    return _letters(_GONE.sub(lambda found: found[1] or " ", text)) - _letters(made)


def test_no_letter_is_lost_and_no_command_left() -> None:
    count = 0
    for said, abstract in _papers():
        for text, made in ((said, title(said)), (abstract, prose(abstract))):
            assert not _lost(text, made), text
            assert not _LEFT_OVER.search(made), made
            assert made == one_line(made)
            count += 1
    assert count > 2000


def test_texts_without_tex_are_only_folded() -> None:
    for said, abstract in _papers():
        for text in (said, abstract):
            if not re.search(r"[\\${}^_~`]|--", text):
                assert prose(text) == " ".join(text.split())


def test_recorded_names_have_their_accents() -> None:
    names = set()
    for line in (RECORDED / "kaggle" / "arxiv-metadata-oai-snapshot.json").read_text(encoding="utf-8").splitlines():
        names.add(name(json.loads(line)["authors"]))
    assert any("C. Balázs" in one for one in names)
    assert any("Šrámek, Broňa Brejová, Tomáš Vinař" in one for one in names)
    assert not any("\\" in one for one in names)


def test_a_hundred_thousand_titles() -> None:
    """All but a handful keep every letter, and next to none changes on a second way through."""
    lost, changed, left = [], [], []
    for said in _titles():
        made = title(said)
        if _lost(said, made):
            lost.append(said)
        if title(made) != made:
            changed.append(said)
        if _LEFT_OVER.search(made):
            left.append(said)
    # Arguments that name a colour, a code point or a length, and a PDF's second title.
    assert all(re.search(r"textcolor|unicode|raisebox|texorpdfstring|\\b\{eta\}", said) for said in lost)
    assert len(lost) < 10
    assert len(changed) < 5
    assert len(left) < 5, left


def test_titles_known_by_heart() -> None:
    made = {title(said) for said in _titles()}
    assert "$OneMillion-Bench: How Far are Language Agents from Human Experts?" in {
        title(row["paper"]["title"]) for one in days() for row in day(one)
    }
    for one in (
        "H⁺H⁻ Pair Production at the Large Hadron Collider",
        "B → πℓν form factors and |V_ub| with Möbius domain wall fermions",
        "Ångström-scale chemically powered motors",
    ):
        assert one in made
