"""``pdf``."""

from __future__ import annotations

from papertui.cli.grammar.commands import Add
from papertui.cli.grammar.options import forms, offline

_PDF = """\
papertui pdf 2604.26951 --open
  papertui pdf 2604.26951 hep-th/9711200 -o ~/to-read/
  papertui bookmark list --jsonl | jq -r .id | xargs papertui pdf

Each PDF is kept once, in pdf_folder of the settings; its path is printed. A download that was interrupted goes on where
it was when the same command is given again, and no file is ever overwritten."""


def add_commands(command: Add) -> None:
    """Adds it by `command`."""
    pdf = command("pdf", "download the PDF of a paper, or find the one that is there", _PDF)
    pdf.add_argument("ids", nargs="+", metavar="ID", help="arXiv ids, or addresses of papers")
    pdf.add_argument("-o", dest="output", metavar="FILE|DIR", help="put it there")
    pdf.add_argument("--open", action="store_true", help="show it in your viewer (pdf_viewer in the settings)")
    offline(pdf)
    forms(pdf)
