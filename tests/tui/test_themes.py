"""Themes: every one can be read, and the reader's own files are checked."""

import re
from pathlib import Path

import pytest
from textual.theme import BUILTIN_THEMES, Theme

from papertui.errors import SettingsError
from papertui.settings import TEXTUAL_THEMES, THEMES
from papertui.settings.theme_files import COLORS
from papertui.tui.theme import make_styles
from papertui.tui.theme_catalog import ThemeCatalog
from papertui.tui.theme_colors import (
    FAINT,
    FAINT_CONTRAST,
    GROUNDS,
    TEXT_CONTRAST,
    TEXTS,
    contrast,
)

SOURCES = Path(__file__).resolve().parents[2] / "src" / "papertui" / "tui"
NAMES = tuple(name for name in (*THEMES, *TEXTUAL_THEMES) if name != "auto")


def variables(theme: Theme) -> dict[str, str]:
    """Return the variables that style sheets and painted lines get."""
    return {**theme.to_color_system().generate(), **theme.variables}


def too_weak(theme: Theme) -> list[str]:
    """Return the pairs of colours that are hard to read."""
    colors = variables(theme)
    pairs = [(text, ground, TEXT_CONTRAST) for text in TEXTS for ground in GROUNDS]
    pairs += [(FAINT, ground, FAINT_CONTRAST) for ground in GROUNDS]
    pairs.append(("background", "primary", TEXT_CONTRAST))  # the open tab
    return [
        f"{text} on {ground}: {ratio:.2f}"
        for text, ground, least in pairs
        if (ratio := contrast(colors[text], colors[ground])) < least
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_pair_of_colours_can_be_read(name: str, tmp_path: Path) -> None:
    theme = ThemeCatalog(tmp_path).load(name)
    assert theme.name == name
    if theme.ansi:  # the colours are the terminal's: none of ours may be mixed with them
        used = make_styles(variables(theme))
        assert all(style.color is None or style.color.number is not None or style.color.is_default for style in used)
        assert all(style.bgcolor is None or style.bgcolor.is_default for style in used)
        assert used.cursor.reverse
    else:
        assert too_weak(theme) == []


def test_no_style_sheet_paints_another_colour_of_text() -> None:
    sheets = "\n".join(path.read_text(encoding="utf-8") for path in [*SOURCES.rglob("*.py"), *SOURCES.rglob("*.tcss")])
    texts = set(re.findall(r"[^-]\bcolor: \$([\w-]+)", sheets)) | set(re.findall(r'"(?:bold )?\$([a-z-]+)"', sheets))
    assert texts <= {*TEXTS, FAINT}, "the contrast of this colour is not checked"
    grounds = set(re.findall(r"background: \$([\w-]+);", sheets))
    assert grounds - {"cursor-text-style"} <= {*GROUNDS, "primary"}, "the contrast on this background is not checked"


def test_the_settings_know_the_themes_of_textual(tmp_path: Path) -> None:
    assert set(BUILTIN_THEMES) == set(TEXTUAL_THEMES)
    assert [choice.name for choice in ThemeCatalog(tmp_path).choices()] == [
        *NAMES[:5],
        *BUILTIN_THEMES,
    ]


def write(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")


def test_a_file_changes_a_few_colours_of_a_theme(tmp_path: Path) -> None:
    write(tmp_path, "mine", 'base = "paper"\nprimary = "#003344"\n')
    mine, paper = variables(ThemeCatalog(tmp_path).load("mine")), variables(ThemeCatalog(tmp_path).load("paper"))
    assert mine["primary"].lower() == "#003344"
    for name in {*TEXTS, *GROUNDS, FAINT} - {"primary"}:
        assert mine[name].lower() == paper[name].lower(), name


def test_a_file_with_a_background_gets_matching_colours(tmp_path: Path) -> None:
    write(tmp_path, "forest", 'background = "#002b1b"\ntext = "#e0ffe0"\n')
    write(tmp_path, "sand", 'background = "#f4e9d0"\n')
    catalog = ThemeCatalog(tmp_path)
    assert [choice.about for choice in catalog.choices() if choice.name in {"forest", "sand"}] == ["your file"] * 2
    assert catalog.load("forest").background == "#002b1b"
    assert catalog.load("forest").dark
    assert not catalog.load("sand").dark
    for name in ("forest", "sand"):
        assert too_weak(catalog.load(name)) == []


@pytest.mark.parametrize("base", [name for name in NAMES if "ansi" not in name])
def test_every_theme_can_be_the_base_of_a_file(base: str, tmp_path: Path) -> None:
    write(tmp_path, "mine", f'base = "{base}"\naccent = "#ff00ff"\n')
    assert ThemeCatalog(tmp_path).load("mine").accent == "#ff00ff"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("background = #111", "is not TOML"),
        ('colour = "#111111"', "“colour” is not a colour of a theme. Allowed: base, background, panel"),
        ('text = "grey"', "“text” must be a colour such as “#1c1f26”"),
        ("base = 3", "“base” must be the name of a theme"),
        ('base = "mine"', "is based on itself"),
        ('base = "other"', "is based on itself"),
        ('base = "ansi"', "has no colours that can be mixed"),
        ('base = "nowhere"', "There is no theme “nowhere”"),
    ],
)
def test_what_is_wrong_in_a_file_is_one_sentence(text: str, sentence: str, tmp_path: Path) -> None:
    write(tmp_path, "mine", text + "\n")
    write(tmp_path, "other", 'base = "mine"\n')
    with pytest.raises(SettingsError, match=re.escape(sentence)) as caught:
        ThemeCatalog(tmp_path).load("mine")
    assert "\n" not in str(caught.value).strip()


def test_a_file_may_set_every_colour(tmp_path: Path) -> None:
    write(tmp_path, "all", "\n".join(f'{name} = "#{number:02}4455"' for number, name in enumerate(COLORS, 10)))
    theme = ThemeCatalog(tmp_path).load("all")
    shown = {value.lower() for value in variables(theme).values()}
    assert {f"#{number:02}4455" for number in range(10, 10 + len(COLORS))} <= shown
