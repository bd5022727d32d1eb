"""All themes that can be chosen: ours, the colours of the terminal, the reader's own files, and those of Textual.

A theme is built when it is chosen. Loaded only when another theme than ours is wanted, or a list of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from textual.theme import BUILTIN_THEMES, Theme

from papertui.errors import SettingsError
from papertui.settings import TERMINAL_THEME
from papertui.settings.theme_files import COLORS, has_theme, read_theme, theme_names
from papertui.tui.theme import INK, PAPER, THEMES
from papertui.tui.theme_colors import completed, contrast

_OURS = {theme.name: theme for theme in THEMES}
_ABOUT = {
    "ink": "dark",
    "paper": "light",
    "ink-contrast": "dark, high contrast",
    "paper-contrast": "light, high contrast",
    TERMINAL_THEME: "the colours of your terminal",
}
#: The colours of a Textual theme by the names of the themes as files.
_FIELDS = {
    "text": "foreground",
    "primary": "primary",
    "accent": "accent",
    "authors": "secondary",
    "growth": "success",
    "hit": "warning",
    "alarm": "error",
    "background": "background",
    "panel": "panel",
}


class ThemeChoice(NamedTuple):
    """A theme in a list."""

    name: str
    about: str


class ThemeCatalog:
    """The themes.

    Args:
        folder: where the reader's own themes are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def choices(self) -> tuple[ThemeChoice, ...]:
        """Return all themes: ours, the reader's, Textual's."""
        own = [ThemeChoice(name, "your file") for name in theme_names(self._folder) if name not in _ABOUT]
        taken = {*_ABOUT, *(choice.name for choice in own)}
        others = [
            ThemeChoice(name, f"Textual, {'dark' if theme.dark else 'light'}")
            for name, theme in BUILTIN_THEMES.items()
            if name not in taken
        ]
        return (*(ThemeChoice(name, about) for name, about in _ABOUT.items()), *own, *others)

    def load(self, name: str) -> Theme:
        """Build a theme.

        Raises:
            SettingsError: there is no such theme, or its file contains an error.
        """
        return self._load(name, frozenset())

    def _load(self, name: str, inside: frozenset[str]) -> Theme:
        if has_theme(self._folder, name) and name not in _ABOUT:
            return self._from_file(name, inside)
        if name in _OURS:
            return _OURS[name]
        if name == TERMINAL_THEME:
            return completed(_TERMINAL)
        if name in BUILTIN_THEMES:
            return completed(BUILTIN_THEMES[name])
        raise SettingsError(f"There is no theme “{name}”. Put its colours into {self._folder / name}.toml.")

    def _from_file(self, name: str, inside: frozenset[str]) -> Theme:
        file = read_theme(self._folder, name)
        if file.base in {name, *inside}:
            raise SettingsError(f"The theme in {self._folder / name}.toml is based on itself. Name another base.")
        if file.base:
            base = self._load(file.base, inside | {name})
        else:
            back = file.colors.get("background", INK.background or "")
            base = INK if contrast(back, "#ffffff") >= contrast(back, "#000000") else PAPER
        if base.ansi:
            raise SettingsError(
                f"The theme in {self._folder / name}.toml is based on “{file.base}”, which has no colours that can be "
                "mixed with others. Name another base."
            )
        colors = {key: getattr(base, field) for key, field in _FIELDS.items()}
        colors |= {key: base.variables[key] for key in COLORS if key in base.variables}
        given = {**colors, **file.colors}
        if file.colors.keys() & {"background", "text"}:  # what depends on them is computed
            given = dict(file.colors)
        fields = {field: {**colors, **file.colors}[key] for key, field in _FIELDS.items()}
        if "panel" not in given:
            del fields["panel"]
        return completed(Theme(name, **fields), given)


_TERMINAL = Theme(
    name=TERMINAL_THEME,
    primary="ansi_blue",
    secondary="ansi_magenta",
    accent="ansi_yellow",
    warning="ansi_yellow",
    success="ansi_green",
    error="ansi_red",
    foreground="ansi_default",
    background="ansi_default",
    ansi=True,
)
