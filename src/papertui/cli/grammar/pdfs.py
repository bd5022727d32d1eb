"""``pdf``."""

from __future__ import annotations

from papertui.cli.grammar.commands import Add
from papertui.cli.grammar.options import forms, offline

_PDF = """\
papertui pdf 2604.26951 --open
  papertui pdf 2604.26951 hep-th/9711200 -o ~/to-read/
  papertui bookmark list --jsonl | jq -r .id | xargs papertui pdf

Each PDF is stored once, in pdf_folder (see the settings), and its path is printed. Run the command again to resume an
interrupted download. Existing files are never overwritten."""


def add_commands(command: Add) -> None:
    pdf = command("pdf", "download PDFs, or print the paths of those already there", _PDF)
    pdf.add_argument("ids", nargs="+", metavar="ID", help="arXiv ids or URLs of papers")
    pdf.add_argument("-o", dest="output", metavar="FILE|DIR", help="save to this file or folder")
    pdf.add_argument("--open", action="store_true", help="open in your viewer (pdf_viewer in the settings)")
    offline(pdf)
    forms(pdf)
