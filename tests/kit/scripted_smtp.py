"""A mail server on loopback that can misbehave at any step and reports the steps of the client."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from kit.smtp_server import Delivered

#: Close the connection instead of replying; never reply.
DROP, SLOW = "drop", "slow"
#: Called with each step of a client: ``EHLO``, ``MAIL``, ``RCPT``, ``DATA``, ``body``, ``dot``, ``reply``, ``QUIT``.
Watcher = Callable[[str], None]


def _nobody(step: str) -> None:
    del step


@dataclass
class Script:
    """The replies of a server that differ from the usual ones.

    Attributes:
        answers: by step (``greeting``, ``EHLO``, ``STARTTLS``, ``AUTH``, ``MAIL``, ``RCPT``, ``DATA``, ``message``) the
            replies in turn, the last one repeated; `DROP` or `SLOW` in place of a reply. A single recipient has the
            step ``RCPT ada@example.org``.
        offers: the extensions in the reply to EHLO.
        context: the TLS context.
        watcher: called with each step before the reply.
    """

    answers: dict[str, Sequence[str]] = field(default_factory=dict)
    offers: Sequence[str] = ("SIZE 1000000", "8BITMIME")
    context: ssl.SSLContext | None = None
    watcher: Watcher = _nobody
    mails: list[Delivered] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    used: dict[str, int] = field(default_factory=dict)

    def answer(self, step: str, usual: str) -> str:
        answers = self.answers.get(step)
        if not answers:
            return usual
        number = self.used.get(step, 0)
        self.used[step] = number + 1
        return answers[min(number, len(answers) - 1)] or usual


class _GoneError(Exception):
    """The connection must be closed."""


class _Talk:
    def __init__(self, held: socket.socket, script: Script, over: threading.Event) -> None:
        self._held = held
        self._file = held.makefile("rb")
        self._script = script
        self._over = over
        self._sender = ""
        self._to: list[str] = []

    def say(self, step: str, usual: str) -> bool:
        """Send the reply; return whether it was the usual one."""
        self._script.watcher(step)
        text = self._script.answer(step, usual)
        if text == DROP:
            raise _GoneError
        if text == SLOW:
            self._over.wait()
            raise _GoneError
        self._held.sendall(text.encode() + b"\r\n")
        if text.startswith("421"):
            raise _GoneError
        return text == usual

    def close(self) -> None:
        self._file.close()
        self._held.close()

    def run(self) -> None:
        self.say("greeting", "220 a.example ESMTP")
        while line := self._file.readline().decode("latin-1"):
            command = line.rstrip("\r\n")
            self._script.commands.append(command)
            do = getattr(self, f"do_{command.partition(' ')[0].lower()}", None)
            if do is None:
                self.say("other", "500 what?")
            else:
                do(command)

    def do_ehlo(self, command: str) -> None:
        del command
        lines = ["a.example", *self._script.offers]
        usual = "\r\n".join(f"250{'-' if line != lines[-1] else ' '}{line}" for line in lines)
        self.say("EHLO", usual)

    def do_helo(self, command: str) -> None:
        del command
        self.say("HELO", "250 a.example")

    def do_starttls(self, command: str) -> None:
        del command
        if self.say("STARTTLS", "220 go on"):
            assert self._script.context is not None
            self._file.close()
            self._held = self._script.context.wrap_socket(self._held, server_side=True)
            self._file = self._held.makefile("rb")

    def do_auth(self, command: str) -> None:
        del command
        self.say("AUTH", "235 welcome")

    def do_mail(self, command: str) -> None:
        if self.say("MAIL", "250 OK"):
            self._sender, self._to = command.split("<", 1)[1].split(">", 1)[0], []

    def do_rcpt(self, command: str) -> None:
        address = command.split("<", 1)[1].split(">", 1)[0]
        step = f"RCPT {address}" if f"RCPT {address}" in self._script.answers else "RCPT"
        if self.say(step, "250 OK"):
            self._to.append(address)

    def do_data(self, command: str) -> None:
        del command
        if not self.say("DATA", "354 go on"):
            return
        lines: list[bytes] = []
        while (line := self._file.readline()) not in {b".\r\n", b""}:
            if not lines:
                self._script.watcher("body")
            lines.append(line)
        if not line:
            raise _GoneError
        self._script.watcher("dot")
        text = self._script.answer("message", "250 OK")
        if text in {"250 OK", DROP, SLOW}:  # the mail is accepted, even if the reply is lost
            data = b"".join(line.removeprefix(b".") for line in lines)
            self._script.mails.append(Delivered(self._sender, tuple(self._to), data))
        if text in {DROP, SLOW}:
            if text == SLOW:
                self._over.wait()
            raise _GoneError
        self._held.sendall(text.encode() + b"\r\n")
        self._script.watcher("reply")

    def do_quit(self, command: str) -> None:
        del command
        self.say("QUIT", "221 bye")
        raise _GoneError

    def do_rset(self, command: str) -> None:
        del command
        self.say("RSET", "250 OK")


@contextmanager
def scripted_server(script: Script, *, implicit: bool = False) -> Iterator[int]:
    """Run a server on loopback that follows `script`; yield its port."""
    over = threading.Event()
    talks: list[threading.Thread] = []

    def talk(held: socket.socket) -> None:
        try:
            with held:
                if implicit:
                    assert script.context is not None
                    held = script.context.wrap_socket(held, server_side=True)
                talking = _Talk(held, script, over)
                try:
                    talking.run()
                finally:
                    talking.close()
        except (_GoneError, OSError):
            pass
        finally:
            held.close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)

        def accept() -> None:
            while not over.is_set():
                try:
                    held, _ = listening.accept()
                except TimeoutError:
                    continue
                held.setblocking(True)
                talks.append(threading.Thread(target=talk, args=(held,)))
                talks[-1].start()

        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield listening.getsockname()[1]
        finally:
            over.set()
            accepting.join()
            for thread in talks:
                thread.join()
