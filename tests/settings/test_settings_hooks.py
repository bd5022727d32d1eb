"""``[hooks]``, and the settings of PDFs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.errors import SettingsError
from papertui.settings import HookSettings, Settings
from papertui.settings.toml_file import as_toml, parse


def test_commands_are_lists_of_arguments() -> None:
    text = """
        [app]
        pdf_folder = "~/papers"
        pdf_names = "readable"
        pdf_viewer = ["zathura", "{file}"]
        [hooks]
        bookmark = ["notify-send", "papertui"]
        read = []
        timeout = 2
    """
    hooks = HookSettings(bookmark=("notify-send", "papertui"), timeout=2.0)
    assert parse(text) == Settings(
        pdf_folder="~/papers", pdf_names="readable", pdf_viewer=("zathura", "{file}"), hooks=hooks
    )


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ('[hooks]\nbookmark = "notify-send papertui"', 2, "“bookmark” must be a program and its arguments"),
        ("[hooks]\n\nread = [1]", 3, "“read” must be a program and its arguments"),
        ('[hooks]\nrefresh = [""]', 2, "“refresh” must be a program"),
        ('[hooks]\nrefresh = ["a", "\\u0000"]', 2, "“refresh” must be a program"),
        ('[hooks]\nbokmark = ["a"]', 2, "“bokmark” in [hooks]. Allowed: bookmark, read, refresh, timeout"),
        ("[hooks]\ntimeout = 0", 2, "“timeout” must be a number of seconds from 0.1 to 300"),
        ("[hooks]\ntimeout = true", 2, "“timeout” must be a number of seconds"),
        ("[hooks]\ntimeout = nan", 2, "“timeout” must be a number of seconds"),
        ('[hooks]\ntimeout = "10 s"', 2, "“timeout” must be a number of seconds"),
        ('hooks = ["a"]', 1, "“hooks” must be a table that begins with a line [hooks]"),
        ('[app]\npdf_folder = "papers"', 2, "“pdf_folder” must be the full path of a folder"),
        ('[app]\npdf_names = "title"', 2, '“pdf_names” must be "id" or "readable"'),
        ('[app]\npdf_viewer = "zathura"', 2, "“pdf_viewer” must be a program and its arguments"),
    ],
)  # fmt: skip
def test_invalid_hooks_report_their_line(text: str, line: int, expected: str) -> None:
    with pytest.raises(SettingsError) as raised:
        parse(text, "here.toml")
    assert str(raised.value).startswith(f"here.toml, line {line}: ")
    assert expected in str(raised.value)


_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
_COMMANDS = st.builds(lambda first, rest: (first, *rest), _TEXTS.filter(str.strip), st.lists(_TEXTS)) | st.just(())


@given(bookmark=_COMMANDS, read=_COMMANDS, viewer=_COMMANDS, timeout=st.floats(0.1, 300))
def test_as_toml_is_read_back(
    bookmark: tuple[str, ...], read: tuple[str, ...], viewer: tuple[str, ...], timeout: float
) -> None:
    settings = Settings(pdf_viewer=viewer, hooks=HookSettings(bookmark, read, (), timeout))
    assert parse(as_toml(settings)) == settings
