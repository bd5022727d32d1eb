"""File names: derived from the id, valid everywhere, unique."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.model.paper import Paper
from papertui.services.pdfs import pdf_name, readable_pdf_name, stem_of


@pytest.mark.parametrize(
    ("id_", "name"),
    [
        ("2604.26951", "2604.26951.pdf"),
        ("hep-th/9711200", "hep-th_9711200.pdf"),
        ("math.GT/0309136", "math.GT_0309136.pdf"),
        ("doi:10.1145/3292500", "doi_10.1145_3292500.pdf"),
        ("title/0123456789abcdef", "title_0123456789abcdef.pdf"),
    ],
)
def test_names_are_derived_from_ids(id_: str, name: str) -> None:
    assert pdf_name(id_) == name


_DOIS = st.from_regex(r"10\.\d{4,6}/[^\s\"<>\\^`{|}]{1,80}", fullmatch=True).map("doi:{}".format)


@given(_DOIS, _DOIS)
def test_two_ids_never_share_a_name(one: str, other: str) -> None:
    assert (stem_of(one) == stem_of(other)) == (one == other)


def test_ids_that_differ_in_a_replaced_character_do_not_share_a_name() -> None:
    ids = [f"doi:10.1145/a{sign}b" for sign in "/_;:(*"]
    assert len({stem_of(id_) for id_ in ids}) == len(ids)


@given(_DOIS)
def test_names_contain_only_safe_characters(id_: str) -> None:
    assert re.fullmatch(r"doi_[A-Za-z0-9._-]+\.pdf", pdf_name(id_))
    assert len(pdf_name(id_)) <= 120


@pytest.mark.parametrize(
    ("title", "authors", "name"),
    [
        ("Turning the TIDE: A Long Story", ("Gongbo Zhang", "Wen Wang"), "2604.26951 Zhang - Turning the TIDE.pdf"),
        ("A/B \\ C?", ("Ada Lovelace, Jr.",), "2604.26951 Lovelace - A B C.pdf"),
        ("../../etc/passwd", (), "2604.26951 etc passwd.pdf"),
        ("???", (), "2604.26951.pdf"),
        ("拡散言語モデル", ("山田太郎",), "2604.26951 山田太郎 - 拡散言語モデル.pdf"),
    ],
)
def test_readable_names(title: str, authors: tuple[str, ...], name: str) -> None:
    assert readable_pdf_name(Paper("2604.26951", title, authors=authors)) == name


@given(st.text(max_size=300), st.lists(st.text(max_size=100), max_size=2))
def test_readable_names_are_valid_for_any_paper(title: str, authors: list[str]) -> None:
    name = readable_pdf_name(Paper("2604.26951", title, authors=tuple(authors)))
    assert name == "2604.26951.pdf" or name.startswith("2604.26951 ")
    assert name.endswith(".pdf")
    assert len(name.encode()) <= 120
    assert not set(name) & set('/\\:*?"<>|\0\n')
    assert all(unicodedata.category(char)[0] != "C" for char in name)
    assert name == unicodedata.normalize("NFC", name)
