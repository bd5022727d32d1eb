"""Every setting in one table: its key, type, default, meaning and environment variable.

The settings file is validated with this table, and ``papertui config show`` and the reference in the documentation are
made from it. To add a setting, add a field with its default to a class in `papertui.settings` and an entry here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from papertui.errors import SettingsError, UsageError
from papertui.model.feed import BUILT_IN, FeedName, Follow, Kind, named, tabs, titled
from papertui.model.mute import MuteRules
from papertui.model.period import PERIODS
from papertui.settings import (
    MOST_PAPERS,
    PDF_NAMES,
    PICTURES,
    PREFETCH,
    SIGNS,
    TEXTUAL_THEMES,
    THEMES,
    DigestSettings,
    ForYouSettings,
    HookSettings,
    MailSettings,
    MuteSettings,
    Settings,
    SyncSettings,
    types,
)
from papertui.settings.types import TomlValue, ValueType, any_of


class Setting(NamedTuple):
    """One setting."""

    key: str
    type: ValueType
    meaning: str
    #: The field of the table's class, if it has another name than the key.
    field: str = ""
    #: The environment variable that overrides it.
    variable: str = ""
    #: Rejects names of feeds that do not exist, with a `UsageError` or `ValueError`.
    check: Callable[[Any, Sequence[Follow]], None] | None = None

    @property
    def name(self) -> str:
        """The field of the table's class."""
        return self.field or self.key


class Table(NamedTuple):
    """One table of the file."""

    name: str
    #: The class of its values, which has the defaults.
    holds: type[
        Settings
        | ForYouSettings
        | HookSettings
        | DigestSettings
        | MailSettings
        | SyncSettings
        | MuteSettings
        | MuteRules
        | Follow
    ]
    settings: tuple[Setting, ...]

    def default(self, setting: Setting) -> TomlValue | None:
        """The default as TOML has it; ``None`` if the setting is not set by default."""
        defaults: Mapping[str, Any] = self.holds._field_defaults
        return setting.type.write(defaults[setting.name]) if setting.name in defaults else None


def _check_view(value: str, follows: Sequence[Follow]) -> None:
    if value != "last":
        try:
            named(value, follows)
        except UsageError as error:
            raise ValueError from error


def _check_tabs(value: Sequence[str], follows: Sequence[Follow]) -> None:
    try:
        tabs(follows, value)
    except UsageError as error:
        raise UsageError(f"{str(error).rstrip('.')}; name {types.VIEWS.allowed}") from error


def _check_sections(value: Sequence[str], follows: Sequence[Follow]) -> None:
    for text in value:
        if (kind := named(text, follows).kind) in {"archive", "queue"}:
            raise UsageError(f"“{kind}” cannot be a section of a digest; name trending or a feed you follow")


APP = Table(
    "app",
    Settings,
    (
        Setting(
            "theme",
            types.THEME,
            f'colours: {any_of(THEMES)}, a theme of Textual such as "nord", or the name of your file in themes/',
        ),
        Setting(
            "feed",
            types.VIEW,
            'the first feed: "last", or a name such as "trending", "daily" or "library"',
            check=_check_view,
        ),
        Setting("compact", types.SWITCH, "one line per paper: true or false"),
        Setting("signs", types.choice(SIGNS), f"the symbols drawn: {any_of(SIGNS)}"),
        Setting(
            "pictures",
            types.choice(PICTURES),
            f"figures and thumbnails: {any_of(PICTURES)}; auto is as well as the terminal can",
        ),
        Setting("instant", types.SWITCH, "show the last screen again at once while the app starts"),
        Setting(
            "refresh",
            types.SWITCH,
            "refresh outdated feeds while the app is open, and fetch comments of the paper shown",
        ),
        Setting(
            "prefetch",
            types.some_of(PREFETCH),
            f"what to fetch in advance, a list of {any_of(PREFETCH)} (texts of bookmarks)",
        ),
        Setting(
            "pdf_folder",
            types.FOLDER,
            'the folder of PDFs, for example "~/papers"; empty: a folder in your documents',
        ),
        Setting(
            "pdf_names",
            types.choice(PDF_NAMES),
            f'how PDFs are named, {any_of(PDF_NAMES)} ("2604.26951 Zhang - Turning the TIDE.pdf")',
        ),
        Setting(
            "pdf_viewer",
            types.command('["zathura", "{file}"]'),
            'the viewer of PDFs, for example ["zathura", "{file}"]; empty: the default of this machine',
        ),
        Setting(
            "tabs",
            types.VIEWS,
            'the tabs and their order, for example ["trending", "daily", "library"]; empty: all',
            check=_check_tabs,
        ),
    ),
)

#: The settings that define a feed, of which each feed has exactly one.
DEFINITIONS: tuple[tuple[str, Kind, str], ...] = (
    ("arxiv", "arxiv", 'arXiv categories, joined by +: "cs.CL+cs.LG"'),
    ("arxiv_search", "arxiv-search", "a search on arXiv"),
    ("hf_search", "hf-search", "a search on Hugging Face"),
    ("keyword", "keyword", "words to look for"),
    ("author", "author", "an author's name"),
    ("org", "org", "an organisation, as Hugging Face names it"),
    ("search", "search", "a search of the stored papers, as in the search line"),
    ("like", "like", "the id of a paper, for papers like it"),
    ("url", "url", "the URL of an RSS, Atom or JSON feed, or of a page that names one"),
)
FEED = Table(
    "feeds.NAME",
    Follow,
    (
        Setting("title", types.TITLE, "the title of its tab"),
        *(Setting(key, types.feed_of(kind), meaning, field="name") for key, kind, meaning in DEFINITIONS),
        Setting("every", types.INTERVAL, 'how often it is fetched, five minutes or more: "30 min", "6 h", "1 d"'),
        Setting("hidden", types.SWITCH, "hides its tab: true or false"),
        Setting(
            "groups",
            types.GROUPS,
            'its groups, each opened as group:NAME, with a tab in its place: ["Journals", "Science/Physics"]',
        ),
        Setting(
            "password_command",
            types.COMMAND_LINE,
            "a program that prints the password of a url with a user (https://ada@example.org/feed); otherwise the "
            "keyring",
        ),
    ),
)

_MUTES = (
    Setting(
        "words",
        types.MUTED_WORDS,
        'whole words or phrases of titles and keywords, for example ["blockchain", "a survey"], in any case, with or '
        "without accents",
    ),
    Setting(
        "authors",
        types.MUTED_AUTHORS,
        'authors, for example ["Ada Lovelace", "C. Babbage"]; an initial stands for any name that begins with it',
    ),
    Setting(
        "categories",
        types.MUTED_CATEGORIES,
        'arXiv categories, or whole archives, for example ["cs.CR", "econ"]',
    ),
)
MUTE = Table("mute", MuteSettings, _MUTES)
#: Further rules for one feed: a name from ``[feeds]``, or one such as ``trending`` or ``group:Journals``.
MUTE_FEED = Table("mute.feeds.NAME", MuteRules, _MUTES)

FOR_YOU = Table(
    "foryou",
    ForYouSettings,
    (
        Setting(
            "mute",
            types.REASONS,
            'reasons that do not count, for example ["benchmark", "author:Ada Lovelace", "org:Acme", '
            '"paper:2604.26951"]',
        ),
        Setting("pin", types.REASONS, "reasons that count as much as the best ones, written in the same way"),
        Setting("explore", types.SHARE, "the share of papers to explore, which the model would not choose"),
        Setting("days", types.integer(0, 36500), "how many of the last days the view has papers of; 0: all days"),
    ),
)

_HOOK = types.command('["notify-send", "papertui"]')
HOOKS = Table(
    "hooks",
    HookSettings,
    (
        Setting(
            "bookmark",
            _HOOK,
            "a command that runs after bookmarks are added or removed: a program and its arguments",
        ),
        Setting("read", _HOOK, "a command that runs after papers are marked read: a program and its arguments"),
        Setting(
            "refresh", _HOOK, "a command that runs after a fetched feed has new papers: a program and its arguments"
        ),
        Setting("timeout", types.seconds(0.1, 300), "seconds after which a command is killed"),
    ),
)

DIGEST = Table(
    "digest",
    DigestSettings,
    (
        Setting("period", types.choice(PERIODS), f"the period of a digest: {any_of(PERIODS)}"),
        Setting("top", types.integer(1, MOST_PAPERS), "the maximum number of papers in a section"),
        Setting(
            "feeds",
            types.FEEDS,
            'its feeds, in this order ("library": bookmarks never opened); empty: followed and built-in feeds',
            check=_check_sections,
        ),
        Setting("pin", types.FEEDS, "feeds whose papers come before all others", check=_check_sections),
        Setting("send_empty", types.SWITCH, "mail a digest without papers, which gives the reason: true or false"),
        Setting("templates", types.RELATIVE_FOLDER, "a folder with your templates; empty: the built-in templates"),
    ),
)

MAIL = Table(
    "mail",
    MailSettings,
    (
        Setting(
            "from",
            types.MAILBOX,
            'the sender of the digest, for example "papertui <ada@example.org>"',
            field="sender",
            variable="PAPERTUI_MAIL_FROM",
        ),
        Setting(
            "to",
            types.MAILBOXES,
            'the recipients: an address or a list of addresses, for example ["ada@example.org"]',
            variable="PAPERTUI_MAIL_TO",
        ),
        Setting(
            "url",
            types.MAIL_SERVER,
            'the mail server: "smtp://ada@mail.example.org:587", smtps://..., or smtp://localhost',
            field="server",
            variable="PAPERTUI_SMTP_URL",
        ),
        Setting(
            "password_command",
            types.COMMAND_LINE,
            'a program that prints the password, for example ["pass", "mail"]; otherwise the keyring',
        ),
        Setting(
            "unsubscribe",
            types.UNSUBSCRIBE,
            'where other recipients unsubscribe, an address: "https://..." or "ada@example.org"',
        ),
    ),
)

SYNC = Table(
    "sync",
    SyncSettings,
    (
        Setting(
            "remote",
            types.REMOTE,
            "the remote: a folder or the URL of a git repository; “papertui sync setup” sets it",
        ),
        Setting("auto", types.SWITCH, "sync after each change, and when the app opens and closes: true or false"),
    ),
)

#: In the order of ``config show`` and of the reference. ``[keys]`` is not among them: its keys are the actions of the
#: app, which the app checks.
TABLES = (APP, FEED, MUTE, MUTE_FEED, FOR_YOU, HOOKS, DIGEST, MAIL, SYNC)
KEYS_MEANING = 'action = "key", "key,key" or "g b"; preset = "vim", "emacs" or "newsboat"; ? in the app shows them'
_NAMES = sorted([*(table.name for table in TABLES), "keys"])
#: The names of feeds in ``[feeds.NAME]``, without those that are taken.
FEED_KEY = "[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"
RESERVED_FEED_KEYS = (*(view.kind for view in BUILT_IN), "last")
_FEED_KEY = re.compile(FEED_KEY)
_SHOWN = 60


class InvalidSettingError(ValueError):
    """An unknown key or an invalid value; `path` has the keys that lead to it."""

    def __init__(self, path: tuple[str, ...], sentence: str) -> None:
        super().__init__(sentence)
        self.path = path


def _is_unknown(_: str) -> bool:
    return False


def read_settings(tables: Mapping[str, Any], is_own_theme: Callable[[str], bool] = _is_unknown) -> Settings:
    """Validate the contents of a settings file.

    Args:
        tables: the contents.
        is_own_theme: whether the reader has a file for a theme of that name.

    Raises:
        InvalidSettingError: for the first unknown key or invalid value.
    """
    known = {name.partition(".")[0] for name in _NAMES}
    for name, values in tables.items():
        if name not in known:
            hint = " It belongs in the table [app]." if any(name == setting.key for setting in APP.settings) else ""
            allowed = ", ".join(f"[{table}]" for table in _NAMES)
            raise InvalidSettingError(
                (name,), f"unknown table or setting “{_shown(name)}”.{hint} Allowed tables: {allowed}"
            )
        _expect_table((name,), values)
    follows = _read_feeds(tables.get("feeds", {}))

    def fields(table: Table) -> dict[str, Any]:
        return _read_table(table, (table.name,), tables.get(table.name, {}), follows)

    app = fields(APP)
    theme = app.get("theme", "auto")
    if theme not in {*THEMES, *TEXTUAL_THEMES} and not is_own_theme(theme):
        raise InvalidSettingError(("app", "theme"), f"“theme” must be {types.THEME.allowed}")
    return Settings(
        **app,
        follows=follows,
        mute=_read_mute(tables.get("mute", {}), follows),
        foryou=ForYouSettings(**fields(FOR_YOU)),
        hooks=HookSettings(**fields(HOOKS)),
        digest=DigestSettings(**fields(DIGEST)),
        mail=MailSettings(**fields(MAIL)),
        sync=SyncSettings(**fields(SYNC)),
        keys=_read_keys(tables.get("keys", {})),
    )


def with_variables(settings: MailSettings, environ: Mapping[str, str]) -> MailSettings:
    """`settings`, overridden by the environment variables.

    Raises:
        SettingsError: one of the variables is invalid. A malformed server address is not shown: it may hold a password.
    """
    changes: dict[str, Any] = {}
    for setting in MAIL.settings:
        if setting.variable and (text := environ.get(setting.variable, "").strip()):
            try:
                changes[setting.name] = setting.type.read(text)
            except UsageError as error:
                raise SettingsError(f"{setting.variable} is invalid. {error}") from error
    return settings._replace(**changes)


def feed_values(follow: Follow) -> dict[str, TomlValue]:
    """The table of a feed, without defaults.

    Raises:
        UsageError: it is a built-in view.
    """
    if all(kind != follow.name.kind for _, kind, _ in DEFINITIONS):
        raise UsageError(
            f"“{follow.name}” is built in. Follow a category (arxiv:cs.CL), a search (keyword:WORDS), an author "
            "(author:NAME) or the URL of a feed."
        )
    values = {setting.key: setting.type.write(getattr(follow, setting.name)) for setting in FEED.settings}
    defaults = {setting.key: FEED.default(setting) for setting in FEED.settings}
    return {key: value for key, value in values.items() if value is not None and value != defaults[key]}


def _read_table(
    table: Table,
    path: tuple[str, ...],
    values: Mapping[str, Any],
    follows: Sequence[Follow],
    *,
    also: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The fields that are set, by name; `also` is named in the message about an unknown one."""
    settings = {setting.key: setting for setting in table.settings}
    fields = {}
    for key, value in values.items():
        if key not in settings:
            raise InvalidSettingError(
                (*path, key),
                f"unknown setting “{_shown(key)}” in [{_shown('.'.join(path))}]. Allowed: "
                f"{', '.join((*settings, *also))}",
            )
        fields[settings[key].name] = read_value(settings[key], (*path, key), value, follows)
    return fields


def read_value(setting: Setting, path: tuple[str, ...], value: object, follows: Sequence[Follow]) -> object:
    """Turn a value of TOML into the value of the field.

    Raises:
        InvalidSettingError: it is not allowed.
    """
    try:
        result = setting.type.read(value)
        if setting.check is not None:
            setting.check(result, follows)
    except UsageError as error:
        raise InvalidSettingError(path, f"“{setting.key}”: {str(error).rstrip('.')}") from error
    except ValueError as error:
        raise InvalidSettingError(path, f"“{setting.key}” must be {setting.type.allowed}") from error
    return result


def _read_feeds(tables: Mapping[str, Any]) -> tuple[Follow, ...]:
    follows: dict[FeedName, Follow] = {}
    for key, values in tables.items():
        path = ("feeds", key)
        _expect_table(path, values)
        if not _FEED_KEY.fullmatch(key) or key in RESERVED_FEED_KEYS:
            raise InvalidSettingError(
                path, f"“{_shown(key)}” cannot be the name of a feed; use letters, digits and hyphens"
            )
        fields = _read_table(FEED, path, values, ())
        definitions = [name for name, *_ in DEFINITIONS]
        if len(values.keys() & set(definitions)) != 1:
            raise InvalidSettingError(path, f"a feed needs exactly one of {', '.join(definitions)}")
        follow = Follow(**{"key": key, "title": types.TITLE.read(titled(fields["name"])), **fields})
        if (twin := follows.setdefault(follow.name, follow)) is not follow:
            raise InvalidSettingError(path, f"“{key}” and “{twin.key}” are the same feed; remove one of them")
        if follow.password_command and "@" not in follow.name.detail.partition("://")[2].partition("/")[0]:
            raise InvalidSettingError(
                (*path, "password_command"),
                "“password_command” needs a url with a user, as in https://ada@example.org/feed.xml",
            )
    return tuple(follows.values())


def _read_mute(values: Mapping[str, Any], follows: Sequence[Follow]) -> MuteSettings:
    feeds = values.get("feeds", {})
    _expect_table(("mute", "feeds"), feeds)
    rules: dict[str, MuteRules] = {}
    for name, of_feed in feeds.items():
        path = ("mute", "feeds", name)
        _expect_table(path, of_feed)
        try:
            kind = named(name, follows).kind
        except UsageError as error:
            raise InvalidSettingError(path, f"“{_shown(name)}” is not a feed. {str(error).rstrip('.')}") from error
        if kind in {"library", "archive", "queue"}:
            raise InvalidSettingError(path, f"“{kind}” has every paper, so nothing is muted there; name another feed")
        rules[name] = MuteRules(**_read_table(MUTE_FEED, path, of_feed, follows))
    of_all = {key: value for key, value in values.items() if key != "feeds"}
    return MuteSettings(**_read_table(MUTE, ("mute",), of_all, follows, also=("feeds.NAME.words",)), feeds=rules)


def _read_keys(values: Mapping[str, Any]) -> Mapping[str, str]:
    for action, keys in values.items():
        if not isinstance(keys, str) or not all(key.strip() for key in keys.split(",")):
            raise InvalidSettingError(
                ("keys", action), f'“{_shown(action)}” must be one or more keys, for example "b" or "b,space"'
            )
    return values


def _expect_table(path: tuple[str, ...], values: object) -> None:
    if not isinstance(values, dict):
        raise InvalidSettingError(
            path, f"“{_shown(path[-1])}” must be a table that begins with a line [{_shown('.'.join(path))}]"
        )


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text[:_SHOWN])
