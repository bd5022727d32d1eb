"""The parts of author names."""

import pytest
from hypothesis import given

from kit.papers import TEXTS
from papertui.core.citation.names import Name, parted


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ada Lovelace", Name("Lovelace", "Ada")),
        ("Jan van der Berg", Name("Berg", "Jan", "van der")),
        ("Diego de las Casas", Name("Casas", "Diego", "de las")),
        ("Patrick von Platen", Name("Platen", "Patrick", "von")),
        ("Osama bin Laden", Name("Laden", "Osama", "bin")),
        ("Gerard 't Hooft", Name("Hooft", "Gerard", "'t")),
        ("Fernando De la Torre", Name("Torre", "Fernando", "De la")),
        ("Blaise Agüera y Arcas", Name("Agüera y Arcas", "Blaise")),
        ("Antonio Laverghetta Jr.", Name("Laverghetta", "Antonio", "", "Jr.")),
        ("Martin Luther King, III", Name("King", "Martin Luther", "", "III")),
        ("King, Jr., Martin Luther", Name("King", "Martin Luther", "", "Jr.")),
        ("van der Berg, Jan", Name("Berg", "Jan", "van der")),
        ("J. Da Silva", Name("Silva", "J.", "Da")),
        ("Xin Du Li", Name("Li", "Xin Du")),
        ("Hung Van Nguyen", Name("Nguyen", "Hung Van")),
        ("Caihua fan", Name("fan", "Caihua")),
        ("Weiwei Ai", Name("Ai", "Weiwei")),
        ("V Team", Name("V Team", many=True)),
        ("DeepSeek-AI", Name("DeepSeek-AI", many=True)),
        ("Sand. ai", Name("Sand. ai", many=True)),
        ("The ATLAS Collaboration", Name("The ATLAS Collaboration", many=True)),
        ("NVIDIA", Name("NVIDIA")),
        ("王小明", Name("王小明")),
        ("王 小明", Name("王", "小明")),
        ("", Name("")),
    ],
)
def test_parts(name: str, parts: Name) -> None:
    assert parted(name) == parts


@given(TEXTS)
def test_no_letter_of_a_name_is_lost(name: str) -> None:
    parts = parted(name)
    said = " ".join(map(str, (*parts[:4], "")))
    assert sorted(said.replace(",", "").replace(" ", "")) == sorted("".join(name.replace(",", "").split()))
