"""Hooks: commands of the reader's own, run after something happened, one after the other and beside everything else.

A command reads JSON from its stdin: ``event`` (``bookmark``, ``read`` or ``refresh``), ``action`` (``kept``,
``released``, ``read`` or ``new``), ``at``, for a refresh ``feed``, and ``papers``, public records with their abstracts.
Events that come while a command runs wait; those alike become one. Nothing of a paper is ever an argument, and no
failure of a command is one of papertui's.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal, NamedTuple

from papertui.core.bookmark import Bookmark
from papertui.core.paper import Paper
from papertui.core.record import iso, public_record
from papertui.core.safe import one_line
from papertui.core.step import Change
from papertui.core.wording import plural
from papertui.desk.doors import Clock, OpenLibrary
from papertui.errors import StoreError
from papertui.settings import Hooks as Commands
from papertui.store.archive import Archive

Kind = Literal["bookmark", "read", "refresh"]
Action = Literal["kept", "released", "read", "new"]
#: Runs a command: arguments, stdin, variables, seconds, what ends it before; returns what went wrong, or nothing.
Run = Callable[[Sequence[str], bytes, Mapping[str, str], float, threading.Event], str]
#: So many papers are told at once where events are put together.
_TOGETHER = 500
#: So many events wait; those that came first are left out then.
_WAITING = 100
#: Bytes of ids in a variable: an environment has little room.
_ROOM = 32_000
#: Seconds more than its own limit that a command is waited for, which ends it then in its own words.
_SLACK = 0.25
#: Seconds a command has to end when nobody waits for it any more.
_GRACE = 3.0


class Event(NamedTuple):
    """Something that happened.

    Attributes:
        kind: which command is run.
        action: what happened.
        papers: by id; ``None`` where the stores know the paper.
        feed: which feed has new papers.
    """

    kind: Kind
    action: Action
    papers: Mapping[str, Paper | None]
    feed: str = ""


class Hooks:
    """Runs the reader's commands. Any thread may call it; nothing here raises, and only `finish` waits."""

    def __init__(self, commands: Commands, run: Run, archive: Archive, library: OpenLibrary, now: Clock) -> None:
        """Makes it.

        Args:
            commands: what is run, and how long it may take.
            run: runs it.
            archive: knows the papers.
            library: knows those that are kept.
            now: tells the time.
        """
        self._commands = commands
        self._run = run
        self._archive = archive
        self._library = library
        self._now = now
        self._lock = threading.Lock()
        self._waiting: deque[Event] = deque()
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._notices: dict[str, None] = {}
        self._left_out = 0

    def wants(self, kind: Kind) -> bool:
        """Whether there is a command for events of this kind; if not, nothing need be found out for it."""
        return bool(self._command(kind))

    @property
    def is_set(self) -> bool:
        """Whether there is any command at all."""
        return any((self._commands.bookmark, self._commands.read, self._commands.refresh))

    def tell(self, kind: Kind, action: Action, papers: Iterable[Paper | str], feed: str = "") -> None:
        """Tells that something happened to `papers`, given whole or by their ids."""
        told = {paper if isinstance(paper, str) else paper.id: paper for paper in papers}
        event = Event(
            kind, action, {id_: None if isinstance(paper, str) else paper for id_, paper in told.items()}, feed
        )
        if not told or not self.wants(kind):
            return
        with self._lock:
            self._put(event)
            if self._thread is None:
                self._stop = threading.Event()
                self._thread = threading.Thread(target=self._work, args=(self._stop,), name="hooks", daemon=True)
                self._thread.start()

    def changed(self, changes: Iterable[Change], whole: Mapping[str, Paper] = MappingProxyType({})) -> None:
        """Tells which papers were kept, and which released, by changes of the library: of a step, or of its undoing.

        Args:
            changes: what happened to bookmarks.
            whole: papers that were released with their abstracts, which are not told by changes.
        """
        kept, released = [], []
        for change in changes:
            if change.before is None and change.after is not None:
                kept.append(change.after.paper)
            elif change.after is None and change.before is not None:
                released.append(whole.get(change.before.paper.id, change.before.paper))
        self.tell("bookmark", "released", released)
        self.tell("bookmark", "kept", kept)

    def finish(self, *, at_once: bool = False) -> None:
        """Waits for what is still to be run, together no longer than one command may take; `at_once` not at all.

        What runs after that is ended, what waits is left out, and both are told.
        """
        with self._lock:
            thread = self._thread
        if thread is None:
            return
        thread.join(0 if at_once else self._commands.timeout + _SLACK)
        if thread.is_alive():
            with self._lock:
                self._left_out += len(self._waiting)
                self._waiting.clear()
                self._stop.set()
            thread.join(_GRACE)

    def take_notices(self) -> tuple[str, ...]:
        """What the reader must be told of hooks, each sentence once."""
        with self._lock:
            notices, self._notices = self._notices, {}
            number, self._left_out = self._left_out, 0
        if number:
            sentence = (
                f"Hooks took too long, and {plural(number, 'event')} came to no command; see [hooks] in the settings."
            )
            notices[sentence] = None
        return tuple(notices)

    def _command(self, kind: Kind) -> tuple[str, ...]:
        commands: Mapping[Kind, tuple[str, ...]] = {
            "bookmark": self._commands.bookmark,
            "read": self._commands.read,
            "refresh": self._commands.refresh,
        }
        return commands[kind]

    def _put(self, event: Event) -> None:
        last = self._waiting[-1] if self._waiting else None
        alike = last is not None and (last.kind, last.action, last.feed) == (event.kind, event.action, event.feed)
        if last is not None and alike and len(last.papers) + len(event.papers) <= _TOGETHER:
            self._waiting[-1] = last._replace(papers={**last.papers, **event.papers})
            return
        self._waiting.append(event)
        if len(self._waiting) > _WAITING:
            self._waiting.popleft()
            self._left_out += 1

    def _work(self, stop: threading.Event) -> None:
        """Runs the commands for all that waits, one after the other."""
        while True:
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return
                event = self._waiting.popleft()
            try:
                problem = self._run_for(event, stop)
            except StoreError as error:
                problem = f"was not run: {error}"
            if problem:
                program = self._command(event.kind)[0].rpartition("/")[2]
                sentence = one_line(
                    f"The hook “{event.kind}” ({program} in [hooks] of the settings) {problem.rstrip('.')}."
                )
                with self._lock:
                    self._notices[sentence] = None

    def _run_for(self, event: Event, stop: threading.Event) -> str:
        ids = list(event.papers)
        told = {"event": event.kind, "action": event.action, "at": iso(self._now())}
        if event.feed:
            told["feed"] = event.feed
        body = json.dumps({**told, "papers": self._records(event.papers)}, ensure_ascii=False)
        variables = {
            "PAPERTUI_HOOK_EVENT": event.kind,
            "PAPERTUI_HOOK_ACTION": event.action,
            "PAPERTUI_HOOK_COUNT": str(len(ids)),
            "PAPERTUI_HOOK_IDS": _within(ids, _ROOM),
        }
        command = self._command(event.kind)
        return self._run(command, body.encode("utf-8", "replace"), variables, self._commands.timeout, stop)

    def _records(self, papers: Mapping[str, Paper | None]) -> list[dict[str, object]]:
        """The papers as the commands print them, as they are known by now."""
        known = self._archive.papers(papers)
        kept: Mapping[str, Bookmark] = {mark.paper.id: mark for mark in self._library().all()}
        missing = [id_ for id_ in papers if id_ not in known or not known[id_].abstract]
        whole = self._library().whole([id_ for id_ in missing if id_ in kept])
        records = []
        for id_, given in papers.items():
            accounts = [paper for paper in (known.get(id_), whole.get(id_), given) if paper is not None]
            if accounts:
                best = next((paper for paper in accounts if paper.abstract), accounts[0])
                records.append(public_record(accounts[0]._replace(abstract=best.abstract), kept.get(id_)))
        return records


def _within(ids: Sequence[str], room: int) -> str:
    """As many ids as have room, with spaces between."""
    fitting: list[str] = []
    for id_ in ids:
        room -= len(id_.encode("utf-8", "replace")) + 1
        if room < 0:
            break
        fitting.append(id_)
    return " ".join(fitting)
