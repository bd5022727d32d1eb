"""Convert what Hugging Face says about the discussion of a paper, and about what cites it. Pure.

Comments come with ``/api/papers/ID?field=comments``. This is not documented; the shape was read from other clients.
Replies are inside their comment, or name it. A comment with an unknown shape is left out, and never hides the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from papertui.errors import SourceError
from papertui.model import text
from papertui.model.community import REPO_KINDS, Comment, Community, HubUser, Repo, RepoKind
from papertui.model.document import Document, DocumentPart
from papertui.sources.fulltext.markdown import read_markdown
from papertui.sources.huggingface_parse import read_count, read_line, read_moment, read_name

#: Papers with the longest discussions have some fifty comments, and a comment has at most 65,536 characters.
_MOST_COMMENTS, _LONGEST_COMMENT = 300, 20_000
#: Parts of one comment: a list of a thousand items is spam.
_MOST_PARTS = 200
#: Replies below this depth are shown at it.
_DEEPEST = 3
#: Of each kind, the repositories read and those kept. A well-known paper is cited by some ten thousand models.
_MOST_READ, _MOST_KEPT = 20_000, 50
_LINKED: dict[RepoKind, tuple[str, str, str]] = {
    "model": ("models", "linkedModels", "numTotalModels"),
    "dataset": ("datasets", "linkedDatasets", "numTotalDatasets"),
    "space": ("spaces", "linkedSpaces", "numTotalSpaces"),
}
_REPO_ID = re.compile(r"[\w.-]{1,96}(?:/[\w.-]{1,96})?", re.ASCII)
_LINK = re.compile(r"(?<!!)\[([^\[\]\n]{1,300})\]\((https?://[^\s()<>]{1,500})\)")
_FENCE = re.compile(r"^(?: {0,3}(?:`{3,}|~{3,}).*\n)", re.MULTILINE)
_NO_TEXT = "(no text)"
_EPOCH = datetime.min.replace(tzinfo=UTC)


def read_community(detail: object, repos: object = None) -> Community:
    """Return the discussion of a paper and what cites it.

    Args:
        detail: the response for one paper with its comments.
        repos: the response with all repositories, if the one for the paper has only some of them.
    """
    facts = detail if isinstance(detail, dict) else {}
    every = repos if isinstance(repos, dict) else {}
    found: list[Repo] = []
    totals: list[int] = []
    for kind in REPO_KINDS:
        in_repos, linked, total = _LINKED[kind]
        values = every.get(in_repos) if isinstance(every.get(in_repos), list) else facts.get(linked)
        known = _repos(values, kind)
        found += sorted(known, key=_use, reverse=True)[:_MOST_KEPT]
        totals.append(max(len(known), read_count(facts.get(total)) or 0))
    submitter = _user(facts.get("submittedOnDailyBy")) or _user(facts.get("submittedBy"))
    models, datasets, spaces = totals
    return Community(submitter, tuple(_comments(facts.get("comments"))), tuple(found), (models, datasets, spaces))


def lacks_repos(detail: object) -> bool:
    """Whether the response for a paper does not have all repositories that cite it."""
    if not isinstance(detail, dict):
        return False
    for _, linked, total in _LINKED.values():
        known = detail.get(linked)
        if not isinstance(known, list) or len(known) < (read_count(detail.get(total)) or 0):
            return True
    return False


# --- repositories ------------------------------------------------------------------------------------


def _repos(values: object, kind: RepoKind) -> list[Repo]:
    found = (_repo(value, kind) for value in (values[:_MOST_READ] if isinstance(values, list) else ()))
    return list({repo.id: repo for repo in found if repo is not None}.values())


def _repo(value: object, kind: RepoKind) -> Repo | None:
    if not isinstance(value, dict) or value.get("private") is True:
        return None
    id_ = value.get("id")
    if not isinstance(id_, str) or not _REPO_ID.fullmatch(id_):
        return None
    return Repo(
        kind, id_, read_count(value.get("likes")), None if kind == "space" else read_count(value.get("downloads"))
    )


def _use(repo: Repo) -> tuple[int, int]:
    return repo.downloads or 0, repo.likes or 0


# --- comments ----------------------------------------------------------------------------------------


class _Raw(NamedTuple):
    """A comment as it came."""

    value: dict[str, Any]
    id: str
    parent: str  # the id of the comment that it replies to; empty for none


def _comments(values: object) -> Iterator[Comment]:
    """Yield comments by age, each followed by its replies."""
    raw = list(_nested(values))
    children: dict[str, list[_Raw]] = {}
    ids = {one.id for one in raw if one.id}
    for one in raw:
        parent = one.parent if one.parent in ids and one.parent != one.id else ""
        children.setdefault(parent, []).append(one)
    seen: set[int] = set()
    # A stack, not recursion: the depth comes from outside.
    stack = [(one, 0) for one in reversed(_by_age(children.get("", [])))]
    while stack:
        one, depth = stack.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        replies = children.get(one.id, []) if one.id else []
        if (comment := _comment(one, min(depth, _DEEPEST), has_replies=bool(replies))) is not None:
            yield comment
        stack += [(reply, depth + 1) for reply in reversed(_by_age(replies))]


def _nested(values: object) -> Iterator[_Raw]:
    """Yield all comments in the response; those inside another one name it as the one they reply to."""
    left = _MOST_COMMENTS
    stack: list[tuple[object, str]] = [(value, "") for value in reversed(values)] if isinstance(values, list) else []
    while stack and left:
        value, above = stack.pop()
        if not isinstance(value, dict):
            continue
        left -= 1
        id_ = read_line(value.get("id")) or read_line(value.get("_id")) or f"#{left}"
        data = value.get("data")
        named = read_line(data.get("parentCommentId")) if isinstance(data, dict) else None
        yield _Raw(value, id_, above or named or read_line(value.get("parentCommentId")) or "")
        replies = value.get("replies")
        stack += [(reply, id_) for reply in reversed(replies)] if isinstance(replies, list) else []


def _by_age(comments: list[_Raw]) -> list[_Raw]:
    return sorted(comments, key=lambda one: read_moment(one.value.get("createdAt")) or _EPOCH)


def _comment(raw: _Raw, depth: int, *, has_replies: bool) -> Comment | None:
    value = raw.value
    if value.get("type", "comment") != "comment":  # such as a change of status
        return None
    data = value.get("data")
    data = data if isinstance(data, dict) else {}
    is_hidden = data.get("hidden") is True or value.get("hidden") is True
    if is_hidden and not has_replies:
        return None
    latest = data.get("latest")
    written = latest.get("raw") if isinstance(latest, dict) else None
    if not isinstance(written, str) and not is_hidden:
        return None
    body = Document("", (DocumentPart("text", "(hidden)"),)) if is_hidden else comment_text(str(written))
    author = _user(value.get("author")) or HubUser("unknown")
    return Comment(raw.id, author, read_moment(value.get("createdAt")), body, depth, data.get("edited") is True)


def comment_text(written: str) -> Document:
    """Parse the Markdown of a comment; the address of a link follows its words."""
    is_cut = len(written) > _LONGEST_COMMENT
    source = _with_addresses(written[:_LONGEST_COMMENT])
    try:
        # The line feed before keeps a first line such as “Title: ...” what it is.
        read = read_markdown(f"\u2060\n\n{source}".encode())
    except SourceError:  # only markup
        return Document("", (DocumentPart("text", text.plain(written[:_LONGEST_COMMENT]) or _NO_TEXT),))
    parts = read.parts[:_MOST_PARTS]
    if read.title:
        parts = (DocumentPart("heading", read.title, 1), *parts)
    if is_cut or len(read.parts) > _MOST_PARTS:
        parts = (*parts, DocumentPart("text", "The rest of this comment is left out."))
    return Document("", parts)


def _with_addresses(written: str) -> str:
    """Put the address of each link behind its words, except in fenced code."""
    pieces = _FENCE.split(written)
    fences = _FENCE.findall(written)
    shown = [piece if place % 2 else _LINK.sub(_spelt, piece) for place, piece in enumerate(pieces)]
    return "".join(piece + fence for piece, fence in zip(shown, [*fences, ""], strict=True))


def _spelt(link: re.Match[str]) -> str:
    words, url = link[1], link[2]
    return url if words in url else f"{words} ({url})"


def _user(value: object) -> HubUser | None:
    """Return an account: its user name is ``user`` beside a paper and ``name`` elsewhere."""
    if not isinstance(value, dict):
        return None
    user = read_line(value.get("user")) or read_line(value.get("name"))
    full = read_name(value.get("fullname")) or ""
    return HubUser(user, "" if full == user else full) if user else None
