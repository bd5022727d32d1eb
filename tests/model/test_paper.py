import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.errors import UsageError
from papertui.model.paper import Paper, address, known_as, link_of, page_address, paper_id


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("2604.26951", "2604.26951"),
        (" 2604.26951v3\n", "2604.26951"),
        ("arXiv:2604.26951v2", "2604.26951"),
        ("arxiv: 0704.0001", "0704.0001"),
        ("hep-th/9711200v3", "hep-th/9711200"),
        ("math.GT/0309136", "math/0309136"),
        ("https://arxiv.org/abs/2604.26951", "2604.26951"),
        ("http://export.arxiv.org/abs/hep-th/9711200v3", "hep-th/9711200"),
        ("https://www.arxiv.org/pdf/2604.26951v1.pdf", "2604.26951"),
        ("arxiv.org/html/2604.26951v1#S1", "2604.26951"),
        ("https://huggingface.co/papers/2604.26951?x=1", "2604.26951"),
        ("https://huggingface.co/papers/2604.26951.md", "2604.26951"),
        ("https://www.alphaxiv.org/overview/2604.26951/", "2604.26951"),
    ],
)
def test_every_form_of_an_id(text: str, id_: str) -> None:
    assert paper_id(text) == id_


@pytest.mark.parametrize(
    "text",
    ["", "2604", "2604.269", "2604.269511", "v1", "https://example.org/abs/2604", "٢٦٠٤.26951", "https://arxiv.org/abs/",
     "-2604.26951"],
)  # fmt: skip
def test_invalid_ids_are_usage_errors(text: str) -> None:
    with pytest.raises(UsageError, match="is not an arXiv id"):
        paper_id(text)


@given(st.text(max_size=200))
def test_the_error_is_safe_to_print(text: str) -> None:
    with pytest.raises(UsageError) as raised:
        paper_id(f"no id: {text}")
    assert str(raised.value).isprintable()


def test_only_web_addresses_are_opened() -> None:
    assert address("2604.26951", "https://example.org/a", pdf=False) == "https://example.org/a"
    for known in (None, "javascript:alert(1)", "file:///etc/passwd", "--new-window"):
        assert address("2604.26951", known, pdf=False) == "https://arxiv.org/abs/2604.26951"
        assert address("2604.26951", known, pdf=True) == "https://arxiv.org/pdf/2604.26951"


@pytest.mark.parametrize(
    ("id_", "url", "known"),
    [
        ("2604.26951", "https://arxiv.org/abs/2604.26951", "2604.26951"),
        ("doi:10.1145/7", "https://a.example/7", "doi:10.1145/7"),
        ("title/0123456789abcdef", "https://www.journal.example/7?x=1", "journal.example"),
        ("title/0123456789abcdef", None, ""),
    ],
)
def test_labels_of_papers(id_: str, url: str | None, known: str) -> None:
    assert known_as(Paper(id_, "A title", url=url)) == known


@pytest.mark.parametrize(
    ("paper", "link"),
    [
        (Paper("2604.26951", "A", url="https://huggingface.co/papers/2604.26951"), "https://huggingface.co/papers/2604.26951"),
        (Paper("2604.26951", "A"), "https://arxiv.org/abs/2604.26951"),
        # The published version comes before anything else; a DOI of arXiv is none.
        (Paper("2604.26951", "A", url="https://x.org/a", doi="10.1145/a?b#c"), "https://doi.org/10.1145/a%3Fb%23c"),
        (Paper("2604.26951", "A", doi="10.48550/arXiv.2604.26951"), "https://arxiv.org/abs/2604.26951"),
        (Paper("doi:10.1145/7", "A", url="https://x.org/a"), "https://doi.org/10.1145/7"),
        (Paper("title/0123456789abcdef", "A", url="https://x.org/a"), "https://x.org/a"),
        # A search is no page of the paper, and only web addresses count.
        (Paper("title/0123456789abcdef", "A", url="https://huggingface.co/papers?q=A"), None),
        (Paper("title/0123456789abcdef", "A", url="javascript:alert(1)", doi="--new-window"), None),
        (Paper("title/0123456789abcdef", "A"), None),
    ],
)  # fmt: skip
def test_the_link_of_a_paper(paper: Paper, link: str | None) -> None:
    assert link_of(paper) == link
    assert page_address(paper) == (link or "https://huggingface.co/papers?q=A")
