"""``diff``: what changed between two versions of a paper."""

from __future__ import annotations

import argparse
import asyncio
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from papertui.cli.output import page, print_message, printable, write_records
from papertui.cli.paper_text import MEASURE, TextStyle
from papertui.cli.parser import Commands, add_id, add_json, add_offline
from papertui.model.format import plural, wrapped
from papertui.model.paper import paper_id
from papertui.model.text_diff import MARKS, Piece, TextChange, VersionComparison

if TYPE_CHECKING:
    from papertui.cli.context import Context

_NUMBER = re.compile(r"v?([1-9]\d{0,3})", re.ASCII)
_LOOKS = {"added": "\x1b[32;4m", "removed": "\x1b[31;9m"}
_PLAIN = "\x1b[0m"


def add_commands(commands: Commands) -> None:
    parser = commands.add(
        "diff",
        "print what changed between two versions of a paper",
        """\
papertui diff 2604.26951
  papertui diff 2604.26951 --from v1 --to v3 | less
  papertui diff 2604.26951 --json | jq -r '.[].changes[].section'

Abstracts and full texts (arXiv's HTML) are compared word by word; changed paragraphs are printed below the headings of
their sections. [-words-] were removed, {+words+} were added; in colour they are struck through and underlined as well.
By default, the version that you had is compared with the newest one. Texts of bookmarked papers are stored. Exit code
3: there is only one version, or nothing of the two can be compared.""",
        print_changes,
    )
    add_id(parser)
    parser.add_argument(
        "--from", dest="before", type=_version, default=0, metavar="VERSION", help="the earlier version"
    )
    parser.add_argument("--to", dest="after", type=_version, default=0, metavar="VERSION", help="the later version")
    add_offline(parser)
    add_json(parser)


def _version(text: str) -> int:
    number = _NUMBER.fullmatch(text.strip().lower())
    if number is None:
        raise argparse.ArgumentTypeError(f"must be a version such as v2, not “{text[:40]}”")
    return int(number[1])


def print_changes(context: Context) -> int:
    """Print what changed between two versions, through a pager on a terminal."""
    args = context.args
    id_ = paper_id(args.id)
    found = asyncio.run(context.services.versions.compare(id_, args.before, args.after, offline=args.offline))
    if args.json or args.jsonl:
        write_records([_record(found)], lines=args.jsonl)
    else:
        page("".join(f"{line}\n" for line in _lines(found, context.style)), context.environ)
    for notice in found.notices:
        print_message(notice)
    context.services.versions.see(id_)
    return 0


def _record(found: VersionComparison) -> dict[str, Any]:
    return {
        "id": found.id,
        "title": found.title,
        "from": found.before,
        "to": found.after,
        "abstract": _pieces(found.abstract) if found.has_abstracts else None,
        "changes": [_change(change) for change in found.text] if found.has_texts else None,
        "notices": list(found.notices),
    }


def _change(change: TextChange) -> dict[str, Any]:
    return {
        "section": change.section or None,
        "kind": change.kind,
        "what": change.what,
        "pieces": _pieces(change.pieces),
    }


def _pieces(pieces: Iterable[Piece]) -> list[dict[str, str]]:
    return [piece._asdict() for piece in pieces]


def _lines(found: VersionComparison, style: TextStyle) -> Iterator[str]:
    width = None if style.width is None else min(style.width, MEASURE)

    def block(pieces: Iterable[Piece]) -> list[str]:
        return _with_looks(wrapped(" ".join(_marked(piece, style) for piece in pieces), width), style)

    title = f"{found.title or found.id}: version {found.before} to version {found.after}"
    yield from (style.bold(line) for line in wrapped(title, width))
    if found.has_abstracts:
        yield from ("", style.bold(_heading("Abstract", style)), "")
        yield from block(found.abstract) if found.abstract else ["It did not change."]
    section: str | None = None
    for change in found.text:
        if change.section != section:
            section = change.section
            yield ""
            yield from (style.bold(line) for line in wrapped(_heading(section or "Beginning", style), width))
        yield ""
        yield from block(change.pieces)
    if found.has_texts:
        changes = plural(len(found.text), "paragraph") if found.text else "Nothing"
        yield from ("", style.dim(f"{changes} of the full text changed."))


def _heading(text: str, style: TextStyle) -> str:
    return f"## {text}" if style.width is None else printable(text)


def _marked(piece: Piece, style: TextStyle) -> str:
    """Return the words in marks, which `_with_looks` replaces where there are colours."""
    if piece.kind == "skipped":
        return "..." if style.ascii else "…"
    before, after = MARKS.get(piece.kind, ("", ""))
    return f"{before}{printable(piece.text)}{after}"


def _with_looks(lines: Iterable[str], style: TextStyle) -> list[str]:
    """Colour the words in marks, line by line: a look that goes on at the next line would colour the margin."""
    if not style.colour:
        return list(lines)
    made = []
    look = ""
    for line in lines:
        shown = look
        for part in re.split(r"(\[-|-\]|\{\+|\+\})", line):
            if part in ("[-", "{+"):
                look = _LOOKS["removed" if part == "[-" else "added"]
                shown += look + part
            elif part in ("-]", "+}"):
                shown, look = f"{shown}{part}{_PLAIN}", ""
            else:
                shown += part
        made.append(f"{shown}{_PLAIN}" if look else shown)
    return made
