"""Followed feeds in the settings file: read strictly, changed without touching the rest."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.errors import SettingsError, StoreError
from papertui.model.feed import FeedName, Follow, parse_feed_name
from papertui.settings import Settings
from papertui.settings.edit import SettingsFile
from papertui.settings.toml_file import as_toml, parse

_MINE = """\
# what I read
[feeds.nlp]   # every morning
arxiv = "cs.cl+cs.LG"
every = "6 h"

[app]
theme = "paper" # easier on the eyes

[feeds.ada]
title = "Ada"
author = "Ada Lovelace"
hidden = true
"""


def test_every_kind_is_read() -> None:
    settings = parse(
        _MINE
        + """
[feeds.q]
arxiv_search = 'abs:"sparse attention"'
[feeds.hf]
hf_search = "diffusion"
[feeds.ssm]
keyword = "state space"
[feeds.blog]
url = "https://Blog.example/feed"
"""
    )
    assert [(follow.key, follow.title, str(follow.name)) for follow in settings.follows] == [
        ("nlp", "cs.CL + cs.LG", "arxiv:cs.CL+cs.LG"),
        ("ada", "Ada", "author:Ada Lovelace"),
        ("q", 'abs:"sparse attention"', 'arxiv-search:abs:"sparse attention"'),
        ("hf", "diffusion", "hf-search:diffusion"),
        ("ssm", "state space", "keyword:state space"),
        ("blog", "blog.example", "https://blog.example/feed"),
    ]
    assert (settings.follows[0].every, settings.follows[1].hidden) == (timedelta(hours=6), True)
    assert parse(as_toml(settings)) == settings


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("[feeds]\nnlp = 1", 2, "must be a table"),
        ("[feeds.nlp]\n", 1, "a feed needs exactly one of arxiv, "),
        ('[feeds.nlp]\ntitle = "x"\n', 1, "a feed needs exactly one of arxiv, "),
        ('[feeds.nlp]\narxiv = "cs.CL"\nauthor = "Ada"\n', 1, "exactly one of"),
        ('[feeds.nlp]\narxiv = "c s!"\n', 2, "is not an arXiv category"),
        ('[feeds.nlp]\nurl = "gopher://x"\n', 2, "There is no feed called"),
        ('[feeds.nlp]\nurl = "daily"\n', 2, "must be the URL of a feed"),
        ('[feeds.nlp]\narxiv = "cs.CL"\nevery = "1 min"\n', 3, "at least five minutes"),
        ('[feeds.nlp]\narxiv = "cs.CL"\nevery = 60\n', 3, "must be a non-empty string"),
        ('[feeds.nlp]\narxiv = "cs.CL"\nhidden = "yes"\n', 3, "true or false"),
        (
            '[feeds.nlp]\narxiv = "cs.CL"\ncolour = "red"\n',
            3,
            "unknown setting “colour” in [feeds.nlp]. Allowed: title, arxiv, ",
        ),
        ('[feeds.daily]\narxiv = "cs.CL"\n', 1, "cannot be the name of a feed"),
        ('[feeds."a b"]\narxiv = "cs.CL"\n', 1, "cannot be the name of a feed"),
        ('[feeds.a]\narxiv = "cs.CL"\n[feeds.b]\narxiv = "CS.cl"\n', 3, "are the same feed"),
        ('[app]\nfeed = "nlp"\n', 2, "“feed” must be"),
        ('[app]\ntabs = ["nlp"]\n', 2, "no feed “nlp”"),
        ('[app]\ntabs = ["daily", "daily"]\n', 2, "“tabs” must be"),
        ('[app]\nprefetch = ["everything"]\n', 2, "“prefetch” must be"),
        ('[app]\nrefresh = "often"\n', 2, "“refresh” must be"),
    ],
)
def test_invalid_feeds_report_their_line(text: str, line: int, expected: str) -> None:
    with pytest.raises(SettingsError) as raised:
        parse(text, "here.toml")
    sentence = str(raised.value)
    assert sentence.startswith(f"here.toml, line {line}: ")
    assert expected in sentence
    assert sentence.endswith(".")


def test_feeds_may_be_named_in_place_of_views() -> None:
    chosen = parse('[feeds.nlp]\narxiv = "cs.CL"\n[app]\nfeed = "nlp"\ntabs = ["nlp", "library"]\n')
    assert (chosen.feed, chosen.tabs) == ("nlp", ("nlp", "library"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(_MINE, encoding="utf-8")
    return path


def test_following_and_unfollowing_changes_nothing_else(file: Path) -> None:
    blog = Follow("blog", "A blog", parse_feed_name("https://blog.example/feed"), timedelta(days=1))
    settings = SettingsFile(file).follow(blog)
    assert blog in settings.follows
    text = file.read_text(encoding="utf-8")
    for line in _MINE.splitlines():
        assert line in text
    assert SettingsFile(file).unfollow("blog") == parse(_MINE)
    assert set(_MINE.splitlines()) == set(file.read_text(encoding="utf-8").splitlines())


def test_hiding_and_order(file: Path) -> None:
    settings = SettingsFile(file)
    assert settings.hide("ada", hidden=False).follows[1].hidden is False
    assert settings.hide("nlp", hidden=True).follows[0].hidden is True
    assert settings.order(("ada", "library")).tabs == ("ada", "library")
    assert settings.unfollow("ada").tabs == ("library",)
    assert settings.order(()).tabs == ()
    assert "# easier on the eyes" in file.read_text(encoding="utf-8")


def test_the_first_feed_creates_the_file(tmp_path: Path) -> None:
    path = tmp_path / "below" / "settings.toml"
    SettingsFile(path).follow(Follow("nlp", "NLP", FeedName("arxiv", "cs.CL")))
    assert path.read_text(encoding="utf-8").startswith("[feeds.nlp]")
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_symlink_and_the_mode_are_preserved(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "linked.toml"
    link.symlink_to(file)
    file.chmod(0o640)
    SettingsFile(link).unfollow("ada")
    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640


def test_an_invalid_file_is_not_changed(file: Path) -> None:
    file.write_text("[app]\ntheme = 1\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="line 2"):
        SettingsFile(file).unfollow("x")
    assert file.read_text(encoding="utf-8") == "[app]\ntheme = 1\n"
    file.write_text('feeds = { nlp = { arxiv = "cs.CL" } }\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="by hand"):
        SettingsFile(file).follow(Follow("a", "A", FeedName("author", "Ada")))
    assert file.read_text(encoding="utf-8").startswith("feeds = {")


def test_an_unwritable_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be"):
        SettingsFile(tmp_path / "file" / "settings.toml").order(("daily",))


@given(
    st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=30).map(str.strip).filter(bool),
    st.sampled_from(["author", "keyword", "hf_search"]),
)
def test_any_title_and_words_are_read_back(tmp_path_factory: pytest.TempPathFactory, words: str, kind: str) -> None:
    words = " ".join(words.split())
    path = tmp_path_factory.mktemp("settings") / "settings.toml"
    follow = Follow("x", words, FeedName(kind.replace("_", "-"), words))  # type: ignore[arg-type]
    settings = SettingsFile(path).follow(follow)
    assert [one.name for one in settings.follows] == [follow.name]
    assert settings == parse(path.read_text(encoding="utf-8")) != Settings()


_GROUPED = """\
[feeds.a]
author = "A"
groups = ["Journals", " Science / Physics "]
[feeds.b]
url = "https://ada@b.example/feed"
groups = ["Journals"]
password_command = "pass show 'b example'"
"""


def test_groups_and_the_command_that_prints_a_password() -> None:
    settings = parse(_GROUPED + '[app]\nfeed = "group:journals"\ntabs = ["group:Science/Physics"]\n')
    a, b = settings.follows
    assert (a.groups, b.groups) == (("Journals", "Science/Physics"), ("Journals",))
    assert b.password_command == ("pass", "show", "b example")
    assert parse(as_toml(settings)) == settings


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ('[feeds.a]\nauthor = "A"\ngroups = "Journals"\n', 3, "“groups” must be a list of names"),
        ('[feeds.a]\nauthor = "A"\ngroups = ["", "x"]\n', 3, "“groups” must be a list of names"),
        ('[feeds.a]\nauthor = "A"\ngroups = [1]\n', 3, "“groups” must be a list of names"),
        ('[feeds.a]\nauthor = "A"\npassword_command = "pass a"\n', 3, "needs a url with a user"),
        ('[feeds.a]\nurl = "https://a.example/"\npassword_command = ["pass", "a"]\n', 3, "needs a url with a user"),
        ('[feeds.a]\n\nurl = "https://ada:geheim@a.example/"\n', 3, "never kept in plain text"),
        ('[feeds.a]\nurl = "http://ada@a.example/"\n', 2, "over https only"),
        ('[app]\nfeed = "group:Arts"\n', 2, "“feed” must be"),
        ('[digest]\n\nfeeds = ["group:Arts"]\n', 3, "There is no group called “Arts”"),
    ],
)
def test_invalid_groups_and_logins_report_their_line(text: str, line: int, expected: str) -> None:
    with pytest.raises(SettingsError) as raised:
        parse(text, "here.toml")
    assert str(raised.value).startswith(f"here.toml, line {line}: ")
    assert expected in str(raised.value)
    assert "geheim" not in str(raised.value)


def test_many_feeds_are_added_at_once(file: Path) -> None:
    added = [Follow(f"k{n}", f"Title {n}", FeedName("author", f"A {n}"), groups=("G",)) for n in range(30)]
    replaced = Follow("ada", "Ada L.", FeedName("author", "Ada Lovelace"), groups=("G",))
    done: list[tuple[int, int]] = []
    settings = SettingsFile(file).follow(*added, replaced, progress=lambda *numbers: done.append(numbers))
    assert done == [(number, 31) for number in range(1, 32)]
    assert set(settings.follows) >= {*added, replaced}
    text = file.read_text(encoding="utf-8")
    assert "# what I read" in text
    assert "# every morning" in text
    assert "# easier on the eyes" in text


@pytest.mark.parametrize(
    "rules",
    [
        '[mute]\nwords = ["x"] # a comment\nfeeds.a.words = ["survey"]\nfeeds."group:science".authors = ["A B"]\n',
        '[mute.feeds.a]\nwords = ["survey"]\n[mute.feeds.b]\nwords = ["other"]\n',
        '[mute]\nfeeds = {a = {words = ["survey"]}}\n',
    ],
)
def test_unfollowing_leaves_no_mention_behind(file: Path, rules: str) -> None:
    start = '[app]\nfeed = "a"\ntabs = ["a", "group:SCIENCE", "group:Journals"]\n'
    start += '[digest]\npin = ["group:Science/Physics"]\n'
    file.write_text(start + rules + _GROUPED, encoding="utf-8")
    settings = SettingsFile(file).unfollow("a")
    assert (settings.feed, settings.tabs, settings.digest.pin) == ("last", ("group:Journals",), ())
    assert settings.mute.feeds.keys() <= {"b"}
    assert ("# a comment" in file.read_text(encoding="utf-8")) == ("# a comment" in rules)
