"""What the readers of Hugging Face add to a paper: who submitted it, comments, and what cites it there."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal, NamedTuple, cast, get_args
from urllib.parse import quote

from papertui.model.document import Document, as_json, from_json
from papertui.model.record import iso, moment_from

RepoKind = Literal["model", "dataset", "space"]
REPO_KINDS: tuple[RepoKind, ...] = get_args(RepoKind)
_SITE = "https://huggingface.co"
_FOLDERS: dict[RepoKind, str] = {"model": "", "dataset": "datasets/", "space": "spaces/"}


class HubUser(NamedTuple):
    """An account on Hugging Face."""

    user: str  # as in URLs and in the feed ``submitter:USER``
    name: str = ""  # empty if it is the same, or unknown

    @property
    def words(self) -> str:
        """The name with the user name: ``Li Chen (lichen)``."""
        return f"{self.name} ({self.user})" if self.name and self.name != self.user else self.user


class Comment(NamedTuple):
    """A comment or a reply."""

    id: str
    author: HubUser
    at: datetime | None
    text: Document
    depth: int = 0  # 1 for a reply to a comment, 2 for a reply to that
    is_edited: bool = False


class Repo(NamedTuple):
    """A model, dataset or Space that cites the paper."""

    kind: RepoKind
    id: str  # ``owner/name``
    likes: int | None = None
    downloads: int | None = None  # in the last month; Spaces have none

    @property
    def url(self) -> str:
        return f"{_SITE}/{_FOLDERS[self.kind]}{quote(self.id)}"


class Community(NamedTuple):
    """What readers added to one paper."""

    submitter: HubUser | None = None
    comments: tuple[Comment, ...] = ()  # oldest first, each followed by its replies
    repos: tuple[Repo, ...] = ()  # of each kind the most used first
    totals: tuple[int, int, int] = (0, 0, 0)  # of each of `REPO_KINDS`, also of those that are not in `repos`

    def of_kind(self, kind: RepoKind) -> tuple[tuple[Repo, ...], int]:
        """The repositories of one kind, and how many there are in all."""
        found = tuple(repo for repo in self.repos if repo.kind == kind)
        return found, max(len(found), self.totals[REPO_KINDS.index(kind)])


class StoredCommunity(NamedTuple):
    """The same with the time when it was fetched."""

    community: Community
    fetched_at: datetime


def discussion_url(id_: str) -> str:
    """Return the address of the discussion of a paper, which Hugging Face has for ids of arXiv."""
    return f"{paper_page_url(id_)}#community"


def paper_page_url(id_: str) -> str:
    """Return the address of the page of a paper on Hugging Face, which lists everything that cites it."""
    return f"{_SITE}/papers/{quote(id_, safe='')}"


def community_json(community: Community) -> str:
    """Return `community` as compact JSON, which `community_from_json` reads."""
    value = {
        "submitter": community.submitter,
        "comments": [
            [one.id, one.author, one.at and iso(one.at), as_json(one.text), one.depth, one.is_edited]
            for one in community.comments
        ],
        "repos": community.repos,
        "totals": community.totals,
    }
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def community_from_json(text: str) -> Community:
    """Return what `community_json` wrote.

    Raises:
        ValueError: `text` is not JSON of this shape.
    """
    value = json.loads(text)
    try:
        submitter = value["submitter"]
        models, datasets, spaces = map(int, value["totals"])
        return Community(
            None if submitter is None else _user(submitter),
            tuple(map(_comment, value["comments"])),
            tuple(map(_repo, value["repos"])),
            (models, datasets, spaces),
        )
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("this is not the JSON of a community") from error


def _user(value: object) -> HubUser:
    user, full = _values(value, 2)
    return HubUser(str(user), str(full))


def _comment(value: object) -> Comment:
    id_, author, at, written, depth, is_edited = _values(value, 6)
    return Comment(str(id_), _user(author), moment_from(at), from_json(written), int(depth), bool(is_edited))


def _repo(value: object) -> Repo:
    kind, id_, likes, downloads = _values(value, 4)
    if kind not in REPO_KINDS:
        raise ValueError("a repository has an unknown kind")
    return Repo(cast("RepoKind", kind), str(id_), _number(likes), _number(downloads))


def _values(value: object, number: int) -> list[Any]:
    if not isinstance(value, list) or len(value) != number:
        raise ValueError(f"this must be a list of {number} values")
    return value


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def comment_record(comment: Comment) -> dict[str, Any]:
    """Return a comment as the commands print it."""
    return {
        "id": comment.id,
        "author": comment.author.name or comment.author.user,
        "user": comment.author.user,
        "date": comment.at and iso(comment.at),
        "text": "\n\n".join(f"{part.mark} {part.text}".strip() for part in comment.text.parts),
        "depth": comment.depth,
        "edited": comment.is_edited,
    }


def repo_record(repo: Repo) -> dict[str, Any]:
    """Return a repository as the commands print it."""
    return {"id": repo.id, "likes": repo.likes, "downloads": repo.downloads, "url": repo.url}
