"""Which papers a rule mutes."""

import pytest

from papertui.model.feed import FeedName, Follow
from papertui.model.mute import MuteRule, MuteRules
from papertui.model.paper import Paper
from papertui.services.mute import Mute
from papertui.settings import MuteSettings

TRENDING = FeedName("trending")


def rule_of(settings: MuteSettings, paper: Paper, name: FeedName = TRENDING) -> MuteRule | None:
    return Mute(settings, ()).rules(name, [paper]).get(paper.id)


@pytest.mark.parametrize(
    ("word", "title", "muted"),
    [
        ("chain", "A Blockchain", False),
        ("Blockchain", "A blockchain", True),
        ("blockchain", "BLOCKCHAIN-based trust", True),
        ("state of the art", "State-of-the-Art parsing", True),
        ("state of the art", "The state of the arts", False),
        ("GPT-4", "Is GPT 4 enough?", True),
        ("GPT", "GPT-4 is enough", True),
        ("gpt-4", "GPT-40", False),
        ("C++", "Faster C++17 compilers", True),
        ("C++", "C for C programmers", False),
        ("C", "Faster C++ and C# compilers", False),
        ("C", "C for all", True),
        ("C#", "In C# and F#", True),
        ("k-means", "K-Means revisited", True),
        ("R&D", "Costs of R & D", True),
        ("Gödel", "GODEL machines", True),
        ("godel", "Gödel machines", True),
        ("Sørensen", "The Sorensen index", True),
        ("strasse", "STRAẞE und Straße", True),
        ("model", "The model's limits", True),
        ("LLM", "LLMs", False),
        ("扩散", "图像扩散模型", True),
        ("扩散模型", "扩散的模型", False),
        ("вирус", "Новый ВИРУС", True),
        ("الذكاء", "الذكاء الاصطناعي", True),
    ],
)
def test_words_match_whole_words_in_any_case_and_without_accents(word: str, title: str, muted: bool) -> None:
    rule = rule_of(MuteSettings(words=(word,)), Paper("a", title))
    assert (rule == MuteRule("words", word)) == muted


def test_words_are_looked_for_in_title_and_keywords_only() -> None:
    rules = MuteSettings(words=("survey", "deep learning"))
    assert rule_of(rules, Paper("a", "Title", abstract="A survey of deep learning.", tldr="A survey.")) is None
    assert rule_of(rules, Paper("a", "Title", keywords=("graphs", "a Survey"))) == MuteRule("words", "survey")
    assert rule_of(rules, Paper("a", "Deep", keywords=("learning",))) is None, "a phrase is not made of two texts"
    assert rule_of(rules, Paper("a", "Title", keywords=("deep", "learning"))) is None


@pytest.mark.parametrize(
    ("name", "author", "muted"),
    [
        ("Yann LeCun", "Yann LeCun", True),
        ("yann lecun", "LeCun, Yann", True),
        ("LeCun", "Yann A. LeCun", True),
        ("Yann LeCun", "Yann A. LeCun", True),
        ("Y. LeCun", "Yann LeCun", True),
        ("Y. LeCun", "Y. LeCun", True),
        ("Yann LeCun", "Y. LeCun", False),
        ("Yann LeCun", "Yannick LeCun", False),
        ("Y. Y. LeCun", "Yann LeCun", True),
        ("J. Müller", "Jörg Muller", True),
        ("J. Müller", "Müller", False),
        ("O'Brien", "Pat O’Brien", True),
        ("Li", "Bin Lin", False),
        ("王小明", "王小明", True),
    ],
)
def test_authors(name: str, author: str, muted: bool) -> None:
    paper = Paper("a", "Title", authors=("Somebody Else", author))
    assert (rule_of(MuteSettings(authors=(name,)), paper) == MuteRule("authors", name)) == muted


def test_categories_are_single_ones_or_whole_archives() -> None:
    paper = Paper("a", "Title", categories=("cs.LG", "stat.ML", "hep-th"))
    for name in ("cs.LG", "CS.lg", "cs", "cs.*", "stat.ML", "hep-th"):
        assert rule_of(MuteSettings(categories=(name,)), paper) == MuteRule("categories", name)
    for name in ("cs.L", "c", "hep", "cs.CL"):
        assert rule_of(MuteSettings(categories=(name,)), paper) is None


def test_rules_of_one_feed_are_for_this_feed_only() -> None:
    nlp = Follow("nlp", "NLP", FeedName("arxiv", "cs.CL"))
    settings = MuteSettings(("blockchain",), feeds={"nlp": MuteRules(("survey",)), "daily": MuteRules(("graph",))})
    mute = Mute(settings, [nlp])
    papers = [Paper("a", "A survey"), Paper("b", "A graph"), Paper("c", "A blockchain")]
    general = {"c": MuteRule("words", "blockchain")}
    assert mute.rules(TRENDING, papers) == general
    assert mute.rules(nlp.name, papers) == {**general, "a": MuteRule("words", "survey", "nlp")}
    assert mute.rules(FeedName("daily", "2026-04-30"), papers) == {**general, "b": MuteRule("words", "graph", "daily")}


def test_a_rule_says_what_it_is() -> None:
    assert MuteRule("authors", "Ada").words == "muted: author “Ada”"
    assert MuteRule("words", "x", "nlp").table == "[mute.feeds.nlp]"
    assert MuteRule("categories", "cs.CR").record() == {"by": "categories", "value": "cs.CR", "feed": None}
