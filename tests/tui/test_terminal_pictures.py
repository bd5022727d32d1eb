"""Asking the terminal about pictures, its answers among the keys, and the pictures that it holds."""

import asyncio
import itertools
import re
from collections.abc import Iterable

import pytest
from rich.color import ColorSystem
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from textual import events
from textual.color import Color as TextualColor
from textual.filter import ANSIToTruecolor
from textual.message import Message

from kit.kitty_terminal import KittyGraphics
from kit.pngs import a_png
from kit.sixel_terminal import SixelGraphics
from papertui.tui.terminal_driver import AnswerParser
from papertui.tui.terminal_pictures import TerminalAnswer, TerminalPictures, TmuxFacts
from papertui.tui.widgets.figures import kitty_cells

YES, NAME = "\x1b_Gi=31;OK\x1b\\", "\x1bP>|kitty(0.42.1)\x1b\\"
CELL, ATTRIBUTES = "\x1b[6;20;10t", "\x1b[?62;4;22c"
ALL = YES + NAME + CELL + ATTRIBUTES
OPEN = TmuxFacts()
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200_000)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def parser(*, awaits: bool = True) -> tuple[AnswerParser, Clock]:
    clock = Clock()
    return AnswerParser(lambda: awaits, clock=clock), clock


def keys(messages: Iterable[Message]) -> list[str]:
    return [
        one.key if isinstance(one, events.Key) else one.text
        for one in messages
        if isinstance(one, events.Key | TerminalAnswer)
    ]


@pytest.mark.parametrize("cut", range(1, len(ALL) + 1))
def test_answers_are_no_keys_wherever_they_are_cut(cut: int) -> None:
    reader, _ = parser()
    text = f"j{ALL}k"
    found = [*reader.feed(text[:cut]), *reader.tick(), *reader.feed(text[cut:]), *reader.tick()]
    assert keys(found) == ["j", YES, NAME, CELL, ATTRIBUTES, "k"]


def test_an_answer_in_single_letters_is_none_either() -> None:
    reader, _ = parser()
    assert keys(itertools.chain.from_iterable(reader.feed(char) for char in f"{YES}{CELL}{ATTRIBUTES}x")) == [
        *(YES, CELL, ATTRIBUTES),
        "x",
    ]


def test_a_late_answer_is_no_key() -> None:
    reader, _ = parser(awaits=False)
    assert keys(reader.feed(f"j{YES}{ATTRIBUTES}k")) == ["j", YES, ATTRIBUTES, "k"]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("\x1b", "escape"),
        ("\x1b_", "underscore"),
        ("\x1bP", "alt+shift+p"),
        ("\x1b[", "left_square_bracket"),
    ],
)
def test_keys_that_begin_like_an_answer_stay_keys(typed: str, key: str) -> None:
    reader, clock = parser()
    assert keys(reader.feed(typed)) == []
    clock.now += 0.06
    assert keys(reader.tick()) == []
    reader._timeout_time = 0  # Textual's own patience is over
    assert keys(reader.tick()) == [key]


@pytest.mark.parametrize("half", ["\x1b_Gi=31;O", "\x1bP>|kit", "\x1b[?62;4"])
def test_half_an_answer_waits_for_its_rest_and_is_dropped_without(half: str) -> None:
    reader, clock = parser()
    assert keys(reader.feed(half)) == []
    clock.now += 0.3
    assert keys(reader.tick()) == []
    assert reader._held == half
    clock.now += 1
    assert keys([*reader.tick(), *reader.feed("j")]) == ["j"]


def test_arrows_and_the_mouse_pass() -> None:
    reader, _ = parser()
    found = list(reader.feed("\x1b[A\x1b[B\x1b[6~\x1b[<0;3;4M\x1b[I"))
    assert keys(found) == ["up", "down", "pagedown"]
    assert [type(one) for one in found[3:]] == [events.MouseDown, events.AppFocus]


def test_a_key_that_comes_in_pieces_stays_a_key() -> None:
    reader, _ = parser()
    assert keys([*reader.feed("\x1b[6"), *reader.tick(), *reader.feed("~")]) == ["pagedown"]


# --- asking ------------------------------------------------------------------------------------------


def terminal(environ: dict[str, str], facts: TmuxFacts = OPEN) -> tuple[TerminalPictures, list[str], Clock]:
    written: list[str] = []
    clock = Clock()
    return TerminalPictures(environ, written.append, clock=clock, tmux=lambda: facts), written, clock


async def test_a_terminal_that_answers_both_questions_gets_pictures() -> None:
    pictures, written, _ = terminal({"TERM": "xterm-256color"})
    await pictures.ask()
    await pictures.ask()
    assert len(written) == 1, "asked once"
    graphics = KittyGraphics()
    graphics.feed(written[0].encode())
    for answer in graphics.answers:
        assert pictures.awaits
        pictures.take(answer.decode())
    await pictures.settled()
    assert pictures.places
    assert not pictures.awaits


async def test_the_last_answer_ends_the_wait() -> None:
    pictures, _, _ = terminal({"TERM": "foot"})
    await pictures.ask()
    pictures.take(CELL)
    assert not pictures.draws_alone
    pictures.take(ATTRIBUTES)
    assert pictures._is_settled is not None
    assert pictures._is_settled.is_set(), "nobody waits for a terminal without Kitty's protocol"
    assert not pictures.awaits
    assert not pictures.places
    assert pictures.draws_alone


async def test_a_late_answer_is_said() -> None:
    pictures, _, _ = terminal({"TERM": "foot"})
    said: list[bool] = []
    pictures.watch(lambda: said.append(pictures.draws_alone))
    await pictures.ask()
    await pictures.settled()
    pictures.take(ATTRIBUTES)
    assert said == [True]


async def test_a_silent_terminal_is_given_up_after_a_moment() -> None:
    pictures, _, clock = terminal({"TERM": "xterm-256color"})
    await pictures.ask()
    async with asyncio.timeout(1):
        await pictures.settled()
    assert not pictures.places
    assert pictures.awaits, "a late answer is still no key"
    clock.now += 5
    assert not pictures.awaits


@pytest.mark.parametrize(
    ("environ", "facts"),
    [
        ({"TERM": "tmux-256color", "TMUX": "x"}, TmuxFacts(is_control=True)),
        ({"TERM": "tmux-256color", "TMUX": "x"}, TmuxFacts(passes=False)),
        ({"TERM": "screen", "STY": "x"}, OPEN),
        ({"TERM": "linux"}, TmuxFacts()),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, TmuxFacts()),
    ],
)
async def test_who_would_not_understand_is_not_asked(environ: dict[str, str], facts: TmuxFacts) -> None:
    pictures, written, _ = terminal(environ, facts)
    await pictures.ask()
    await pictures.settled()
    assert written == []
    assert not pictures.places


async def test_terminals_without_placeholders_get_none() -> None:
    pictures, _, _ = terminal({"TERM": "xterm-256color"})
    await pictures.ask()
    pictures.take(YES)
    pictures.take("\x1bP>|WezTerm 20240203\x1b\\")
    assert not pictures.places
    assert pictures.draws_alone


async def test_in_tmux_the_terminal_outside_is_asked() -> None:
    pictures, written, _ = terminal({"TERM": "tmux-256color", "TMUX": "x"})
    await pictures.ask()
    assert written[0].startswith("\x1bPtmux;\x1b\x1b_Gi=31")
    assert not re.search(r"\x1b\[(?:c|16t)", written[0]), "tmux would take the answer, or give its own"
    pictures.take(YES)
    pictures.take(NAME)
    assert not pictures.awaits


@pytest.mark.parametrize(
    ("name", "corner", "size"), [("foot(1.20)", (3, 2), (120, 60)), ("XTerm(390)", (13, 7), (100, 50))]
)
async def test_sixels_are_as_large_as_the_terminal_draws_them(
    name: str, corner: tuple[int, int], size: tuple[int, int]
) -> None:
    pictures, written, _ = terminal({"TERM": "xterm-256color"})
    for answer in (f"\x1bP>|{name}\x1b\\", CELL, ATTRIBUTES):
        pictures.take(answer)
    draw = pictures.alone(a_png(300, 300), 120, 60)
    assert written == []
    draw(3, 2)
    graphics = SixelGraphics((200, 80))
    graphics.feed("".join(written).encode())
    rows, columns = zip(*graphics.cells, strict=True)
    assert (min(columns), min(rows)) == corner
    assert (max(columns) - min(columns) + 1, max(rows) - min(rows) + 1) == size


async def test_iterm_gets_its_own_pictures_also_if_it_has_sixels() -> None:
    pictures, written, _ = terminal({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"})
    pictures.take(ATTRIBUTES)
    pictures.alone(PNG[:100], 20, 10)(3, 2)
    assert written[0].startswith("\x1b7\x1b[3;4H\x1b]1337;File=")


# --- pictures ----------------------------------------------------------------------------------------


async def test_pictures_are_sent_once_and_removed_at_the_end() -> None:
    pictures, written, _ = terminal({"TERM": "xterm-kitty"})
    held = await pictures.send("a", PNG, 20, 10)
    assert await pictures.send("a", PNG, 20, 10) == held
    await pictures.send("b", PNG[:100], 5, 5)
    graphics = KittyGraphics()
    graphics.feed("".join(written).encode())
    assert [image.png for image in graphics.images.values()] == [PNG, PNG[:100]]
    assert max(map(len, written)) < 80_000, "in pieces, between which keys are answered"
    graphics.feed(pictures.farewell().encode())
    assert graphics.images == {}
    assert pictures.farewell() == ""
    assert pictures.held("a") is None


async def test_the_terminal_holds_a_few_pictures() -> None:
    pictures, written, _ = terminal({"TERM": "xterm-kitty"})
    for number in range(40):
        await pictures.send(number, PNG[:100], 2, 2)
    graphics = KittyGraphics()
    graphics.feed("".join(written).encode())
    assert len(graphics.images) == 24
    assert len(graphics.seen) == 40
    assert pictures.held(0) is None
    assert pictures.held(39) is not None


async def test_leaving_while_a_picture_is_sent_leaves_nothing() -> None:
    written: list[str] = []
    has_begun = asyncio.Event()

    def write(text: str) -> None:
        written.append(text)
        has_begun.set()

    pictures = TerminalPictures({"TERM": "xterm-kitty"}, write)
    sending = asyncio.create_task(pictures.send("a", PNG * 4, 20, 10))
    await has_begun.wait()
    written.append(pictures.farewell())
    await sending
    graphics = KittyGraphics()
    graphics.feed("".join(written).encode())
    assert graphics.images == {}


@pytest.mark.parametrize("system", [ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT])
async def test_the_colour_that_names_a_picture_arrives(system: ColorSystem) -> None:
    pictures, written, _ = terminal({"TERM": "xterm-kitty"})
    graphics = KittyGraphics()
    for number in range(20):
        held = await pictures.send(number, PNG[:100], 3, 1)
        segment = kitty_cells(held, is_transparent=True)[0][0]
        to_truecolor = ANSIToTruecolor(DEFAULT_TERMINAL_THEME)
        (filtered,) = to_truecolor.apply([segment], TextualColor(0, 0, 0))
        assert filtered.style is not None
        written.append(f"\x1b[{number + 1};1H{filtered.style.render(filtered.text, color_system=system)}")
    graphics.feed("".join(written).encode())
    assert list(graphics.drawn().values()) == [{(0, 0), (0, 1), (0, 2)}] * 20
