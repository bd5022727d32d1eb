"""Cleaning text from outside."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.model import text
from papertui.model.safe_text import safe
from papertui.model.text import name, plain, prose, title, web_url


def test_a_hostile_title_is_harmless() -> None:
    hostile = "\x1b]0;owned\x07\x1b[2J[@click=app.quit]Quit[/] [/] A[t] \u202eevil\u202c $\\lambda$\nof $x_i^2$"
    assert title(hostile) == "[@click=app.quit]Quit[/] [/] A[t] evil λ of xᵢ²"


def test_tex_produces_no_control_characters() -> None:
    assert title(r"a\unicode{x1b}[31mb $\unicode{x202e}c$") == "ab c"
    assert title("a$\\unicode{x0d}\\unicode{x0a}$b") == "a b"


def test_each_kind_of_text_has_a_function() -> None:
    assert prose("  We use\n  $\\mathcal{O}(n^2)$\n\n  steps. ") == "We use 𝒪(n²) steps."
    assert name("C. Bal\\'azs\n and  x_1") == "C. Balázs and x_1"
    assert name("R. Wi\\'s") == "R. Wiś"
    assert plain(" a\\_b $x$\t~ ") == "a\\_b $x$ ~"


def test_title_is_idempotent() -> None:
    for said in (r"$\pi_{0.5}$ and \textit{V}$_0$", r"$F_q^d$ of \"Uber", "cost $5 and $10 -- ``so''", r"\method~x"):
        assert title(title(said)) == title(said)


@given(st.text(st.one_of(st.characters(), st.sampled_from("\\{}$^_~-`'\x1b[]\u202eab1 ")), max_size=60))
def test_the_result_contains_no_control_characters(said: str) -> None:
    for clean in (title, prose, name, plain):
        made = clean(said)
        assert made == safe(made) == " ".join(made.split())
        assert not any(unicodedata.category(sign) in ("Cc", "Cs", "Co", "Zl", "Zp") for sign in made)


@pytest.mark.parametrize(
    "address",
    [
        "https://arxiv.org/abs/2604.26951",
        "http://localhost:8080/x?y=1#z",
        "HTTPS://Example.ORG",
        "https://github.com/a_b/c.d~e/(f)",
        "https://bücher.example/ü",
        "http://[::1]:80/",
        "http://127.0.0.1/",
    ],
)
def test_valid_addresses(address: str) -> None:
    assert web_url(address) == address
    assert web_url(f"  {address}\n") == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://",
        "https:///etc/passwd",
        "arxiv.org/abs/1",
        "--help",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://example.org/",
        "https://user@example.org/",
        "https://arxiv.org:80@evil.example/",
        "https://arxiv.org\\@evil.example/",
        "https://exa mple.org/",
        "https://example.org/a b",
        "https://example.org/\x1b[31m",
        "https://example.org/\u202eabc",
        "https://exam\u200bple.org/",
        "https://example.org/\nHost: x",
        'https://example.org/"onclick',
        "https://-example.org/",
        "https://example.org:123456/",
        "https://example.org/" + "a" * 2000,
    ],
)
def test_invalid_addresses(address: str) -> None:
    assert web_url(address) is None


def test_all_names_of_dunder_all_exist() -> None:
    assert set(text.__all__) <= set(dir(text))
