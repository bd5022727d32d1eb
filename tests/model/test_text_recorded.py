"""Cleaning every recorded title, abstract and name: no letter is lost, no command is left."""

import gzip
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

import pytest

from kit.recorded import RECORDED, day, days
from papertui.model.safe_text import one_line
from papertui.model.text import name, prose, title

pytestmark = [pytest.mark.recorded, pytest.mark.slow]

#: Commands, a few that lost their backslash in the source, and an address repeated as the text of its link.
_GONE = re.compile(r"\\[A-Za-z]+|\{(?:times|sim|circ)\}|(https?://[^\s{}]+)\{\1/?\}")
#: Commands that must never be left; the recorded texts contain many of each.
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


@pytest.fixture(scope="module")
def titles() -> list[tuple[str, str]]:
    """A hundred thousand titles, raw and cleaned."""
    with gzip.open(RECORDED / "titles" / "titles-100k.tsv.gz", "rt", encoding="utf-8") as lines:
        return [(said, title(said)) for said in (line.split("\t")[1] for line in lines)]


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
    assert any("Šrámek" in one for one in names)
    assert not any("\\" in one for one in names)


def test_a_hundred_thousand_titles(titles: list[tuple[str, str]]) -> None:
    """Nearly all keep every letter, and hardly any changes when cleaned again."""
    changed = [(said, made) for said, made in titles if made != " ".join(said.split())]
    lost = [said for said, made in changed if _lost(said, made)]
    # Arguments for a colour, code point or length, the second title of a PDF, and an error of a converter.
    assert all(re.search(r"textcolor|unicode|raisebox|texorpdfstring|\\b\{eta\}", said) for said in lost)
    assert len(changed) > 7000
    assert len(lost) < 10
    assert sum(title(made) != made for _, made in changed) < 5
    assert [made for _, made in changed if _LEFT_OVER.search(made)] == []


def test_known_characters_occur(titles: list[tuple[str, str]]) -> None:
    made = "\n".join(shown for _, shown in titles)
    for sign in (
        "H⁺H⁻",
        "|V_ub|",
        "Ångström-scale",
        "Erdős",
        "𝒫𝒯-symmetric",
        "O(αₛ³)",
        "√s = 13 TeV",
        "ℝᵈ",
        "C*-algebras",
    ):
        assert sign in made, sign
