"""``pdf``: downloads PDFs and opens them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from papertui.cli.errand import Context
from papertui.cli.output import as_json, say, write, write_records
from papertui.errors import SourceError, StoreError, UsageError
from papertui.model.paper import paper_id
from papertui.services.pdfs import PdfFile


def bring(context: Context) -> int:
    """Print the path of each PDF when it is there; return the highest exit code."""
    args = context.asked
    ids = list(dict.fromkeys(paper_id(text) for text in args.ids))
    folder, file = _place(args.output)
    if file is not None and len(ids) > 1:
        raise UsageError(f"-o names one file for {len(ids)} PDFs. Name a folder instead, for example {file.parent}/")
    codes = [0]
    pdfs = _each(context, ids, folder, file, codes)
    if args.json:
        write_records(list(map(_record, pdfs)), lines=False)
    else:
        for pdf in pdfs:
            write(as_json(_record(pdf)) + "\n" if args.jsonl else f"{pdf.file}\n", now=True)
    return max(codes)


def _each(
    context: Context, ids: list[str], folder: Path | None, file: Path | None, codes: list[int]
) -> Iterator[PdfFile]:
    """Yield the PDFs as they arrive; print errors and collect their exit codes."""
    for id_ in ids:
        progress = context.progress(f"Downloading {id_}:", sizes=True)
        get = context.services.pdfs.get(
            id_, offline=context.asked.offline, folder=folder, file=file, told=progress or (lambda *_: None)
        )
        try:
            pdf = asyncio.run(get)
        except (SourceError, StoreError) as problem:
            if progress is not None:
                progress.clear()
            say(str(problem))
            codes.append(problem.exit_code)
            continue
        if not pdf.fetched:
            say(f"{pdf.file} already exists.")
        yield pdf
        if context.asked.open:
            codes.append(_show(context, pdf))


def _show(context: Context, pdf: PdfFile) -> int:
    if not context.services.pdfs.show(pdf.file):
        say(f"No viewer could be started for {pdf.file}. Set pdf_viewer in the settings.")
        return UsageError.exit_code
    if context.services.papers.stored(pdf.id) is not None:
        context.services.read_state.mark([pdf.id], read=True)
    return 0


def _place(text: str | None) -> tuple[Path | None, Path | None]:
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
