"""Hooks: the reader's own commands, run after an event, one at a time and in the background.

A command reads JSON from its stdin: ``event`` (``bookmark``, ``read`` or ``refresh``), ``action`` (``kept``,
``released``, ``read`` or ``new``), ``at``, for a refresh ``feed``, and ``papers``, public records with their abstracts.
Events that arrive while a command runs are queued; similar ones are merged. No data of a paper is ever passed as an
argument, and a failing command never makes papertui fail.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal, NamedTuple

from papertui.archive.archive import Archive
from papertui.errors import StoreError
from papertui.library.bookmarks import Library
from papertui.model.bookmark import Bookmark
from papertui.model.changes import Change
from papertui.model.format import plural
from papertui.model.paper import Paper
from papertui.model.record import iso, public_record
from papertui.model.safe_text import one_line
from papertui.services.types import Clock
from papertui.settings import HookSettings

Kind = Literal["bookmark", "read", "refresh"]
Action = Literal["kept", "released", "read", "new"]
#: Runs a command: arguments, stdin, variables, time limit, stop event; returns the problem, or an empty text.
Run = Callable[[Sequence[str], bytes, Mapping[str, str], float, threading.Event], str]
#: The largest number of papers in merged events.
_TOGETHER = 500
#: The largest number of queued events; the oldest ones are dropped.
_WAITING = 100
#: The size limit in bytes for the variable with the ids: the environment is small.
_ROOM = 32_000
#: Seconds to wait beyond a command's own time limit, so that the limit ends the command and reports why.
_SLACK = 0.25
#: Seconds that a stopped command has to end.
_GRACE = 3.0


class HookEvent(NamedTuple):
    """An event for a hook."""

    kind: Kind  # Which command to run
    action: Action
    papers: Mapping[str, Paper | None]  # By id; ``None`` if the paper is in the archive or the library
    feed: str = ""  # The feed with new papers


class Hooks:
    """Runs the commands of hooks. Thread-safe; no method raises, and only `finish` waits."""

    def __init__(
        self, commands: HookSettings, archive: Archive, library: Library, now: Clock, run: Run | None = None
    ) -> None:
        self._commands = commands
        self._run = run or _run
        self._archive = archive
        self._library = library
        self._now = now
        self._lock = threading.Lock()
        self._waiting: deque[HookEvent] = deque()
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._notices: dict[str, None] = {}
        self._left_out = 0

    def use(self, commands: HookSettings) -> None:
        """Run other commands from now on."""
        self._commands = commands

    def wants(self, kind: Kind) -> bool:
        """Whether there is a command for events of this kind."""
        return bool(self._command(kind))

    @property
    def is_set(self) -> bool:
        return any((self._commands.bookmark, self._commands.read, self._commands.refresh))

    def emit(self, kind: Kind, action: Action, papers: Iterable[Paper | str], feed: str = "") -> None:
        """Queue an event about `papers`, given as papers or ids."""
        by_id = {paper if isinstance(paper, str) else paper.id: paper for paper in papers}
        event = HookEvent(
            kind, action, {id_: None if isinstance(paper, str) else paper for id_, paper in by_id.items()}, feed
        )
        if not by_id or not self.wants(kind):
            return
        with self._lock:
            self._put(event)
            if self._thread is None:
                self._stop = threading.Event()
                self._thread = threading.Thread(target=self._work, args=(self._stop,), name="hooks", daemon=True)
                self._thread.start()

    def emit_changes(self, changes: Iterable[Change], whole: Mapping[str, Paper] = MappingProxyType({})) -> None:
        """Queue events for bookmarks that were added or removed by a step or its undoing.

        Args:
            changes: the changes of the bookmarks.
            whole: removed papers with their abstracts, which changes do not contain.
        """
        kept, released = [], []
        for change in changes:
            if change.before is None and change.after is not None:
                kept.append(change.after.paper)
            elif change.after is None and change.before is not None:
                released.append(whole.get(change.before.paper.id, change.before.paper))
        self.emit("bookmark", "released", released)
        self.emit("bookmark", "kept", kept)

    def finish(self, *, at_once: bool = False) -> None:
        """Wait for queued events, in total no longer than the time limit of one command; with `at_once` not at all.

        After that the running command is stopped and queued events are dropped; notices report both.
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
        """Messages from hooks, each returned once."""
        with self._lock:
            notices, self._notices = self._notices, {}
            number, self._left_out = self._left_out, 0
        if number:
            sentence = (
                f"Hooks took too long, and {plural(number, 'event')} ran no command. See [hooks] in the settings."
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

    def _put(self, event: HookEvent) -> None:
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
        """Run the commands of all queued events, one at a time."""
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

    def _run_for(self, event: HookEvent, stop: threading.Event) -> str:
        ids = list(event.papers)
        record = {"event": event.kind, "action": event.action, "at": iso(self._now())}
        if event.feed:
            record["feed"] = event.feed
        body = json.dumps({**record, "papers": self._records(event.papers)}, ensure_ascii=False)
        variables = {
            "PAPERTUI_HOOK_EVENT": event.kind,
            "PAPERTUI_HOOK_ACTION": event.action,
            "PAPERTUI_HOOK_COUNT": str(len(ids)),
            "PAPERTUI_HOOK_IDS": _within(ids, _ROOM),
        }
        command = self._command(event.kind)
        return self._run(command, body.encode("utf-8", "replace"), variables, self._commands.timeout, stop)

    def _records(self, papers: Mapping[str, Paper | None]) -> list[dict[str, object]]:
        """The public records of papers, with the newest stored data."""
        known = self._archive.papers(papers)
        kept: Mapping[str, Bookmark] = {mark.paper.id: mark for mark in self._library.all()}
        missing = [id_ for id_ in papers if id_ not in known or not known[id_].abstract]
        whole = self._library.whole([id_ for id_ in missing if id_ in kept])
        records = []
        for id_, given in papers.items():
            versions = [paper for paper in (known.get(id_), whole.get(id_), given) if paper is not None]
            if versions:
                best = next((paper for paper in versions if paper.abstract), versions[0])
                records.append(public_record(versions[0]._replace(abstract=best.abstract), kept.get(id_)))
        return records


def _run(
    command: Sequence[str], sent: bytes, variables: Mapping[str, str], seconds: float, stop: threading.Event
) -> str:
    from papertui.services.programs import run_program  # noqa: PLC0415 - needed when a hook runs

    return run_program(command, sent, variables, seconds, stop)


def _within(ids: Sequence[str], room: int) -> str:
    """The first ids that fit, separated by spaces."""
    fitting: list[str] = []
    for id_ in ids:
        room -= len(id_.encode("utf-8", "replace")) + 1
        if room < 0:
            break
        fitting.append(id_)
    return " ".join(fitting)
