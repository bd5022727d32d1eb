"""Typed queries in arXiv's query language."""

from datetime import date

import pytest

from papertui.search.query import parse
from papertui.sources.arxiv import arxiv_query

TODAY = date(2026, 4, 30)


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("sparse attention", "all:sparse AND all:attention"),
        ('"mixture of experts" routing', 'all:"mixture of experts" AND all:routing'),
        ("author:chen title:diffusion", "au:chen AND ti:diffusion"),
        ('author:"Li Chen"', 'au:"li chen"'),
        ("abs:ablation", "abs:ablation"),
        ("cat:cs.CL agents", "all:agents AND cat:cs.CL"),
        ("cat:cs.CL,hep-th", "(cat:cs.CL OR cat:hep-th)"),
        ("cat:cs", "cat:cs*"),
        ("cat:cs.cl,ASTRO-PH", "(cat:cs.CL OR cat:astro-ph*)"),
        ('cat:a)"b', ""),
        ("since:2026-03 until:2026-03-15", "submittedDate:[202603010000 TO 202603152359]"),
        ("x since:7d", "all:x AND submittedDate:[202604230000 TO 299912312359]"),
        ("until:2026-03", "submittedDate:[199101010000 TO 202603312359]"),
        ("year:2017", "submittedDate:[201701010000 TO 201712312359]"),
        ("year:>2015 until:2020", "submittedDate:[201601010000 TO 202012312359]"),
        ("k-means GPT-4o", 'all:"k means" AND all:"gpt 4o"'),
        ("title:C++", 'ti:"c++"'),
        ("-survey -cat:cs.CV state space", "all:state AND all:space"),
        ("is:unread votes:>20 tag:todo note:compare", ""),
        ("", ""),
    ],
)
def test_query_translation(typed: str, query: str) -> None:
    assert arxiv_query(parse(typed, TODAY)) == query


@pytest.mark.parametrize("typed", ['a" OR cat:"x', "all:(x) AND y:[1 TO 2]", 'ti:"', "au:)(", "\\"])
def test_no_query_breaks_out_of_its_clause(typed: str) -> None:
    query = arxiv_query(parse(typed, TODAY))
    assert query.count('"') % 2 == 0
    assert "(" not in query.replace("(cat:", "")
    assert "\\" not in query
