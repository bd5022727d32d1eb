"""Accents and letters of TeX in bibliographies."""

import pytest

from papertui.citations.tex import plain_name, plain_title

LETTERS = {
    # Dotless letters, braced in every way.
    r"Mar{\'\i}n": "Marín", r"Mar\'{\i}n": "Marín", r"Mar{\'{\i}}n": "Marín", r"Mar\'\i n": "Marín",
    r"D{\'\i}az": "Díaz", r"D\'{i}az": "Díaz", r"Na{\"\i}f": "Naïf", r"Na\"{\i}f": "Naïf", r"Na\"\i{}f": "Naïf",
    r"{\^\i}le": "île", r"{\`\i}": "ì", r"{\~\i}": "ĩ", r"{\=\i}": "ī", r"{\u\i}": "ĭ", r"{\v{\i}}": "ǐ",
    r"\.{\i}": "i",
    r"{\^\j}": "ĵ", r"\^{\j}": "ĵ", r"\v{\j}": "ǰ", r"\i": "ı", r"{\j}": "ȷ",
    # Each accent, on a letter with and without braces, after a blank, in a group.
    r"\'e": "é", r"\'{e}": "é", r"{\'e}": "é", r"{\'{e}}": "é", r"\' e": "é", r"{\' {e}}": "é", r"\'{ e}": "é",
    r"\`e": "è", r"\^o": "ô", r"\"u": "ü", r"\~n": "ñ", r"\=a": "ā", r"\.z": "ż", r"\.I": "İ", r"\u{g}": "ğ",
    r"\u g": "ğ",
    r"\v{c}": "č", r"\v c": "č", r"{\v c}": "č", r"\H{o}": "ő", r"{\H o}": "ő", r"\c{c}": "ç", r"\c c": "ç",
    r"\c S": "Ş",
    r"\k{a}": "ą", r"\k e": "ę", r"\d{s}": "ṣ", r"\b{b}": "ḇ", r"\r{a}": "å", r"\r u": "ů", r"\t{oo}": "o͡o",
    r"\textcommabelow{s}": "ș", r"\h{a}": "ả", r"\G{a}": "ȁ", r"\f{a}": "ȃ",
    # Letters.
    r"\o": "ø", r"\O": "Ø", r"\l": "ł", r"\L": "Ł", r"\ss": "ß", r"\ae": "æ", r"\AE": "Æ", r"\oe": "œ", r"\aa": "å",
    r"\AA": "Å", r"\dj": "đ", r"\DH": "Ð", r"\th": "þ", r"\ng": "ŋ", r"{\o}re": "øre", r"\O{}re": "Øre",
    r"\O stlund": "Østlund",
    r"\aa rhus": "århus", r"stra{\ss}e": "straße", r"stra\ss{}e": "straße", r"\L\'od\'z": "Łódź",
    r"{\AA}ngstr{\"o}m": "Ångström",
    # Several accents.
    r"Nguy{\~{\^e}}n": "Nguyễn", r"Vi\d{\^e}t": "Việt", r"\'{\ae}": "ǽ", r"\'\O": "Ǿ", r"{\'{\=e}}": "ḗ",
    # Words.
    r"wie{\'s}": "wieś", r"wie{\'{s}}": "wieś", r"wie\'{s}": "wieś", r"wie\'s": "wieś",
    r"Karad{\v z}i{\'c}": "Karadžić",
    r"{\'{E}}cole": "École", r"{M\"uller}": "Müller", r"{\DJ}or{\dj}evi{\'c}": "Đorđević", r"Erd\H{o}s": "Erdős",
    r"{\glqq}Ja{\grqq}": "„Ja“",
    # No accents.
    r"don\'t": "don't", r"I\'m": "I'm", r"The author\'s view": "The author's view", r"\~{}": "~",
    r"\textasciitilde x": "~x",
    r"A~B": "A B", r"10~January": "10 January", r"a $x~y$ b": "a x y b", "https://x.org/~me/a": "https://x.org/~me/a",
}  # fmt: skip


@pytest.mark.parametrize("source", LETTERS)
def test_letters(source: str) -> None:
    assert plain_title(source) == LETTERS[source]


@pytest.mark.parametrize("source", [source for source in LETTERS if "The" not in source and source != r"I\'m"])
def test_letters_in_names(source: str) -> None:
    assert plain_name(source) == LETTERS[source]
