"""The JSON Schemas (draft 2020-12) of what the commands print with ``--json``. A test compares them with the output.

To give a command ``--json``, add its record to `RECORDS`. Each object is closed: a new name must be added here, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from papertui.model.bookmark import STATES
from papertui.model.document import PartKind, Role, SpanKind, TextKind
from papertui.model.text_diff import PieceKind
from papertui.model.topic_trends import TopicKind

Schema = Mapping[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


# --- parts of schemas --------------------------------------------------------------------------------


def _text(about: str = "") -> dict[str, Any]:
    return _about({"type": "string"}, about)


def _number(about: str = "", least: float | None = None, most: float | None = None) -> dict[str, Any]:
    return _about({"type": "number"} | _range(least, most), about)


def _integer(about: str = "", least: int | None = 0, most: int | None = None) -> dict[str, Any]:
    return _about({"type": "integer"} | _range(least, most), about)


def _range(least: float | None, most: float | None) -> dict[str, Any]:
    return ({} if least is None else {"minimum": least}) | ({} if most is None else {"maximum": most})


def _flag(about: str = "") -> dict[str, Any]:
    return _about({"type": "boolean"}, about)


def _one_of(values: tuple[str, ...], about: str = "") -> dict[str, Any]:
    return _about({"enum": list(values)}, about)


def _list(items: Schema, about: str = "") -> dict[str, Any]:
    return _about({"type": "array", "items": items}, about)


def _texts(about: str = "") -> dict[str, Any]:
    return _list(_text(), about)


def _or_null(schema: Schema) -> dict[str, Any]:
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None]}
    if "type" in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def _object(always: Schema, at_times: Schema | None = None, about: str = "") -> dict[str, Any]:
    """An object with the names in `always`, perhaps with those in `at_times`, and without any other."""
    schema = {
        "type": "object",
        "properties": {**always, **(at_times or {})},
        "required": list(always),
        "additionalProperties": False,
    }
    return _about(schema, about)


def _with(record: Schema, always: Schema, at_times: Schema | None = None) -> dict[str, Any]:
    """`record` with further names."""
    old, required = record["properties"], record["required"]
    optional = {name: value for name, value in old.items() if name not in required}
    return _object({name: old[name] for name in required} | dict(always), optional | dict(at_times or {}))


def _about(schema: dict[str, Any], about: str) -> dict[str, Any]:
    return schema | {"description": about} if about else schema


_MOMENT = {
    "type": "string",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$",
    "description": "a time, ISO 8601",
}
_DAY = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "description": "a day"}
_SHARE = _number(least=0, most=1)


# --- papers and bookmarks ----------------------------------------------------------------------------

_PASSAGE = _object(
    {"quote": _text("the highlighted words"), "at": _MOMENT},
    {
        "comment": _text(),
        "section": _text("the heading above it"),
        "part": _text("the part of the text that it is in"),
        "before": _text("the words before it"),
        "after": _text("the words after it"),
        "place": _number("where in the text it is", 0, 1),
    },
)
_BOOKMARK = _object(
    {"added": _MOMENT, "tags": _texts(), "note": _text(), "state": _one_of(STATES)},
    {
        "rating": _integer("if it is rated", 1, 5),
        "key": _text("the citation key of an imported entry"),
        "type": _text("the type of an imported entry"),
        "fields": {"type": "object", "additionalProperties": _text(), "description": "the fields of an imported entry"},
        "highlights": _list({"$ref": "#/$defs/passage"}, "if passages are highlighted"),
    },
    "your own facts about a paper",
)
_PUBLISHED = {
    "type": ["string", "null"],
    "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T.*)?)?)?$",
    "description": "when it was published; a year, a month or a day where no more is known",
}
_PAPER = _object(
    {
        "id": _text("an arXiv id, a DOI, or an id made by papertui"),
        "title": _text(),
        "abstract": _text(),
        "authors": _texts(),
        "published": _PUBLISHED,
        "featured": _or_null(_DAY | {"description": "the day in the daily papers"}),
        "upvotes": _or_null(_integer()),
        "comments": _or_null(_integer()),
        "github": _or_null(_text("the address of its repository")),
        "stars": _or_null(_integer("the stars of its repository")),
        "project": _or_null(_text("the address of its page")),
        "organization": _or_null(_text()),
        "keywords": _texts(),
        "tldr": _or_null(_text("a summary in one sentence")),
        "categories": _texts("the categories of arXiv"),
        "sources": _texts("where its facts come from"),
        "url": _or_null(_text()),
        "pdf": _or_null(_text()),
        "thumbnail": _or_null(_text()),
        "doi": _or_null(_text()),
        "journal_ref": _or_null(_text()),
        "bookmark": _or_null({"$ref": "#/$defs/bookmark"}),
    },
    {
        "withdrawn": _text("what is said about its withdrawal"),
        "newer_version": _integer("a version that you have not seen, of a bookmarked paper", 2),
    },
)
_MUTED = {
    "muted": _object(
        {
            "by": _text("the kind of rule"),
            "value": _text(),
            "feed": _or_null(_text("null: the rule is for all feeds")),
        },
        about="the rule that mutes it",
    )
}
_HIT = _with(
    _PAPER,
    {
        "score": _number("the best match has the highest"),
        "matched": _texts("the fields that match"),
        "similar": _flag("whether it matches only by another spelling"),
        "found_by": _one_of(("words", "meaning")),
        "passage": _or_null(_text("the part of the abstract that fits best")),
    },
    _MUTED,
)
_REPO = _object(
    {
        "id": _text("owner/name"),
        "likes": _or_null(_integer()),
        "downloads": _or_null(_integer("in the last month")),
        "url": _text(),
    }
)
_DISCUSSION = _object(
    {
        "url": _text(),
        "fetched": _MOMENT,
        "comments": _list(
            _object(
                {
                    "id": _text(),
                    "author": _text(),
                    "user": _text(),
                    "date": _or_null(_MOMENT),
                    "text": _text(),
                    "depth": _integer("0: a comment, 1: a reply to it"),
                    "edited": _flag(),
                }
            )
        ),
    },
    about="with --comments",
)
_SHOWN = _with(
    _PAPER,
    {},
    {
        "submitter": _text("the user who submitted it to Hugging Face"),
        "discussion": _DISCUSSION,
        "models": _list(_REPO, "with --repos, as the next three"),
        "datasets": _list(_REPO),
        "spaces": _list(_REPO),
        "totals": _object({"models": _integer(), "datasets": _integer(), "spaces": _integer()}),
    },
)


# --- texts -------------------------------------------------------------------------------------------

_SPAN = _object(
    {"start": _integer("in characters of text"), "end": _integer(), "kind": _one_of(get_args(SpanKind))},
    {"target": _text("of a link: an address, or # and the id of a part"), "tex": _text("of a formula")},
)
_PART = _object(
    {
        "kind": _one_of(get_args(PartKind)),
        "id": _or_null(_text()),
        "text": _text(),
        "level": _integer("of a heading or an item"),
        "mark": _text("the number of a heading, or the sign of an item"),
        "spans": _list({"$ref": "#/$defs/span"}),
    },
    {
        "also": _texts("further ids"),
        "role": _one_of(tuple(filter(None, get_args(Role)))),
        "tex": _text("of a formula"),
        "rows": _list(_texts(), "the cells of a table"),
        "head": _integer("the number of header rows"),
        "align": _list(_one_of(("l", "r", "c")), "of each column"),
        "merged": _list(
            _object({"row": _integer(), "column": _integer(), "rows": _integer(), "columns": _integer()}),
            "cells over several rows or columns",
        ),
        "src": _text("the address of a figure"),
        "width": _or_null(_integer()),
        "height": _or_null(_integer()),
        "theorem": _object({"kind": _text(), "number": _text(), "name": _text()}),
        "lines": _list(_object({"number": _text(), "text": _text()}), "of code"),
    },
)
_TEXT = _object(
    {
        "id": _text(),
        "title": _text(),
        "origin": _or_null(_text("the service it comes from")),
        "source": _or_null(_one_of(get_args(TextKind))),
        "version": _or_null(_integer(least=1)),
        "authors": _list(
            _object({"name": _text(), "affiliations": _texts()}, {"addresses": _texts(), "notes": _texts()})
        ),
        "parts": _list({"$ref": "#/$defs/part"}),
    }
)
_PIECES = _list(
    _object({"kind": _one_of(get_args(PieceKind)), "text": _text("empty for what is skipped")}), "words in a row"
)
_DIFF = _object(
    {
        "id": _text(),
        "title": _text(),
        "from": _integer("the older version"),
        "to": _integer("the newer version"),
        "abstract": _or_null(_PIECES),
        "changes": _or_null(
            _list(
                _object(
                    {
                        "section": _or_null(_text("the heading above it")),
                        "kind": _one_of(get_args(PartKind)),
                        "what": _one_of(("changed", "added", "removed")),
                        "pieces": _PIECES,
                    }
                )
            )
        ),
        "notices": _texts("what could not be compared"),
    }
)


# --- feeds, topics and reasons -----------------------------------------------------------------------

_FEED = _object(
    {
        "key": _text("its name in the settings"),
        "title": _text(),
        "feed": _text("as --feed and “papertui list” take it"),
        "hidden": _flag(),
        "groups": _texts(),
        "papers": _integer(),
        "unread": _integer(),
        "updated": _or_null(_text("how long ago, in words; null: not fetched yet")),
    }
)
_FOLLOW = _object(
    {
        "key": _text("its name in the settings"),
        "kind": _text(),
        "value": _text(),
        "title": _text(),
        "feed": _text("as --feed and “papertui list” take it"),
        "papers": _integer(),
        "new": _integer(),
    }
)
_TREND = _object(
    {
        "kind": _one_of(get_args(TopicKind)),
        "name": _text(),
        "papers": _integer("of the last week"),
        "share": _SHARE | {"description": "of the papers of the last week"},
        "before": _SHARE | {"description": "of the papers of all weeks before"},
        "score": _number("how many standard deviations the last week differs; negative: it falls"),
        "history": _list(_SHARE, "the share of each week, the oldest first"),
    }
)
_CLUSTER = _object(
    {
        "name": _text(),
        "feed": _text("as “papertui list” takes it"),
        "papers": _integer(),
        "kept": _integer("of them"),
        "share_kept": _SHARE,
        "history": _list(_integer(), "its papers of each week, the oldest first"),
        "shares": _list(_SHARE, "of the papers of each week"),
        "change": _or_null(_number("how much greater its share is than before; null: too few papers", -1)),
    }
)
_REASONS = _list(
    _object(
        {"reason": _text(), "share": _number(), "pinned": _flag()},
        {"kept": _integer("papers that you keep; not of words")},
    )
)
_WHY = _object(
    {
        "id": _text(),
        "title": _text(),
        "score": _number(),
        "learned_from": _integer("papers"),
        "words": _REASONS,
        "people": _REASONS,
        "like": _list(
            _object({"id": _text(), "title": _text(), "similarity": _number(), "words": _texts()}),
            "papers like it that you keep",
        ),
        "against": _texts(),
    }
)
_FOR_YOU = _object(
    {
        "kept": _integer("papers"),
        "shown": _integer("papers that were shown and not kept"),
        "ups": _integer("thumbs up"),
        "downs": _integer("thumbs down"),
        "paused": _or_null(_MOMENT),
        "votes": _number("how much votes weigh beside what was learned"),
        "words": _texts(),
        "people": _texts(),
        "muted": _texts(),
        "pinned": _texts(),
    }
)


# --- the library, files and mail ---------------------------------------------------------------------

_STEP = _object(
    {
        "number": _integer(least=1),
        "at": _MOMENT,
        "what": _text(),
        "undoes": _or_null(_integer("the number of a step", 1)),
        "redoes": _or_null(_integer("the number of a step", 1)),
        "changes": _list(
            _object(
                {
                    "id": _text(),
                    "title": _or_null(_text()),
                    "before": _or_null({"$ref": "#/$defs/bookmark"}),
                    "after": _or_null({"$ref": "#/$defs/bookmark"}),
                }
            )
        ),
        "collections": _list(
            _object({"name": _text(), "before": _or_null(_text("the query")), "after": _or_null(_text("the query"))})
        ),
    },
    {
        "joined": _list(
            _object({"id": _text(), "title": _text(), "into": _text("the id of a paper"), "why": _text()}),
            "imported records of the same work",
        )
    },
)
_PDF = _object(
    {"id": _text(), "file": _text("its path"), "bytes": _integer(), "fetched": _flag("whether it was downloaded now")}
)
_SYNC = _object(
    {
        "remote": _or_null(_text("null: sync is not set up")),
        "auto": _flag(),
        "synced": _or_null(_MOMENT),
        "tried": _or_null(_MOMENT),
        "failure": _or_null(_text("why the last sync failed")),
        "waiting": _integer("changes to commit"),
        "ahead": _integer("commits to send"),
        "behind": _integer("commits to receive"),
        "news": _texts(),
    }
)
_MAIL = _object(
    {
        "period": _text("a day or a week"),
        "series": _text(),
        "state": _one_of(("open", "sent", "failed", "empty")),
        "message_id": _or_null(_text()),
        "subject": _or_null(_text()),
        "from": _or_null(_text()),
        "papers": _integer(),
        "size": _integer("in bytes"),
        "intended_at": _MOMENT,
        "ended_at": _or_null(_MOMENT),
        "recipients": _list(
            _object(
                {
                    "address": _text(),
                    "state": _one_of(("intended", "handed over", "confirmed", "deferred", "refused")),
                    "why": _or_null(_text("the objection of the server")),
                }
            )
        ),
    }
)
_SCHEDULE = _object(
    {
        "scheduled": _or_null(_text("the times, in words")),
        "by": _or_null(_text("the scheduler")),
        "where": _or_null(_text("its file or entry")),
        "active": _flag(),
        "next_run": _or_null(_MOMENT),
        "last": _or_null({"$ref": "#/$defs/mail"}),
        "failure": _or_null(_text("why the last run failed")),
        "log": _list({"$ref": "#/$defs/mail"}, "the newest first"),
    }
)
_ANSWER = _object(
    {"query": _text(), "results": _list({"$ref": "#/$defs/hit"})}, {"error": _text("why there are no results")}
)

#: The record that each command prints, in the order of the help page.
RECORDS: Mapping[str, Schema] = {
    "list": _with(_PAPER, {}, _MUTED | {"alerts": _texts("why it is in Alerts")}),
    "search": _HIT,
    "search --stdin": _ANSWER,
    "show": _SHOWN,
    "read": _TEXT,
    "diff": _DIFF,
    "trends": _TREND,
    "map": _CLUSTER,
    "pdf": _PDF,
    "bookmark list": _PAPER,
    "bookmark tags": _object({"tag": _text(), "bookmarks": _integer()}),
    "bookmark collections": _object({"name": _text(), "query": _text()}),
    "log": _STEP,
    "sync status": _SYNC,
    "why": _WHY,
    "foryou": _FOR_YOU,
    "foryou status": _FOR_YOU,
    "feeds list": _FEED,
    "follows": _FOLLOW,
    "digest status": _SCHEDULE,
}
#: Commands that print one object instead of an array, or an object a line in any case.
SINGLE = frozenset({"digest status", "search --stdin"})
_DEFINITIONS = {
    "bookmark": _BOOKMARK, "passage": _PASSAGE, "span": _SPAN, "part": _PART, "mail": _MAIL, "hit": _HIT,
}  # fmt: skip


def schema_of(command: str, *, lines: bool = False) -> dict[str, Any]:
    """The schema of what a command prints with ``--json``; with `lines`, of each line it prints with ``--jsonl``."""
    record = RECORDS[command]
    is_array = not lines and command not in SINGLE
    body: dict[str, Any] = {"type": "array", "items": record} if is_array else dict(record)
    about = "a line of " if lines or command == "search --stdin" else ""
    option = "" if command == "search --stdin" else " --jsonl" if lines else " --json"
    needed = _references(body)
    definitions = {name: value for name, value in _DEFINITIONS.items() if name in needed}
    return {
        "$schema": DIALECT,
        "title": f"{about}papertui {command}{option}",
        **body,
        **({"$defs": definitions} if definitions else {}),
    }


def _references(schema: object) -> set[str]:
    """The names of the definitions that a schema needs, also through other definitions."""
    if isinstance(schema, Mapping):
        reference = schema.get("$ref")
        if isinstance(reference, str):
            name = reference.rpartition("/")[2]
            return {name} | _references(_DEFINITIONS[name])
        return set().union(*map(_references, schema.values()))
    return set().union(*map(_references, schema)) if isinstance(schema, list | tuple) else set()
