"""Author names in feeds. All names are invented."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.recorded import CASES
from papertui.sources.feeds.authors import people
from papertui.sources.feeds.parse import parse_feed


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


#: Each with “|” between the names.
LISTS = {
    "family names first, with initials": [
        ("Writer, A., Reader, B. C., O'Scholar, D.-E.", "A. Writer|B. C. Reader|D.-E. O'Scholar"),
        ("Writer, A.B., Reader, C.", "A.B. Writer|C. Reader"),
        ("Writer, AB, Reader, C", "A. B. Writer|C. Reader"),
        ("Writer, A., Reader, B., & O’Scholar, D.-E.", "A. Writer|B. Reader|D.-E. O’Scholar"),
        ("Writer, A. and Reader, B.", "A. Writer|B. Reader"),
        ("Writer, A., Reader, B., et al.", "A. Writer|B. Reader"),
        ("Writer, A., Reader, B., Example Collaboration", "A. Writer|B. Reader|Example Collaboration"),
        ("Writer, A., Jr., Reader, B.", "A. Writer Jr.|B. Reader"),
        ("Writer, Jr., A., Reader, B.", "A. Writer Jr.|B. Reader"),
        ("Writer, A. B. III, Reader, C. Jr.", "A. B. Writer III|C. Reader Jr."),
        ("Writer, Ada III", "Ada Writer III"),
        ("van der Berg, J., de la Cruz, M.", "J. van der Berg|M. de la Cruz"),
        ("Berg, J. van der, Cruz, M. de la", "J. van der Berg|M. de la Cruz"),
        ("El Amrani, S., García Márquez, G., St. John, A.", "S. El Amrani|G. García Márquez|A. St. John"),
        ("Li, X., Ng, A., O, J.", "X. Li|A. Ng|J. O"),
        ("Writer, Yu., Reader, Zh. A.", "Yu. Writer|Zh. A. Reader"),
        ("Müller, Ä., Øster, Å.", "Ä. Müller|Å. Øster"),
        ("Иванов, А. Б., Петров, В. Г.", "А. Б. Иванов|В. Г. Петров"),
        ("Writer, A., Reader, U. A.", "A. Writer|U. A. Reader"),
        ("Ramón y Cajal, S., Ortega y Gasset, J.", "S. Ramón y Cajal|J. Ortega y Gasset"),
    ],
    "family names first, with given names": [
        ("Writer, Ada", "Ada Writer"),
        ("Writer, Ada, Reader, Ben, Third, Carl", "Ada Writer|Ben Reader|Carl Third"),
        ("Writer, Ada, and Ben Reader", "Ada Writer|Ben Reader"),
        ("Writer, Ada, Ben Reader, and Carl Third", "Ada Writer|Ben Reader|Carl Third"),
        ("García Márquez, Gabriel J.", "Gabriel J. García Márquez"),
        ("de la Cruz, Maria Elena", "Maria Elena de la Cruz"),
        ("Van der Berg, Jan Piet", "Jan Piet Van der Berg"),
        ("Writer Jr., Ada; Reader III, Ben", "Ada Writer Jr.|Ben Reader III"),
        ("Writer, Ada, University of Examples", "Ada Writer"),
        ("Writer, Md, Reader, Ben", "Md Writer|Ben Reader"),
    ],
    "initials behind": [
        ("Writer AB, Reader C", "A. B. Writer|C. Reader"),
        ("Writer A.B., Reader C.", "A.B. Writer|C. Reader"),
        ("Writer A, Reader BC, Third DE.", "A. Writer|B. C. Reader|D. E. Third"),
        ("van der Berg JP, de la Cruz M", "J. P. van der Berg|M. de la Cruz"),
        ("Writer J-P, Reader AB Jr", "J.-P. Writer|A. B. Reader Jr"),
        ("Иванов А.Б., Петров В.Г.", "А.Б. Иванов|В.Г. Петров"),
        ("Loffredo JR, Writer A", "J. R. Loffredo|A. Writer"),
        ("Writer AB, Reader C, Third DE, Fourth F, Chen", "A. B. Writer|C. Reader|D. E. Third|F. Fourth|Chen"),
        # Family names in capitals, companies and single names are no initials.
        ("Yang LI, Wei XU", "Yang LI|Wei XU"),
        ("Ada WRITER, Ben READER", "Ada WRITER|Ben READER"),
        ("Example AI", "Example AI"),
        ("Malcolm X", "Malcolm X"),
    ],
    "given names first": [
        ("Ada Writer,Ben Reader", "Ada Writer|Ben Reader"),
        ("Al Gorey, Ben Reader", "Al Gorey|Ben Reader"),
        ("Dr. Ada Writer, Prof. Ben Reader", "Ada Writer|Ben Reader"),
        ("Ada Writer, MD, Ben Reader, PhD", "Ada Writer|Ben Reader"),
        ("Jean-Paul Writer, J.-P. Reader", "Jean-Paul Writer|J.-P. Reader"),
        ("Ada More", "Ada More"),
        ("Ada de With and Ben Reader", "Ada de With|Ben Reader"),
        ("Ada Writer, Evan G. Center, Ben Reader", "Ada Writer|Evan G. Center|Ben Reader"),
        ("alice, bob, carol, dave", "alice|bob|carol|dave"),
        ("Ada Writer, Ben Reader.", "Ada Writer|Ben Reader"),
        ("Ada Writer y Ben Reader", "Ada Writer|Ben Reader"),
        ("Santiago Ramón y Cajal", "Santiago Ramón y Cajal"),
        ("Ada Writer e Ben Reader", "Ada Writer|Ben Reader"),
        ("José Costa e Silva", "José Costa e Silva"),
        ("Author(s): Ada Writer , Ben Reader", "Ada Writer|Ben Reader"),
    ],
    "other separators": [
        ("Ada Writer ; Ben Reader ;", "Ada Writer|Ben Reader"),
        ("Ada Writer / Ben Reader", "Ada Writer|Ben Reader"),
        ("Ada Writer | Ben Reader", "Ada Writer|Ben Reader"),
        ("Ada Writer<br/>Ben Reader", "Ada Writer|Ben Reader"),
        ("<li>Ada Writer</li><li>Ben Reader</li>", "Ada Writer|Ben Reader"),
        ("<a href='1'>Ada Writer</a> <a href='2'>Ben Reader</a>", "Ada Writer|Ben Reader"),
        ("Ada Writer\n Ben Reader", "Ada Writer|Ben Reader"),
        ("Ada Writer,\n  Ben Reader", "Ada Writer|Ben Reader"),
        ("Ada\n  Writer", "Ada Writer"),
        ("Ada Writer &amp; Ben Reader", "Ada Writer|Ben Reader"),
        ("Ada Writer, Ben Reader & 3 more", "Ada Writer|Ben Reader"),
        ("Ada Writer and 12 others", "Ada Writer"),
        ("Ada Writer, Ben Reader, …", "Ada Writer|Ben Reader"),
        ("Ada Writer, Ben Reader, 3 more authors", "Ada Writer|Ben Reader"),
        ("Ada Writer, Ben Reader and 2 other authors", "Ada Writer|Ben Reader"),
        ("Ada Writer, +2 authors", "Ada Writer"),
        ("أحمد محمد، فاطمة علي", "أحمد محمد|فاطمة علي"),
    ],
    "affiliations": [
        ("Ada Writer<sup>1,2</sup>, Ben Reader<sup>3</sup> and C. Third<sup>*</sup>", "Ada Writer|Ben Reader|C. Third"),
        (
            "Ada Writer<sup>1</sup>,<sup>2</sup>, Ben Reader<sup>3</sup>; <sup>1</sup>University of X, <sup>2</sup>Z",
            "Ada Writer|Ben Reader",
        ),
        # No comma before the affiliations, or none but that.
        ("Ada Writer<sup>1,2</sup>, Ben Reader<sup>1</sup>, <sup>1</sup>University of X, <sup>2</sup>Institute of Y, Z",
         "Ada Writer|Ben Reader"),
        ("Ada Writer<sup>1</sup>, Ben Reader<sup>2</sup> <sup>1</sup>University of X, Town <sup>2</sup>Institute of Y",
         "Ada Writer|Ben Reader"),
        ("Ada Writer<sup>1</sup> University of X, Ben Reader<sup>2</sup> Institute of Y", "Ada Writer|Ben Reader"),
        ("Ada Writer<sup>1</sup>,<sup>2</sup> and Ben Reader<sup>1</sup>", "Ada Writer|Ben Reader"),
        ("Ada Writer 1, Ben Reader 1,2, Carl Third 1 2", "Ada Writer|Ben Reader|Carl Third"),
        ("Ada Writer¹, Ben Reader²˒³, Carl Third*†", "Ada Writer|Ben Reader|Carl Third"),
        ("Ada Writer1,2, Ben Reader3", "Ada Writer|Ben Reader"),
        ("Ada Writer a,b, Ben Reader c", "Ada Writer|Ben Reader"),
        ("Ada Writer[1], Ben Reader[2,3]", "Ada Writer|Ben Reader"),
        ("Ada Writer (University of X, Nowhere (Y)), Ben Reader (Elsewhere", "Ada Writer|Ben Reader"),
        ("Ada Writer, University of X, Ben Reader", "Ada Writer|Ben Reader"),
    ],
    "organisations": [
        ("Institute for Data and Society", "Institute for Data and Society"),
        ("Department of Health and Human Services", "Department of Health and Human Services"),
        ("Ada Writer and the Example Collaboration", "Ada Writer|Example Collaboration"),
        ("Ada Writer, Ben Reader, on behalf of the Example Study Group", "Ada Writer|Ben Reader|Example Study Group"),
        ("Writer, A., Reader, B., for the Example Consortium", "A. Writer|B. Reader|Example Consortium"),
        ("Example Systems, Inc.", "Example Systems Inc."),
        ("Example Systems GmbH, Ada Writer", "Example Systems GmbH|Ada Writer"),
        ("Example Group 2", "Example Group 2"),
    ],
    "East Asian names": [
        ("王小明、李四", "王小明|李四"),
        ("王小明，李四，赵六等", "王小明|李四|赵六"),
        ("王小明；李四 等", "王小明|李四"),
        ("张三, 李四", "张三|李四"),
        ("王, 小明", "王小明"),
        ("张三丰 李四光 王五六", "张三丰|李四光|王五六"),
        ("作者：张三", "张三"),
        ("山田, 花子", "山田 花子"),
        ("山田 花子, 鈴木 一郎", "山田 花子|鈴木 一郎"),
        ("山田 花子、ジョン・スミス", "山田 花子|ジョン・スミス"),
        ("김철수, 이영희", "김철수|이영희"),
        ("김, 철수", "김철수"),
        ("山田太郎・鈴木花子", "山田太郎|鈴木花子"),
        ("山田 太郎・鈴木 花子", "山田 太郎|鈴木 花子"),
        ("ジョン・スミス", "ジョン・スミス"),
        ("卡尔·马克思", "卡尔·马克思"),
        ("김철수·이영희", "김철수|이영희"),
    ],
    "addresses": [
        ("ada@example.org", ""),
        ("ada@example.org (Ada Writer), ben@example.org (Ben Reader)", "Ada Writer|Ben Reader"),
        ("Ada Writer (https://orcid.org/0000-0000-0000-0000)", "Ada Writer"),
        ("Ada Writer 0000-0000-0000-000X, Ben Reader ORCID: 0000-0000-0000-0000", "Ada Writer|Ben Reader"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("given", "names"), [case for cases in LISTS.values() for case in cases])
def test_lists_of_names(given: str, names: str) -> None:
    assert "|".join(people([given])) == names


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (["Writer, Ada", "Reader, Ben"], ("Ada Writer", "Ben Reader")),
        (["García Márquez, Gabriel José", "Vargas Llosa, Mario Pedro"],
         ("Gabriel José García Márquez", "Mario Pedro Vargas Llosa")),
        (["Van Writer, Ada Beatrice", "The Example Collaboration"],
         ("Ada Beatrice Van Writer", "The Example Collaboration")),
        (["García Márquez, Gabriel José, PhD", "Writer, Ada, Jr."], ("Gabriel José García Márquez", "Ada Writer Jr.")),
        # Two elements, of which one repeats the other: not one person.
        (["Ada Writer", "Ada Writer, Ben Reader"], ("Ada Writer", "Ben Reader")),
        (["Writer AB", "Reader C"], ("A. B. Writer", "C. Reader")),
    ],
)  # fmt: skip
def test_several_elements(given: list[str], names: tuple[str, ...]) -> None:
    assert people(given) == names


def rss(item: str) -> bytes:
    return (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>J</title>'
        f"<item><title>A paper of some words</title>{item}</item></channel></rss>"
    ).encode()


@pytest.mark.parametrize(
    ("item", "names"),
    [
        ("<dc:creator>García Márquez, Gabriel José</dc:creator><dc:creator>Writer, Ada Beatrice</dc:creator>",
         ("Gabriel José García Márquez", "Ada Beatrice Writer")),
        ("<author>ada@example.org (Ada Writer)</author>", ("Ada Writer",)),
        ("<author>ada@example.org (Ada Writer), ben@example.org (Ben Reader)</author>", ("Ada Writer", "Ben Reader")),
        # Addresses below a long domain, which feedparser cuts.
        ("<author>ada@x.example (Ada Writer)</author><author>ben@y.museum (Ben Reader)</author>",
         ("Ada Writer", "Ben Reader")),
        ("<author><![CDATA[ada@x.example (Ada Writer), ben@y.museum (Ben Reader)]]></author>",
         ("Ada Writer", "Ben Reader")),
        ("<author>Ada Writer &lt;ada@x.example&gt;</author>", ("Ada Writer",)),
        ("<author>ada@x.example</author>", ()),
        ("<dc:creator>Ada Writer1Department of Things, University of Examples, Town, Country.</dc:creator>",
         ("Ada Writer",)),
        ("<dc:creator>Ada Writer 2Institute of Y, Town.</dc:creator>", ("Ada Writer",)),
        ("<dc:creator>Ada WriteraSchool of Z, Town</dc:creator>", ("Ada Writer",)),
        ("<dc:creator>Evan Center, Ada DeCollege</dc:creator>", ("Evan Center", "Ada DeCollege")),
        ("<authors>A. Writer;B. Reader</authors>", ("A. Writer", "B. Reader")),
        ("<dc:creator>Ada Writer<sup>1</sup>, Ben Reader<sup>2</sup></dc:creator>", ("Ada Writer", "Ben Reader")),
        ("<dc:creator>Ada Writer&lt;sup&gt;1,2&lt;/sup&gt;, Ben Reader&lt;sup&gt;2&lt;/sup&gt;</dc:creator>",
         ("Ada Writer", "Ben Reader")),
    ],
)  # fmt: skip
def test_author_elements(item: str, names: tuple[str, ...]) -> None:
    assert parse_feed(rss(item), "https://journal.example/feed").papers[0].authors == names


@pytest.mark.recorded
def test_initials_of_a_preprint_server() -> None:
    (paper,) = parse_feed((CASES / "biorxiv-authors.xml").read_bytes(), "https://preprints.example/feed").papers
    assert paper.authors == ("A. Writer", "B. C. Reader", "D.-E. O'Scholar")


def test_long_names_are_truncated() -> None:
    assert len(people(["x" * 1_000])[0]) == 200
    assert len(people(f"Author {number}" for number in range(6_000))) == 5_000


def test_a_large_collaboration_is_read_completely() -> None:
    parts = ["da", "len", "mir", "to", "ska", "ven", "dor", "li", "ra", "mund", "sig", "rud"]
    names = [f"Ada {''.join(family).capitalize()}" for family in product(parts, repeat=3)]
    line = ", ".join(names)
    assert len(line) > 20_000, "longer than an abstract may be"
    assert people([line]) == tuple(names)


_TEXTS = st.text(max_size=60) | st.lists(
    st.sampled_from(
        ["Ada", "Writer", "B.", "C", "van", "Jr.", "PhD", ", ", "; ", " and ", " & ", "、", "，", "(", ")",
         "<sup>1</sup>", "¹", "et al.", "山田", "王", "a@b.c", " ", "\n", "y", "Institute of", "-", ".", "1"]
    ), max_size=14,
).map("".join)  # fmt: skip


@given(st.lists(_TEXTS, max_size=4))
def test_any_texts_are_names_without_empty_ones(lines: list[str]) -> None:
    names = people(lines)
    assert all(name == name.strip() and any(map(str.isalnum, name)) for name in names)
    assert len(set(names)) == len(names)


_SYLLABLE = st.sampled_from(["da", "len", "mir", "to", "ska", "ven", "dor", "ühl", "ász", "nič", "ñez", "gård"])
_WORDS = st.builds(lambda parts: "".join(parts).capitalize(), st.lists(_SYLLABLE, min_size=2, max_size=3))
_FAMILIES = st.builds(
    lambda particle, word, second: f"{particle}{word}{second}",
    st.sampled_from(["", "", "van der ", "de la ", "von ", "O'"]),
    _WORDS,
    st.builds("-{}".format, _WORDS) | st.just(""),
)  # fmt: skip
_INITIALS = st.lists(st.sampled_from("ABCDEGHJKLMNPRSTWZÄÉ"), min_size=1, max_size=3)
_PEOPLE = st.lists(st.tuples(_FAMILIES, _WORDS, _INITIALS), min_size=2, max_size=8, unique_by=lambda one: one[0])


@given(_PEOPLE)
def test_names_that_were_joined_are_parted_again(persons: list[tuple[str, str, list[str]]]) -> None:
    full = tuple(f"{given} {family}" for family, given, _ in persons)
    short = tuple(f"{'. '.join(initials)}. {family}" for family, _, initials in persons)
    turned = [f"{family}, {given}" for family, given, _ in persons]
    abbreviated = [f"{family}, {'. '.join(initials)}." for family, _, initials in persons]
    vancouver = [f"{family} {''.join(initials)}" for family, _, initials in persons]
    for names in (full, short):
        assert people(names) == names
        for separator in (", ", "; ", " and ", " & ", "、", "\n"):
            assert people([separator.join(names)]) == names
        assert people([f"{', '.join(names[:-1])}, and {names[-1]}, et al."]) == names
    for separator in ("; ", " and ", ", "):
        assert people([separator.join(turned)]) == full
        assert people([separator.join(abbreviated)]) == short
    assert people(turned) == full
    assert people(abbreviated) == short
    assert people([", ".join(vancouver)]) == short
    assert people([", ".join(f"{name}<sup>{place}</sup>" for place, name in enumerate(full))]) == full


@pytest.mark.slow
@pytest.mark.parametrize(
    "bit",
    [
        "A",
        "A ",
        "A., ",
        "Writer, A., ",
        "(",
        "a@",
        "<sup>1</sup>",
        "<sup>",
        "¹, ",
        "...",
        " y ",
        " and ",
        ";",
        "\n",
        "et al ",
        "王 ",
    ],
)
def test_hostile_names_take_one_pass(bit: str) -> None:
    assert len(people([bit * (200_000 // len(bit)) + "x"])) <= 5_000
