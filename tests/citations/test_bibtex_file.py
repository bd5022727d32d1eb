"""The syntax of BibTeX files, also damaged ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.properties import at_most
from papertui.citations.bibtex_file import DamagedEntry, RawEntry, read_bibtex_text


def _entries(text: str) -> list[RawEntry]:
    read = read_bibtex_text(text)
    assert not [entry for entry in read.entries if isinstance(entry, DamagedEntry)]
    return [entry for entry in read.entries if isinstance(entry, RawEntry)]


def _one(text: str) -> RawEntry:
    (entry,) = _entries(text)
    return entry


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("@misc{k, title = {A}}", {"title": "A"}),
        ("@MISC {k,\n  TITLE\n =\n {A} ,}", {"title": "A"}),
        ('@misc(k, title = {A (b) {c}}, note = "d")', {"title": "A (b) {c}", "note": "d"}),
        ('@misc{k, title = "A {"}b{"} {\\"o} c"}', {"title": 'A {"}b{"} {\\"o} c'}),
        ("@misc{k, year = 1998, month = jan}", {"year": "1998", "month": "jan"}),
        ('@misc{k, month = "10~" # jan # {-} # feb}', {"month": "10~jan-feb"}),
        ('@string{jx = {J. } # "X"} @STRING(y={Y})\n@misc{k, journal = JX # y}', {"journal": "J. XY"}),
        ("@misc{k, journal = jacm, note = nowhere}", {"journal": "Journal of the ACM", "note": "nowhere"}),
        ("@misc{k, % a comment, with = {braces}\n title = {50\\% of it} % another\n , % and\n year = 1}",
         {"title": "50\\% of it", "year": "1"}),
        ("@misc{k, title = {A}\n author = {No comma before}}", {"title": "A", "author": "No comma before"}),
        ("@misc{k, note = {1}, note = {2}, NOTE = {3}}", {"note": "1"}),
        ("@misc{k, keywords = {a}, keywords = {b, c}}", {"keywords": "a, b, c"}),
        ("@misc{k, bdsk-file-1 = {x}, ids:2 = {y}, a.b+c/d = 1}", {"bdsk-file-1": "x", "ids:2": "y", "a.b+c/d": "1"}),
        ('@misc{k, title = {}, year = , note = ""}', {"title": "", "year": "", "note": ""}),
        ("@misc{k}", {}),
        ("@misc{k,}", {}),
        ("@misc{k,\r\n title = {A\r\nb}}\r", {"title": "A\nb"}),
    ],
)  # fmt: skip
def test_fields(text: str, fields: dict[str, str]) -> None:
    entry = _one(text)
    assert (entry.type, entry.key, dict(entry.fields)) == ("misc", "k", fields)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("@misc{DBLP:conf/x/Y-1_2+3,}", "DBLP:conf/x/Y-1_2+3"),
        ("@misc{https://doi.org/10.1/x, title={A}}", "https://doi.org/10.1/x"),
        ("@misc{müller2001, title={A}}", "müller2001"),
        ("@misc{Smith 2020, title={A}}", "Smith 2020"),
        ("@misc{, title={A}}", ""),
        ("@misc{title={A}}", ""),
        ("@misc{\n  k\n  ,\n title={A}}", "k"),
    ],
)
def test_keys(text: str, key: str) -> None:
    assert _one(text).key == key


def test_what_is_no_entry_is_ignored() -> None:
    text = (
        "Contact me@example.org {any time}, or ada@home (evenings).\n"
        "%@misc{old, title = {Commented out}}\n"
        "@comment{jabref-meta: grouping: {a;b}}\n@Comment unclosed\n"
        '@preamble{ "\\newcommand{\\x}[1]{#1}" # {\\y} }\n'
        "@misc{a, title = {A}} @misc{b, title = {B}}@misc{c, title = {C}}"
    )
    read = read_bibtex_text(text)
    assert [entry.key for entry in read.entries] == ["a", "b", "c"]
    assert read.preambles == ("\\newcommand{\\x}[1]{#1}\\y",)


@pytest.mark.parametrize(
    ("damaged", "why"),
    [
        ("@misc{bad, title = {Never closed, year = 1999,\n}\n", "is not closed"),
        ("@misc{bad, title = {Never closed},\n", "is not closed"),
        ('@misc{bad, title = "Never closed, year = 1999,\n}\n', "is not closed"),
        ('@misc{bad, title = "a } b", year = 1999,\n}\n', "is not closed"),
        ("@misc{bad, title = {A}}, year = {1999}}\n", "has a closing brace too many"),
        ("@misc{bad, title = {A} b}, year = 1999}\n", "is not valid BibTeX"),
        ("@misc{bad, title {A}}\n", "is not valid BibTeX"),
        ("@misc{bad, title = {A} # , }\n", None),
    ],
)
def test_a_damaged_entry_is_named_and_costs_no_other(damaged: str, why: str | None) -> None:
    read = read_bibtex_text(f"@misc{{one, title = {{1}}}}\n\n{damaged}@misc{{two, title = {{2}}}}\n@misc{{three, x=3}}")
    assert [entry.key for entry in read.entries] == ["one", "bad", "two", "three"]
    found = read.entries[1]
    if why is None:
        assert isinstance(found, RawEntry)
    else:
        assert isinstance(found, DamagedEntry)
        assert (found.why, found.line) == (why, 3)


def test_the_last_entry_shows_whether_it_is_closed() -> None:
    (bad,) = read_bibtex_text("@misc{k, title = {A").entries
    assert isinstance(bad, DamagedEntry)
    assert not bad.is_closed
    (bad,) = read_bibtex_text("@misc{k, title {A}}\n").entries
    assert isinstance(bad, DamagedEntry)
    assert bad.is_closed


@at_most(200)
@given(
    st.lists(
        st.sampled_from(["@misc{k, ", "@a(", "title = ", "{", "}", '"', "#", ",", "%", "\n", "x", "@comment", "\\"])
    )
)
def test_nothing_makes_it_fail(pieces: list[str]) -> None:
    text = "".join(pieces)
    read_bibtex_text(text)
    read = read_bibtex_text(f"{text}\n@misc{{last, title = {{L}}}}")
    assert read.entries[-1].key == "last"


@pytest.mark.slow
@pytest.mark.parametrize("text", ["@a{" * 50_000, "@a{k, t={\n" * 20_000, "{" * 200_000, '@a{k, t="' + "{" * 100_000])
def test_large_damage_is_read_in_linear_time(text: str) -> None:
    read_bibtex_text(text)
