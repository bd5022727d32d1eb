import pytest

from papertui.model.versions import withdrawal


@pytest.mark.parametrize(
    "comment",
    [
        "This paper has been withdrawn by the author due to a crucial sign error in equation 1",
        "withdrawn",
        "Paper withdrawn by the author",
        "12 pages; withdrawn",
        "12 pages, this paper has been withdrawn",
        "The authors have withdrawn this paper",
        "This submission has been temporarily withdrawn",
        "arXiv admin note: this version has been withdrawn by arXiv administrators due to copyright infringement",
        "5 pages, 3 figures. This article is withdrawn because Lemma 2 is wrong.",
    ],
)
def test_comments_of_withdrawn_papers(comment: str) -> None:
    assert withdrawal("We prove it.", comment)


@pytest.mark.parametrize(
    "abstract",
    [
        "This paper has been withdrawn by the authors",
        "This paper was withdrawn from arXiv by the authors.",
        "Withdrawn due to an error",
        "The paper has been withdrawn.",
        "[This paper has been withdrawn because of a mistake in Section 3.]",
    ],
)
def test_abstracts_of_withdrawn_papers(abstract: str) -> None:
    assert withdrawal(abstract)


@pytest.mark.parametrize(
    "abstract",
    [
        "Withdrawn patients are a problem of every trial.",
        "Retracted papers keep being cited for years after their retraction.",
        "The retracted article of 1998 has been cited more than a thousand times.",
        "We study how often a paper has been retracted and why authors have withdrawn a paper.",
        "We count banknotes withdrawn from machines.",
        "The paper has shown that nodes, withdrawn at random, matter.",
        "This work is about water withdrawn from rivers.",
        "This paper is withdrawn from circulation as paper money: a history of banknotes.",
        "Some readers see the notice that “this article has been retracted”, others do not.",
    ],
)
def test_abstracts_about_withdrawals(abstract: str) -> None:
    assert withdrawal(abstract, "9 pages; the first version of the lemma is not withdrawn") == ""


def test_the_statement_is_what_is_shown() -> None:
    assert withdrawal("We prove it. This paper has been withdrawn. The proof is wrong.") == (
        "This paper has been withdrawn."
    )
    assert withdrawal("We prove it.", "9 pages; withdrawn, see v1") == "9 pages; withdrawn, see v1"
