import io
import json
import os
import pty
import sys
from datetime import date

import pytest

from papertui.cli.output import terminal_width, use_utf8, write_records
from papertui.cli.paper_text import TextStyle, stdout_style

TODAY = date(2026, 4, 30)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_records_are_one_array_or_one_object_per_line(count: int, capsys: pytest.CaptureFixture[str]) -> None:
    records = [{"number": number, "text": "é\n\u2028"} for number in range(count)]
    write_records(iter(records), lines=False)
    assert json.loads(capsys.readouterr().out) == records
    write_records(iter(records), lines=True)
    out = capsys.readouterr().out
    assert [json.loads(line) for line in out.split("\n")[:-1]] == records


def test_streams_use_utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    given, taken = io.BytesIO(b"\xef\xbb\xbf\xc3\xa9\xff"), io.BytesIO()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(given, encoding="ascii"))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(taken, encoding="ascii"))
    use_utf8()
    assert sys.stdin.read() == "é\ufffd"
    sys.stdout.write("é\udc80")
    sys.stdout.flush()
    assert taken.getvalue() == "é\\udc80".encode()


def test_only_a_terminal_gets_colours_and_a_width(monkeypatch: pytest.MonkeyPatch) -> None:
    assert stdout_style({}, TODAY, ascii_glyphs=False) == TextStyle(TODAY)
    reader, writer = pty.openpty()
    with os.fdopen(writer, "w") as terminal:
        monkeypatch.setattr(sys, "stdout", terminal)
        looks = {
            name: stdout_style(environ, TODAY, ascii_glyphs=True)
            for name, environ in {
                "plain": {"COLUMNS": "77"},
                "no colour": {"COLUMNS": "77", "NO_COLOR": "1"},
                "empty": {"COLUMNS": "77", "NO_COLOR": ""},
                "dumb": {"COLUMNS": "77", "TERM": "dumb"},
            }.items()
        }
        monkeypatch.undo()
    os.close(reader)
    assert looks["plain"] == looks["empty"] == TextStyle(TODAY, 77, colour=True, ascii=True)
    assert looks["no colour"] == looks["dumb"] == TextStyle(TODAY, 77, colour=False, ascii=True)


@pytest.mark.parametrize("columns", ["", "0", "-5", "wide", "²"])
def test_an_invalid_width_is_ignored(columns: str) -> None:
    assert terminal_width({"COLUMNS": columns}) > 0
    assert terminal_width({"COLUMNS": "123"}) == 123
