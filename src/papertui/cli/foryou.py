"""``why`` and ``foryou``: what speaks for a paper, and what For you learns from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from papertui.cli.output import print_message, printable, write, write_records
from papertui.cli.parser import Commands, Parser, add_id, add_json
from papertui.model.format import plural
from papertui.model.paper import paper_id, paper_ids
from papertui.model.record import iso

if TYPE_CHECKING:
    from papertui.cli.context import Context
    from papertui.services.foryou import ReasonShare, Status, Tuned, Why


def add_commands(commands: Commands) -> None:
    why = commands.add(
        "why",
        "print what speaks for a paper",
        """\
papertui why 2604.26951
  papertui why 2604.26951 --json | jq '.[].words'

What you keep decides: words of titles and abstracts, authors, organisations. “papertui foryou mute” takes a reason out,
“papertui foryou pin” makes it count as much as the best ones.""",
        print_why,
    )
    add_id(why)
    add_json(why)
    _add_for_you(commands)


def _add_for_you(commands: Commands) -> None:
    parser = commands.add(
        "foryou",
        "papers ranked by what you keep: status, thumbs, reasons",
        """\
papertui list foryou
  papertui list daily --sort foryou
  papertui foryou status
  papertui foryou like 2604.26951
  papertui foryou mute benchmark "author:Ada Lovelace"

It learns from your bookmarks, from thumbs, and from papers that were shown and not kept. Everything is computed on this
machine, and nothing leaves it.""",
        print_status,
    )
    add_json(parser)
    below = parser.add_commands("[status|reset|pause|...]", required=False)
    add_json(below.add("status", "show what it learns from", "papertui foryou status --json", print_status))
    below.add("reset", "forget all thumbs and pauses", "papertui foryou reset", reset)
    below.add("pause", "learn nothing from what you do from now on", "papertui foryou pause", pause)
    below.add("resume", "end the pause", "papertui foryou resume", resume)
    for name, about, run in (
        ("like", "give papers a thumb up: they count as kept", like),
        ("dislike", "give papers a thumb down: they leave the view", dislike),
        ("unrate", "take thumbs away", unrate),
    ):
        command = below.add(name, about, f"papertui foryou {name} 2604.26951", run)
        command.add_argument("ids", nargs="+", metavar="ID", help="arXiv ids, DOIs or addresses of papers")
    for name, about, run in (
        ("mute", "reasons that do not count", mute),
        ("pin", "reasons that count as much as the best ones", pin),
        ("clear", "neither mute nor pin reasons", clear),
    ):
        _add_reasons(below.add(name, about, f'papertui foryou {name} benchmark "author:Ada Lovelace"', run))


def _add_reasons(parser: Parser) -> None:
    parser.add_argument("reasons", nargs="+", metavar="REASON", help="a word, author:NAME, org:NAME or paper:ID")


def print_why(context: Context) -> int:
    why = context.services.foryou.why(paper_id(context.args.id))
    if context.args.json or context.args.jsonl:
        write_records([_record(why)], lines=context.args.jsonl)
        return 0
    for line in _why_lines(why):
        write(f"{printable(line)}\n")
    return 0


def _record(why: Why) -> dict[str, Any]:
    def shares(reasons: tuple[ReasonShare, ...]) -> list[dict[str, Any]]:
        return [
            {"reason": str(one.name), "share": round(one.share, 4), "pinned": one.is_pinned}
            | ({"kept": one.kept} if one.name.kind != "word" else {})
            for one in reasons
        ]

    return {
        "id": why.paper.id,
        "title": why.paper.title,
        "score": round(why.score, 4),
        "learned_from": why.learned_from,
        "words": shares(why.words),
        "people": shares(why.people),
        "like": [
            {
                "id": one.paper.id, "title": one.paper.title, "similarity": round(one.similarity, 4),
                "words": list(one.words),
            }
            for one in why.like
        ],
        "against": list(why.against),
    }  # fmt: skip


def _why_lines(why: Why) -> Iterator[str]:
    yield why.paper.title
    if not why.learned_from:
        yield "Nothing is learned yet: bookmark papers, or rate them with “papertui foryou like ID”."
        return
    for one in why.people:
        yield f"  {one.share:4.0%}  {one.name.kind}:{one.name.value}, of which you kept {one.kept}{_pinned(one)}"
    for one in why.words:
        yield f"  {one.share:4.0%}  {one.name.value}{_pinned(one)}"
    if not why.words and not why.people:
        yield "  Nothing that you keep speaks for it."
    for like in why.like:
        words = f" ({', '.join(like.words)})" if like.words else ""
        yield f"  like  {like.paper.id} {like.paper.title}{words}"
    if why.against:
        yield f"  against it: {', '.join(why.against)}"


def _pinned(one: ReasonShare) -> str:
    return " (pinned)" if one.is_pinned else ""


def print_status(context: Context) -> int:
    status = context.services.foryou.status()
    if context.args.json or context.args.jsonl:
        record = status._asdict() | {"paused": None if status.paused is None else iso(status.paused)}
        record |= {name: list(value) for name, value in record.items() if isinstance(value, tuple)}
        write_records([record], lines=context.args.jsonl)
        return 0
    for name, words in _status_lines(status):
        write(f"{name:<10}{printable(words)}\n")
    return 0


def _status_lines(status: Status) -> Iterator[tuple[str, str]]:
    yield "learning", f"paused since {iso(status.paused)}" if status.paused else "from everything you keep"
    yield "kept", plural(status.kept, "paper")
    yield "not kept", plural(status.shown, "paper")
    yield "thumbs", f"{status.ups} up, {status.downs} down"
    yield "votes", f"weigh {status.votes:.2f} beside what was learned"
    for name, values in (
        ("words", status.words),
        ("people", status.people),
        ("muted", status.muted),
        ("pinned", status.pinned),
    ):
        if values:
            yield name, ", ".join(values)


def reset(context: Context) -> int:
    number = context.services.foryou.reset()
    print_message(
        f"{plural(number, 'thumb')} forgotten. Your bookmarks are unchanged, and count from now on as before."
    )
    return 0


def pause(context: Context) -> int:
    changed = context.services.foryou.pause(on=True)
    print_message("Paused: nothing new is learned. “papertui foryou resume” ends this." if changed else "It is paused.")
    return 0


def resume(context: Context) -> int:
    changed = context.services.foryou.pause(on=False)
    print_message("Learning again; what happened in the pause does not count." if changed else "It is not paused.")
    return 0


def like(context: Context) -> int:
    return _rate(context, up=True)


def dislike(context: Context) -> int:
    return _rate(context, up=False)


def unrate(context: Context) -> int:
    return _rate(context, up=None)


def _rate(context: Context, *, up: bool | None) -> int:
    context.services.foryou.rate(paper_ids(context.args.ids), up=up)
    return 0


def mute(context: Context) -> int:
    return _tune(context, "mute")


def pin(context: Context) -> int:
    return _tune(context, "pin")


def clear(context: Context) -> int:
    return _tune(context, "clear")


def _tune(context: Context, what: Tuned) -> int:
    from papertui.services.foryou import parse_reason  # noqa: PLC0415 - the help needs no services

    for text in context.args.reasons:
        context.services.foryou.tune(parse_reason(text), what)
    return 0
