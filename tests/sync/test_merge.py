"""Merges of merges: what was removed stays removed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kit.machines import BARE
from kit.papers import plain
from papertui.model.bookmark import Bookmark
from papertui.model.merge import BookmarkState, edit
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
