r"""Markdown that a converter made of arXiv's pages: each formula two to four times, headings and footnotes as text."""

import time
from pathlib import Path

import pytest

from papertui.model.document import Document, places
from papertui.sources.fulltext.markdown import read_markdown
from papertui.sources.fulltext.repeated_math import repeated, written_twice

PAGES = Path(__file__).parent / "pages"


@pytest.fixture(scope="module")
def older() -> Document:
    return read_markdown((PAGES / "converted-2024.md").read_bytes())


@pytest.fixture(scope="module")
def newer() -> Document:
    return read_markdown((PAGES / "converted-2026.md").read_bytes())


def once(text: str) -> str:
    """Return `text` with each repeated formula as TeX between dollars."""
    pieces, at = [], 0
    for found in repeated(text):
        pieces += [text[at : found.start], f"${found.tex}$"]
        at = found.end
    return "".join([*pieces, text[at:]])


def texts(document: Document) -> list[str]:
    return [part.text for part in document.parts]


_HATTED = (
    r"𝐓^=f(g(𝐬)),^𝐓 𝑓 𝑔 𝐬\mathbf{\hat{T}}=f(~{}g(% \mathbf{s})),\vspace*{-3mm}over^ start_ARG bold_T end_ARG = "
    "italic_f ( italic_g ( bold_s ) ) ,(1)"
)
_LIKELIHOOD = (
    r"of ℒ s=max(a 1,2)subscript ℒ s subscript 𝑎 1 2\mathcal{L}_{\mathrm{s}}=\max(a_{1},2)caligraphic_L "
    "start_POSTSUBSCRIPT roman_s end_POSTSUBSCRIPT = roman_max ( italic_a start_POSTSUBSCRIPT 1 end_POSTSUBSCRIPT "
    ", 2 ) and"
)
_EPSILON = (
    r"loss ℒ ab subscript ℒ normal-ab\mathcal{L}_{\mathrm{ab}}caligraphic_L start_POSTSUBSCRIPT roman_ab "
    r"end_POSTSUBSCRIPT. An ϵ italic-ϵ\epsilon italic_ϵ."
)
_SET = (
    r"into {P i}k←superscript subscript 𝑃 𝑖 𝑘←\{P_{i}\}^{k}\leftarrow{}{ italic_P start_POSTSUBSCRIPT italic_i "
    "end_POSTSUBSCRIPT } start_POSTSUPERSCRIPT italic_k end_POSTSUPERSCRIPT ←."
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("input T 1:j subscript 𝑇:1 𝑗 T_{1:j}italic_T start_POSTSUBSCRIPT 1 : italic_j end_POSTSUBSCRIPT is",
         "input $T_{1:j}$ is"),
        ("where f 𝑓 f italic_f is", "where $f$ is"),
        (r"pair (𝐯,𝐬)𝐯 𝐬(\mathbf{v},\mathbf{s})( bold_v , bold_s ) of 𝒟 𝒟\mathcal{D}caligraphic_D.",
         r"pair $(\mathbf{v},\mathbf{s})$ of $\mathcal{D}$."),
        (r"two 1×1 1 1 1\times 1 1 × 1 layers, N 𝑁 N italic_N", r"two $1\times 1$ layers, $N$"),
        (r"where β 1>0 subscript 𝛽 1 0\beta_{1}>0 italic_β start_POSTSUBSCRIPT 1 end_POSTSUBSCRIPT > 0 and",
         r"where $\beta_{1}>0$ and"),
        (_HATTED, r"$\mathbf{\hat{T}}=f(~{}g(\mathbf{s})),\vspace*{-3mm}$(1)"),
        (_SET, r"into $\{P_{i}\}^{k}\leftarrow{}$."),
        (r"see P=(g,τ P)P=(g,\tau_{P}) and R 2 R^{2}1 1+s\frac{1}{1+s}",
         r"see $P=(g,\tau_{P})$ and $R^{2}$$\frac{1}{1+s}$"),
        (_LIKELIHOOD, r"of $\mathcal{L}_{\mathrm{s}}=\max(a_{1},2)$ and"),
        (_EPSILON, r"loss $\mathcal{L}_{\mathrm{ab}}$. An $\epsilon$."),
        (r"1280 ×\times 28 (↑\uparrow)Rest", r"1280 $\times$ 28 ($\uparrow$)Rest"),
        (r"words \emph{of} a paper and x_{i}, once", r"words \emph{of} a paper and x_{i}, once"),
        (r"a product of f\mathbf{f}", r"a product of $\mathbf{f}$"),
    ],
)  # fmt: skip
def test_a_formula_is_found_with_all_its_copies(text: str, expected: str) -> None:
    assert once(text) == expected


def test_formulas_without_commands_are_found_where_they_are_doubled() -> None:
    text = "from t t to t+1 t+1 (s>0 s>0), N=0 N{=}0, f(x) f(x), that that is well-known well-known"
    assert [found.tex for found in written_twice(text)] == ["t", "t+1", "s>0", "N{=}0", "f(x)"]


def test_older_formulas_are_shown_once(older: Document) -> None:
    [line] = [text for text in texts(older) if text.startswith("In a LLM")]
    assert line == "In a LLM, input T_(1:j) is transformed by f into {Pᵢᵏ}ₖ₌₁ᴷ ←."
    [cases] = [part for part in older.parts if part.kind == "formula"]
    assert (cases.text, cases.mark) == ("f(x) = {1, if x>0; 0, otherwise", "(1)")
    assert not any("italic_" in text or "POSTSUB" in text for text in texts(older))


def test_newer_formulas_are_shown_once_with_their_braces_and_stars(newer: Document) -> None:
    shown = texts(newer)
    assert shown[1] == ("Let 𝒳 denote the space, x ∈ 𝒳, and from t to t+1 (s>0) with f, all of {Pᵢᵏ}ₖ₌₁ᴷ ← and N=0.")
    assert shown[3] == "P=(g, 𝒟, τ_P) has three parts, (π′₀, …, π′ₖ) and ^(1 3 *) of a*b 2*c."
    assert [(part.text, part.mark) for part in newer.parts if part.kind == "formula"] == [
        ("J(Sₜ|𝒟ₜ) = (s_end-s_start) log(1+s_start)", "(2)"), ("W = (1+s)/(√W)", "(3)"), ("M = [1, 2; 3, 4]", ""),
    ]  # fmt: skip


def test_headings_footnotes_and_names_are_what_they_are(older: Document) -> None:
    assert [part.text for part in older.parts if part.kind == "heading"] == [
        "Abstract", "1 Introduction", "3. Tensorization", "References",
    ]  # fmt: skip
    assert texts(older)[0] == "Ann One¹, Bob Two"
    assert [(part.mark, part.text) for part in older.parts if part.role == "footnote"] == [
        ("†", "Work done elsewhere."), ("‡", "The code is there."), ("†", "Equal contribution."),
    ]  # fmt: skip
    assert not any("footnote" in text or "\\" in text or "Report issue" in text for text in texts(older))


def test_rows_of_a_table_without_cells_keep_their_lines(newer: Document) -> None:
    table = next(part for part in newer.parts if part.kind == "code")
    assert table.text == "Stages Stage 1 Stage 2\nTraining Samples 29M 2.7M\nError 0.5·AUC_mean OGB"


def test_a_picture_has_its_caption_and_citations_lead_to_the_bibliography(older: Document, newer: Document) -> None:
    figure = next(part for part in older.parts if part.kind == "figure")
    assert (figure.text, figure.role, figure.src[-6:]) == ("Figure 3: The model, with α inside.", "caption", "x1.png")
    references = [part for part in newer.parts if part.kind == "reference"]
    assert [(part.id, part.mark, part.text) for part in references] == [
        ("bib.bib1", "•", "Ann One. A paper. External Link"), ("bib.bib2", "[2]", "Bob Two. Another paper."),
    ]  # fmt: skip
    targets = {span.target[1:] for part in newer.parts for span in part.spans if span.target.startswith("#")}
    assert targets <= set(places(newer))


def test_other_markdown_keeps_its_words() -> None:
    body = "a a and t+1 t+1\n\n1. Title\n--------\n\nx_{i} x_{i}\n"
    document = read_markdown(f"Title: T\n\nURL Source: https://example.org/a\n\nMarkdown Content:\n{body}".encode())
    assert texts(document)[0] == "a a and t+1 t+1"


@pytest.mark.parametrize("line", ["\\a" * 8_000, ("a" * 60 + r" \x_{a} " + "b c " * 30) * 100, "a_{b} a_{b" * 2_000])
def test_the_time_is_linear_however_broken_a_text_is(line: str) -> None:
    begun = time.process_time()
    once(line)
    assert time.process_time() - begun < 3
