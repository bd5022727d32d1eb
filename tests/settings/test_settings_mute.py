"""The rules that mute papers, in the settings file."""

import pytest

from papertui.errors import SettingsError
from papertui.model.mute import MuteRules
from papertui.settings import MuteSettings
from papertui.settings.toml_file import as_toml, parse

_RULES = """\
[feeds.nlp]
arxiv = "cs.CL"
groups = ["Science"]
[mute]
words = ["blockchain", " state   of the art", "C++", "扩散"]
authors = ["Ada Lovelace", "C. Babbage"]
categories = ["cs.CR", "econ", "hep-th", "cond-mat.*"]
feeds.nlp.words = ["survey"]
feeds."group:science".authors = ["X"]
feeds.trending.categories = ["cs.CV"]
"""


def test_rules_are_read_and_written() -> None:
    settings = parse(_RULES)
    assert settings.mute == MuteSettings(
        ("blockchain", "state of the art", "C++", "扩散"),
        ("Ada Lovelace", "C. Babbage"),
        ("cs.CR", "econ", "hep-th", "cond-mat.*"),
        {
            "nlp": MuteRules(("survey",)),
            "group:science": MuteRules(authors=("X",)),
            "trending": MuteRules(categories=("cs.CV",)),
        },
    )
    assert parse(as_toml(settings)) == settings
    assert not parse("").mute.is_set


@pytest.mark.slow
def test_the_line_is_found_among_many_feeds() -> None:
    feeds = [f'[feeds.k{n}]\nauthor = "A{n}"\ngroups = [\n  "x",\n\n  "y",\n]\n' for n in range(300)]
    for place, line in ((0, 2), (150, 1052), (300, 2102)):
        text = "".join([*feeds[:place], "[mute]\nwords = [1]\n", *feeds[place:]])
        with pytest.raises(SettingsError, match=f"^settings.toml, line {line}: “words” must be"):
            parse(text)


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ('[mute]\nwords = "blockchain"\n', 2, "“words” must be a list of words or phrases, for example"),
        ('[mute]\n\nwords = ["a", ""]\n', 3, "“words” must be a list of words or phrases"),
        ('[mute]\nwords = ["+-*"]\n', 2, "“words” must be a list of words or phrases"),
        ("[mute]\nwords = [1]\n", 2, "“words” must be a list of words or phrases"),
        ('[mute]\nauthors = ["."]\n', 2, "“authors” must be a list of names"),
        ('[mute]\ncategories = ["c s!"]\n', 2, "“categories” must be a list of arXiv categories or whole archives"),
        ('[mute]\nword = ["a"]\n', 2, "unknown setting “word” in [mute]. Allowed: words, authors, categories, feeds."),
        ('[mute]\n\nfeeds.nlp.words = ["a"]\n', 3, "“nlp” is not a feed"),
        ('[mute]\nfeeds.library.words = ["a"]\n', 2, "“library” has every paper"),
        ('[mute]\nfeeds.archive.words = ["a"]\n', 2, "“archive” has every paper"),
        ('[mute]\nfeeds."group:x".words = ["a"]\n', 2, "There is no group"),
        ('[mute]\nfeeds.trending.words = "a"\n', 2, "“words” must be a list"),
        ('[mute]\nfeeds.trending.word = ["a"]\n', 2, "unknown setting “word” in [mute.feeds.trending]"),
        ("[mute]\nfeeds.trending = 1\n", 2, "must be a table"),
        ("[mute]\nfeeds = 1\n", 2, "must be a table"),
        ('mute = ["a"]\n', 1, "must be a table"),
    ],
)
def test_invalid_rules_report_their_line(text: str, line: int, expected: str) -> None:
    with pytest.raises(SettingsError) as raised:
        parse(text, "here.toml")
    assert str(raised.value).startswith(f"here.toml, line {line}: ")
    assert expected in str(raised.value)
