"""Repair of damaged XML."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.errors import SourceError
from papertui.sources.feeds.repair import repair


@pytest.mark.parametrize(
    ("damaged", "whole"),
    [
        ("<a><b>x</b>", "<a><b>x</b></a>"),
        ("<a><b><c>x</b></a>", "<a><b><c>x</c></b></a>"),
        ("<a>x</b></a>", "<a>x</a>"),
        ("<a>R&D &amp; &copy; &#65; &#0; &nothing;</a>", "<a>R&amp;D &amp; © &#65;  &amp;nothing;</a>"),
        ("<a>1 < 2 &LT;</a>", "<a>1 &lt; 2 &lt;</a>"),
        ("<a b=1 c='x\"y' b=2 d=/>", '<a b="1" c="x&quot;y" d=""/>'),
        ("<a><![CDATA[<b> & ", "<a>&lt;b&gt; &amp; </a>"),
        ("<a><!-- x <b> --><?pi?><!DOCTYPE x>y</a>", "<a>y</a>"),
        ("<a>x</a><b>no</b>", "<a>x</a>"),
        ("<a>\x00\x1b]]></a>", "<a>]]&gt;</a>"),
        (
            "<a><dc:b/><x:c></a>",
            '<a xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:x="urn:unknown:x"><dc:b/><x:c></x:c></a>',
        ),
        ("<a><b c='", "<a>&lt;b c='</a>"),
    ],
)
def test_damaged_xml_is_repaired(damaged: str, whole: str) -> None:
    assert repair(damaged) == whole
    ET.fromstring(whole)


@given(st.text(st.sampled_from("<>&#;'\"!-/ab =x9[]:?\x00\ufffe\ud800"), max_size=40))
def test_any_content_becomes_well_formed(inside: str) -> None:
    ET.fromstring(repair(f"<r>{inside}"))


@pytest.mark.slow
@pytest.mark.parametrize("bit", ["<", "<a ", "<a '", "</a", "<!--", "<![CDATA[", "<?", "<!x", "<a", "a", "<r>", "</r>"])
def test_hostile_damage_takes_one_pass(bit: str) -> None:
    assert repair("<r>" + bit * (1_000_000 // len(bit)) + "x" * 1_000_000).startswith("<r>")


def test_deliberate_damage_is_refused() -> None:
    with pytest.raises(SourceError):
        repair("<r>" + "&" * 600_000)
