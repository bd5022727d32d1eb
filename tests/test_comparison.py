"""Each “yes” of the comparison with other readers names a test that exists."""

import re

import pytest

from kit.pages import DOCS, ROOT

_PAGE = (DOCS / "comparison.md").read_text(encoding="utf-8")
_ROWS = [line.strip("|").split(" | ") for line in _PAGE.splitlines() if line.startswith("| ")]
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
_NAMED = sorted(set(_TEST.findall(_PAGE)))


def test_each_yes_of_ours_names_a_test() -> None:
    head, *rows = _ROWS
    assert head[-1].strip() == "papertui"
    assert len(rows) > 15
    assert {len(row) for row in rows} == {len(head)}
    claims = {row[0].strip(): row[-1].strip() for row in rows}
    assert [name for name, claim in claims.items() if claim != "-" and not _TEST.search(claim)] == []
    assert all(claim.startswith(("yes: ", "partly: ")) or claim == "-" for claim in claims.values())


@pytest.mark.parametrize(("path", "name"), _NAMED, ids=lambda value: value)
def test_the_named_tests_exist(path: str, name: str) -> None:
    source = (ROOT / path).read_text(encoding="utf-8")
    assert re.search(rf"^(?:async )?def {name}\(", source, re.MULTILINE), f"{path} has no {name}"
