"""The parts of author names."""

import pytest
from hypothesis import given

from kit.papers import TEXTS
from papertui.citations.keys import AuthorName, split_name


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ada Lovelace", AuthorName("Lovelace", "Ada")),
        ("Jan van der Berg", AuthorName("Berg", "Jan", "van der")),
        ("Diego de las Casas", AuthorName("Casas", "Diego", "de las")),
        ("Patrick von Platen", AuthorName("Platen", "Patrick", "von")),
        ("Osama bin Laden", AuthorName("Laden", "Osama", "bin")),
        ("Gerard 't Hooft", AuthorName("Hooft", "Gerard", "'t")),
        ("Fernando De la Torre", AuthorName("Torre", "Fernando", "De la")),
        ("Blaise Agüera y Arcas", AuthorName("Agüera y Arcas", "Blaise")),
        ("Antonio Laverghetta Jr.", AuthorName("Laverghetta", "Antonio", "", "Jr.")),
        ("Martin Luther King, III", AuthorName("King", "Martin Luther", "", "III")),
        ("King, Jr., Martin Luther", AuthorName("King", "Martin Luther", "", "Jr.")),
        ("van der Berg, Jan", AuthorName("Berg", "Jan", "van der")),
        ("J. Da Silva", AuthorName("Silva", "J.", "Da")),
        ("Xin Du Li", AuthorName("Li", "Xin Du")),
        ("Hung Van Nguyen", AuthorName("Nguyen", "Hung Van")),
        ("Caihua fan", AuthorName("fan", "Caihua")),
        ("Weiwei Ai", AuthorName("Ai", "Weiwei")),
        ("V Team", AuthorName("V Team", many=True)),
        ("DeepSeek-AI", AuthorName("DeepSeek-AI", many=True)),
        ("Sand. ai", AuthorName("Sand. ai", many=True)),
        ("The ATLAS Collaboration", AuthorName("The ATLAS Collaboration", many=True)),
        ("NVIDIA", AuthorName("NVIDIA")),
        ("王小明", AuthorName("王小明")),
        ("王 小明", AuthorName("王", "小明")),
        ("", AuthorName("")),
    ],
)
def test_parts(name: str, parts: AuthorName) -> None:
    assert split_name(name) == parts


@given(TEXTS)
def test_no_letter_of_a_name_is_lost(name: str) -> None:
    parts = split_name(name)
    said = " ".join(map(str, (*parts[:4], "")))
    assert sorted(said.replace(",", "").replace(" ", "")) == sorted("".join(name.replace(",", "").split()))
