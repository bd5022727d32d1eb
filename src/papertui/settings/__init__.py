"""The user's settings.

Light to import: `papertui.settings.schema` describes and validates them, `papertui.settings.toml_file` reads and
writes them as a file, and `papertui.settings.edit` changes that file.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

from papertui.model.feed import Follow
from papertui.model.mailbox import Mailbox, Server
from papertui.model.mute import MuteRules

#: The colours of the terminal.
TERMINAL_THEME = "ansi"
#: papertui's own themes, and ``auto``, which leaves the choice to papertui.
THEMES = ("ink", "paper", "ink-contrast", "paper-contrast", TERMINAL_THEME, "auto")
#: The themes of Textual, which this layer does not know; a test compares them.
TEXTUAL_THEMES = (
    "ansi-dark",
    "ansi-light",
    "atom-one-dark",
    "atom-one-light",
    "catppuccin-frappe",
    "catppuccin-latte",
    "catppuccin-macchiato",
    "catppuccin-mocha",
    "dracula",
    "flexoki",
    "gruvbox",
    "monokai",
    "nord",
    "rose-pine",
    "rose-pine-dawn",
    "rose-pine-moon",
    "solarized-dark",
    "solarized-light",
    "textual-dark",
    "textual-light",
    "tokyo-night",
)
#: The same as `papertui.digest.model.PeriodKind`, without importing it.
DigestPeriod = Literal["day", "week"]
Signs = Literal["unicode", "ascii"]
SIGNS: tuple[Signs, ...] = get_args(Signs)
Pictures = Literal["auto", "blocks", "off"]
PICTURES: tuple[Pictures, ...] = get_args(Pictures)
PdfNames = Literal["id", "readable"]
PDF_NAMES: tuple[PdfNames, ...] = get_args(PdfNames)
#: What can be fetched in advance.
PREFETCH = ("daily", "texts", "thumbnails")
#: The greatest number of papers in a section of a digest; nobody reads a longer list to its end.
MOST_PAPERS = 100


class SyncSettings(NamedTuple):
    """The remote that the library is synced with."""

    #: A folder or the URL of a git repository, including any password; empty before sync is set up.
    remote: str = ""
    #: Whether to sync after changes, and when the app opens and closes.
    auto: bool = False


class HookSettings(NamedTuple):
    """The user's commands that run after an event, each a list of arguments; empty means none."""

    #: Runs after bookmarks are added or removed.
    bookmark: tuple[str, ...] = ()
    #: Runs after papers are marked read.
    read: tuple[str, ...] = ()
    #: Runs after a fetched feed has new papers.
    refresh: tuple[str, ...] = ()
    #: Seconds after which a command is killed.
    timeout: float = 10.0


class DigestSettings(NamedTuple):
    """The contents and the look of a digest."""

    #: The default period of the command.
    period: DigestPeriod = "day"
    #: The greatest number of papers in a section.
    top: int = 10
    #: The feeds it is made of, in this order; empty for all of them.
    feeds: tuple[str, ...] = ()
    #: Feeds whose papers come before all others.
    pin: tuple[str, ...] = ()
    #: Whether to mail a digest without papers; it says why there are none.
    send_empty: bool = True
    #: A folder with the user's templates, as written in the settings; empty for the built-in ones.
    templates: str = ""


class MailSettings(NamedTuple):
    """How the digest is mailed."""

    #: The setting ``from``.
    sender: Mailbox | None = None
    to: tuple[Mailbox, ...] = ()
    #: The setting ``url``.
    server: Server | None = None
    #: A program that prints the password, and its arguments.
    password_command: tuple[str, ...] = ()
    #: Where to unsubscribe, an address that begins with ``https://`` or ``mailto:``; empty for none.
    unsubscribe: str = ""


class MuteSettings(NamedTuple):
    """What keeps papers out of feeds."""

    #: Words and phrases of titles and keywords.
    words: tuple[str, ...] = ()
    #: Names of authors.
    authors: tuple[str, ...] = ()
    #: Categories of arXiv, or whole archives.
    categories: tuple[str, ...] = ()
    #: Further rules by the name of the feed they are for.
    feeds: Mapping[str, MuteRules] = MappingProxyType({})

    @property
    def is_set(self) -> bool:
        return any(self)


class ForYouSettings(NamedTuple):
    """How papers are ranked for the reader."""

    #: Reasons that do not count: ``benchmark``, ``author:Ada Lovelace``, ``org:Acme``, ``paper:2604.26951``.
    mute: tuple[str, ...] = ()
    #: Reasons that count as much as the best ones.
    pin: tuple[str, ...] = ()
    #: The share of papers in the view that the model would not choose.
    explore: float = 0.1
    #: How many of the last days the view has papers of; 0 for all days.
    days: int = 30


class Settings(NamedTuple):
    """All settings."""

    #: The colours of the app: one of `THEMES` or `TEXTUAL_THEMES`, or a file in the folder of themes.
    theme: str = "auto"
    #: The view that the app opens with: the name of a feed, or ``last``.
    feed: str = "last"
    #: Whether the app opens with one line per paper.
    compact: bool = False
    #: ``ascii`` is for terminals and fonts without the other symbols.
    signs: Signs = "unicode"
    #: How pictures are shown: ``auto`` is as well as the terminal can, ``blocks`` in half blocks.
    pictures: Pictures = "auto"
    #: Whether the app shows the last frame of the visit before while it starts.
    instant: bool = True
    #: Whether the app refreshes outdated feeds while it is open.
    refresh: bool = True
    #: What is fetched in advance: ``daily``, ``texts`` of bookmarks, ``thumbnails``.
    prefetch: tuple[str, ...] = ()
    #: A full path or one that begins with ``~``; empty for the default.
    pdf_folder: str = ""
    pdf_names: PdfNames = "id"
    #: A program and its arguments, with ``{file}`` for the PDF; empty for the default.
    pdf_viewer: tuple[str, ...] = ()
    #: The tabs in their order: built-in views by name and followed feeds by key; empty for the default.
    tabs: tuple[str, ...] = ()
    #: The followed feeds, in the order of the file.
    follows: tuple[Follow, ...] = ()
    mute: MuteSettings = MuteSettings()
    foryou: ForYouSettings = ForYouSettings()
    sync: SyncSettings = SyncSettings()
    hooks: HookSettings = HookSettings()
    #: Keys by the name of their action, several joined by commas; other actions have their default keys.
    keys: Mapping[str, str] = MappingProxyType({})
    digest: DigestSettings = DigestSettings()
    mail: MailSettings = MailSettings()
