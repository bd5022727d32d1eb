"""The digest for the screen: preview, settings, sending and its log."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from papertui.digest.compose import UNOPENED, DigestComposer
from papertui.digest.model import Delivery, Digest, Failure, Mail, SendTimes
from papertui.digest.schedule import DigestSchedule
from papertui.digest.schedulers import InstalledSchedule
from papertui.digest.send import DigestSender, SendRequest, SendResult
from papertui.errors import PapertuiError, SettingsError, UsageError
from papertui.model.feed import FeedName
from papertui.model.mailbox import Mailbox
from papertui.services.follows import FollowService
from papertui.settings import DigestSettings, MailSettings

if TYPE_CHECKING:
    from papertui.settings.edit import SettingsFile

#: The built-in sections of a digest in their default order; followed feeds come after the first.
_FIRST, _LAST = ("foryou", "trending"), ("rising", "library")


class DigestPart(NamedTuple):
    """A possible section of a digest."""

    key: str  # Its name in the settings
    name: FeedName
    title: str  # The feed's title
    wanted: bool  # Whether it is in the digest


class DigestPreview(NamedTuple):
    """A preview of the digest that would be mailed now."""

    digest: Digest
    mail: Mail
    server: str = ""  # The mail server; empty if it is not set
    missing: tuple[str, ...] = ()  # The settings under [mail] that are required and not set
    mailed: bool = False  # Whether its period was mailed already
    waiting: tuple[Delivery, ...] = ()  # Unsettled mails that would be sent again first

    @property
    def oneself(self) -> Mailbox:
        """The recipient of a test mail: the sender if they are a recipient, else the first recipient."""
        to = self.mail.recipients
        mine = self.mail.sender.address.casefold()
        return next((box for box in to if box.address.casefold() == mine), to[0])


class SendRecord(NamedTuple):
    """The mail history and the next run."""

    postings: tuple[Delivery, ...] = ()  # The latest mails, the newest first
    failures: tuple[Failure, ...] = ()  # The latest failed runs, the newest first
    failure: str | None = None  # Why the last run failed, a sentence; ``None`` if it did not
    installed: InstalledSchedule | None = None  # The installed schedule; ``None`` if there is none
    upcoming: datetime | None = None  # The next run in local time
    problem: str = ""  # Why the schedule is unknown, a sentence


class DigestService:
    """Previews, configures and mails the digest.

    Args:
        composer: composes digests.
        sender: sends them.
        schedule: schedules automatic mailing.
        follows: the followed feeds.
        settings_file: where the settings are saved.
        mail_settings: the mail settings without environment variables.
    """

    def __init__(
        self,
        composer: DigestComposer,
        sender: DigestSender,
        schedule: DigestSchedule,
        follows: FollowService,
        settings_file: SettingsFile,
        mail_settings: MailSettings,
    ) -> None:
        self._composer = composer
        self._sender = sender
        self._schedule = schedule
        self._follows = follows
        self._settings_file = settings_file
        self._mail_settings = mail_settings
        self._saved = composer.settings

    @property
    def settings_path(self) -> str:
        """The path of the settings file, for messages."""
        return self._settings_file.path

    @property
    def chosen(self) -> DigestSettings:
        """The digest settings in use."""
        return self._composer.settings

    @property
    def is_changed(self) -> bool:
        """Whether the digest settings differ from the saved ones."""
        return self._composer.settings != self._saved

    def choose(self, settings: DigestSettings) -> None:
        """Use other digest settings until papertui ends, without saving them."""
        self._composer.settings = settings

    def forget_left(self) -> None:
        """Drop feeds that are no longer followed; the settings file was updated when they were unfollowed."""
        self._saved = self._without_left(self._saved)
        self._composer.settings = self._without_left(self._composer.settings)

    def _without_left(self, settings: DigestSettings) -> DigestSettings:
        feeds, pin = (tuple(filter(self._is_known, keys)) for keys in (settings.feeds, settings.pin))
        return settings._replace(feeds=feeds, pin=pin)

    def _is_known(self, key: str) -> bool:
        try:
            self._follows.named(key)
        except UsageError:
            return False
        return True

    async def keep(self) -> None:
        """Save the digest settings.

        Raises:
            StoreError: the settings cannot be written.
        """
        settings = self._composer.settings
        await asyncio.to_thread(self._settings_file.digest, settings)
        self._saved = settings

    def parts(self) -> tuple[DigestPart, ...]:
        """The sections of the digest in order, then the other possible ones.

        Raises:
            UsageError: the settings contain an unknown feed.
        """
        own = {follow.name: follow for follow in self._follows.all}
        usual = self._usual()
        keys = self.chosen.feeds or usual
        parts = [self._part(key, wanted=True) for key in keys]
        chosen = {part.name for part in parts}
        parts += [part for key in usual if (part := self._part(key, wanted=False)).name not in chosen]
        return tuple(part._replace(key=own[part.name].key) if part.name in own else part for part in parts)

    def pinned(self) -> tuple[str, ...]:
        """The titles of pinned feeds that are not among the chosen sections.

        Raises:
            UsageError: the settings contain an unknown feed.
        """
        chosen = {part.name for part in self.parts() if part.wanted}
        pins = [self._part(key, wanted=True) for key in self.chosen.pin]
        return tuple(part.title for part in pins if part.name not in chosen)

    def with_parts(self, parts: tuple[DigestPart, ...]) -> DigestSettings:
        """The digest settings with other sections; the default is stored as empty, so that it includes new feeds."""
        keys = tuple(part.key for part in parts if part.wanted)
        return self.chosen._replace(feeds=() if keys == self._usual() else keys)

    def _usual(self) -> tuple[str, ...]:
        return (*_FIRST, *self._follows.sections, *_LAST)

    def _part(self, key: str, *, wanted: bool) -> DigestPart:
        name = self._follows.named(key)
        titles = {"library": UNOPENED, "foryou": "For you"}
        title = titles.get(name.kind) or self._follows.title(name) or name.kind.capitalize()
        return DigestPart(key, name, title, wanted)

    async def proof(self, *, offline: bool = False) -> DigestPreview:
        """A preview of the digest that would be mailed now; addressed to this machine while settings are missing.

        Args:
            offline: use stored papers only.

        Raises:
            PapertuiError: it cannot be composed.
        """
        request = self._request(offline=offline)
        missing = await asyncio.to_thread(self._sender.missing)
        if missing:
            digest = await self._sender.compose(request)
            return DigestPreview(digest, await self._sender.write_mail(request, digest), missing=missing)
        plan = await self._sender.plan(request)
        return DigestPreview(plan.digest, plan.mail, plan.server.words, (), plan.mailed, plan.waiting)

    async def stored_proof(self) -> DigestPreview | None:
        """A preview of what is stored, to be shown while feeds are fetched; ``None`` if that is nothing.

        Raises:
            PapertuiError: it cannot be composed.
        """
        preview = await self.proof(offline=True)
        digest = preview.digest
        # A section without papers says that papertui is offline, which is not true here.
        sections = tuple(section for section in digest.sections if section.entries)
        if not sections and not digest.notices:
            return None
        digest = digest._replace(sections=sections)
        return preview._replace(digest=digest, mail=await self._sender.write_mail(self._request(), digest))

    async def send(self, *, again: bool = False) -> SendResult:
        """Mail the period that is due; with `again` mail a period that was mailed already.

        Raises:
            PapertuiError: no recipient got it.
        """
        return await self._sender.send(self._request(), again=again)

    async def send_test(self, proof: DigestPreview) -> SendResult:
        """Mail the preview to the reader alone as a test. The ledger does not record it, so the period stays due.

        Raises:
            PapertuiError: it was not delivered.
        """
        return await self._sender.send_test(self._request(), digest=proof.digest, to=(proof.oneself,))

    def last_failure(self) -> str | None:
        """Why the last run failed, a sentence; ``None`` if it did not fail or there was none.

        Raises:
            StoreError: the disk cannot be read.
        """
        return self._sender.last_failure()

    def record(self, limit: int = 50) -> SendRecord:
        """The mail history and the next run. Blocks.

        Raises:
            StoreError: the disk cannot be read.
        """
        record = SendRecord(self._sender.log(limit), self._sender.failures(limit), self._sender.last_failure())
        try:
            installed = self._schedule.installed()
        except PapertuiError as problem:
            return record._replace(problem=str(problem))
        return record._replace(installed=installed, upcoming=self._schedule.next_run(installed))

    def would_install(self, timetable: SendTimes) -> tuple[str, tuple[str, ...]]:
        """What `install` would write and run, and a sentence for each variable the run would not get. Blocks.

        Raises:
            PapertuiError: this machine has no scheduler.
        """
        kind = self.chosen.period
        return self._schedule.show(timetable, kind), self._schedule.task(kind)[1]

    def install(self, timetable: SendTimes) -> InstalledSchedule:
        """Schedule automatic mailing. Blocks.

        Raises:
            PapertuiError: it cannot be installed, or a run could not mail anything.
        """
        self._sender.check_settings()
        task, _ = self._schedule.task(self.chosen.period)
        if self._mail_settings.server is None and "PAPERTUI_SMTP_URL" not in task.variables:
            raise SettingsError("Nothing was installed: scheduled runs need a mail server. Set “url” under [mail].")
        return self._schedule.install(timetable, self.chosen.period)

    def uninstall(self) -> bool:
        """Remove the schedule; returns whether there was one. Blocks.

        Raises:
            MailError: it cannot be removed.
        """
        return self._schedule.remove()

    def _request(self, *, offline: bool = False) -> SendRequest:
        return SendRequest(kind=self.chosen.period, offline=offline)
