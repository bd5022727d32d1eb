"""Citation keys: readable, ASCII, and the same in every export."""

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given

from kit.exports import hostile_papers
from papertui.citations.keys import free_key, keys_of, own_key
from papertui.model.paper import Paper

AT = datetime(2026, 4, 29, tzinfo=UTC)


def _paper(title: str, *authors: str, id_: str = "2604.26951") -> Paper:
    return Paper(id_, title, authors=authors, published=AT)


@pytest.mark.parametrize(
    ("paper", "key"),
    [
        (_paper("Turning the TIDE: Cross-Architecture", "Gongbo Zhang"), "zhang2026turning"),
        (_paper("A Survey of Surveys", "Łukasz Borchmann"), "borchmann2026survey"),
        (_paper("On the λ-calculus", "Jan van der Größe Jr."), "grosse2026lambda"),
        (_paper("What is it?", "The V Team"), "v2026whatis"),
        (_paper("模型", "王小明"), "anon2026260426951"),
        (_paper("3D things"), "anon20263d"),
        (_paper("𝒪(n²)", "Émile Borel")._replace(published=None), "borel2026on2"),
        (_paper("𝒪(n²)", "Émile Borel", id_="hep-th/9711200")._replace(published=None), "borel1997on2"),
        (_paper("𝒪(n²)", "Émile Borel", id_="doi:10.1145/1")._replace(published=None), "borelon2"),
    ],
)
def test_readable_keys(paper: Paper, key: str) -> None:
    assert own_key(paper) == key


@given(hostile_papers())
def test_keys_of_any_paper(paper: Paper) -> None:
    key = own_key(paper)
    assert key.isascii()
    assert key.isalnum()
    assert key[0].isalpha()


def test_a_key_does_not_depend_on_other_papers() -> None:
    many = [_paper(f"Word{number} of it", "A Same", id_=f"2604.{number:05}") for number in range(50)]
    whole = keys_of(many)
    for size in (1, 7, 50):
        some = random.Random(size).sample(many, size)
        assert keys_of(some).items() <= whole.items()


def test_the_oldest_id_keeps_the_plain_key() -> None:
    same = [_paper("Same", "A Same", id_=f"2604.{number:05}") for number in range(60)]
    keys = keys_of(reversed(same))
    made = [keys[paper.id] for paper in same]
    assert made[:3] == ["same2026same", "same2026sameb", "same2026samec"]
    assert made[25:27] == ["same2026samez", "same2026sameza"]
    assert len(set(made)) == 60


def test_a_taken_key_gets_a_letter() -> None:
    assert free_key("same", {"same", "sameb"}) == "samec"
    assert free_key("Same", {"other"}) == "Same"
