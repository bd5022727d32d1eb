"""The digest to look at before it is mailed: what would go where, what was mailed, and by which choices it is made."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import NamedTuple, Protocol

from papertui.core.digest import Digest
from papertui.core.feed import FeedName
from papertui.core.mailing.letter import Letter
from papertui.core.mailing.mailbox import Mailbox
from papertui.core.mailing.record import Failure, Posting
from papertui.core.mailing.timetable import Timetable
from papertui.desk.composing import Composer
from papertui.desk.dispatch import Request, Sent
from papertui.desk.following import Following
from papertui.desk.mailing import Mailing
from papertui.desk.scheduling import Schedule
from papertui.errors import PapertuiError, SettingsError, UsageError
from papertui.mail.schedule import Installed
from papertui.settings import DigestSettings, MailSettings, Settings

#: What a digest can be made of whatever is followed, in the usual order; the reader's own feeds stand behind the first.
_FIRST, _LAST = ("trending",), ("rising", "library")

_UNOPENED = "Bookmarked, never opened"


class DigestWriting(Protocol):
    """The settings as the choices of a digest can be kept in them."""

    def digest(self, chosen: DigestSettings) -> Settings:
        """Keeps them; raises `SettingsError` when they cannot be written."""
        ...

    @property
    def path(self) -> str:
        """Where the settings are, for a sentence."""
        ...


class Part(NamedTuple):
    """What a digest can have a section of.

    Attributes:
        key: its name in the settings.
        name: the feed.
        title: what the reader calls it.
        wanted: whether it is in the digest.
    """

    key: str
    name: FeedName
    title: str
    wanted: bool


class Proof(NamedTuple):
    """A digest as it would be mailed now.

    Attributes:
        digest: what is in it.
        letter: the mail.
        server: where it would be handed over; empty while that is not set.
        missing: what has to be set under [mail] before it can be mailed.
        mailed: whether its period was mailed already.
        waiting: mails that would be sent again first.
    """

    digest: Digest
    letter: Letter
    server: str = ""
    missing: tuple[str, ...] = ()
    mailed: bool = False
    waiting: tuple[Posting, ...] = ()

    @property
    def oneself(self) -> Mailbox:
        """Whom a test goes to: who sends it, where they get it too, else the first who gets it."""
        to = self.letter.recipients
        mine = self.letter.sender.address.casefold()
        return next((box for box in to if box.address.casefold() == mine), to[0])


class Record(NamedTuple):
    """What was mailed, and what comes next.

    Attributes:
        postings: the latest mails, the newest first.
        failures: the latest runs that came to nothing, the newest first.
        failure: what the last run failed of, a sentence; ``None`` when it did not.
        installed: how it is mailed by itself; ``None`` when it is not.
        upcoming: when that runs next, in the time of the place.
        problem: why it cannot be told whether it is mailed by itself, a sentence.
    """

    postings: tuple[Posting, ...] = ()
    failures: tuple[Failure, ...] = ()
    failure: str | None = None
    installed: Installed | None = None
    upcoming: datetime | None = None
    problem: str = ""


class Letterbox:
    """The digest to look at, to change, and to mail.

    Args:
        digests: composes.
        mailing: sends.
        schedule: has it sent by itself.
        following: what the reader follows.
        writing: the settings.
        mail: how it is mailed, as the settings alone say.
    """

    def __init__(
        self,
        digests: Composer,
        mailing: Mailing,
        schedule: Schedule,
        following: Following,
        writing: DigestWriting,
        mail: MailSettings,
    ) -> None:
        self._digests = digests
        self._mailing = mailing
        self._schedule = schedule
        self._following = following
        self._writing = writing
        self._mail = mail
        self._kept = digests.chosen

    @property
    def settings_path(self) -> str:
        """Where the settings are, for a sentence."""
        return self._writing.path

    @property
    def chosen(self) -> DigestSettings:
        """The choices by which digests are made now."""
        return self._digests.chosen

    @property
    def is_changed(self) -> bool:
        """Whether the choices are others than in the settings."""
        return self._digests.chosen != self._kept

    def choose(self, chosen: DigestSettings) -> None:
        """Makes digests by other choices until papertui ends, unless they are kept."""
        self._digests.choose(chosen)

    def forget_left(self) -> None:
        """Leaves out what is followed no more; the settings were rid of it when it was left."""
        chosen, self._kept = self._without_left(self._digests.chosen), self._without_left(self._kept)
        if chosen != self._digests.chosen:
            self._digests.choose(chosen)

    def _without_left(self, chosen: DigestSettings) -> DigestSettings:
        feeds, pin = (tuple(filter(self._is_there, keys)) for keys in (chosen.feeds, chosen.pin))
        return chosen._replace(feeds=feeds, pin=pin)

    def _is_there(self, key: str) -> bool:
        try:
            self._following.named(key)
        except UsageError:
            return False
        return True

    async def keep(self) -> None:
        """Keeps the choices in the settings.

        Raises:
            SettingsError: the settings cannot be written.
        """
        chosen = self._digests.chosen
        await asyncio.to_thread(self._writing.digest, chosen)
        self._kept = chosen

    def parts(self) -> tuple[Part, ...]:
        """What the digest is made of in its order, then what it could have, too.

        Raises:
            UsageError: the settings name a feed there is not.
        """
        own = {follow.name: follow for follow in self._following.all}
        usual = self._usual()
        keys = self.chosen.feeds or usual
        parts = [self._part(key, wanted=True) for key in keys]
        there = {part.name for part in parts}
        parts += [part for key in usual if (part := self._part(key, wanted=False)).name not in there]
        return tuple(part._replace(key=own[part.name].key) if part.name in own else part for part in parts)

    def pinned(self) -> tuple[str, ...]:
        """What comes before all others whatever is chosen, by its title.

        Raises:
            UsageError: the settings name a feed there is not.
        """
        there = {part.name for part in self.parts() if part.wanted}
        pins = [self._part(key, wanted=True) for key in self.chosen.pin]
        return tuple(part.title for part in pins if part.name not in there)

    def with_parts(self, parts: tuple[Part, ...]) -> DigestSettings:
        """The choices with other parts; those that are usual are left to follow what the reader follows."""
        keys = tuple(part.key for part in parts if part.wanted)
        return self.chosen._replace(feeds=() if keys == self._usual() else keys)

    def _usual(self) -> tuple[str, ...]:
        return (*_FIRST, *(follow.key for follow in self._following.all), *_LAST)

    def _part(self, key: str, *, wanted: bool) -> Part:
        name = self._following.named(key)
        words = _UNOPENED if name.kind == "library" else self._following.title(name) or name.kind.capitalize()
        return Part(key, name, words, wanted)

    async def proof(self, *, offline: bool = False) -> Proof:
        """The digest as it would be mailed now; while something is not set, as it would be to this machine.

        Args:
            offline: whether it is made of what is stored.

        Raises:
            PapertuiError: it cannot be made, for a reason that can be explained.
        """
        request = self._request(offline=offline)
        missing = await asyncio.to_thread(self._mailing.missing)
        if missing:
            digest = await self._mailing.compose(request)
            return Proof(digest, await self._mailing.letter(request, digest), missing=missing)
        plan = await self._mailing.plan(request)
        return Proof(plan.digest, plan.letter, plan.server.words, (), plan.mailed, plan.waiting)

    async def send(self, *, again: bool = False) -> Sent:
        """Mails what is due, once; `again` a period once more that was mailed.

        Raises:
            PapertuiError: nobody got it; the sentence says why.
        """
        return await self._mailing.send(self._request(), again=again)

    async def send_test(self, proof: Proof) -> Sent:
        """Mails what is looked at to its reader alone, as a test; it is not noted, and nothing is due the less for it.

        Raises:
            PapertuiError: it did not arrive; the sentence says why.
        """
        return await self._mailing.send_test(self._request(), digest=proof.digest, to=(proof.oneself,))

    def last_failure(self) -> str | None:
        """Why the last run did not mail the digest, in a sentence; ``None`` when it did, or there was none.

        Raises:
            StoreError: the disk cannot be read.
        """
        return self._mailing.last_failure()

    def record(self, limit: int = 50) -> Record:
        """What was mailed, and what comes next. Blocks.

        Raises:
            StoreError: the disk cannot be read.
        """
        record = Record(
            self._mailing.log(limit), self._mailing.failures(limit), self._mailing.last_failure()
        )  # fmt: skip
        try:
            installed = self._schedule.installed()
        except PapertuiError as problem:
            return record._replace(problem=str(problem))
        return record._replace(installed=installed, upcoming=self._schedule.next_run(installed))

    def would_install(self, timetable: Timetable) -> tuple[str, tuple[str, ...]]:
        """What having it mailed by itself would write and run, and what such a run would miss, a sentence each. Blocks.

        Raises:
            PapertuiError: this machine has no way to run anything.
        """
        kind = self.chosen.period
        return self._schedule.show(timetable, kind), self._schedule.task(kind)[1]

    def install(self, timetable: Timetable) -> Installed:
        """Has it mailed by itself. Blocks.

        Raises:
            PapertuiError: it cannot be installed, or a run could not mail anything.
        """
        self._mailing.check_settings()
        task, _ = self._schedule.task(self.chosen.period)
        if self._mail.server is None and "PAPERTUI_SMTP_URL" not in task.variables:
            raise SettingsError("Nothing was installed, since a scheduled run would know no mail server: set “url”.")
        return self._schedule.install(timetable, self.chosen.period)

    def uninstall(self) -> bool:
        """Has it mailed by itself no more; tells whether it was. Blocks.

        Raises:
            MailError: it cannot be taken away.
        """
        return self._schedule.remove()

    def _request(self, *, offline: bool = False) -> Request:
        return Request(kind=self.chosen.period, offline=offline)
