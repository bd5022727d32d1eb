"""``papertui pick`` and ``--lines``: on a real pseudo terminal, with a stand-in for fzf, and without a terminal."""

import os
import subprocess
import sys
from datetime import date
from io import StringIO
from pathlib import Path

import pytest

from kit.fictional_service import FictionalService
from kit.papers import plain
from kit.pseudo_terminal import PseudoTerminal
from kit.shell import Run, command, environment
from papertui.cli.field_lines import FIELDS, field_line
from papertui.cli.numbered_list import NumberedList, Terminal
from papertui.cli.paper_text import TextStyle
from papertui.errors import UsageError
from papertui.model.paper import Paper

ONE, TWO, THREE = "2604.00001", "2604.00002", "2604.00003"
PAPERS = [plain(number)._replace(title=f"Title {number}") for number in range(60)]
NO_TERMINAL = "“papertui pick” asks on a terminal, and there is none. “papertui search QUERY --lines” prints papers.\n"


def find(words: str) -> list[Paper]:
    if words == "wrong:":
        raise UsageError("“wrong:” is not a field.")
    return [paper for paper in PAPERS if words in paper.title]


def choose(typed: str, *, several: bool = False) -> tuple[list[str], str]:
    """The titles that are chosen by the typed lines, and what the terminal shows (80x24)."""
    shown = StringIO()
    terminal = Terminal(StringIO(typed), shown)
    style = TextStyle(date(2026, 4, 30))
    chosen = NumberedList(terminal, style, find, several=several).choose(PAPERS)
    return [paper.title for paper in chosen], shown.getvalue()


@pytest.mark.parametrize(
    ("typed", "several", "expected"),
    [
        ("3\n", False, ["Title 2"]),
        ("\n30\n", False, ["Title 29"]),  # the second page
        ("Title 4\n2\n", False, ["Title 40"]),
        ("/4\n1\n", False, ["Title 4"]),
        ("2, 1 5 - 6\n", True, ["Title 1", "Title 0", "Title 4", "Title 5"]),
        ("1 1 1\n", False, ["Title 0"]),
        ("q\n", True, []),
        ("", True, []),
        ("/q\nq\n", True, []),
    ],
)
def test_numbers_and_words_are_typed(typed: str, several: bool, expected: list[str]) -> None:
    assert choose(typed, several=several)[0] == expected


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("22", "There is no number 22; choose from 1 to 21."),
        ("0", "There is no number 0; choose from 1 to 21."),
        ("5-3", "There is no number 5-3; choose from 1 to 21."),
        ("99999999999999999999", "There is no number 99999999999999999999"),
        ("1 2", "Choose one number. With --multi, several can be chosen."),
        ("nothing like it", "No stored paper matches “nothing like it”."),
        ("\x1b[A", "No stored paper matches “\N{REPLACEMENT CHARACTER}[A”."),
        ("wrong:", "“wrong:” is not a field."),
    ],
)
def test_a_mistake_is_named_and_asked_again(typed: str, sentence: str) -> None:
    chosen, shown = choose(f"{typed}\n2\n")
    assert chosen == ["Title 1"]
    assert sentence in shown


def test_pages_fit_the_terminal() -> None:
    lines = choose("\n\n\n\n")[1].splitlines()
    assert lines[0].startswith(" 1  Title 0")
    assert lines[21] == "    21 of 60"
    assert lines[22].startswith("Number, words to search, Enter for more, q to leave: 22  Title 21")
    assert lines[-1].endswith("Number, words to search, q to leave: Number, words to search, q to leave: ")
    assert max(len(line) for line in lines if line.startswith(" ")) < 80


def test_a_line_has_its_fields_whatever_is_in_a_title() -> None:
    paper = Paper(
        "1", "A\ttitle\nof \x1b[31mtwo  lines", authors=("Ada L.", "Li\tChen"), featured=date(2026, 4, 30), upvotes=3
    )
    line = field_line(paper, bookmarked=True)
    assert line == "1\t2026-04-30\t3\t*\tA title of [31mtwo lines\tAda L., Li Chen\n"
    assert field_line(Paper("2", "Bare"), bookmarked=False) == "2\t\t\t\tBare\t\n"
    assert line.count("\t") == len(FIELDS) - 1


def test_lists_are_printed_as_lines(run: Run) -> None:
    rows = run("list", "--json").rows
    run("bookmark", "add", rows[1]["id"])
    lines = [line.split("\t") for line in run("list", "--lines").out.splitlines()]
    assert [line[0] for line in lines] == [row["id"] for row in rows]
    assert [line[3] for line in lines] == ["*" if row["id"] == rows[1]["id"] else "" for row in rows]
    assert [line[4] for line in lines] == [row["title"] for row in rows]
    assert run("bookmark", "list", "--lines").out.splitlines() == ["\t".join(lines[1])]
    found = run("search", rows[0]["title"], "--similar", "--lines").out.splitlines()
    assert found[0] == "\t".join(lines[0])
    assert {line.count("\t") for line in found} == {len(FIELDS) - 1}
    assert run("list", "--lines", "--json").code == 2
    assert ", ".join(f"{number} {name}" for number, name in enumerate(FIELDS, 1)) in " ".join(
        run("list", "--help").out.split()
    )


def test_a_preview_of_fzf_is_as_wide_as_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("list")
    whole = run("show", ONE, "--offline").out
    monkeypatch.setenv("FZF_PREVIEW_COLUMNS", "45")
    narrow = run("show", ONE, "--offline").out
    assert max(map(len, narrow.splitlines())) <= 45 < max(map(len, whole.splitlines()))
    for wrong in ("", "0", "wide"):
        monkeypatch.setenv("FZF_PREVIEW_COLUMNS", wrong)
        assert run("show", ONE, "--offline").out == whole


# --- fzf, or a stand-in ------------------------------------------------------------------------------


@pytest.fixture
def fzf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program called fzf that notes its options and input, and answers as the file ``answer`` says."""
    program = tmp_path / "fzf"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nfrom pathlib import Path\nhere = Path(__file__).parent\n"
        "(here / 'options').write_text('\\n'.join(sys.argv[1:]))\n"
        "lines = sys.stdin.readlines()\n(here / 'input').write_text(''.join(lines))\n"
        "code, *chosen = map(int, (here / 'answer').read_text().split())\n"
        "sys.stdout.write(''.join(lines[number] for number in chosen))\nsys.exit(code)\n",
        encoding="utf-8",
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def test_fzf_gets_lines_and_the_chosen_ids_are_printed(run: Run, fzf: Path, service: FictionalService) -> None:
    rows = run("list", "--json").rows
    asked = len(service.asked)
    (fzf / "answer").write_text("0 1 0")
    ran = run("pick", "--from", "trending", "--fzf", "--multi")
    assert ran == (0, f"{rows[1]['id']}\n{rows[0]['id']}\n", "")
    assert (fzf / "input").read_text(encoding="utf-8") == run("list", "trending", "--offline", "--lines").out
    options = (fzf / "options").read_text().splitlines()
    assert "--multi" in options
    preview = next(option for option in options if option.startswith("--preview="))
    shown = subprocess.run(
        preview.removeprefix("--preview=").replace("{1}", f"'{ONE}'"), shell=True, env=environment(),
        capture_output=True, check=True,
    )  # fmt: skip
    assert shown.stdout.decode() == run("show", ONE, "--offline").out
    assert len(service.asked) == asked, "nothing is asked"


def test_leaving_fzf_is_130_and_a_failure_is_a_sentence(run: Run, fzf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("list")
    for code in (1, 130):
        (fzf / "answer").write_text(f"{code}")
        assert run("pick", "--fzf") == (130, "", "")
    (fzf / "answer").write_text("2")
    assert run("pick", "--fzf") == (2, "", "fzf failed with exit code 2. It needs a terminal.\n")
    monkeypatch.setenv("PATH", "/nowhere")
    ran = run("pick", "--fzf")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("fzf cannot be started: No such file or directory. Install it")


def test_a_query_keeps_its_order_in_fzf(run: Run, fzf: Path) -> None:
    run("list")
    (fzf / "answer").write_text("0 0")
    best = run("search", "diffusion", "--lines").out.splitlines()
    assert run("pick", "--stdin", "--fzf", stdin="diffusion\n").out == f"{best[0].split(chr(9))[0]}\n"
    assert "--no-sort" in (fzf / "options").read_text().splitlines()
    assert (fzf / "input").read_text(encoding="utf-8").splitlines() == best


# --- the command itself ------------------------------------------------------------------------------


def test_without_papers_nothing_is_asked(run: Run) -> None:
    run("list")
    for argv, code, sentence in (
        ("nothing like it zzzz", 130, "No stored paper matches “nothing like it zzzz”."),
        ("--in library", 130, "There are no papers to choose from."),
        ("words --stdin", 2, "--stdin reads the query from stdin"),
        ("words --from daily", 2, "--from chooses from a feed and takes no query."),
        ("--from nonsense", 2, "There is no feed called “nonsense”."),
        ("--from arxiv:cs.CL", 3, "offline"),
        ("state:nonsense", 2, "state:"),
    ):
        ran = run("pick", *argv.split())
        assert (ran.code, ran.out) == (code, "")
        assert sentence in ran.err


@pytest.mark.slow
def test_without_a_terminal_a_sentence_says_what_to_do(run: Run) -> None:
    run("list")
    detached = subprocess.run(
        command("pick"), env=environment(), stdin=subprocess.DEVNULL, capture_output=True, start_new_session=True,
        check=False,
    )  # fmt: skip
    assert (detached.returncode, detached.stdout, detached.stderr.decode()) == (2, b"", NO_TERMINAL)


@pytest.mark.slow
def test_the_terminal_is_asked_and_stdout_has_only_the_id(run: Run, tmp_path: Path) -> None:
    rows = run("list", "--json").rows
    out = tmp_path / "out"
    words = " ".join(f"'{word}'" for word in command("pick", "--from", "trending"))
    shell = ["sh", "-c", f"trap : INT; {words} < /dev/null > {out}; echo code $?; {words} | true; {words}; exit $?"]
    terminal = PseudoTerminal(shell, environment())
    try:
        prompt = "q to leave:"  # the screen has no blanks at the ends of lines
        terminal.until_text(prompt)
        terminal.press(b"2\r")
        terminal.until_text("code 0")
        assert out.read_text() == f"{rows[1]['id']}\n"
        terminal.until(lambda text: text.count(prompt) == 2)
        terminal.press(b"1\r")  # into a closed pipe
        shown = terminal.until(lambda text: text.count(prompt) == 3)
        assert "Traceback" not in shown
        terminal.press(b"\x03")
        assert terminal.wait() == 130
        assert not terminal.screen.modes, "no alternate screen"
    finally:
        terminal.end()
