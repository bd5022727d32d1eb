"""Compares what commands print with ``--json`` and ``--jsonl`` with the schemas that papertui publishes."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from papertui.cli.json_schemas import RECORDS, schema_of

#: Records of one command that are checked; some tests print thousands.
_MOST = 30


@cache
def line_validator(command: str) -> Any:
    """The validator of each record that `command` prints."""
    return Draft202012Validator(schema_of(command, lines=True))


def command_of(argv: Sequence[str]) -> str:
    """The command in `argv` whose JSON has a schema; empty if there is none."""
    words = [word for word in argv if word not in {"--json", "--jsonl", "--offline"}]
    if words[:1] == ["search"] and "--stdin" in words:
        return "search --stdin"
    names = (" ".join(words[:length]) for length in (2, 1))
    return next((name for name in names if name in RECORDS), "")


def check(argv: Sequence[str], code: int, out: str) -> None:
    """Fail if a command printed JSON that does not match its schema."""
    command = command_of(argv)
    if command != "search --stdin" and not {"--json", "--jsonl"} & set(argv):
        return
    if not command or not out.strip() or (code and command == "pdf"):
        return
    if "--json" in argv and command not in {"digest status", "search --stdin"}:
        records = json.loads(out)
        assert isinstance(records, list)
    else:
        records = [json.loads(line) for line in out.splitlines()]
    for record in records[:_MOST]:
        wrong = [f"{error.json_path}: {error.message[:300]}" for error in line_validator(command).iter_errors(record)]
        assert wrong == [], f"papertui {command} --json does not match its schema"
