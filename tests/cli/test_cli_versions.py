"""``papertui diff``, and what other commands say about versions of papers."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from kit.fictional_service import FictionalService, entry
from kit.shell import Run
from papertui.archive.archive import Archive
from papertui.archive.versions import VersionLog
from papertui.model.document import Document, DocumentPart
from papertui.model.versions import SeenVersion
from papertui.services.versions import packed
from papertui.sources.source import FullText

ONE = "2604.00001"
NOW = datetime(2026, 4, 30, 18, tzinfo=UTC)
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"><entry>
<id>http://arxiv.org/abs/2604.00001v2</id><title>A paper</title><summary>We use a large model.</summary>
<updated>2026-05-01T00:00:00Z</updated><arxiv:comment>{comment}</arxiv:comment>{more}</entry></feed>"""


def html(number: int, words: str) -> FullText:
    parts = (DocumentPart("heading", "Method", 1, "2"), DocumentPart("text", words), DocumentPart("text", "Equal."))
    return FullText(Document("A paper", parts, source="html", version=number), "arxiv")


def store(home: Path) -> None:
    archive = Archive(home / "archive.db")
    log = VersionLog(archive.database)
    log.keep(
        [SeenVersion(ONE, 1, NOW, "We use a small model."), SeenVersion(ONE, 2, NOW, "We use a large model.")], (), NOW
    )
    for number, words in ((1, "It has ten layers."), (2, "It has twelve layers.")):
        log.keep_text(ONE, number, "arxiv", NOW, packed(html(number, words)))
    archive.close()


def test_two_versions_are_compared_without_a_request(run: Run, home: Path, service: FictionalService) -> None:
    store(home)
    ran = run("diff", "https://arxiv.org/abs/2604.00001", "--offline")
    assert (ran.code, ran.err, service.asked) == (0, "", [])
    assert ran.out.splitlines() == [
        "A paper: version 1 to version 2",
        "",
        "## Abstract",
        "",
        "We use a [-small-] {+large+} model.",
        "",
        "## 2 Method",
        "",
        "It has [-ten-] {+twelve+} layers.",
        "",
        "1 paragraph of the full text changed.",
    ]
    (row,) = run("diff", ONE, "--from", "v1", "--to", "2", "--offline", "--json").rows
    assert (row["id"], row["from"], row["to"], row["notices"]) == (ONE, 1, 2, [])
    assert row["abstract"][1] == {"kind": "removed", "text": "small"}
    assert [(one["section"], one["kind"], one["what"]) for one in row["changes"]] == [("2 Method", "text", "changed")]


def test_what_cannot_be_compared_is_an_error(run: Run, home: Path) -> None:
    store(home)
    ran = run("diff", ONE, "--from", "v2", "--to", "v1")
    assert (ran.code, ran.err) == (2, "Version 2 is not earlier than version 1.\n")
    ran = run("diff", ONE, "--from", "first")
    assert ran.code == 2
    assert "must be a version such as v2, not “first”" in ran.err
    ran = run("diff", ONE, "--to", "v1")
    assert (ran.code, ran.err) == (3, f"There is only one version of {ONE}.\n")
    ran = run("diff", ONE, "--to", "v4", "--offline")
    assert ran.code == 3
    assert "The abstracts of versions 3 and 4 are not stored, and papertui is offline." in ran.err


def test_a_refresh_asks_once_a_day_and_says_what_is_new(run: Run, service: FictionalService) -> None:
    service.trending = [entry(1), entry(2)]
    run("list")
    run("bookmark", "add", ONE)
    service.found = ATOM.format(comment="", more="<arxiv:doi>10.1000/182</arxiv:doi>").encode()
    ran = run("refresh", "trending")
    assert f"{ONE}: Version 2 is out.\n" in ran.out
    assert "Published: 10.1000/182. Its bookmark says so now.\n" in ran.err
    asked = [path for path in service.asked if "id_list" in path]
    assert len(asked) == 1
    run("refresh", "trending")
    assert [path for path in service.asked if "id_list" in path] == asked
    listed = run("list", "--offline")
    assert f"\n       {ONE} · v2 is out · " in f"\n{listed.out}"
    assert "\nVersion 2 is out.\n" in run("show", ONE).out
    assert [row.get("newer_version") for row in run("list", "--offline", "--json").rows] == [2, None]
    assert run("undo").code == 0
    assert run("list", "library", "--json").rows[0]["doi"] is None


def test_withdrawn_papers_are_marked(run: Run, service: FictionalService) -> None:
    service.trending = [entry(1), entry(3, summary="This paper has been withdrawn by the author.")]
    run("list")
    run("bookmark", "add", ONE)
    said = "This paper has been withdrawn due to a sign error in equation 1"
    service.found = ATOM.format(comment=said, more="").encode()
    run("refresh", "trending")
    assert run("list", "--offline").out.count(" · withdrawn · ") == 2
    rows = run("list", "--offline", "--json").rows
    assert [row.get("withdrawn") for row in rows] == [said, "This paper has been withdrawn by the author."]
    assert f"\nWithdrawn: {said}.\n" in run("show", ONE).out


def test_reading_a_new_version_says_so_once(run: Run, home: Path, service: FictionalService) -> None:
    service.trending = [entry(1)]
    run("list")
    run("bookmark", "add", ONE)
    archive = Archive(home / "archive.db")
    archive.keep_text(ONE, "arxiv", NOW - timedelta(hours=1), packed(html(1, "It has ten layers.")))
    archive.close()
    service.found = ATOM.format(comment="", more="").encode()
    run("refresh", "trending")
    page = f'<div id="watermark-tr">arXiv:{ONE}v2</div><article class="ltx_document"><p class="ltx_p">A.</p></article>'
    service.pages[f"/arxiv/html/{ONE}"] = ("text/html", page.encode())
    said = f"Version 2 is out; you had version 1. “papertui diff {ONE}” prints what changed.\n"
    assert said in run("read", ONE).err
    assert said not in run("read", ONE).err
    assert "newer_version" not in run("show", ONE, "--json").rows[0]
    (row,) = run("diff", ONE, "--from", "1", "--to", "2", "--offline", "--json").rows
    assert row["notices"] == ["The abstract of version 1 is not stored, and papertui is offline."]
    assert row["abstract"] is None
    assert row["changes"]
