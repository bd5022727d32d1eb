import stat
import sys
from pathlib import Path

import pytest

from kit.fictional_service import NOW, FictionalService
from kit.shell import Ran, Run, spawn
from papertui.archive.archive import Archive


def test_show_prints_all_details(run: Run, service: FictionalService) -> None:
    service.trending[0]["paper"].update(
        ai_summary="A short word.", ai_keywords=["tears", "words"], githubRepo="https://github.com/a/b", githubStars=5
    )
    run("list")
    assert run("show", "2604.00001").out == (
        "Diffusion Language Models Without Tears\n"
        "Ada Lovelace, Writer 1\n"
        "2604.00001 · 30 Apr 2026 · daily 30 Apr 2026\n"
        "99 votes · 1 comment · ✦ 5\n"
        "\n"
        "In short: A short word.\n"
        "\n"
        "We think about “Diffusion Language Models Without Tears”. This is paper number 1.\n"
        "\n"
        "Keywords: tears, words\n"
        "\n"
        "Page     https://arxiv.org/abs/2604.00001\n"
        "PDF      https://arxiv.org/pdf/2604.00001\n"
        "Code     https://github.com/a/b\n"
    )


def test_show_prints_the_bookmark(run: Run) -> None:
    run("bookmark", "add", "2604.00001")
    assert "\n★ bookmarked 30 Apr 2026 · to read\n" in run("show", "2604.00001").out


def test_show_prints_the_same_json_as_list(run: Run) -> None:
    row = run("list", "--json").rows[0]
    assert run("show", "arXiv:2604.00001v4", "--json").rows == [row]
    assert run("show", "2604.00001", "--jsonl").lines == [row]


def test_show_fetches_what_is_not_stored_and_stores_it(run: Run, service: FictionalService) -> None:
    assert run("show", "2604.00009").code == 0
    service.refuses = ("/",)
    assert run("show", "2604.00009").code == 0


@pytest.mark.parametrize(
    ("argv", "code", "message"),
    [
        (["nonsense"], 2, "is not an arXiv id"),
        ([], 2, "needs ID"),
        (["2604.00001", "2604.00002"], 2, "got an unexpected argument “2604.00002”"),
        (["2604.99999"], 3, "knows the paper 2604.99999"),
        (["2604.00009", "--offline"], 3, "is not stored, and papertui is offline"),
    ],
)
def test_show_errors_are_one_sentence(run: Run, argv: list[str], code: int, message: str) -> None:
    ran = run("show", *argv)
    assert (ran.code, ran.out) == (code, "")
    assert message in ran.err
    assert ran.err.count("\n") == 1


@pytest.fixture
def browser(tmp_path: Path) -> Path:
    """A browser that records its arguments."""
    program = tmp_path / "browser"
    program.write_text(
        f"#!{sys.executable}\nimport sys, pathlib\n"
        f"pathlib.Path({str(tmp_path / 'given')!r}).write_text(repr(sys.argv[1:]), encoding='utf-8')\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def _open(*argv: str, browser: Path) -> Ran:
    # In a separate process: Python looks for browsers only once. Its path has no other browser, as w3m would be.
    return spawn("open", *argv, BROWSER=str(browser), PATH=str(browser.parent), PAPERTUI_NOW=NOW)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("argv", "address"),
    [
        (["2604.00001"], "https://arxiv.org/abs/2604.00001"),
        (["https://huggingface.co/papers/2604.00001", "--pdf"], "https://arxiv.org/pdf/2604.00001"),
        (["hep-th/9711200"], "https://arxiv.org/abs/hep-th/9711200"),
    ],
)
def test_open_passes_the_url_to_the_browser(browser: Path, argv: list[str], address: str) -> None:
    ran = _open(*argv, browser=browser)
    assert (ran.code, ran.out, ran.err) == (0, "", f"Opened {address}\n")
    assert (browser.parent / "given").read_text() == repr([address])


@pytest.mark.slow
def test_open_marks_the_paper_read(run: Run, browser: Path, home: Path) -> None:
    run("list")
    assert _open("2604.00001", browser=browser).code == 0
    archive = Archive(home / "archive.db")
    try:
        assert archive.read_ids() == {"2604.00001"}
    finally:
        archive.close()


def test_open_without_a_browser_prints_the_url(tmp_path: Path) -> None:
    ran = _open("2604.00001", browser=tmp_path / "none")
    assert (ran.code, ran.out) == (2, "")
    assert "Set BROWSER" in ran.err
    assert "https://arxiv.org/abs/2604.00001" in ran.err


@pytest.mark.slow
def test_open_accepts_only_papers(browser: Path) -> None:
    for text in ("--help-me", "file:///etc/passwd", "javascript:alert(1)", "https://evil.example/abs/"):
        assert _open("--", text, browser=browser).code == 2
    assert not (browser.parent / "given").exists()
    # An id in any address names its paper; the address itself is never opened.
    assert _open("--", "https://evil.example/abs/2604.00001", browser=browser).code == 0
    assert "evil" not in (browser.parent / "given").read_text(encoding="utf-8")
