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


@pytest.fixture(scope="module")
def titles() -> list[tuple[str, str]]:
    """A hundred thousand titles, as they came and as they are shown."""
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
    """All but a handful keep every letter, and next to none changes on a second way through."""
    changed = [(said, made) for said, made in titles if made != " ".join(said.split())]
    lost = [said for said, made in changed if _lost(said, made)]
    # Arguments that name a colour, a code point or a length, a PDF's second title, and a slip of a converter.
    assert all(re.search(r"textcolor|unicode|raisebox|texorpdfstring|\\b\{eta\}", said) for said in lost)
    assert len(changed) > 7000
    assert len(lost) < 10
    assert sum(title(made) != made for _, made in changed) < 5
    assert [made for _, made in changed if _LEFT_OVER.search(made)] == []


def test_signs_known_to_be_there(titles: list[tuple[str, str]]) -> None:
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
