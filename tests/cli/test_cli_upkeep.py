import tomllib
from pathlib import Path

import pytest

from kit.fictional_service import FictionalService
from kit.shell import Run, spawn
from papertui import __version__


def test_refresh_fetches_the_default_feeds_and_is_quiet_when_nothing_is_new(run: Run) -> None:
    ran = run("refresh")
    assert (ran.code, ran.err) == (0, "")
    assert sorted(ran.out.splitlines()) == ["daily:2026-04-30: 2 new papers of 2", "trending: 4 new papers of 4"]
    assert run("refresh") == (0, "", "")
    assert len(run("list", "trending", "--offline", "--json").rows) == 4
    assert len(run("list", "daily", "--offline", "--json").rows) == 2


def test_refresh_always_requests(run: Run, service: FictionalService) -> None:
    run("refresh", "trending")
    before = len(service.asked)
    run("refresh", "trending")
    assert len(service.asked) > before


def test_refresh_verbose_reports_every_feed(run: Run) -> None:
    run("refresh", "trending")
    ran = run("refresh", "trending", "daily", "trending", "--verbose")
    assert ran == (0, "daily:2026-04-30: 2 new papers of 2\n", "trending: nothing new, 4 papers\n")


def test_a_feed_that_fails_is_named_and_the_others_are_fetched(run: Run, service: FictionalService) -> None:
    service.refuses = ("/api/daily_papers?sort=trending",)
    ran = run("refresh", "trending", "monthly:2026-04")
    assert (ran.code, ran.out) == (3, "monthly:2026-04: 2 new papers of 2\n")
    assert ran.err.startswith("trending: ")
    assert ran.err.count("\n") == 1
    assert len(run("list", "--month", "2026-04", "--offline", "--json").rows) == 2


@pytest.mark.parametrize("feeds", [["nonsense"], ["trending", "daily:yesterday"]])
def test_refresh_of_an_unknown_feed_does_nothing(run: Run, service: FictionalService, feeds: list[str]) -> None:
    ran = run("refresh", *feeds)
    assert (ran.code, ran.out) == (2, "")
    assert service.asked == []


def test_refresh_of_the_library_is_a_usage_error(run: Run) -> None:
    ran = run("refresh", "library", "trending")
    assert ran.code == 2
    assert "nothing to refresh" in ran.err
    assert len(run("list", "--offline", "--json").rows) == 4


def test_config_path(run: Run, home: Path) -> None:
    assert run("config", "path") == (0, f"{home}/settings.toml\n", "")


def test_config_show_prints_the_current_settings_as_toml(run: Run, home: Path) -> None:
    defaults = run("config", "show")
    assert "no file yet" in defaults.out
    assert tomllib.loads(defaults.out)["app"] == {
        "theme": "auto",
        "feed": "last",
        "compact": False,
        "instant": True,
        "signs": "unicode",
        "refresh": True,
        "prefetch": [],
        "pdf_folder": "",
        "pdf_names": "id",
        "pdf_viewer": [],
        "tabs": [],
        "pictures": "auto",
    }
    (home / "settings.toml").write_text('[app]\ntheme = "paper"\n[keys]\nsearch = "f"\n', encoding="utf-8")
    shown = tomllib.loads(run("config", "show").out)
    assert shown["app"]["theme"] == "paper"
    assert shown["keys"] == {"search": "f"}


def test_config_show_output_is_a_valid_settings_file(run: Run, home: Path) -> None:
    shown = run("config", "show").out
    (home / "settings.toml").write_text(shown, encoding="utf-8")
    again = run("config", "show").out
    assert again.splitlines()[1:] == shown.splitlines()[1:]


@pytest.mark.parametrize("argv", [["list"], ["config", "show"], ["bookmark", "list"], []])
def test_invalid_settings_report_line_and_allowed_values(run: Run, home: Path, argv: list[str]) -> None:
    (home / "settings.toml").write_text('[app]\n\ntheme = "pink"\n', encoding="utf-8")
    ran = run(*argv)
    assert (ran.code, ran.out) == (2, "")
    assert f'{home}/settings.toml, line 3: “theme” must be "ink", "paper"' in ran.err


def test_config_path_works_with_invalid_settings(run: Run, home: Path) -> None:
    (home / "settings.toml").write_text("[[[", encoding="utf-8")
    assert run("config", "path").code == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PAPERTUI_NOW", "tomorrow"),
        ("PAPERTUI_NOW", "0001-01-01T00:00:00+14:00"),
        ("HF_ENDPOINT", "http://example.org"),
        ("HF_ENDPOINT", "nonsense"),
        ("HF_TOKEN", "two words"),
        ("PAPERTUI_HOME", "~nobody-of-that-name/papers"),
    ],
)
def test_invalid_variables_exit_with_2(run: Run, name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    ran = run("list", "--offline")
    assert (ran.code, ran.out) == (2, "")
    assert name in ran.err
    assert ran.err.count("\n") == 1


def test_version(run: Run) -> None:
    assert run("--version") == (0, f"papertui {__version__}\n", "")


@pytest.mark.parametrize(
    "argv",
    [["lst"], ["--feed"], ["--nonsense"], ["list", "a", "b"], ["list", "--lim", "3"], ["--demo", "list"], ["config"]],
)
def test_usage_errors_are_one_sentence_and_exit_code_2(run: Run, argv: list[str]) -> None:
    ran = run(*argv)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("\n") == 1


def test_the_nearest_command_and_option_are_suggested(run: Run) -> None:
    assert "did you mean search?" in run("serch", "words").err
    assert "did you mean --offline?" in run("list", "--ofline").err


def test_the_app_needs_a_terminal(run: Run) -> None:
    ran = run()
    assert (ran.code, ran.out) == (2, "")
    assert "papertui list" in ran.err


@pytest.mark.slow
def test_without_home_the_platforms_own_folders_are_used(tmp_path: Path) -> None:
    ran = spawn("config", "path", PAPERTUI_HOME="", HOME=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path / "config"))
    assert ran.code == 0
    assert ran.out.startswith(str(tmp_path))
    assert ran.out.endswith("/papertui/settings.toml\n")


def test_config_edit_starts_with_the_defaults_and_checks_the_result(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nsed -i "s/compact = false/compact = $COMPACT/" "$1"\n', encoding="utf-8")
    editor.chmod(0o700)
    monkeypatch.setenv("EDITOR", str(editor))
    monkeypatch.setenv("COMPACT", "true")
    ran = run("config", "edit")
    assert (ran.code, ran.out) == (0, "")
    assert "compact = true" in run("config", "show").out
    assert (home / "settings.toml").stat().st_mode & 0o777 == 0o600
    (home / "settings.toml").write_text("[app]\ncompact = false\n", encoding="utf-8")
    monkeypatch.setenv("COMPACT", "perhaps")
    ran = run("config", "edit")
    assert ran.code == 2
    assert "line 2: " in ran.err
    assert run("config", "edit").code == 2  # invalid settings can still be edited
    monkeypatch.setenv("EDITOR", "false")
    ran = run("config", "edit")
    assert (ran.code, "ended with status 1" in ran.err) == (2, True)
