"""``papertui import``: its report, resuming, and idempotence."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from kit.shell import Run, command, environment
from papertui.archive.archive import Archive


def _record(number: int) -> dict[str, object]:
    return {
        "id": f"{1000 + number // 90_000:04}.{number % 90_000:05}",
        "title": f"Paper number{number} about $\\lambda$ and other things",
        "abstract": f"An abstract{number}. " + "Words about words that go on and on for a while. " * 12,
        "authors_parsed": [["Made-Up", "Ada", ""]],
        "categories": "cs.LG",
        "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}],
    }


def _file(path: Path, count: int) -> Path:
    path.write_text("".join(json.dumps(_record(number)) + "\n" for number in range(count)), encoding="utf-8")
    return path


def test_papers_are_imported_once_and_can_be_found(run: Run, tmp_path: Path) -> None:
    path = _file(tmp_path / "snapshot", 30)
    with path.open("a", encoding="utf-8") as file:
        file.write("not a paper\n" + json.dumps(_record(30)) + "\n")
    done = run("import", str(path))
    assert done.code == 0
    assert done.out == ""
    assert f"{path}: 31 papers read: 31 new, 0 changed, 0 unchanged; 1 line could not be read." in done.err
    assert f"{path}, line 31: not valid JSON" in done.err
    again = run("import", str(path))
    assert "31 papers read: 0 new, 0 changed, 31 unchanged" in again.err
    found = run("search", "number17 lambda", "--json", "--limit", "1").rows
    assert found[0]["title"] == "Paper number17 about λ and other things"
    assert run("show", found[0]["id"]).code == 0


@pytest.mark.parametrize("count", [1, 30])
def test_the_index_is_a_part_of_the_import(run: Run, home: Path, tmp_path: Path, count: int) -> None:
    path = _file(tmp_path / "snapshot", count)
    run("import", str(path))
    (made,) = home.rglob("segments.json")
    before = made.read_bytes()
    assert len(run("search", "number0", "--json").rows) == 1
    assert made.read_bytes() == before


def test_every_bad_line_is_named_by_its_number(run: Run, tmp_path: Path) -> None:
    path, bad = tmp_path / "snapshot", ["x", '{"id": "2604.00001"}', "[]", '{"id": []}'] * 15
    lines = [line for number, other in enumerate(bad) for line in (json.dumps(_record(number)), other)]
    part = json.dumps({**_record(90), "abstract": ["An abstract"]})
    path.write_text("\n".join([*lines, *["y"] * 7, part]), encoding="utf-8")
    done = run("import", str(path))
    assert done.code == 0
    assert "61 papers read: 61 new" in done.err
    assert "; 67 lines could not be read, 1 line only in part." in done.err
    assert f"{path}, line 2: not valid JSON, perhaps truncated\n{path}, line 4: no title\n" in done.err
    assert f"{path}, line 128: abstract is a list; left out\n" in done.err
    named = [range(int(run[0]), int(run[-1]) + 1) for run in map(str.split, _numbers(done.err, path))]
    assert sorted(number for run in named for number in run) == [*range(2, 122, 2), *range(121, 129)]


def _numbers(report: str, path: Path) -> list[str]:
    """Return the numbers of the lines in a report, and runs of them as two numbers."""
    lists = [line.removeprefix(f"{path}, ").partition(":")[0] for line in report.splitlines() if ", line" in line]
    each = [number for text in lists for number in text.removeprefix("lines ").removeprefix("line ").split(", ")]
    return [number.replace("-", " ") for number in each]


@pytest.mark.parametrize("content", ['[{"id": 1}, 2]', '{"id": 1, "title": "x"}\n{"a": 1}\n', '[{"paper": {'])
def test_a_file_of_which_nothing_could_be_read_is_an_error(content: str, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text(content, encoding="utf-8")
    done = run("import", str(path))
    assert done.code == 2
    assert "could not be read" in done.err


def test_a_bad_file_does_not_stop_the_others(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    bad.write_text("nothing", encoding="utf-8")
    done = run("import", str(bad), str(tmp_path / "nowhere"), str(_file(tmp_path / "good", 2)))
    assert done.code == 2
    assert "has an unknown format" in done.err
    assert "cannot be read" in done.err
    assert "2 papers read: 2 new" in done.err


def test_newer_facts_of_a_service_are_not_overwritten(run: Run, tmp_path: Path) -> None:
    day = [{"paper": {"id": "1000.00003", "title": "The better title", "upvotes": 5}}]
    (tmp_path / "day.json").write_text(json.dumps(day), encoding="utf-8")
    old = _file(tmp_path / "old", 5)
    import_time = time.time() - 1_000_000
    os.utime(old, (import_time, import_time))
    run("import", str(tmp_path / "day.json"))
    assert "5 papers read: 4 new, 1 changed" in run("import", str(old)).err
    paper = run("show", "1000.00003", "--json").rows[0]
    assert (paper["title"], paper["upvotes"], paper["categories"]) == ("The better title", 5, ["cs.LG"])


def test_a_saved_page_is_matched_with_stored_papers(run: Run, tmp_path: Path) -> None:
    run("import", str(_file(tmp_path / "known", 3)))
    words = (
        "An abstract that is long enough to be one, and says nothing at all about anything in this world or others. "
    )
    page = f"Site\nLogin\nSubscribePaper number1 about λ and other things\n{words * 2}\nA new one\n{words * 2}\n"
    (tmp_path / "page.txt").write_text(page, encoding="utf-8")
    assert "2 papers read: 1 new, 1 changed" in run("import", str(tmp_path / "page.txt")).err
    new = run("search", '"a new one"', "--json").rows[0]
    assert new["id"].startswith("title/")
    assert new["url"] is None  # its page is unknown
    assert run("show", new["id"], "--offline").code == 0
    assert run("bookmark", "add", new["id"]).out.strip() == new["id"]
    assert "2 papers read: 0 new, 0 changed, 2 unchanged" in run("import", str(tmp_path / "page.txt")).err


def _wait_for_rows(path: Path, least: int) -> int:
    archive = Archive(path)
    try:
        end = time.monotonic() + 300
        while time.monotonic() < end:
            count = archive.count() if path.exists() else 0
            if count >= least:
                return count
            time.sleep(0.02)
    finally:
        archive.close()
    pytest.fail("nothing came in")


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_import_resumes(tmp_path: Path, how: signal.Signals) -> None:
    count = 30_000
    path = _file(tmp_path / "snapshot", count)
    home = environment(PAPERTUI_HOME=str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    worker = subprocess.Popen(command("import", str(path)), stderr=subprocess.PIPE, env=home, start_new_session=True)
    with worker:
        _wait_for_rows(tmp_path / "home" / "archive.db", 1000)
        worker.send_signal(how)
        _, stderr = worker.communicate()
    assert worker.returncode == (130 if how is signal.SIGINT else -signal.SIGKILL)
    if how is signal.SIGINT:
        assert b"Run the same command again" in stderr
    archive = Archive(tmp_path / "home" / "archive.db")
    imported = archive.count()
    assert 1000 <= imported < count
    done = subprocess.run(command("import", str(path)), capture_output=True, env=home, check=True)
    assert b"lines imported earlier" in done.stderr
    assert archive.count() == count
    archive.close()


@pytest.mark.slow
def test_an_interrupted_index_is_completed_by_the_next_import(tmp_path: Path) -> None:
    count = 21_000  # more than one part
    path = _file(tmp_path / "snapshot", count)
    home = tmp_path / "home"
    home.mkdir()
    variables = environment(PAPERTUI_HOME=str(home))
    worker = subprocess.Popen(
        command("import", str(path)), stderr=subprocess.PIPE, env=variables, start_new_session=True
    )
    with worker:
        end = time.monotonic() + 300
        while not (home / "index" / "lock").exists() and time.monotonic() < end:
            time.sleep(0.02)
        os.killpg(worker.pid, signal.SIGINT)  # as a terminal does
        _, stderr = worker.communicate()
    assert worker.returncode == 130
    assert b"All papers are imported; the next import or search completes the index." in stderr
    assert not (home / "index" / "segments.json").exists()
    done = subprocess.run(command("import", str(path)), capture_output=True, env=variables, check=True)
    assert f"{count:,} unchanged".encode() in done.stderr
    assert (home / "index" / "segments.json").exists()
    assert not (home / "index" / "building.json").exists()


@pytest.mark.slow
def test_stdin(tmp_path: Path) -> None:
    home = environment(PAPERTUI_HOME=str(tmp_path / "home"))
    content = _file(tmp_path / "f", 5).read_bytes()
    done = subprocess.run(command("import", "-"), input=content, capture_output=True, env=home, check=True)
    assert b"-: 5 papers read: 5 new" in done.stderr
