"""The driver of the terminal: answers about pictures are taken out of the input, pictures are removed at the end."""

from __future__ import annotations

import os
import re
import selectors
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable
from time import monotonic
from typing import ClassVar, Final

from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from papertui.instant import Shown
from papertui.tui.terminal_pictures import TerminalAnswer, TerminalPictures

_ALTERNATE_SCREEN = "\x1b[?1049h"
#: A graphics answer (APC G), the name of the terminal (DCS > |), the size of a cell (CSI 6 t) or what the terminal
#: can (CSI ? c), whole or as far as it has come.
_ANSWER: Final = re.compile(r"\x1b(?:(?:_G|P>\|)[^\x1b\x07]{0,500}\x1b\\|\[\?[\d;]{1,80}c|\[6;\d{1,4};\d{1,4}t)")
_BEGIN: Final = re.compile(
    r"\x1b(?:_(?:G[^\x1b\x07]{0,500}\x1b?)?|P(?:>(?:\|[^\x1b\x07]{0,500}\x1b?)?)?|\[(?:\?[\d;]{0,80}|6[\d;]{0,10})?)?\Z"
)
#: What no key begins with.
_NO_KEYS: Final = ("\x1b_G", "\x1bP>|", "\x1b[?")
#: Seconds that the beginning of an answer waits for its rest: a lone Esc is a key, and those pieces come at once;
#: and seconds that it waits if it is no key, as over a slow line.
_PATIENCE: Final = 0.05
_LONG_PATIENCE: Final = 0.5
#: Seconds between two looks at the input; as Textual has it.
_PAUSE: Final = 0.1


class AnswerParser(XTermParser):
    """Textual's parser of the input, which would read the answers of the terminal as keys.

    Args:
        awaits: whether a question may still be answered: only then anything is held back.
        debug: as Textual has it.
        clock: seconds.
    """

    def __init__(
        self, awaits: Callable[[], bool], *, debug: bool = False, clock: Callable[[], float] = monotonic
    ) -> None:
        self._awaits = awaits
        self._clock = clock
        self._held = ""
        self._held_at = 0.0
        super().__init__(debug)

    def feed(self, data: str) -> Iterable[Message]:
        if not data:  # the end of the input
            yield from super().feed(data)
            return
        data, self._held = self._held + data, ""
        if self._awaits() or _ANSWER.search(data):
            place = 0
            for found in _ANSWER.finditer(data):
                yield from self._keys(data[place : found.start()])
                yield TerminalAnswer(found[0])
                place = found.end()
            data = data[place:]
            begin = _BEGIN.search(data)
            if begin is not None and begin[0] and self._awaits():
                data, self._held, self._held_at = data[: begin.start()], begin[0], self._clock()
        yield from self._keys(data)

    def tick(self) -> Iterable[Message]:
        is_key = not self._held.startswith(_NO_KEYS)
        if self._held and self._clock() >= self._held_at + (_PATIENCE if is_key else _LONG_PATIENCE):
            held, self._held = self._held, ""
            if is_key:
                yield from self._keys(held)
        yield from super().tick()

    def _keys(self, data: str) -> Iterable[Message]:
        if data:
            yield from super().feed(data)


class TerminalDriver(LinuxDriver):
    """Reads answers of the terminal, and removes pictures before it leaves the terminal to others."""

    pictures: ClassVar[TerminalPictures]

    def stop_application_mode(self) -> None:
        if self._writer_thread is not None and (text := self.pictures.farewell()):
            self.write(text)
        super().stop_application_mode()

    def process_message(self, message: Message) -> None:
        if isinstance(message, TerminalAnswer):
            self.pictures.note(message.text)
        super().process_message(message)

    def run_input_thread(self) -> None:
        """Read the input: as Textual does, with our parser."""
        parser = AnswerParser(lambda: self.pictures.awaits, debug=self._debug)
        decode = getincrementaldecoder("utf-8")().decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            is_last = False
            while not is_last:
                is_last = self.exit_event.is_set()  # what was typed until then is still read
                for _ in selector.select(_PAUSE):
                    if not (text := decode(os.read(self.fileno, 4096), final=is_last)):
                        break  # the terminal is gone
                    for event in parser.feed(text):
                        self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)
        try:
            for _ in parser.feed(""):
                pass
        except (EOFError, ParseError):
            pass


def driver_class(link: TerminalPictures, shown: Shown | None) -> type[TerminalDriver]:
    """Return the driver for the pictures of `link`; if `shown` is on the terminal, it goes on from there."""

    class LinkedDriver(TerminalDriver):
        pictures = link

    return LinkedDriver if shown is None else _continuing(LinkedDriver, shown)


def _continuing(linked: type[TerminalDriver], shown: Shown) -> type[TerminalDriver]:
    """Return the driver for a terminal on which `shown` is: it goes on where `papertui.instant` began."""

    class ContinuingDriver(linked):  # type: ignore[misc, valid-type]
        """Enters the alternate screen only when it comes back to it: a second time would clear the frame."""

        _is_entered = True

        def write(self, data: str) -> None:
            if self._is_entered and data == _ALTERNATE_SCREEN:
                self._is_entered = False
                return
            super().write(data)

        def start_application_mode(self) -> None:
            is_first = self._is_entered
            super().start_application_mode()
            if is_first:
                self.attrs_before = shown.attributes  # not those of the frame
                shown.hand_over()

    return ContinuingDriver
