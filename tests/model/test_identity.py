"""The identity of papers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.model.identity import arxiv_id_of_doi, doi_of, folded, identified, title_id, title_key
from papertui.model.paper import Paper, address, paper_id


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1145/3292500.3330701", "10.1145/3292500.3330701"),
        ("https://doi.org/10.1103/PhysRevD.76.013009", "10.1103/physrevd.76.013009"),
        ("http://dx.doi.org/10.1000/a(1)2", "10.1000/a(1)2"),
        ("DOI: 10.1000.10/123456.", "10.1000.10/123456"),
        ("10.1/short", None),
        ("10.1145/two words", None),
        ('10.1145/"quoted"', None),
        ("10.1145/", None),
        ("10.1145/" + "x" * 300, None),
        ("", None),
    ],
)
def test_a_doi_in_every_form(text: str, doi: str | None) -> None:
    assert doi_of(text) == doi


def test_arxivs_own_dois_are_arxiv_ids() -> None:
    assert arxiv_id_of_doi("10.48550/arXiv.2604.26951") == "2604.26951"
    assert arxiv_id_of_doi("10.48550/arxiv.hep-th/9711200") == "hep-th/9711200"
    assert arxiv_id_of_doi("10.1145/3292500") is None
    assert paper_id("https://doi.org/10.48550/arXiv.2604.26951") == "2604.26951"


def test_a_doi_names_a_paper() -> None:
    assert paper_id("https://doi.org/10.1145/ABC.1") == "doi:10.1145/abc.1"
    assert paper_id("doi:10.1145/abc.1") == "doi:10.1145/abc.1"
    assert address("doi:10.1000/a?b#c%", None, pdf=False) == "https://doi.org/10.1000/a%3Fb%23c%25"


@pytest.mark.parametrize(
    "other",
    ["Gödel's λ-calculus: a  REVIEW", "Godel's λ calculus, a review.", "GÖDEL’S Λ-CALCULUS — A REVIEW"],
)
def test_titles_that_differ_in_punctuation_and_case_are_equal(other: str) -> None:
    assert folded(other) == folded("Gödel's λ-Calculus: A Review")
    assert title_id(Paper("", other)) == title_id(Paper("", "Gödel's λ-Calculus: A Review"))


def test_titles_that_differ_in_a_letter_are_not_equal() -> None:
    assert title_id(Paper("", "Attention is all we need")) != title_id(Paper("", "Attention is all you need"))


@pytest.mark.parametrize("title", ["Editorial", "Erratum.", "Table of Contents", "GPT", ""])
def test_generic_titles_do_not_identify_a_paper(title: str) -> None:
    assert title_key(title) is None
    one, other = (Paper("", title, url=f"https://a.example/{number}") for number in (1, 2))
    assert title_id(one) != title_id(other)


def test_a_paper_gets_its_best_known_id() -> None:
    paper = Paper(id="", title="Attention is all you need", doi="https://doi.org/10.1145/X")
    assert identified(paper).id == "doi:10.1145/x"
    assert identified(paper._replace(doi="10.48550/arXiv.1706.03762")).id == "1706.03762"
    assert identified(paper._replace(doi=None)).id == title_id(paper)
    assert identified(paper._replace(id="1706.03762")).id == "1706.03762"


@given(st.text(max_size=40))
def test_every_derived_id_is_a_valid_paper_id(title: str) -> None:
    made = title_id(Paper("", title, url="https://a.example/"))
    assert paper_id(made) == made
