"""Kitty's protocol: what is sent, read by a parser that was written from the documentation."""

import pytest
from rich.cells import cell_len

from kit.kitty_terminal import Cell, KittyGraphics, ProtocolError, diacritics
from papertui.pictures import kitty

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


def held(*commands: str) -> KittyGraphics:
    terminal = KittyGraphics()
    for command in commands:
        terminal.feed(command.encode())
    return terminal


def test_a_picture_arrives_as_it_is() -> None:
    commands = list(kitty.transmission(0x0A123456, PNG, 40, 12))
    assert len(commands) == 4
    terminal = held(*commands)
    image = terminal.images[0x0A123456]
    assert (image.png, image.columns, image.rows) == (PNG, 40, 12)
    first, *others = terminal.commands
    assert first == {
        "a": "T",
        "U": "1",
        "q": "2",
        "f": "100",
        "t": "d",
        "m": "1",
        "i": str(0x0A123456),
        "c": "40",
        "r": "12",
    }
    assert [one["m"] for one in others] == ["1", "1", "0"]


@pytest.mark.parametrize("size", [1, 3071, 3072, 3073, 6144])
def test_a_picture_of_any_size_is_sent_to_its_end(size: int) -> None:
    terminal = held(*kitty.transmission(7, PNG[:8] + bytes(size), 1, 1))
    assert terminal.images[7].png == PNG[:8] + bytes(size)


def test_the_parser_of_the_tests_refuses_what_the_documentation_forbids() -> None:
    for wrong in (
        "\x1b_Ga=T,f=100,i=1,q=2,zz=1;AAAA\x1b\\",
        "\x1b_Ga=T,f=100,q=2;AAAA\x1b\\",
        "\x1b_Ga=T,f=100,i=1;AAAA\x1b\\",
    ):
        with pytest.raises(ProtocolError):
            held(wrong)
    with pytest.raises(ProtocolError):
        held("\x1b_Ga=T,f=100,i=1,q=2,m=1;AAAA\x1b\\", "\x1b_Ga=d,d=I,i=1\x1b\\")


def test_the_numbers_of_cells_are_those_of_the_documentation() -> None:
    assert diacritics() == kitty.DIACRITICS
    assert len(kitty.DIACRITICS) == 297
    assert (kitty.DIACRITICS[0], kitty.DIACRITICS[1], kitty.DIACRITICS[-1]) == ("\u0305", "\u030d", "\U0001d244")


def test_each_cell_says_of_which_picture_it_is_and_which_cell() -> None:
    identity, rows, columns = 0x5A0102FF, 3, 300
    terminal = held(*kitty.transmission(identity, PNG, 297, rows))
    for row in range(rows):
        text = kitty.placeholders(row, columns, identity >> 24)
        assert cell_len(text) == 297  # no more can be numbered
        terminal.feed(f"\x1b[{row + 5};11H\x1b[38;2;1;2;255m{text}\x1b[0m".encode())
    assert terminal.cells[4, 10] == Cell(identity, 0, 0)
    assert terminal.cells[6, 306] == Cell(identity, 2, 296)
    assert terminal.drawn()[identity] == {(row, column) for row in range(rows) for column in range(297)}


def test_a_deleted_picture_is_gone() -> None:
    terminal = held(*kitty.transmission(9, PNG, 2, 2), kitty.deletion(9))
    assert terminal.seen
    assert terminal.images == {}


def test_the_terminal_is_asked_and_understood() -> None:
    terminal = held(kitty.QUESTION, kitty.NAME_QUESTION)
    answers = [answer.decode() for answer in terminal.answers]
    assert kitty.says_yes(answers[0])
    assert kitty.has_placeholders(kitty.terminal_name(answers[1]))
    assert not kitty.says_yes("\x1b_Gi=31;ENOTSUPPORTED\x1b\\")
    assert not kitty.says_yes("\x1b_Gi=32;OK\x1b\\")
    for name, has in (("ghostty 1.2.0", True), ("WezTerm 20240203", False), ("Konsole 24.08", False), ("", False)):
        assert kitty.has_placeholders(name) is has


def test_commands_for_the_terminal_outside_of_tmux_are_wrapped() -> None:
    assert kitty.through_tmux("\x1b_Gm=0;AA\x1b\\") == "\x1bPtmux;\x1b\x1b_Gm=0;AA\x1b\x1b\\\x1b\\"


def test_a_text_that_outlives_its_pictures_has_blanks_for_them() -> None:
    line = f"\x1b[38;5;200m{kitty.placeholders(3, 5, 77)}\x1b[0m and words"
    assert kitty.without_pictures(line) == f"\x1b[38;5;200m{' ' * 5}\x1b[0m and words"
