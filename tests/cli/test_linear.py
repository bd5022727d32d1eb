"""Linear mode, driven by lines as a script does it."""

import io
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kit.papers import plain
from kit.services import services_over
from kit.shell import environment
from kit.stand_in_source import StandInSource
from papertui.archive.archive import Archive
from papertui.cli.linear.commands import COMMANDS
from papertui.cli.linear.start import run_linear
from papertui.commands.table import COMMANDS as TABLE
from papertui.library.bookmarks import Library
from papertui.model.feed import Feed, FeedName
from papertui.settings import Settings

NOW = datetime(2026, 4, 30, 18, tzinfo=UTC)
TITLES = ("Sparse Attention at Scale", "Diffusion Language Models", "A Survey of Agents", "Robots That Read")
Run = Callable[..., str]


@pytest.fixture
def opened() -> list[str]:
    return []


@pytest.fixture
def run(
    tmp_path: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    """Runs linear mode over four stored papers with lines as input; returns what is printed."""
    archive = Archive(tmp_path / "archive.db")
    papers = tuple(
        plain(number)._replace(title=title, upvotes=10 * number, abstract=f"We study {title.lower()}.")
        for number, title in enumerate(TITLES, 1)
    )
    archive.keep_feed(Feed(FeedName("trending"), papers, NOW, "huggingface"))
    library = Library(tmp_path / "bookmarks.json", tmp_path / "backups")

    def show(address: str) -> bool:
        opened.append(address)
        return True

    def linear(*lines: str, keys: dict[str, str] | None = None) -> str:
        settings = Settings(refresh=False, keys=keys or {})
        services = services_over(
            tmp_path,
            archive,
            library,
            StandInSource(papers),
            lambda: NOW,
            settings=settings,
            open_page=show,
            show=lambda file: show(str(file)),
        )
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        capsys.readouterr()
        assert run_linear(services, settings, feed=FeedName("trending"), offline=False, demo=False) == 0
        return capsys.readouterr().out

    yield linear
    archive.close()


def test_moving_says_where_one_is(run: Run) -> None:
    printed = run("j", "jj", "j", "k", "g g", "04G", "q", "j").splitlines()
    assert printed == [
        "papertui, linear mode. ? lists the keys, q quits.",
        "Trending, 4 papers.",
        "1 of 4: Sparse Attention at Scale (10 votes)",
        "2 of 4: Diffusion Language Models (20 votes)",
        "3 of 4: A Survey of Agents (30 votes)",
        "4 of 4: Robots That Read (40 votes)",
        "This is the last paper.",
        "4 of 4: Robots That Read (40 votes)",
        "3 of 4: A Survey of Agents (30 votes)",
        "1 of 4: Sparse Attention at Scale (10 votes)",
        "4 of 4: Robots That Read (40 votes)",
    ]


def test_nothing_but_lines_of_text(run: Run) -> None:
    printed = run("j", "/robots", "b", "enter", "?", ":help sort", ":sort votes", "enter")
    assert all(sign.isprintable() or sign == "\n" for sign in printed)


def test_search_bookmark_and_commands(run: Run, tmp_path: Path, opened: list[str]) -> None:
    file = tmp_path / "out.bib"
    printed = run(
        "/robts", "b", "b", "u", "escape", ":sort title", ":tag add todo", "r", ":filter unread", "o",
        f":export bibtex {file}", ":list library", ":2604.00002", "enter", ":quit",
    )  # fmt: skip
    for line in (
        "1 match for “robts”.",
        "1 of 1: Robots That Read (40 votes)",
        "Bookmarked.",
        "Bookmark removed. u undoes this.",
        "Undone: ",
        "Trending, 4 papers.",
        "Sorted: by title.",
        "1 of 4: A Survey of Agents (30 votes)",
        "+todo on 1 paper.",
        "Marked as read.",
        "Filter: unread only, 3.",
        f"Exported the library as BibTeX to {file}.",
        "Library, 2 papers.",
        "We study diffusion language models.",
    ):
        assert line in printed
    assert file.read_text(encoding="utf-8").count("@") == 2
    assert len(opened) == 1


def test_presets_and_counts(run: Run) -> None:
    assert "4 of 4" in run("3j", keys={"preset": "vim"})
    assert "“g z”" in run("gz", keys={"preset": "vim"})


def test_the_key_of_the_map_prints_it(run: Run) -> None:
    assert "A map needs 12 papers" in run("M")


def test_errors_and_keys_without_use_are_sentences(run: Run) -> None:
    printed = run(":lits", "%", "C", "p p", "ctrl+t", "N", ":set theme ink", "9")
    assert "There is no command “lits”; did you mean list?" in printed
    assert "No action has the key “percent_sign”. ? lists the keys." in printed
    assert "“Collections: saved searches, states and tags of your library” is for the screen only." in printed
    assert "No more unread papers." in printed
    assert "linear mode has no colours" in printed
    assert "There are only 8 feeds with a key." in printed


def test_feeds_and_days(run: Run) -> None:
    printed = run("2", "[", "l", "]", "h", ":list daily 2027-01-01")
    assert "Fetching Daily." in printed
    assert "Daily, Thu 30 Apr" in printed
    assert "Daily, Wed 29 Apr" in printed
    assert "future" in printed


def test_every_command_is_known_or_a_program() -> None:
    changes = {"bookmark", "tag", "note", "state", "rate"}
    assert {spec.word for spec in TABLE if not spec.is_program} == COMMANDS.keys() | changes


@pytest.mark.slow
def test_linear_mode_loads_no_textual() -> None:
    script = "import sys, papertui.cli.linear.start; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment(), check=True)
    assert "papertui.tui.keymap" in done.stdout.split()
    assert not {"textual", "papertui.tui.app"} & set(done.stdout.split())
