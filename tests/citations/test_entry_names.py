"""Lists of names in bibliographies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.properties import at_most
from papertui.citations.keys import AuthorName
from papertui.citations.names import NameList, format_names, has_parts, of_people, parse_names, tex_names
from papertui.citations.tex import plain_name

NAMES = {
    "Knuth, Donald E.": AuthorName("Knuth", "Donald E."),
    "Donald E. Knuth": AuthorName("Knuth", "Donald E."),
    "Garcia Marquez, Gabriel": AuthorName("Garcia Marquez", "Gabriel"),
    "van der Berg, Jan": AuthorName("Berg", "Jan", "van der"),
    "Jan van der Berg": AuthorName("Berg", "Jan", "van der"),
    "{van der Berg}, Jan": AuthorName("van der Berg", "Jan"),
    "De la Torre, Fernando": AuthorName("Torre", "Fernando", "De la"),
    "King, Jr., Martin Luther": AuthorName("King", "Martin Luther", "", "Jr."),
    "King, Martin Luther, Jr.": AuthorName("King", "Martin Luther", "", "Jr."),
    "Martin Luther King, III": AuthorName("King", "Martin Luther", "", "III"),
    "de~la Vall{\\'e}e Poussin, Charles~Louis": AuthorName("Vallée Poussin", "Charles Louis", "de la"),
    "{The Example Collaboration}": AuthorName("The Example Collaboration", many=True),
    "{Barnes and Noble}": AuthorName("Barnes and Noble", many=True),
    "{NASA}": AuthorName("NASA", many=True),
    "{\\'E}mile Zola": AuthorName("Zola", "Émile"),
    "{\\O}rsted, H. C.": AuthorName("Ørsted", "H. C."),
    "Bj{\\o}rn \\O stlund": AuthorName("Østlund", "Bjørn"),
    "Jo\\~ao Sacramento": AuthorName("Sacramento", "João"),
    "{\\relax Ch}ristos Papadimitriou": AuthorName("Papadimitriou", "Christos"),
    "Mar{\\'\\i}n, Jos{\\'e}": AuthorName("Marín", "José"),
    "family=Duc, given=Paul, prefix=von, suffix=Jr.": AuthorName("Duc", "Paul", "von", "Jr."),
    "given=Simon, given-i=S, family=Beaumont, family-i=B": AuthorName("Beaumont", "Simon"),
    'family={de Ex, Ample}, given="Ann"': AuthorName("de Ex, Ample", "Ann"),
    "given=Prince": AuthorName("Prince"),
    "Averroes": AuthorName("Averroes"),
    "王, 小明": AuthorName("王", "小明"),
    "Reader, Ben 0001": AuthorName("Reader", "Ben 0001"),
}


@pytest.mark.parametrize("source", NAMES)
def test_a_name(source: str) -> None:
    (name,) = parse_names(source, plain_name).names
    assert name == NAMES[source]
    # As a value of an entry it is the same name.
    assert parse_names(format_names(NameList((name,)))) == NameList((name,))
    # And BibTeX reads from the export what it reads from the file.
    assert parse_names(tex_names(NameList((name,)), ascii_only=True), plain_name) == NameList((name,))


@pytest.mark.parametrize(
    ("source", "shown", "others"),
    [
        ("Writer, Ada and Reader, Ben", ("Ada Writer", "Ben Reader"), False),
        ("Writer, Ada AND\n  Reader, Ben\nand\n Scholar, Cy", ("Ada Writer", "Ben Reader", "Cy Scholar"), False),
        ("{The Example Collaboration} and others", ("The Example Collaboration",), True),
        ("Writer, Ada and {others}", ("Ada Writer",), True),
        ("{Smith and Sons} and Writer, Ada", ("Smith and Sons", "Ada Writer"), False),
        ("Sandra Anderson and Anders Land", ("Sandra Anderson", "Anders Land"), False),
        ("", (), False),
        (" and , and {}", (), False),
    ],
)
def test_a_list(source: str, shown: tuple[str, ...], others: bool) -> None:
    people = parse_names(source, plain_name)
    assert (people.shown(), people.others) == (shown, others)
    assert parse_names(format_names(people)) == people


def test_names_in_parts_are_recognised() -> None:
    assert has_parts("Writer, Ada and family=Duc, given=Paul")
    assert not has_parts("Writer, Ada and {family=Duc}, given")


@at_most(200)
@given(st.lists(st.text("abAB é,{}\\~'\"=-", max_size=12), max_size=3))
def test_any_names_are_stable(names: list[str]) -> None:
    once = parse_names(format_names(of_people(" ".join(name.split()) for name in names)))
    assert parse_names(format_names(once)).shown() == once.shown()
    parse_names(" and ".join(names), plain_name)
