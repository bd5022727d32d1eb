"""``pdf``: downloads PDFs and opens them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from papertui.cli.output import as_json, print_message, write, write_records
from papertui.cli.parser import Commands, add_json, add_offline
from papertui.errors import SourceError, StoreError, UsageError
from papertui.model.paper import paper_ids

if TYPE_CHECKING:
    from papertui.cli.context import Context
    from papertui.services.pdfs import PdfFile


def add_commands(commands: Commands) -> None:
    parser = commands.add(
        "pdf",
        "download PDFs and print their paths",
        """\
papertui pdf 2604.26951 --open
  papertui pdf 2604.26951 hep-th/9711200 -o ~/to-read/
  papertui bookmark list --jsonl | jq -r .id | xargs papertui pdf

Each PDF is stored once, in pdf_folder (see the settings), and its path is printed. Run the command again to resume an
interrupted download. Existing files are never overwritten.""",
        download_pdfs,
    )
    parser.add_argument("ids", nargs="+", metavar="ID", help="arXiv ids or URLs of papers")
    parser.add_argument("-o", dest="output", metavar="FILE|DIR", help="save to this file or folder")
    parser.add_argument("--open", action="store_true", help="open in your viewer (pdf_viewer in the settings)")
    add_offline(parser)
    add_json(parser)


def download_pdfs(context: Context) -> int:
    """Print the path of each PDF when it is there; return the highest exit code."""
    args = context.args
    ids = paper_ids(args.ids)
    folder, file = _folder_or_file(args.output)
    if file is not None and len(ids) > 1:
        raise UsageError(f"-o names one file for {len(ids)} PDFs. Name a folder instead, for example {file.parent}/")
    codes = [0]
    pdfs = _download_each(context, ids, folder, file, codes)
    if args.json:
        write_records(list(map(_record, pdfs)), lines=False)
    else:
        for pdf in pdfs:
            write(as_json(_record(pdf)) + "\n" if args.jsonl else f"{pdf.file}\n", now=True)
    return max(codes)


def _download_each(
    context: Context, ids: list[str], folder: Path | None, file: Path | None, codes: list[int]
) -> Iterator[PdfFile]:
    """Yield the PDFs as they arrive; print errors and collect their exit codes."""
    for id_ in ids:
        progress = context.progress(f"Downloading {id_}:", sizes=True)
        download = context.services.pdfs.get(
            id_, offline=context.args.offline, folder=folder, file=file, progress=progress or (lambda *_: None)
        )
        try:
            pdf = asyncio.run(download)
        except (SourceError, StoreError) as error:
            if progress is not None:
                progress.clear()
            print_message(str(error))
            codes.append(error.exit_code)
            continue
        if not pdf.fetched:
            print_message(f"{pdf.file} already exists.")
        yield pdf
        if context.args.open:
            codes.append(_show(context, pdf))


def _show(context: Context, pdf: PdfFile) -> int:
    if not context.services.pdfs.show(pdf.file):
        print_message(f"No viewer could be started for {pdf.file}. Set pdf_viewer in the settings.")
        return UsageError.exit_code
    if context.services.papers.stored(pdf.id) is not None:
        context.services.read_state.mark([pdf.id], read=True)
    return 0


def _folder_or_file(text: str | None) -> tuple[Path | None, Path | None]:
    """Split the argument of ``-o`` into a folder or a file."""
    if text is None:
        return None, None
    if not text or "\0" in text:
        raise UsageError("-o needs the path of a file or a folder.")
    path = Path(text)
    is_folder = text.endswith(os.sep) or path.is_dir()
    return (path, None) if is_folder else (None, path)


def _record(pdf: PdfFile) -> dict[str, Any]:
    return {"id": pdf.id, "file": str(pdf.file), "bytes": pdf.bytes, "fetched": pdf.fetched}
