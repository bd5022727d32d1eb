"""Submitter, comments and what cites a paper, as text and as JSON."""

from __future__ import annotations

from typing import Any, NamedTuple

from papertui.cli.paper_text import MEASURE, TextStyle, document_lines
from papertui.model.community import (
    REPO_KINDS,
    Comment,
    Repo,
    StoredCommunity,
    comment_record,
    discussion_url,
    repo_record,
)
from papertui.model.format import plural, plural_short, wrapped
from papertui.model.paper import Paper
from papertui.model.record import iso

_NOUNS = {"model": "model", "dataset": "dataset", "space": "Space"}
_STEP = 2


class Wanted(NamedTuple):
    """What to print of what readers added to a paper."""

    comments: bool
    repos: bool


def community_record(paper: Paper, stored: StoredCommunity | None, wanted: Wanted) -> dict[str, Any]:
    """Return what is added to the record of a paper: the submitter if there is one, and what is wanted."""
    record: dict[str, Any] = {}
    if paper.submitter:
        record["submitter"] = paper.submitter
    if stored is None:
        return record
    community = stored.community
    if community.submitter is not None:
        record["submitter"] = community.submitter.user
    if wanted.comments:
        comments = [comment_record(comment) for comment in community.comments]
        record["discussion"] = {
            "url": discussion_url(paper.id), "fetched": iso(stored.fetched_at), "comments": comments,
        }  # fmt: skip
    if wanted.repos:
        totals = {}
        for kind in REPO_KINDS:
            found, totals[f"{kind}s"] = community.of_kind(kind)
            record[f"{kind}s"] = [repo_record(repo) for repo in found]
        record["totals"] = totals
    return record


def community_lines(paper: Paper, stored: StoredCommunity | None, wanted: Wanted, style: TextStyle) -> str:
    """Return the same as text; empty if nothing is known."""
    lines: list[str] = []
    by = stored.community.submitter if stored is not None else None
    if name := by.words if by is not None else paper.submitter:
        lines += ["", f"Submitted by {name}"]
    if stored is not None and wanted.repos:
        for kind in REPO_KINDS:
            found, total = stored.community.of_kind(kind)
            if total:
                lines += ["", style.bold(plural(total, _NOUNS[kind])), *(_repo(repo, style) for repo in found)]
                lines += [f"and {total - len(found):,} more"] if total > len(found) else []
    if stored is not None and wanted.comments:
        comments = stored.community.comments
        lines += ["", style.bold(plural(len(comments), "comment")), discussion_url(paper.id)]
        for comment in comments:
            lines += ["", *_comment(comment, style)]
    return "".join(f"{line}\n" for line in lines)


def _repo(repo: Repo, style: TextStyle) -> str:
    use = [
        plural_short(number, word) for number, word in ((repo.downloads, "download"), (repo.likes, "like")) if number
    ]
    return "  ".join(filter(None, (repo.url, style.dim(style.dot.join(use)))))


def _comment(comment: Comment, style: TextStyle) -> list[str]:
    indent = " " * (_STEP * comment.depth)
    head = [comment.author.words]
    if comment.at is not None:
        head.append(f"{comment.at.day} {comment.at:%b %Y}")
    if comment.is_edited:
        head.append("edited")
    width = None if style.width is None else max(min(style.width, MEASURE) - len(indent), 10)
    lines = [style.dim(line) for line in wrapped(style.dot.join(head), width)]
    text = "".join(document_lines(comment.text, style._replace(width=width)))
    return [f"{indent}{line}".rstrip() for line in (*lines, *text.splitlines())]
