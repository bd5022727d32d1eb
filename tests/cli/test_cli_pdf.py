"""``papertui pdf`` as a shell sees it."""

import resource
import shutil
import signal
import stat
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep

import pytest

from kit.fictional_service import NOW, FictionalService
from kit.pdf_server import a_pdf, pdf_server
from kit.shell import Run, command, environment, spawn
from papertui.archive.archive import Archive
from papertui.model.paper import Paper

ID = "2604.00001"
BODY = a_pdf(5000)


@pytest.fixture
def there(service: FictionalService) -> FictionalService:
    """The service with the PDF of one paper."""
    service.pages[f"/arxiv/pdf/{ID}"] = ("application/pdf", BODY)
    return service


def program(path: Path, body: str) -> Path:
    path.write_text(f"#!{sys.executable}\nimport sys\n{body}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_the_path_is_printed_and_the_file_is_there(run: Run, home: Path, there: FictionalService) -> None:
    file = home / "pdfs" / f"{ID}.pdf"
    assert run("pdf", f"https://arxiv.org/abs/{ID}v3") == (0, f"{file}\n", "")
    assert file.read_bytes() == BODY
    assert there.asked == [f"/arxiv/pdf/{ID}"]


def test_an_existing_pdf_is_reported_and_needs_no_network(run: Run, home: Path, there: FictionalService) -> None:
    run("pdf", ID)
    there.refuses = ("/",)
    file = home / "pdfs" / f"{ID}.pdf"
    assert run("pdf", ID, "--offline") == (0, f"{file}\n", f"{file} already exists.\n")
    rows = run("pdf", ID, "--json").rows
    assert rows == [{"id": ID, "file": str(file), "bytes": len(BODY), "fetched": False}]
    assert len(there.asked) == 1


def test_as_json_lines(run: Run, tmp_path: Path, there: FictionalService) -> None:
    assert there.pages
    row = {"id": ID, "file": f"{tmp_path}/{ID}.pdf", "bytes": len(BODY), "fetched": True}
    assert run("pdf", ID, "--jsonl", "-o", f"{tmp_path}").lines == [row]


def test_output_file_and_folder(run: Run, tmp_path: Path, there: FictionalService) -> None:
    assert there.pages
    file = tmp_path / "new" / "my.pdf"
    assert run("pdf", ID, "-o", str(file)) == (0, f"{file}\n", "")
    assert file.read_bytes() == BODY
    assert run("pdf", ID, "-o", str(file)) == (0, f"{file}\n", f"{file} already exists.\n")
    ran = run("pdf", "2604.00002", "-o", str(file))
    assert (ran.code, ran.out) == (4, "")
    assert "papertui never overwrites it" in ran.err
    assert file.read_bytes() == BODY


def test_one_failure_does_not_stop_the_others(run: Run, home: Path, there: FictionalService) -> None:
    run("pdf", ID)
    ran = run("pdf", "2604.99999", ID, "--offline")
    assert (ran.code, ran.out) == (3, f"{home}/pdfs/{ID}.pdf\n")
    assert "The PDF of 2604.99999 is not stored" in ran.err
    assert len(there.asked) == 1


@pytest.mark.parametrize(
    ("argv", "code", "message"),
    [
        (["2604.99999"], 3, "arXiv does not have the PDF of 2604.99999 (status 404)"),
        (["nonsense"], 2, "is not an arXiv id"),
        ([], 2, "needs ID"),
        ([ID, "2604.00002", "-o", "one.pdf"], 2, "-o names one file for 2 PDFs"),
        ([ID, "-o", ""], 2, "-o needs the path of a file or a folder"),
        (["doi:10.1145/7"], 3, "No address is known for the PDF of doi:10.1145/7"),
    ],
)
def test_errors_are_one_sentence(run: Run, argv: list[str], code: int, message: str) -> None:
    ran = run("pdf", *argv)
    assert (ran.code, ran.out) == (code, "")
    assert message in ran.err
    assert ran.err.count("\n") == 1


def test_a_login_page_never_becomes_a_pdf(run: Run, home: Path, service: FictionalService) -> None:
    service.pages[f"/arxiv/pdf/{ID}"] = ("text/html", b"<html>Welcome to the hotel</html>")
    ran = run("pdf", ID)
    assert (ran.code, ran.out) == (3, "")
    assert "login page" in ran.err
    assert list((home / "pdfs").iterdir()) == []


def test_the_pdf_link_of_another_site_is_used(run: Run, home: Path, service: FictionalService) -> None:
    archive = Archive(home / "archive.db")
    paper = Paper("doi:10.1145/7", "On Sevens", pdf=f"{service.address}/7.pdf", sources=("a.example",))
    archive.remember([paper], datetime.fromisoformat(NOW))
    archive.close()
    service.pages["/7.pdf"] = ("application/octet-stream", BODY)
    assert run("pdf", "10.1145/7") == (0, f"{home}/pdfs/doi_10.1145_7.pdf\n", "")


def test_pdf_folder_names_and_viewer_settings(run: Run, home: Path, tmp_path: Path, there: FictionalService) -> None:
    viewer = program(tmp_path / "viewer", f"open({str(tmp_path / 'given')!r}, 'w').write(repr(sys.argv[1:]))")
    (home / "settings.toml").write_text(
        f'[app]\npdf_folder = "{tmp_path}/papers"\npdf_names = "readable"\n'
        f'pdf_viewer = ["{viewer}", "-x", "{{file}}"]\n'
    )
    there.trending[0]["paper"]["title"] = "Reading: It Is Fun"
    run("list")
    file = tmp_path / "papers" / f"{ID} Lovelace - Reading.pdf"
    assert run("pdf", ID, "--open") == (0, f"{file}\n", "")
    assert (tmp_path / "given").read_text() == repr(["-x", str(file)])
    archive = Archive(home / "archive.db")
    assert archive.read_ids() == {ID}
    archive.close()


def test_without_a_viewer_the_path_is_printed(run: Run, home: Path, there: FictionalService) -> None:
    (home / "settings.toml").write_text('[app]\npdf_viewer = ["/no/such/viewer"]\n')
    ran = run("pdf", ID, "--open")
    file = f"{home}/pdfs/{ID}.pdf"
    assert (ran.code, ran.out) == (2, f"{file}\n")
    assert ran.err == f"No viewer could be started for {file}. Set pdf_viewer in the settings.\n"
    assert there.asked


def test_an_unknown_home_folder_in_the_settings_is_a_usage_error(run: Run, home: Path) -> None:
    (home / "settings.toml").write_text('[app]\npdf_folder = "~nobody-of-that-name/x"\n')
    ran = run("pdf", ID)
    assert ran.code == 2
    assert "this home folder does not exist" in ran.err


@pytest.mark.slow
@pytest.mark.parametrize(("how", "code"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)])
def test_a_killed_download_resumes(home: Path, how: signal.Signals, code: int) -> None:
    part = home / "pdfs" / f"{ID}.pdf.part"
    with pdf_server(body=a_pdf(3_000_000), cuts=[2_200_000], holds=threading.Event()) as server:
        variables = environment(PAPERTUI_ARXIV_SITE_URL=server.address)
        process = subprocess.Popen(command("pdf", ID), env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        until = monotonic() + 300
        while monotonic() < until and not (part.exists() and part.stat().st_size > 2_000_000):
            sleep(0.01)
        process.send_signal(how)
        assert process.communicate() == (b"", b"")
        assert process.returncode == code
        assert server.holds is not None
        server.holds.set()
        assert not (home / "pdfs" / f"{ID}.pdf").exists()
        shutil.rmtree(home / "cache" / "pace")  # arXiv's rate limit is tested elsewhere
        ran = spawn("pdf", ID, PAPERTUI_ARXIV_SITE_URL=server.address)
        assert (ran.code, ran.out) == (0, f"{home}/pdfs/{ID}.pdf\n")
        assert (home / "pdfs" / f"{ID}.pdf").read_bytes() == server.body
        begin = int(server.asked[-1][1]["range"].removeprefix("bytes=").removesuffix("-"))
    assert (2_000_000 if how == signal.SIGINT else 2**20) <= begin <= 2_200_000
    assert [path.name for path in (home / "pdfs").iterdir()] == [f"{ID}.pdf"]


@pytest.mark.slow
def test_a_full_disk_is_reported(home: Path) -> None:
    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    with pdf_server(body=a_pdf(2_000_000)) as server:
        variables = environment(PAPERTUI_ARXIV_SITE_URL=server.address)
        done = subprocess.run(
            command("pdf", ID), env=variables, capture_output=True, check=False, preexec_fn=small, text=True
        )
    assert (done.returncode, done.stdout) == (4, "")
    assert "cannot be written to" in done.stderr
    assert "The downloaded part is saved; the next attempt resumes it." in done.stderr
    assert done.stderr.count("\n") == 1
    assert sorted(path.name for path in (home / "pdfs").iterdir()) == [f"{ID}.pdf.part", f"{ID}.pdf.part.json"]
