"""What readers of Hugging Face add to a paper, as blocks of text for the preview and for any other pane."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from papertui.model.community import (
    REPO_KINDS,
    Comment,
    Repo,
    RepoKind,
    StoredCommunity,
    discussion_url,
    paper_page_url,
)
from papertui.model.format import age, plural, plural_short
from papertui.model.paper import Paper
from papertui.tui.glyphs import Glyphs
from papertui.tui.widgets.paper_text import GAP, Block, document_blocks

_NOUNS: dict[RepoKind, str] = {"model": "model", "dataset": "dataset", "space": "Space"}
#: Cells that each level of replies is indented by.
_STEP = 2
_URL = re.compile(r"https?://[^\s()<>\"“”]+[^\s()<>\"“”.,;:!?]")


class CommunityView(NamedTuple):
    """What is known of one paper at the moment."""

    stored: StoredCommunity | None = None
    #: Why nothing newer is shown: papertui is offline, or a failure.
    note: str = ""
    is_loading: bool = False


def community_blocks(
    paper: Paper, view: CommunityView, glyphs: Glyphs, now: datetime, *, key: str = "", repos: int = 3
) -> tuple[Block, ...]:
    """Return the sections about models, datasets and Spaces that cite a paper, and about its comments.

    Args:
        paper: the paper.
        view: what is known of it.
        glyphs: the signs to draw with.
        now: the time from which ages count.
        key: the name of the key that opens the discussion.
        repos: the most repositories of one kind.
    """
    return (*_repos(paper, view, glyphs, repos), *_discussion(paper, view, glyphs, now, key))


def _repos(paper: Paper, view: CommunityView, glyphs: Glyphs, most: int) -> Iterator[Block]:
    if view.stored is None:
        return
    for kind in REPO_KINDS:
        found, total = view.stored.community.of_kind(kind)
        if not total:
            continue
        yield GAP
        yield Block("head", f"{plural(total, _NOUNS[kind])} citing this paper")
        yield from (Block("link", _repo_line(repo, glyphs), repo.url) for repo in found[:most])
        if total > len(found[:most]):
            more = f"and {total - len(found[:most]):,} more" if found else "on Hugging Face"
            yield Block("faint", more, paper_page_url(paper.id))


def _repo_line(repo: Repo, glyphs: Glyphs) -> str:
    """Return a repository with its use: ``lab/model  4k downloads · 12 likes``, which breaks only between the two."""
    use = [
        plural_short(number, word) for number, word in ((repo.downloads, "download"), (repo.likes, "like")) if number
    ]
    dot = f" {glyphs.dot} "
    return "  ".join(filter(None, (repo.id, dot.join(use).replace(" ", "\u00a0"))))


def _discussion(paper: Paper, view: CommunityView, glyphs: Glyphs, now: datetime, key: str) -> Iterator[Block]:
    comments = view.stored.community.comments if view.stored else ()
    loading = f"loading {glyphs.ellipsis}" if view.is_loading else ""
    if not comments and not (paper.comments and (view.note or loading)):  # nothing to announce
        return
    url = discussion_url(paper.id)
    dot = f" {glyphs.dot} "
    yield GAP
    yield Block("head", plural(len(comments) or paper.comments or 0, "comment"), url)
    about = [f"as of {_ago(view.stored.fetched_at, now)}"] if view.stored and comments else []
    if key:
        about.append(f"{key} opens the discussion")
    if loading:  # in this line, so that nothing below it moves when it is done
        about.append(loading)
    if about:
        yield Block("faint", dot.join(about), url)
    if view.note:
        yield Block("faint", view.note)
    for comment in comments:
        yield GAP
        yield from _comment(comment, url, glyphs, now)


def _comment(comment: Comment, url: str, glyphs: Glyphs, now: datetime) -> Iterator[Block]:
    indent = _STEP * comment.depth
    head = [comment.author.words]
    if comment.at is not None:
        head.append(_ago(comment.at, now))
    if comment.is_edited:
        head.append("edited")
    yield Block("authors", f" {glyphs.dot} ".join(head), url, indent=indent)
    for place, block in enumerate(document_blocks(comment.text, glyphs)):
        if place or block.text:  # not the empty line before the first part
            link = _URL.search(block.text)
            role = "head" if block.role == "title" else block.role
            yield block._replace(role=role, indent=block.indent + indent, url=link[0] if link else None)


def _ago(moment: datetime, now: datetime) -> str:
    return age(now - moment)
