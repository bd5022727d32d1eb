"""Files made to take long: each of these took minutes, or would never end, with a backtracking or copying reader."""

import pytest

from papertui.importers.files import Head
from papertui.importers.kinds import KINDS
from papertui.importers.own_markdown import front_matter
from papertui.importers.pubmed import pubmed_works
from papertui.importers.ris import read_ris
from papertui.importers.works import people, prose, read_works

pytestmark = pytest.mark.slow
_N = 100_000


@pytest.mark.parametrize(
    "start",
    [
        '[{"a' + '\\"' * _N,
        '[{"a": "' + "\\" * _N,
        "[" * _N,
        '{"' * _N,
        "- **" + "*" * _N,
        "- **x**\n  " + "[arXiv:" * (_N // 4),
        "- **x**\n  " + "[arXiv:](http://" * (_N // 8),
        "title,doi" + "," * _N,
        "%" * _N,
        "TY" + " " * _N,
        "#\n" * _N,
        "---\nid:" + "\n- x" * _N,
        "PMID" * _N,
        "FN " + " " * _N + "\nPT J",
        ("@" * 9 + "\n") * (_N // 10),
    ],
    ids=lambda start: repr(start[:12]),
)
def test_recognising(start: str) -> None:
    head = Head(start.encode()[: 1 << 18])
    for kind in KINDS:
        kind.fits(head)


@pytest.mark.parametrize(
    "value",
    [
        "; " * _N, " and " * _N, "a and b, " * 500, "a, b and " * _N, "<" * _N, "<jats:title>" + " " * _N, "&" * _N,
        "$" * _N, "1" * _N, "1-" * _N, "x" * _N + "[doi", "10." * _N, "http://" * _N, "(" * _N,
        "-" * _N, "é\u0301" * _N,
    ],
    ids=lambda value: repr(value[:12]),
)  # fmt: skip
def test_reading(value: str) -> None:
    tags = ("TI", "AU", "PY", "UR", "DO", "SP", "SN", "AB", "KW", "M3", "Y2", "T2", "U1")
    for tag in tags:
        assert read_ris(f"TY  - BOOK\nTI  - A title\n{tag}  - {value}\nER  - \n".encode()).entries == 1
    for tag in ("LID ", "FAU ", "AU  ", "DP  ", "MH  ", "IS  ", "PG  "):
        written = f"PMID- 1\nTI  - A title\n{tag}- {value}\n"
        assert read_works(written.encode(), pubmed_works).entries == 1


def test_properties_with_many_lines() -> None:
    assert len(front_matter("a:\n" + "- x\n" * _N)["a"]) == _N
    assert len(front_matter("a: >-\n" + "  x\n" * _N)["a"]) == 2 * _N - 1


def test_names_and_texts() -> None:
    assert people([("a and a and a, " * 200) + "b,"]).names
    assert prose("<i>" * 1000 + "x")
