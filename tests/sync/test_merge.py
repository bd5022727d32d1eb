"""Merges of merges: what was removed stays removed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kit.machines import BARE
from kit.papers import plain
from papertui.model.bookmark import Bookmark
from papertui.model.merge import BookmarkState, edit
from papertui.model.paper import Paper
from papertui.sync.git import Git
from papertui.sync.merge import merge_commits, merge_states
from papertui.sync.repository import LIBRARY, Blob, Repository, Revision, path_of

DAWN = datetime(2026, 4, 30, tzinfo=UTC)
PATH = path_of(plain(1).id)


class Tree:
    """Commits of one bookmark."""

    def __init__(self, folder: Path) -> None:
        self.repository = Repository(Git(folder, BARE))
        self.repository.make()
        self.minute = 0

    def commit(self, parents: Sequence[str], entry: BookmarkState) -> str:
        self.minute += 1
        revision = Revision(f"Commit {self.minute}", DAWN, {PATH: entry})
        return self.repository.commit(LIBRARY, parents, [revision])

    def entry(self, commit: str) -> BookmarkState:
        entry = self.repository.state(commit)[PATH]
        assert isinstance(entry, BookmarkState)
        return entry

    def change(self, commit: str, **fields: object) -> str:
        before = self.entry(commit)
        at = DAWN + timedelta(minutes=self.minute)
        return self.commit([commit], edit(before, before.bookmark._replace(**fields), at))  # type: ignore[arg-type]

    def tags(self, commit: str) -> set[str]:
        return set(self.entry(commit).bookmark.tags)

    def merge(self, ours: str, theirs: str) -> str:
        mine, found = merge_commits(self.repository, ours, theirs)
        _, turned = merge_commits(self.repository, theirs, ours)
        assert found.state == turned.state, "it makes a difference which comes first"
        leaf = found.state.get(PATH, mine.get(PATH)) or self.entry(ours)
        assert isinstance(leaf, BookmarkState)
        return self.commit([ours, theirs], leaf)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path / "sync")


@pytest.mark.slow
def test_after_both_sides_merged_one_another(tree: Tree) -> None:
    root = tree.commit([], edit(None, Bookmark(plain(1), DAWN), DAWN))
    one, two = tree.change(root, tags=("t",)), tree.change(root, tags=("u",))
    here, there = tree.merge(one, two), tree.merge(two, one)
    assert tree.tags(here) == tree.tags(there) == {"t", "u"}
    without = tree.change(here, tags=())
    rated = tree.change(there, rating=5)
    assert len(tree.repository.bases(without, rated)) == 2
    assert tree.tags(tree.merge(without, rated)) == set()


@pytest.mark.slow
def test_after_three_sides_merged_one_another(tree: Tree) -> None:
    root = tree.commit([], edit(None, Bookmark(plain(1), DAWN), DAWN))
    sides = [tree.change(root, tags=(tag,)) for tag in "tuv"]
    here = tree.merge(tree.merge(sides[0], sides[1]), sides[2])
    there = tree.merge(tree.merge(sides[2], sides[0]), sides[1])
    without, rated = tree.change(here, tags=()), tree.change(there, rating=5)
    assert len(tree.repository.bases(without, rated)) == 3
    assert tree.tags(tree.merge(without, rated)) == set()
    # The same once more, from that state.
    left, right = tree.merge(without, rated), tree.merge(rated, without)
    assert tree.tags(tree.merge(tree.change(left, note="x"), tree.change(right, tags=("w",)))) == {"w"}


def test_files_that_are_not_bookmarks() -> None:
    old, new, other = Blob("100644", "1"), Blob("100644", "2"), Blob("100644", "3")
    assert merge_states({"a": old}, {"a": old}, {"a": new}).state == {"a": new}
    assert merge_states({"a": old}, {"a": new}, {"a": old}).state == {"a": new}
    assert merge_states({"a": old}, {"a": new}, {"a": other}).state == {"a": other}
    assert merge_states({"a": old}, {"a": other}, {"a": new}).state == {"a": other}
    assert merge_states({"a": old}, {}, {"a": old}).state == {}
    assert merge_states({}, {"b": new}, {"a": old}).state == {"a": old, "b": new}


CHAPTER = "doi:10.1007/978-3-16-148410-0"


def chapter(title: str, author: str) -> BookmarkState:
    paper = Paper(CHAPTER, title, authors=(author,), doi=CHAPTER.removeprefix("doi:"))
    return BookmarkState(Bookmark(paper, DAWN, note=f"on {title}"))


def test_chapters_with_the_doi_of_their_book_stay_two_works() -> None:
    path = path_of(CHAPTER)
    first, second = chapter("First chapter on copper", "Ada Writer"), chapter("Second chapter on silver", "Ben Reader")

    merged = merge_states({}, {path: first}, {path: second}).state

    assert merged == merge_states({}, {path: second}, {path: first}).state
    kept = {leaf.bookmark.paper.title: leaf.bookmark for leaf in merged.values() if isinstance(leaf, BookmarkState)}
    assert {title: (mark.paper.authors, mark.note) for title, mark in kept.items()} == {
        "First chapter on copper": (("Ada Writer",), "on First chapter on copper"),
        "Second chapter on silver": (("Ben Reader",), "on Second chapter on silver"),
    }
    assert {path_of(mark.paper.id) for mark in kept.values()} == set(merged), "files are named by the ids"


def test_a_work_of_two_machines_that_one_of_them_also_has_by_its_title_is_merged_with_it() -> None:
    first, second = chapter("First chapter on copper", "Ada Writer"), chapter("Second chapter on silver", "Ben Reader")
    apart = merge_states({}, {path_of(CHAPTER): first}, {path_of(CHAPTER): second}).state
    other = next(
        (path, leaf._replace(bookmark=leaf.bookmark._replace(tags=("metals",))))
        for path, leaf in apart.items()
        if isinstance(leaf, BookmarkState) and leaf.bookmark.paper.title == second.bookmark.paper.title
    )

    merged = merge_states({}, {path_of(CHAPTER): first, other[0]: other[1]}, {path_of(CHAPTER): second}).state

    assert set(merged) == set(apart)
    leaf = merged[other[0]]
    assert isinstance(leaf, BookmarkState)
    assert leaf.bookmark.tags == ("metals",)


def test_a_corrected_title_of_one_machine_is_no_other_work() -> None:
    path = path_of(CHAPTER)
    old, corrected = chapter("First chapter on copper", "Ada Writer"), chapter("On copper in books", "Ada Writer")
    tagged = old._replace(bookmark=old.bookmark._replace(tags=("metals",)))

    merged = merge_states({path: old}, {path: tagged}, {path: corrected}).state

    assert set(merged) == {path}
