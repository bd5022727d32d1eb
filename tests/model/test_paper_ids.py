"""Ids of papers as people paste them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.errors import UsageError
from papertui.model.paper import paper_id
from papertui.model.paper_ids import ids_in, why_not_arxiv, without_subject_class

#: An id, and texts that name this paper and no other.
FORMS = {
    "2604.26951": (
        "2604.26951",
        "2604.26951v3",
        "2604.26951V3",
        "arXiv:2604.26951 [cs.CL]",
        "arXiv:2604.26951v1 [cs.CL] 29 Apr 2026",
        "[2604.26951]",
        "[arXiv:2604.26951]",
        "(2604.26951)",
        "<2604.26951>",
        "«2604.26951»",
        "“2604.26951”",
        "„2604.26951“",
        "'2604.26951'",
        "`2604.26951`",
        "**2604.26951**",
        "_2604.26951_",
        "2604.26951.",
        "2604.26951,",
        "2604.26951;",
        "2604.26951:",
        "2604.26951!",
        "2604.26951…",
        "2604.26951v3.pdf",
        "2604.26951v1 (1).pdf",
        "2604.26951.pdf",
        "~/Downloads/2604.26951v2.pdf",
        "file:///home/reader/2604.26951.pdf",
        "Zhang_2026_2604.26951.pdf",
        "arxiv-2604.26951",
        "arXiv_2604.26951",
        "arXiv.2604.26951",
        "arxiv2604.26951",
        "arxiv 2604.26951",
        "ARXIV ID 2604.26951",
        "arXiv e-Print: 2604.26951",
        "arXiv: 2604.26951",
        "eprint = {2604.26951},",
        "abs/2604.26951",
        "CoRR abs/2604.26951",
        "oai:arXiv.org:2604.26951",
        "urn:arxiv:2604.26951",
        "info:arxiv/2604.26951",
        "2026arXiv260426951Z",
        "10.48550/arXiv.2604.26951",
        "10.48550/ARXIV.2604.26951v2",
        "doi:10.48550/arXiv.2604.26951",
        "https://doi.org/10.48550/arXiv.2604.26951",
        "https://doi.org/10.48550/arXiv.2604.26951.",
        "https://doi.org/10.48550%2FarXiv.2604.26951",
        "https://arxiv.org/abs/2604.26951",
        "http://arxiv.org/abs/2604.26951v2",
        "arxiv.org/abs/2604.26951?context=cs.CL",
        "https://arxiv.org/pdf/2604.26951",
        "https://arxiv.org/pdf/2604.26951v1.pdf#page=3",
        "https://arxiv.org/html/2604.26951v2/#S1.F2",
        "https://arxiv.org/format/2604.26951",
        "https://arxiv.org/e-print/2604.26951",
        "https://arxiv.org/src/2604.26951v1",
        "https://arxiv.org/ps/2604.26951",
        "https://arxiv.org/tb/2604.26951",
        "https://www.arxiv.org/abs/2604.26951",
        "https://export.arxiv.org/abs/2604.26951",
        "https://browse.arxiv.org/pdf/2604.26951v1.pdf",
        "http://cn.arxiv.org/abs/2604.26951",
        "http://xxx.lanl.gov/abs/2604.26951",
        "http://xxx.itp.ac.cn/pdf/2604.26951",
        "https://ar5iv.labs.arxiv.org/html/2604.26951",
        "https://ar5iv.org/abs/2604.26951",
        "https://huggingface.co/papers/2604.26951",
        "https://huggingface.co/papers/2604.26951.md",
        "https://huggingface.co/papers/2604.26951?lang=zh#community",
        "https://huggingface.co/zh/papers/2604.26951",
        "https://hf.co/papers/2604.26951",
        "https://hf-mirror.com/papers/2604.26951",
        "http://127.0.0.1:8021/hf/papers/2604.26951",
        "https://www.alphaxiv.org/abs/2604.26951v1",
        "https://www.alphaxiv.org/overview/2604.26951/",
        "https://fetcher.alphaxiv.org/v2/pdf/2604.26951v1.pdf",
        "https://www.semanticscholar.org/arxiv/2604.26951",
        "https://api.semanticscholar.org/arXiv:2604.26951",
        "https://api.semanticscholar.org/graph/v1/paper/ARXIV:2604.26951?fields=title,year",
        "https://papers.cool/arxiv/2604.26951",
        "https://scirate.com/arxiv/2604.26951",
        "https://www.arxiv-vanity.com/papers/2604.26951/",
        "https://www.emergentmind.com/papers/2604.26951",
        "https://paperswithcode.com/paper/2604.26951",
        "https://ui.adsabs.harvard.edu/abs/2026arXiv260426951Z/abstract",
        "https://ui.adsabs.harvard.edu/abs/arXiv:2604.26951",
        "https://inspirehep.net/api/arxiv/2604.26951",
        "https://www.google.com/url?q=https%3A%2F%2Farxiv.org%2Fabs%2F2604.26951&sa=D",
        "https://example.org/?u=https%253A%252F%252Farxiv.org%252Fabs%252F2604.26951",
        "<https://arxiv.org/abs/2604.26951>",
        "(https://arxiv.org/abs/2604.26951).",
        "https://arxiv.org/abs/2604.26951, which is good",
        "[Turning the TIDE](https://arxiv.org/abs/2604.26951)",
        '[TIDE](https://arxiv.org/abs/2604.26951 "arXiv 2604.26951"), 2026',
        "![](https://arxiv.org/html/2604.26951v1/x1.png)",
        r"arXiv:2604\.26951",
        "２６０４．２６９５１",
        "ａｒＸｉｖ：２６０４．２６９５１",
        "论文2604.26951很好",
        "（2604.26951）",
        "\ufeff2604.26951",
        "2604\u200b.26951",
        "\u00a02604.26951\u3000",
        "2604.26951 2604.26951v2 https://arxiv.org/abs/2604.26951",
        "G. Zhang et al., Turning the TIDE, 2026. arXiv:2604.26951.",
        "costs 2023.12345 words, see 2604.26951",
        "2604.26951\tTurning the TIDE\t2026-04-29",
    ),
    "0704.0001": ("0704.0001", "arxiv: 0704.0001", "2007arXiv0704.0001B", "arXiv:0704.0001v2 [hep-ph]"),
    "1412.9999": ("1412.9999v1",),
    "1501.00001": ("1501.00001", "2015arXiv150100001X"),
    "hep-th/9711200": (
        "hep-th/9711200",
        "hep-th/9711200v3",
        "HEP-TH/9711200",
        "arXiv:hep-th/9711200",
        "[hep-th/9711200]",
        "[arXiv:hep-th/9711200v3].",
        "hep\u2011th/9711200",
        "hep-th%2F9711200",
        "https://arxiv.org/abs/hep-th%2F9711200",
        "https://arxiv.org/abs/hep-th/9711200v3",
        "http://export.arxiv.org/pdf/hep-th/9711200",
        "https://doi.org/10.48550/arXiv.hep-th/9711200",
        "10.48550/arXiv.hep-th/9711200",
        "hep-th_9711200.pdf",
        "https://huggingface.co/papers/hep-th/9711200",
        "oai:arXiv.org:hep-th/9711200",
        "ｈｅｐ－ｔｈ／９７１１２００",
    ),
    "math/0309136": (
        "math/0309136",
        "math.GT/0309136",
        "math.gt/0309136v2",
        "MATH.GT/0309136",
        "arXiv:math.GT/0309136",
        "arXiv:math/0309136v1 [math.GT] 8 Sep 2003",
        "https://arxiv.org/abs/math.GT/0309136",
        "https://doi.org/10.48550/arXiv.math.GT/0309136",
        "10.48550/arXiv.math/0309136",
        "math.GT/0309136 = math/0309136",
    ),
    "doi:10.1145/3292500": (
        "10.1145/3292500",
        "doi:10.1145/3292500",
        "doi: 10.1145/3292500",
        "DOI 10.1145/3292500.",
        "https://doi.org/10.1145/3292500",
        "http://dx.doi.org/10.1145/3292500,",
        "<https://doi.org/10.1145/3292500>",
        "(https://doi.org/10.1145/3292500).",
        "(doi:10.1145/3292500)",
        "[KDD](https://doi.org/10.1145/3292500), 2019",
        "https://doi.org/10.1145%2F3292500?nosfx=y",
        "https://dl.acm.org/doi/10.1145/3292500",
        "https://dl.acm.org/doi/pdf/10.1145/3292500?download=true",
        "“10.1145/3292500”",
        "10.1145/3292500。",
        "Proc. KDD, 2019, doi:10.1145/3292500.",
    ),
    "doi:10.1016/s0140-6736(20)30183-5": (
        "10.1016/S0140-6736(20)30183-5",
        "(10.1016/S0140-6736(20)30183-5)",
        "https://doi.org/10.1016/S0140-6736%2820%2930183-5.",
        "[Lancet](https://doi.org/10.1016/S0140-6736(20)30183-5)",
    ),
    "doi:10.1101/2020.01.30.927871": (
        "https://www.biorxiv.org/content/10.1101/2020.01.30.927871v1.full",
        "https://www.biorxiv.org/content/10.1101/2020.01.30.927871v2.full.pdf",
        "https://www.biorxiv.org/content/10.1101/2020.01.30.927871v1",
        "https://doi.org/10.1101/2020.01.30.927871",
    ),
    "doi:10.1371/journal.pone.0000217": (
        "https://journals.plos.org/plosone/article?id=10.1371/journal.pone.0000217&type=x",
    ),
    "doi:10.3389/fpsyg.2020.00001": ("https://www.frontiersin.org/articles/10.3389/fpsyg.2020.00001/full",),
    "doi:10.1007/978-3-030-58452-8_13": (
        r"doi = {10.1007/978-3-030-58452-8\_13},",
        "https://link.springer.com/chapter/10.1007/978-3-030-58452-8_13",
        "https://link.springer.com/content/pdf/10.1007/978-3-030-58452-8_13.pdf",
    ),
    "title/0123456789abcdef": ("title/0123456789abcdef", "title/0123456789abcdef\n"),
}  # fmt: skip

NOT_IDS = (
    "", " ", "2604", "2604.269", "2604.269511", "v1", "2023.12345 words", "2023.12345", "1299.1234", "2600.12345",
    "2613.00001", "2604.2695", "1412.00001", "1501.0001", "0703.0001", "0612.1234", "$1204.5678", "1204.5678 €",
    "1204.5678%", "-1204.5678", "x = -1204.5678", "10.1204.5678", "1204.5678.9", "127.0.0.1:8021", "3.14159",
    "1,204.56",
    "٢٦٠٤.26951", "https://arxiv.org/abs/", "https://arxiv.org/list/cs.CL/2604", "https://arxiv.org/abs/2613.00001",
    "https://www.semanticscholar.org/paper/204e3073870fae3d05bcbc2f6a8e263d9b72e776", "math/0399136", "foo/9711200",
    "math/97112000", "xmath/9711200", "issue/0309136", "abc2604.26951", "2604.26951ff", "10.48550/arXiv.2613.00001",
    "attention is all you need", "title/0123", "10.1145/", "https://doi.org/", "2604-26951", "2604 26951", "GPT-4.1204",
)  # fmt: skip


@pytest.mark.parametrize(("id_", "text"), [(id_, text) for id_, texts in FORMS.items() for text in texts])
def test_forms_of_ids(id_: str, text: str) -> None:
    assert ids_in(text) == (id_,)
    assert paper_id(text) == id_


@pytest.mark.parametrize("text", NOT_IDS)
def test_other_numbers_and_words_are_not_ids(text: str) -> None:
    assert ids_in(text) == ()
    with pytest.raises(UsageError, match="is not an arXiv id"):
        paper_id(f"{text} or so")


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("2604.26951 2604.26952", "2604.26951", "2604.26952"),
        ("2604.26951,2604.26952", "2604.26951", "2604.26952"),
        ("https://arxiv.org/abs/2604.26951 and hep-th/9711200", "2604.26951", "hep-th/9711200"),
        ("arXiv:2604.26951, doi:10.1145/3292500", "2604.26951", "doi:10.1145/3292500"),
        ("[a](https://arxiv.org/abs/2604.26951) [b](https://arxiv.org/abs/2604.26952)", "2604.26951", "2604.26952"),
    ],
)
def test_two_papers_in_one_text_are_both_named(text: str, first: str, second: str) -> None:
    assert ids_in(text) == (first, second)
    with pytest.raises(UsageError) as raised:
        paper_id(text)
    assert first in str(raised.value)
    assert second in str(raised.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2613.00001", "“13” is not a month"),
        ("2604.2695", "since 2015 have five digits"),
        ("arXiv:1412.00001v2", "until 2014 have four digits"),
        ("0612.1234", "since April 2007"),
        ("attention", ""),
        ("2604.26951", ""),
    ],
)
def test_the_rule_that_a_number_breaks(text: str, why: str) -> None:
    assert why in why_not_arxiv(text)
    assert bool(why) == bool(why_not_arxiv(text))


@pytest.mark.parametrize("text", ["9999.99999", "arXiv:2613.00001v2", " foo/9711200 "])
def test_what_is_given_as_an_id_need_not_obey_the_rules(text: str) -> None:
    assert ids_in(text) == ()
    assert paper_id(text) in {"9999.99999", "2613.00001", "foo/9711200"}


def test_subject_classes_are_not_part_of_an_id() -> None:
    assert without_subject_class("math.GT/0309136") == "math/0309136"
    for id_ in ("math/0309136", "2604.26951", "doi:10.1000/math.gt/0309136", "title/0123456789abcdef"):
        assert without_subject_class(id_) == id_


# --- properties --------------------------------------------------------------------------------------

_MONTHS = st.integers(1, 12)
_FOUR = st.builds(
    lambda year, month, number: f"{year:02}{month:02}.{number:04}", st.integers(8, 14), _MONTHS, st.integers(1, 9999)
)
_FIVE = st.builds(
    lambda year, month, number: f"{year:02}{month:02}.{number:05}", st.integers(15, 40), _MONTHS, st.integers(1, 99999)
)
_OLD = st.builds(
    lambda archive, year, month, number: f"{archive}/{year:02}{month:02}{number:03}",
    st.sampled_from(["hep-th", "cs", "math", "astro-ph", "quant-ph"]),
    st.integers(92, 99),
    _MONTHS,
    st.integers(1, 999),
)
_IDS = st.one_of(_FOUR, _FIVE, _OLD)
_ADDRESSES = st.sampled_from(
    ["", "arXiv:", "https://arxiv.org/abs/", "https://arxiv.org/pdf/", "https://huggingface.co/papers/",
     "https://www.alphaxiv.org/abs/", "https://scirate.com/arxiv/", "https://doi.org/10.48550/arXiv."]
)  # fmt: skip
_VERSIONS = st.sampled_from(["", "v1", "v12"])
_OPENINGS = st.text(alphabet="([<{«“„\"'*_ \n\t（【", max_size=3)
_ENDINGS = st.text(alphabet=")]>}»”“\"'*_.,;:!? \n\t）】。，", max_size=3)
#: Words without digits never name a paper.
_WORDS = st.text(
    st.characters(exclude_categories=("Nd", "No", "Nl", "Cs"), exclude_characters="/%_$€£¥₹-.\\"), max_size=40
)


@given(_IDS, _ADDRESSES, _VERSIONS, _OPENINGS, _ENDINGS)
def test_an_id_in_any_wrapping(id_: str, prefix: str, version: str, opening: str, ending: str) -> None:
    assert ids_in(f"{opening}{prefix}{id_}{version}{ending}") == (id_,)


@given(_IDS, _WORDS, _WORDS)
def test_the_one_id_among_words(id_: str, before: str, after: str) -> None:
    assert paper_id(f"{before} {id_} {after}") == id_


@given(_WORDS)
def test_words_without_digits_name_no_paper(words: str) -> None:
    assert ids_in(words) == ()


@given(st.text(max_size=200))
def test_ids_are_stable(text: str) -> None:
    for id_ in ids_in(text):
        assert paper_id(id_) == id_
        assert not any(char.isspace() for char in id_)


@given(st.text(alphabet="0123456789.", max_size=14))
def test_numbers_are_ids_by_the_rules_of_arxiv_only(number: str) -> None:
    for id_ in ids_in(number):
        year, month, rest = int(id_[:2]), int(id_[2:4]), id_[5:]
        assert 1 <= month <= 12
        assert year >= 7
        assert len(rest) == (4 if year < 15 else 5)


def test_a_password_in_a_pasted_address_is_not_repeated() -> None:
    with pytest.raises(UsageError) as error:
        paper_id("https://reader:secret@journal.example/feed")
    assert "secret" not in str(error.value)
