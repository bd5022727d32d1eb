"""Text extraction from all kinds of markup."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.sources.feeds.markup import LONGEST, text_of


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>two</p>", "One two"),
        ("H<sub>2</sub>O &amp; <em>more</em>", "H2O & more"),
        ("<P CLASS='a>b'>x<br/>y", "x y"),
        ("a<b and c>d", "a<b and c>d"),
        ("p < 0.05 and x > 3", "p < 0.05 and x > 3"),
        ("a <script async>evil() < 3</script> b", "a b"),
        ("a <script>never ends", "a"),
        ("a <style>x</style ><!-- c --> b <!-- never ends", "a b"),
        ('<img src="x" alt="a>b">text', "text"),
        ("<mml:math><mml:mi>x</mml:mi></mml:math>y", "xy"),
        ("<a href='x'>link</a>ed", "linked"),
        ("&#65;&#x42;&eacute;&#99999999999999999999;" + "&#" + "9" * 10_000 + ";", "ABé\ufffd\ufffd"),
        ("[red]&lt;b&gt;", "[red]<b>"),
        ("<![CDATA[inside]]>", "inside"),
    ],
)
def test_visible_text(markup: str, text: str) -> None:
    assert " ".join(text_of(markup).split()) == text


@given(st.text(st.sampled_from("<>&#;'\"!-/abp =x9[]"), max_size=60))
def test_any_markup_becomes_text(markup: str) -> None:
    assert len(text_of(markup)) <= len(markup) * 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "bit", ["<", "<a ", '<a "', "<a '\"", "<!--", "<script", "<p\t", "&#", "&", "</", "<a:", "<![CDATA["]
)
def test_hostile_markup_takes_one_pass(bit: str) -> None:
    assert len(text_of(bit * (8_000_000 // len(bit)))) <= LONGEST + 2
