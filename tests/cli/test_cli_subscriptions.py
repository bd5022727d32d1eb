"""Lists of feeds, groups, feeds that ask for a password, and muted papers, from the command line."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.fake_keyring import fake_keyring
from kit.fictional_service import FictionalService
from kit.recorded import SHARED
from kit.shell import Run

pytestmark = pytest.mark.slow

_ITEM = (
    "<item><title>{0}</title><link>https://journal.example/{0}</link><guid>{0}</guid><author>{2}</author>"
    "<pubDate>{1} Apr 2026 08:00:00 GMT</pubDate></item>"
)


def rss(title: str, *items: tuple[str, int], author: str = "Ada Lovelace") -> tuple[str, bytes]:
    """A feed from titles and days of April."""
    body = "".join(_ITEM.format(name, day, author) for name, day in items)
    return "application/rss+xml", f'<rss version="2.0"><channel><title>{title}</title>{body}</channel></rss>'.encode()


@pytest.fixture
def settings(home: Path) -> Path:
    """The settings file."""
    home.mkdir(parents=True, exist_ok=True)
    return home / "settings.toml"


@pytest.fixture
def keyring(tmp_path: Path) -> Iterator[Path]:
    """A keyring, without entries."""
    with fake_keyring(tmp_path / "site") as package:
        yield package


def everything_written(home: Path) -> str:
    """The text of all files that papertui wrote."""
    files = [path for path in home.rglob("*") if path.is_file()]
    names = "\n".join(map(str, files))
    return names + "".join(path.read_bytes().decode("utf-8", "replace") for path in files)


# --- lists of feeds ----------------------------------------------------------------------------------

_LOSS = """<opml version="2.0"><body>
<outline text="kept" xmlUrl="https://a.example/kept.xml"/>
<outline text="braces" xmlUrl="https://a.example/rss?q={%22w%22:[%22cu%22]}"/>
<outline text="a blank" xmlUrl="https://a.example/new papers.xml"/>
<outline text="with a login" xmlUrl="https://reader:geheim@a.example/private.xml"/>
<outline text="bücher" xmlUrl="HTTPS://bücher.example/feed#top"/>
<outline text="no feed" htmlUrl="https://a.example/"/>
<outline text="plain login" xmlUrl="http://reader:geheim@a.example/private.xml"/>
<outline text="again" xmlUrl="https://a.example/kept.xml"/>
</body></opml>"""


def test_every_outline_is_added_or_listed_with_its_line(run: Run, home: Path) -> None:
    ran = run("feeds", "import", "-", stdin=_LOSS)
    assert (ran.code, ran.out) == (0, "")
    lines = ran.err.splitlines()
    assert lines[0] == "-, line 7: “no feed”: It names no feed: it has no xmlUrl."
    assert lines[1].startswith("-, line 8: “plain login”: “http://reader:…@a.example/private.xml” has a user")
    assert lines[2] == "-, line 9: “again”: the same feed as in line 2."
    assert lines[3].startswith("The password of https://reader@a.example is not stored")
    for place in ("keyring set papertui https://reader@a.example", "password_command", "PAPERTUI_FEED_LOGINS"):
        assert place in lines[3]
    assert lines[4:] == ["5 feeds added, 2 not added."]
    assert [row["feed"] for row in run("feeds", "list", "--json").rows] == [
        "https://a.example/kept.xml",
        "https://a.example/rss?q=%7B%22w%22:%5B%22cu%22%5D%7D",
        "https://a.example/new%20papers.xml",
        "https://reader@a.example/private.xml",
        "https://xn--bcher-kva.example/feed",
    ]
    assert "geheim" not in everything_written(home)
    again = run("feeds", "import", "-", stdin=_LOSS)
    assert again.code == 0
    assert "-, line 2: “kept”: already followed, as kept." in again.err
    assert again.err.endswith("0 feeds added, 5 already followed, 2 not added.\n")


def test_a_list_without_a_single_feed_is_an_error(run: Run) -> None:
    assert run("feeds", "import", "-", stdin="<opml><body/></opml>").code == 2
    ran = run("feeds", "import", "-", stdin='<opml><outline text="x"/></opml>')
    assert (ran.code, ran.err.splitlines()[-1]) == (2, "0 feeds added, 1 not added.")


def test_a_thousand_feeds_are_written_once_and_comments_stay(run: Run, settings: Path) -> None:
    settings.write_text('# mine\n[app] # colours\ntheme = "paper"\n', encoding="utf-8")
    outlines = "".join(f'<outline text="Feed" xmlUrl="https://a{n}.example/feed.xml"/>' for n in range(1000))
    before = settings.stat().st_ino
    ran = run("feeds", "import", "-", stdin=f"<opml><body>{outlines}</body></opml>")
    assert ran.err == "1,000 feeds added.\n"
    assert settings.stat().st_ino != before, "the file is replaced as a whole"
    text = settings.read_text(encoding="utf-8")
    assert text.startswith('# mine\n[app] # colours\ntheme = "paper"\n')
    assert len({row["key"] for row in run("feeds", "list", "--json").rows}) == 1000


@pytest.mark.recorded
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared cases are not here")
def test_the_list_that_lost_feeds_silently(run: Run) -> None:
    ran = run("feeds", "import", str(SHARED / "cases" / "silent-loss.opml"))
    assert ran.code == 0
    assert ran.err.endswith("5 feeds added.\n")
    assert len(run("feeds", "list", "--json").rows) == 5


_FOLDERS = """<opml version="2.0"><body>
<outline text="Science"><outline text="AI/ML"><outline text="a" xmlUrl="https://a.example/"/></outline>
<outline text="b" xmlUrl="https://b.example/" category="/Journals"/></outline>
<outline text="Journals"><outline text="a" xmlUrl="https://a.example/"/></outline>
<outline text="c" xmlUrl="https://c.example/"/>
</body></opml>"""


def test_folders_are_groups_and_are_exported_as_folders(run: Run, settings: Path) -> None:
    ran = run("feeds", "import", "-", stdin=_FOLDERS)
    assert "line 4: “a”: the same feed as in line 2; it is in group:Journals now." in ran.err
    groups = {row["key"]: row["groups"] for row in run("feeds", "list", "--json").rows}
    assert groups == {"a": ["Science/AI//ML", "Journals"], "b": ["Science", "Journals"], "c": []}
    assert 'groups = ["Science/AI//ML", "Journals"]' in settings.read_text(encoding="utf-8")
    assert "group:Science/AI//ML" in run("feeds", "list").out
    exported = run("feeds", "export").out
    assert exported.count('<outline text="AI/ML"') == 1
    settings.unlink()
    assert run("feeds", "import", "-", stdin=exported).code == 0
    again = {row["key"]: sorted(row["groups"]) for row in run("feeds", "list", "--json").rows}
    assert again == {key: sorted(names) for key, names in groups.items()}


def test_a_followed_feed_comes_into_groups_only_if_it_is_in_none(run: Run) -> None:
    run("feeds", "add", "--offline", "https://a.example/")
    run("feeds", "add", "--offline", "https://b.example/", "--group", "Mine", "--group", " Mine / Own ")
    ran = run("feeds", "import", "-", stdin=_FOLDERS)
    assert "line 2: “a”: already followed, as a-example; it is in group:Science/AI//ML now." in ran.err
    assert "line 3: “b”: already followed, as b-example." in ran.err
    groups = {row["key"]: row["groups"] for row in run("feeds", "list", "--json").rows}
    assert groups == {"a-example": ["Science/AI//ML", "Journals"], "b-example": ["Mine", "Mine/Own"], "c": []}


def test_a_followed_feed_is_put_into_a_group(run: Run) -> None:
    run("feeds", "add", "--offline", "https://a.example/", "--title", "Mine")
    assert run("feeds", "add", "--offline", "https://a.example/").code == 2
    assert run("feeds", "add", "--offline", "https://a.example/", "--group", "One", "--group", "Two").code == 0
    (row,) = run("feeds", "list", "--json").rows
    assert (row["title"], row["groups"]) == ("Mine", ["One", "Two"])


# --- groups ------------------------------------------------------------------------------------------


@pytest.fixture
def group(run: Run, service: FictionalService) -> None:
    """A group of three feeds, one of which cannot be fetched."""
    service.pages["/one"] = rss("One", ("Sparse", 28), ("Both", 27))
    service.pages["/two"] = rss("Two", ("Dense", 29), ("Both", 27))
    outlines = "".join(f'<outline text="{name}" xmlUrl="{service.address}/{name}"/>' for name in ("one", "two", "none"))
    opml = f'<opml><body><outline text="Journals">{outlines}</outline></body></opml>'
    assert run("feeds", "import", "-", stdin=opml).code == 0
    service.refuses = ("/none",)


@pytest.mark.usefixtures("group")
def test_a_group_is_one_feed(run: Run, service: FictionalService) -> None:
    ran = run("list", "group:journals", "--json")
    assert (ran.code, [row["title"] for row in ran.rows]) == (0, ["Dense", "Sparse", "Both"])
    assert "none: 127.0.0.1 does not allow this request" in ran.err
    offline = run("list", "group:Journals", "--offline", "--json", "--limit", "1")
    assert [row["title"] for row in offline.rows] == ["Dense"]
    assert "Not fetched yet: “none”." in offline.err
    assert run("list", "group:Arts") == (2, "", "There is no group called “Arts”. Your groups: “group:Journals”.\n")
    service.refuses = ("/one", "/two", "/none")
    stored = run("list", "group:Journals", "--json")
    assert (stored.code, len(stored.rows)) == (0, 3)
    assert "Showing the list stored" in stored.err


@pytest.mark.usefixtures("group")
def test_a_group_is_refreshed_and_a_failing_feed_is_reported(run: Run, service: FictionalService) -> None:
    ran = run("refresh", "group:Journals")
    assert (ran.code, ran.out) == (3, "group:Journals: 3 new papers of 3\n")
    assert ran.err.startswith("group:Journals: none: 127.0.0.1 does not allow")
    service.pages["/two"] = rss("Two", ("New", 30), ("Dense", 29))
    assert run("refresh", "group:Journals").out == "group:Journals: 1 new paper of 4\n"
    service.refuses = ("/",)
    assert run("refresh", "group:Journals").code == 3


@pytest.mark.usefixtures("group")
def test_a_group_is_a_section_of_the_digest(run: Run) -> None:
    ran = run("digest", "--feed", "group:Journals", "--markdown")
    assert ran.code == 0
    assert "## Journals" in ran.out
    assert ran.out.index("Dense") < ran.out.index("Sparse") < ran.out.index("Both")
    assert ran.out.count("[Both](") == 1
    assert "none: 127.0.0.1 does not allow" in ran.out


# --- feeds that ask for a password -------------------------------------------------------------------


@pytest.fixture
def private(service: FictionalService) -> str:
    """The address of a feed that asks for a password, with the user."""
    service.pages["/private"] = rss("Private", ("Secret", 29))
    service.private["/private"] = "ada:gehe:im§"
    return f"http://ada@{service.address.removeprefix('http://')}/private"


def account(private: str) -> str:
    return private.removesuffix("/private")


def test_without_a_password_the_error_says_where_to_put_it(run: Run, private: str, service: FictionalService) -> None:
    ran = run("list", private)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("There is no password for ada at 127.0.0.1:")
    assert f"keyring set papertui {account(private)}" in ran.err
    assert service.asked == [], "nothing is requested without the password"
    bare = run("list", private.replace("ada@", ""))
    assert (bare.code, "https://USER@127.0.0.1" in bare.err) == (3, True)


@pytest.mark.parametrize("place", ["environment", "command", "keyring", "address"])
def test_the_password_is_found_and_written_nowhere(
    run: Run,
    private: str,
    place: str,
    settings: Path,
    service: FictionalService,
    monkeypatch: pytest.MonkeyPatch,
    keyring: Path,
) -> None:
    settings.write_text(f'[feeds.private]\nurl = "{private}"\n', encoding="utf-8")
    with_password = private.replace("ada@", "ada:gehe:im%C2%A7@")
    feed, program = "private", json.dumps([sys.executable, "-c", "print('gehe:im\\xa7')"])
    if place == "environment":
        monkeypatch.setenv("PAPERTUI_FEED_LOGINS", f"https://x:y@b.example {with_password.removesuffix('/private')}")
    elif place == "command":
        settings.write_text(f'[feeds.private]\nurl = "{private}"\npassword_command = {program}\n', encoding="utf-8")
    elif place == "keyring":
        entry = {f"papertui {account(private)}": "gehe:im§"}
        (keyring / "passwords.json").write_text(json.dumps(entry), encoding="utf-8")
    else:
        feed = with_password
    ran = run("list", feed, "--json")
    assert (ran.code, [row["title"] for row in ran.rows]) == (0, ["Secret"])
    refreshed = run("refresh", feed, "--verbose")
    assert refreshed.code == 0
    assert {login for _, login in service.logins} == {"ada:gehe:im§"}
    exported = run("feeds", "export").out
    assert private in exported
    listed = run("feeds", "list", "--json").out
    shown = run("show", ran.rows[0]["id"], "--json").out
    written = everything_written(settings.parent).replace(program, "")
    assert "im" not in private
    for text in (ran.out, ran.err, *refreshed[1:], exported, listed, shown, written):
        assert "gehe" not in text


def test_a_given_password_goes_into_the_keyring(
    run: Run, private: str, home: Path, keyring: Path, service: FictionalService
) -> None:
    ran = run("feeds", "add", private.replace("ada@", "ada:gehe:im%C2%A7@"))
    assert ran.code == 0
    assert f"Following “Private” ({private})" in ran.err
    stored = json.loads((keyring / "passwords.json").read_text(encoding="utf-8"))
    assert stored == {f"papertui {account(private)}": "gehe:im§"}
    assert [row["title"] for row in run("list", "private", "--json").rows] == ["Secret"]
    assert "gehe" not in everything_written(home) + ran.err
    (keyring / "locked").touch()
    service.pages["/other"] = rss("Other")
    other = run("feeds", "add", private.replace("ada@", "ada:gehe:im%C2%A7@").replace("/private", "/other"))
    assert (other.code, "is not stored: there is no keyring" in other.err) == (0, True)


@pytest.mark.parametrize(
    "argv",
    [
        ("list", "https://ada:geheim@a example/"), ("feeds", "add", "ada:geheim@a.example/f"),
        ("feeds", "remove", "https://ada:geheim@a.example/f"), ("https://ada:geheim@a.example/f",),
        ("show", "https://ada:geheim@a.example/f", "https://ada:geheim@a.example/f"),
        ("--feed", "https://ada:geheim@a example/f"), ("refresh", "http://ada:geheim@a.example/f"),
        ("digest", "--feed", "https://ada:ge/geheim@a.example/f"), ("list", "--sort", "https://ada:geheim@a.example/f"),
    ],
)  # fmt: skip
def test_no_error_repeats_a_password(run: Run, argv: tuple[str, ...]) -> None:
    ran = run(*argv)
    assert ran.code == 2
    assert "geheim" not in ran.out + ran.err


def test_a_feed_is_removed_by_its_url_as_it_was_pasted(run: Run) -> None:
    run("feeds", "add", "--offline", "https://ada@a.example/new papers")
    ran = run("feeds", "remove", "HTTPS://ada:geheim@a.example/new papers#top")
    assert (ran.code, ran.err.startswith("Unfollowed “a.example”.")) == (0, True)


def test_a_wrong_password_is_not_stored(run: Run, private: str, home: Path, keyring: Path) -> None:
    ran = run("feeds", "add", private.replace("ada@", "ada:falsch@"))
    assert ran.code == 3
    assert "did not accept the user ada" in ran.err
    assert not (keyring / "passwords.json").exists()
    assert not (home / "settings.toml").exists()
    assert "falsch" not in ran.err


def test_the_password_does_not_follow_a_redirect_to_another_origin(
    run: Run, private: str, service: FictionalService
) -> None:
    service.moved["/private"] = "https://127.0.0.1/private"  # the same host over https is allowed without a login
    ran = run("list", private.replace("ada@", "ada:gehe:im%C2%A7@"))
    assert ran.code == 3
    service.moved["/private"] = f"{service.address}/moved"
    service.pages["/moved"] = rss("Moved", ("Here", 29))
    service.logins.clear()
    ran = run("list", private.replace("ada@", "ada:gehe:im%C2%A7@"), "--json")
    assert [row["title"] for row in ran.rows] == ["Here"]
    assert [path for path, _ in service.logins] == ["/private", "/moved"]
    assert "gehe" not in ran.err


def test_a_page_behind_a_login_leads_to_its_feed_with_the_same_login(
    run: Run, private: str, service: FictionalService
) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="{}">'
    page = f"<html><head>{link.format('/private')}{link.format('https://b.example/x y')}</head></html>".encode()
    service.pages["/page"] = ("text/html", page)
    service.private["/page"] = service.private["/private"]
    ran = run("feeds", "add", private.replace("ada@", "ada:gehe:im%C2%A7@").replace("/private", "/page"))
    assert f"({private})" in ran.err
    assert "The page offers another feed: https://b.example/x%20y" in ran.err


# --- muted papers ------------------------------------------------------------------------------------


def test_muted_papers_stay_out_of_lists_and_counts(run: Run, settings: Path, service: FictionalService) -> None:
    service.pages["/feed"] = rss("Feed", ("Sparse", 28), ("Blockchain", 29))
    settings.write_text(
        f'[mute]\nwords = ["blockchain", "diffusion"]\nfeeds.trending.authors = ["Writer 3"]\n'
        f'[feeds.feed]\nurl = "{service.address}/feed"\n',
        encoding="utf-8",
    )
    assert run("refresh", "feed").out == "feed: 1 new paper of 1\n"
    assert [row["title"] for row in run("list", "feed", "--json").rows] == ["Sparse"]
    muted = run("list", "feed", "--filter", "muted", "--json").rows
    assert [(row["title"], row["muted"]) for row in muted] == [
        ("Blockchain", {"by": "words", "value": "blockchain", "feed": None})
    ]
    assert "muted: word “blockchain”" in run("list", "feed", "--filter", "muted").out
    (row,) = run("feeds", "list", "--json").rows
    assert (row["unread"], row["papers"]) == (1, 1)
    assert [row["id"] for row in run("list", "--json").rows] == ["2604.00002", "2604.00004"]
    rules = [row["muted"]["value"] for row in run("list", "--filter", "muted", "--json").rows]
    assert rules == ["diffusion", "Writer 3"]
    # What has everything has muted papers, too.
    assert len(run("list", "archive", "--json").rows) == 6
    assert len(run("list", "archive", "--filter", "muted", "--json").rows) == 2
    assert [row["title"] for row in run("search", "blockchain", "--json").rows] == ["Blockchain"]
    (found,) = run("search", "blockchain", "--filter", "muted", "--json").rows
    assert found["muted"]["by"] == "words"


def test_a_bookmark_is_never_muted(run: Run, settings: Path) -> None:
    run("bookmark", "add", "2604.00001")
    settings.write_text('[mute]\nauthors = ["Ada Lovelace"]\n', encoding="utf-8")
    ran = run("list", "--json")
    assert [row["id"] for row in ran.rows] == ["2604.00001"]
    assert len(run("list", "--filter", "muted", "--json").rows) == 3
    assert len(run("list", "library", "--json").rows) == 1
    assert run("list", "library", "--filter", "muted", "--json").rows == []
    run("bookmark", "remove", "2604.00001")
    ran = run("list")
    assert (ran.code, ran.out) == (0, "")
    assert "All 4 papers of this feed are muted; --filter muted lists them." in ran.err


def test_muted_papers_are_in_no_digest_and_reach_no_hook(run: Run, settings: Path, tmp_path: Path) -> None:
    seen = tmp_path / "seen.json"
    program = f"import sys, pathlib; pathlib.Path({str(seen)!r}).write_text(sys.stdin.read())"
    hook = json.dumps([sys.executable, "-c", program])
    rule = '[mute]\nwords = ["graph networks"]\n'
    settings.write_text(f"{rule}[hooks]\nrefresh = {hook}\n", encoding="utf-8")
    run("refresh", "daily")
    assert [paper["id"] for paper in json.loads(seen.read_text())["papers"]] == ["2604.00001"]
    ran = run("digest", "--markdown")
    assert "Graph Networks" not in ran.out
    assert "Diffusion Language Models" in ran.out
    settings.write_text(rule.replace("mute", "mute.feeds.daily"), encoding="utf-8")
    assert "Graph Networks" not in run("list", "daily").out
    assert "Graph Networks" in run("list", "trending").out


@pytest.mark.usefixtures("group")
def test_a_paper_is_muted_in_a_group_only_if_all_its_feeds_mute_it(run: Run, settings: Path) -> None:
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text + '[mute]\nfeeds.one.words = ["both", "sparse"]\n', encoding="utf-8")
    assert [row["title"] for row in run("list", "group:Journals", "--json").rows] == ["Dense", "Both"]
    settings.write_text(text + '[mute]\nfeeds."group:Journals".words = ["both"]\n', encoding="utf-8")
    assert [row["title"] for row in run("list", "group:Journals", "--json").rows] == ["Dense", "Sparse"]
    assert [row["title"] for row in run("list", "one", "--json").rows] == ["Sparse", "Both"]
