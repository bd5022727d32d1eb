"""Following, fetching and reading from the command line."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kit.fictional_service import NOW, FictionalService
from kit.shell import Run, environment

_ANNOUNCED = """<rss xmlns:arxiv="http://arxiv.org/schemas/atom"><channel><title>cs.CL</title>
<pubDate>Thu, 30 Apr 2026 00:00:00 -0400</pubDate>{}</channel></rss>"""
_ATOM = '<feed xmlns="http://www.w3.org/2005/Atom">{}</feed>'
_ENTRY = """<entry><id>http://arxiv.org/abs/{0}v1</id><title>{1}</title><summary>We show.</summary>
<author><name>Ada Lovelace</name></author></entry>"""
_RSS = """<rss version="2.0"><channel><title>A Journal</title><item><title>Printed at last</title>
<link>https://journal.example/1</link><guid>https://doi.org/10.1145/1</guid></item></channel></rss>"""


def announced(*papers: tuple[str, str, str]) -> bytes:
    """An arXiv listing from ids, kinds of announcement and titles."""
    items = "".join(
        f"<item><title>{title}</title><guid>oai:arXiv.org:{id_}v1</guid><arxiv:announce_type>{kind}"
        f"</arxiv:announce_type><description>arXiv:{id_}v1 Announce Type: {kind} \nAbstract: We show.</description>"
        "</item>"
        for id_, kind, title in papers
    )
    return _ANNOUNCED.format(items).encode()


@pytest.fixture(autouse=True)
def _arxiv(service: FictionalService) -> None:
    service.announced = announced(
        ("2604.00001", "new", "Sparse attention"), ("2604.00011", "cross", "Two"), ("2604.00012", "replace", "Three")
    )
    service.found = _ATOM.format(_ENTRY.format("2604.00013", "Sparse things by Ada")).encode()
    service.pages["/journal/feed"] = ("application/rss+xml", _RSS.encode())
    service.pages["/journal"] = (
        "text/html",
        b'<html><head><link rel="alternate" type="application/rss+xml" href="/journal/feed"></head></html>',
    )


def ids(rows: list[Any]) -> list[str]:
    return [row["id"] for row in rows]


def test_a_category_is_listed_without_replacements(run: Run) -> None:
    ran = run("list", "arxiv:cs.cl", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ids(ran.rows) == ["2604.00001", "2604.00011"]
    assert ids(run("list", "arxiv:cs.CL", "--replaced", "--offline", "--json").rows) == ["2604.00012"]
    assert run("list", "--replaced", "--json").rows == []


def test_facts_of_two_sources_are_merged(run: Run) -> None:
    run("list", "daily")
    run("list", "arxiv:cs.CL")
    (row,) = run("show", "2604.00001", "--offline", "--json").rows
    assert row["sources"] == ["huggingface", "arxiv"]
    assert (row["upvotes"], row["title"]) == (99, "Sparse attention")
    everything = run("list", "archive", "--json").rows
    assert len(ids(everything)) == len(set(ids(everything))) == 4


def test_an_empty_listing_keeps_the_last_one(run: Run, service: FictionalService) -> None:
    run("list", "arxiv:cs.CL")
    service.announced = _ANNOUNCED.format("").encode().replace(b"Thu, 30 Apr", b"Sat, 02 May")
    ran = run("list", "arxiv:cs.CL", "--json")
    assert ids(ran.rows) == ["2604.00001", "2604.00011"]
    assert "Saturday 2 May 2026 is a weekend" in ran.err
    assert run("refresh", "arxiv:cs.CL") == (0, "", "")


def test_yesterdays_listing_is_recognised_by_its_papers(
    run: Run, monkeypatch: pytest.MonkeyPatch, service: FictionalService
) -> None:
    run("list", "arxiv:cs.CL")
    monkeypatch.setenv("PAPERTUI_NOW", "2026-05-01T18:00:00Z")
    service.announced = service.announced.replace(b"Thu, 30 Apr", b"Fri, 01 May")
    ran = run("refresh", "arxiv:cs.CL", "--verbose")
    assert "nothing new" in ran.err
    assert "arXiv still lists the announcements of 30 Apr." in ran.err


@pytest.mark.slow
def test_feeds_are_added_listed_and_removed(run: Run, home: Path, service: FictionalService) -> None:
    assert "No feeds yet" in run("feeds", "list").err
    ran = run("feeds", "add", "arxiv:cs.CL", "author:Ada Lovelace", f"{service.address}/journal")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.count("Following “") == 3
    assert "Following “A Journal”" in ran.err
    assert [row["key"] for row in run("feeds", "list", "--json").rows] == ["cs-cl", "ada-lovelace", "a-journal"]
    assert run("feeds", "add", "arxiv:CS.cl").code == 2
    ran = run("refresh")
    assert ran.code == 0
    assert {line.partition(":")[0] for line in ran.out.splitlines()} == {
        "trending",
        "daily",
        "cs-cl",
        "ada-lovelace",
        "a-journal",
    }
    assert ids(run("list", "ada-lovelace", "--offline", "--json").rows) == ["2604.00013"]
    (row,) = run("list", "a-journal", "--offline", "--json").rows
    assert (row["id"], row["doi"], row["sources"]) == ("doi:10.1145/1", "10.1145/1", ["127.0.0.1"])
    assert run("show", "10.1145/1", "--offline").code == 0
    counts = {row["key"]: (row["unread"], row["papers"]) for row in run("feeds", "list", "--jsonl").lines}
    assert counts["cs-cl"] == (2, 2)
    assert run("feeds", "remove", "cs-cl", "nothing").code == 2
    assert "cs-cl" not in (home / "settings.toml").read_text(encoding="utf-8")
    assert run("list", "arxiv:cs.CL", "--offline").code == 0, "fetched papers stay"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("trending", "is built in"),
        ("nonsense", "There is no feed called"),
        ("arxiv:no such!", "is not an arXiv category"),
        ("http://user:pw@a.example/", "a password is sent over https only"),
        ("https://a example.org/feed", "is not the URL of a feed: its host is not valid"),
        ("group:Journals", "it cannot be followed"),
    ],
)
def test_invalid_feeds_are_rejected_with_the_reason(run: Run, text: str, words: str) -> None:
    ran = run("feeds", "add", text)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err


def test_a_page_that_links_to_its_feed_is_read_as_that_feed(run: Run, home: Path, service: FictionalService) -> None:
    home.mkdir(parents=True, exist_ok=True)
    (home / "settings.toml").write_text(f'[feeds.journal]\nurl = "{service.address}/journal"\n')
    listed = run("list", "journal", "--json")
    assert (listed.code, ids(listed.rows)) == (0, ["doi:10.1145/1"])
    assert run("refresh", "journal").code == 0
    service.pages["/journal"] = ("text/html", b"<html>Log in</html>")
    failed = run("refresh", "journal")
    assert failed.code == 3
    assert "without a link to a feed" in failed.err
    assert ids(run("list", "journal", "--offline", "--json").rows) == ["doi:10.1145/1"]


def test_invalid_utf8_is_never_written_to_a_file(run: Run, home: Path) -> None:
    assert run("feeds", "add", "keyword:state \udcff space", "--title", "A\udcff title").code == 0
    assert 'title = "A title"' in (home / "settings.toml").read_text()
    assert run("list", "keyword:\udcff").code == 2


def test_urls_of_arxiv_feeds_become_categories(run: Run) -> None:
    assert "(arxiv:cs.CL)" in run("feeds", "add", "https://rss.arxiv.org/rss/cs.CL").err
    assert "(arxiv:stat.ML)" in run("feeds", "add", "https://arxiv.org/list/stat.ML/recent").err
    assert "(arxiv:cs.LG)" in run("feeds", "add", "cs.LG").err


def test_opml_export_and_import(run: Run, service: FictionalService, tmp_path: Path) -> None:
    run("feeds", "add", f"{service.address}/journal/feed", "arxiv:cs.CL", "keyword:sparse")
    ran = run("feeds", "export")
    assert ran.err == "1 saved search left out: other feed readers need a URL.\n"
    file = tmp_path / "feeds.opml"
    file.write_text(ran.out, encoding="utf-8")
    run("feeds", "remove", "a-journal", "cs-cl", "sparse")
    ran = run("feeds", "import", str(file))
    assert "2 feeds added" in ran.err
    assert {row["feed"] for row in run("feeds", "list", "--json").rows} == {
        f"{service.address}/journal/feed",
        "arxiv:cs.CL",
    }
    assert run("feeds", "import", "-", stdin="nonsense").code == 2
    assert run("feeds", "import", str(tmp_path / "none")).code == 2


def test_a_full_text_is_fetched_once_and_stored(run: Run, service: FictionalService) -> None:
    service.texts["2604.00001"] = "# Sparse attention\n\n## Introduction\n\nLet $\\alpha \\leq 1$ hold.\n"
    run("list", "daily")
    ran = run("read", "2604.00001")
    assert (ran.code, ran.err.count("\n")) == (0, 1)
    assert "Markdown" in ran.err
    assert "## Introduction\n\nLet α ≤ 1 hold." in ran.out
    asked = len(service.asked)
    (text,) = run("read", "2604.00001", "--offline", "--json").rows
    assert len(service.asked) == asked
    assert (text["origin"], text["parts"][-1]["text"]) == ("huggingface", "Let α ≤ 1 hold.")


def test_without_a_full_text_the_abstract_is_printed(run: Run, service: FictionalService) -> None:
    ran = run("read", "2604.00002")
    assert ran.code == 0
    assert "We think about" in ran.out
    assert "This is the abstract" in ran.err
    service.refuses = ("/",)
    ran = run("read", "2604.00003")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.count("\n") == 1


@pytest.mark.slow
def test_doctor_checks_files_and_services(run: Run, service: FictionalService) -> None:
    ran = run("doctor")
    assert (ran.code, ran.out.count("\n")) == (0, 4)
    ran = run("doctor", "--network")
    assert ran.code == 0
    assert [line.split()[0] for line in ran.out.splitlines()] == ["ok"] * 7
    service.refuses = ("/api/",)
    ran = run("doctor", "--network")
    assert ran.code == 3
    assert "FAILS Hugging Face" in ran.out
    assert "FAILS" not in run("doctor", "--network", "--offline").out


#: Runs command after command in one process that may not open sockets, and prints each one's exit code.
_WITHOUT_SOCKETS = """
import json, socket, sys

def refuse(event, arguments):
    # The event loop wakes itself through an unconnected pair of sockets.
    if event.startswith("socket.") and not (event == "socket.__new__" and arguments[1] == socket.AF_UNIX):
        raise AssertionError(f"{event} {arguments}")

sys.addaudithook(refuse)
from papertui.cli import main
for argv in json.loads(sys.stdin.readline()):
    print("ENDED", main(["--offline", *argv]), flush=True)
"""


@pytest.mark.slow
def test_offline_never_opens_a_socket(run: Run, service: FictionalService) -> None:
    service.texts["2604.00001"] = "# T\n\nText.\n"
    run("feeds", "add", "arxiv:cs.CL", f"{service.address}/journal/feed")
    run("refresh")
    run("read", "2604.00001")
    run("bookmark", "add", "2604.00001")
    served = [
        ["list"], ["list", "daily"], ["list", "rising"], ["list", "cs-cl"], ["list", "a-journal"], ["list", "library"],
        ["list", "archive"], ["show", "2604.00001"], ["read", "2604.00001"], ["bookmark", "add", "2604.00002"],
        ["search", "sparse"], ["doctor", "--network"], ["feeds", "add", "https://other.example/feed"],
    ]  # fmt: skip
    not_there = [["list", "weekly"], ["read", "2604.00002"]]
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_SOCKETS],
        input=json.dumps([*served, *not_there]),
        capture_output=True,
        text=True,
        env=environment(PAPERTUI_NOW=NOW),
        check=True,
    )
    ends = [line for line in done.stdout.splitlines() if line.startswith("ENDED")]
    assert ends == ["ENDED 0"] * len(served) + ["ENDED 3"] * len(not_there), done.stderr


def test_rising_mentions_scarce_data(run: Run, monkeypatch: pytest.MonkeyPatch, service: FictionalService) -> None:
    def vote(day: str, **votes: int) -> str:
        monkeypatch.setenv("PAPERTUI_NOW", f"{day}T18:00:00Z")
        for one in service.trending:
            number = one["paper"]["id"][-1]
            one["paper"]["upvotes"] = votes.get(f"paper{number}", one["paper"]["upvotes"])
        run("refresh", "trending")
        return run("list", "rising", "--offline").err

    assert "Votes were recorded only once so far" in vote("2026-04-28", paper1=190, paper2=10)
    notice = vote("2026-04-29", paper1=195, paper2=12)
    assert "Votes were recorded only twice so far (28 Apr and 29 Apr)" in notice
    assert vote("2026-04-30", paper1=200, paper2=52) == ""
    rows = run("list", "rising", "--offline", "--json").rows
    assert ids(rows)[:2] == ["2604.00002", "2604.00001"]
    assert json.dumps(rows)


@pytest.mark.slow
def test_texts_and_thumbnails_are_prefetched(run: Run, home: Path, service: FictionalService) -> None:
    (home / "settings.toml").write_text('[app]\nprefetch = ["texts", "thumbnails"]\n', encoding="utf-8")
    service.texts["2604.00001"] = "# T\n\nText.\n"
    service.trending[0]["thumbnail"] = f"{service.address}/small.png"
    service.trending[1]["thumbnail"] = "https://elsewhere.example/small.png"
    service.pages["/small.png"] = ("image/png", b"\x89PNG and more")
    run("bookmark", "add", "2604.00001", "2604.00002")
    ran = run("refresh", "trending", "--verbose")
    assert ran.code == 0
    assert "1 full text prefetched" in ran.err
    assert "does not belong to Hugging Face" in ran.err
    assert [path.name for path in (home / "cache" / "thumbnails").iterdir()] == ["2604.00001.png"]
    service.texts.clear()
    assert "Text." in run("read", "2604.00001", "--offline").out
    asked = len(service.asked)
    run("refresh", "trending")
    assert not [path for path in service.asked[asked:] if path.startswith("/papers/")], (
        "a missing text is not requested again"
    )


def test_replacements_do_not_count_as_new(run: Run) -> None:
    assert run("refresh", "arxiv:cs.CL").out == "arxiv:cs.CL: 2 new papers of 2\n"
    assert len(run("list", "arxiv:cs.CL", "--json").rows) == 2
    assert len(run("list", "arxiv:cs.CL", "--replaced", "--json").rows) == 1


@pytest.mark.parametrize("name", ["arxiv-search:things", "JOURNAL"])
def test_a_malformed_response_is_reported_until_a_whole_one_comes(
    run: Run, service: FictionalService, name: str
) -> None:
    name = name.replace("JOURNAL", f"{service.address}/journal/feed")
    first, second = _ENTRY.format("2604.00013", "One"), _ENTRY.format("2604.00014", "Two")
    whole = _ATOM.format(first + second)
    broken = _ATOM.format(first.replace("</entry>", "") + second)

    def send(body: str) -> None:
        service.found = body.encode()
        service.pages["/journal/feed"] = ("application/atom+xml", body.encode())

    send(broken)
    ran = run("list", name, "--json")
    assert (ran.code, ids(ran.rows)) == (0, ["2604.00013", "2604.00014"])
    assert "is malformed: only 2 papers could be read" in ran.err
    assert ran.err.count("\n") == 1
    assert "is malformed: only 2 papers" in run("list", name, "--offline").err
    refreshed = run("refresh", name)
    assert refreshed.code == 0
    assert "is malformed: only 2 papers" in refreshed.err
    send(whole)
    assert run("list", name, "--json").err == ""
    assert "malformed" not in run("list", name, "--offline").err
    assert run("refresh", name).err == ""
