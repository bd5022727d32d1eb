"""Author names in feeds. All names are invented."""

import pytest

from papertui.sources.feeds.entry import people


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (["Ada Writer, Bo Reader"], ("Ada Writer", "Bo Reader")),
        (["Ada Writer and Bo Reader"], ("Ada Writer", "Bo Reader")),
        (["A. Writer, B. Reader, and C. Third"], ("A. Writer", "B. Reader", "C. Third")),
        (["Writer, Ada; Reader, Bo"], ("Ada Writer", "Bo Reader")),
        (["Writer, Ada and Reader, Bo"], ("Ada Writer", "Bo Reader")),
        (["Writer, Ada B."], ("Ada B. Writer",)),
        (["van der Writer, Ada"], ("Ada van der Writer",)),
        (["Ada Writer, Jr., Bo Reader"], ("Ada Writer Jr.", "Bo Reader")),
        (["Ada Writer (Example University, Nowhere), Bo Reader (Elsewhere)"], ("Ada Writer", "Bo Reader")),
        (["by Ada Writer et al."], ("Ada Writer",)),
        (["Ada Writer & Bo Reader"], ("Ada Writer", "Bo Reader")),
        (["<a href='x'>Ada Writer</a>, <b>Bo</b> Reader"], ("Ada Writer", "Bo Reader")),
        (["ada@example.org (Ada Writer)", "Ada Writer <ada@example.org>"], ("Ada Writer",)),
        (["Anderson Sandes", "Andy Landet"], ("Anderson Sandes", "Andy Landet")),
        (["Ada Writer", "Ada Writer", "", " , ; "], ("Ada Writer",)),
        (['G\\"odel Maker'], ("Gödel Maker",)),
        (["A\x1b[31mda [red]"], ("Ada [red]",)),
        (["山田 花子"], ("山田 花子",)),
    ],
)
def test_names_are_separated(given: list[str], names: tuple[str, ...]) -> None:
    assert people(given) == names


def test_long_names_are_truncated() -> None:
    assert len(people(["x" * 1_000])[0]) == 200
    assert len(people(f"Author {number}" for number in range(6_000))) == 5_000
