"""Changes to the settings file that preserve its comments, order and spacing.

The file is replaced whole or not at all, and never with a text that `papertui.settings.toml_file` would refuse.
"""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Callable, Mapping
from difflib import SequenceMatcher
from pathlib import Path

import tomlkit
from tomlkit.container import OutOfOrderTableProxy
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Table

from papertui.errors import SettingsError, StoreError
from papertui.files import PRIVATE_FILE, make_private, reason, write_atomic
from papertui.model.feed import Follow
from papertui.model.group_names import group_key, group_name, group_parts
from papertui.model.remote import remote_of
from papertui.settings import DigestSettings, ForYouSettings, Settings
from papertui.settings.schema import feed_values
from papertui.settings.theme_files import themes_folder
from papertui.settings.toml_file import decode, load, parse
from papertui.settings.types import TomlValue


class ChangedMeanwhileError(SettingsError):
    """Another program changed the setting that was to be changed."""


class SettingsFile:
    """The settings as a file that can be changed.

    Every method raises `SettingsError` when the file is invalid or cannot be read, and `StoreError` when it cannot be
    written.

    Args:
        path: the file; it is created, with its folder (0700), if it does not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Settings:
        """The settings as they are in the file now; the defaults without a file."""
        return load(self._path) if os.path.lexists(self._path) else Settings()

    def follow(self, *follows: Follow, progress: Callable[[int, int], None] | None = None) -> Settings:
        """Add feeds, or replace those with the same keys; `progress` is called with the number done and the total."""
        values = {follow.key: feed_values(follow) for follow in follows}

        def change(document: tomlkit.TOMLDocument) -> None:
            feeds = _table(document, "feeds", is_super=True)
            for number, (key, settings) in enumerate(values.items(), start=1):
                if progress is not None:
                    progress(number, len(values))
                if key in feeds:  # its comments stay
                    _update(feeds[key], settings)
                    continue
                table = tomlkit.table()
                table.update(settings)
                table.add(tomlkit.nl())  # an empty line before the next table
                feeds[key] = table

        return self._changed(change)

    def unfollow(self, key: str) -> Settings:
        """Remove a feed, its tab, its place in the digest and its rules of ``[mute]``."""

        def change(document: tomlkit.TOMLDocument) -> None:
            feeds = _table(document, "feeds", is_super=True)
            del feeds[key]
            if not feeds:
                document.remove("feeds")
            _forget(document, key)

        return self._changed(change)

    def hide(self, key: str, *, hidden: bool) -> Settings:
        """Hide or show the tab of a feed."""

        def change(document: tomlkit.TOMLDocument) -> None:
            feed = _table(document, "feeds", is_super=True)[key]
            if hidden:
                feed["hidden"] = True
            else:
                feed.pop("hidden", None)

        return self._changed(change)

    def order(self, tabs: tuple[str, ...]) -> Settings:
        """Set the order of the tabs; empty means the default order."""

        def change(document: tomlkit.TOMLDocument) -> None:
            app = _table(document, "app")
            if tabs:
                app["tabs"] = list(tabs)
            else:
                app.pop("tabs", None)

        return self._changed(change)

    def sync_with(self, remote: str, *, auto: bool | None) -> Settings:
        """Set the remote and whether papertui syncs automatically; ``None`` leaves the latter as it is.

        An address with a password makes the file private (0600).
        """

        def change(document: tomlkit.TOMLDocument) -> None:
            sync = _table(document, "sync")
            sync["remote"] = remote
            if auto is not None:
                sync["auto"] = auto

        return self._changed(change, private=remote_of(remote).shown != remote)

    def digest(self, settings: DigestSettings) -> Settings:
        """Set the period, the feeds and the size of the digest; its other settings stay as they are."""

        def change(document: tomlkit.TOMLDocument) -> None:
            present, default = document.get("digest", {}), DigestSettings()
            for key, old, new in (
                ("period", default.period, settings.period),
                ("top", default.top, settings.top),
                ("feeds", list(default.feeds), list(settings.feeds)),
            ):
                if present.get(key, old) != new:
                    _table(document, "digest")[key] = new

        return self._changed(change)

    def assign(self, table: str, key: str, value: TomlValue | None, *, seen: object, private: bool = False) -> Settings:
        """Set one setting, or remove it so that its default is used.

        Args:
            table: the name of its table, such as ``app`` or ``keys``.
            key: its name.
            value: the new value; ``None`` removes the setting.
            seen: the value that the file had when the user saw it, as TOML has it; ``None`` if there was none.
            private: make the file private, because the value holds a password.

        Raises:
            ChangedMeanwhileError: the file has another value than `seen`; nothing was written.
        """

        def change(document: tomlkit.TOMLDocument) -> None:
            present = document.unwrap().get(table, {}).get(key)
            if present != (list(seen) if isinstance(seen, tuple) else seen):
                raise ChangedMeanwhileError(
                    f"“{key}” was changed in {self._path} meanwhile, so nothing was written. The new value is shown."
                )
            if value is not None:
                _table(document, table)[key] = list(value) if isinstance(value, tuple) else value
            elif present is not None:
                del document[table][key]

        return self._changed(change, private=private)

    def load(self) -> Settings:
        """Read the settings as they are now."""
        return self._changed(lambda _: None)

    def foryou(self, settings: ForYouSettings) -> Settings:
        """Set what is muted and pinned for the ranking of papers."""

        def change(document: tomlkit.TOMLDocument) -> None:
            present = document.get("foryou", {})
            for key, value in (("mute", settings.mute), ("pin", settings.pin)):
                if list(present.get(key, ())) != list(value):
                    _table(document, "foryou")[key] = list(value)

        return self._changed(change)

    @property
    def path(self) -> str:
        return str(self._path)

    def _changed(self, change: Callable[[tomlkit.TOMLDocument], None], *, private: bool = False) -> Settings:
        try:
            data = self._path.read_bytes() if os.path.lexists(self._path) else b""
        except OSError as error:
            raise SettingsError(f"The settings in {self._path} cannot be read: {error.strerror or error}.") from error
        text = decode(data, str(self._path))
        self._parse(text)  # an error that is already there is reported with its line
        try:
            # With a final line end, so that what is added begins on a new line.
            document = tomlkit.parse(text if not text or text.endswith("\n") else text + _usual_end(text))
            change(document)
        except (TOMLKitError, KeyError, TypeError, AttributeError) as error:
            raise SettingsError(
                f"{self._path} is written in a way that papertui cannot change. Edit it by hand."
            ) from error
        new = _with_line_ends_of(text, tomlkit.dumps(document))
        settings = self._parse(new)
        if new != text:
            mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
            self._write(mark + new.encode(), private=private)
        return settings

    def _parse(self, text: str) -> Settings:
        return parse(text, str(self._path), themes_folder(self._path))

    def _write(self, data: bytes, *, private: bool) -> None:
        try:
            target = Path(os.path.realpath(self._path))  # a link to the settings stays a link
            make_private(target.parent)
            keeps_mode = target.exists() and not private
            write_atomic(target, data, mode=None if keeps_mode else PRIVATE_FILE)
        except OSError as error:
            raise StoreError(
                f"The settings in {self._path} cannot be written: {reason(error)}. They are unchanged."
            ) from error


def _usual_end(text: str) -> str:
    """The line end of most lines of `text`."""
    return "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"


def _with_line_ends_of(old: str, new: str) -> str:
    """`new` with the line ends of `old`: unchanged lines keep theirs, other lines have the usual one.

    A file without a line end at its end stays one.
    """
    if "\r" not in old and (not old or old.endswith("\n")):
        return new
    before, after = _lines(old), _lines(new)
    end = _usual_end(old)
    bare_before, bare_after = ([line.rstrip("\r\n") for line in lines] for lines in (before, after))
    made: list[str] = []
    for kind, start, stop, first, last in SequenceMatcher(None, bare_before, bare_after, autojunk=False).get_opcodes():
        # A changed line keeps its end as well.
        ends = [line[len(line.rstrip("\r\n")) :] or end for line in before[start:stop]]
        if kind != "equal" and len(ends) != last - first:
            ends = [end] * (last - first)
        made += [line + its_end for line, its_end in zip(bare_after[first:last], ends, strict=True)]
    text = "".join(made)
    return text if not old or old.endswith("\n") else text.rstrip("\r\n")


def _lines(text: str) -> list[str]:
    """The lines with their ends. `str.splitlines` also splits at characters that a value may contain."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def _forget(document: tomlkit.TOMLDocument, key: str) -> None:
    """Remove all mentions of the feed `key`, and of groups that have no feed any more."""
    left = {
        group_key(group_name(group_parts(name)[:end]))
        for feed in document.get("feeds", {}).values()
        for name in feed.get("groups", ())
        for end in range(1, len(group_parts(name)) + 1)
    }

    def is_gone(name: str) -> bool:
        return name == key or (name.startswith("group:") and group_key(name.removeprefix("group:")) not in left)

    for name, setting in (("app", "tabs"), ("digest", "feeds"), ("digest", "pin")):
        table = document.get(name, {})
        if any(map(is_gone, table.get(setting, ()))):
            table[setting] = [other for other in table[setting] if not is_gone(other)]
    app = document.get("app", {})
    if is_gone(app.get("feed", "")):
        del app["feed"]
    mute = document.get("mute", {})
    if any(map(is_gone, mute.get("feeds", {}))):
        # Written again: tomlkit cannot delete one of several dotted keys (feeds.nlp.words = [...]).
        rules = {name: rules.unwrap() for name, rules in mute["feeds"].items() if not is_gone(name)}
        del mute["feeds"]
        if rules:
            mute["feeds"] = rules


def _update(table: Table, values: Mapping[str, TomlValue]) -> None:
    for key in [key for key in table if key not in values]:
        del table[key]
    for key, value in values.items():
        if key not in table or table[key] != (list(value) if isinstance(value, tuple) else value):
            table[key] = value


def _table(document: tomlkit.TOMLDocument, name: str, *, is_super: bool = False) -> Table | OutOfOrderTableProxy:
    if name not in document:
        document[name] = tomlkit.table(is_super)
    table = document[name]
    if not isinstance(table, Table | OutOfOrderTableProxy):  # written inline
        raise TypeError(name)
    return table
