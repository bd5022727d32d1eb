"""The recorded responses beside the project, and a loopback service that replays them."""

import importlib.util
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from papertui.model.paper import Paper
from papertui.sources.huggingface_parse import read_entries

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
RECORDED = SHARED / "recorded"
CASES = SHARED / "cases"
HAVE_RECORDED = (RECORDED / "hf_daily").is_dir()


def days() -> list[str]:
    """Return the recorded days, oldest first."""
    return sorted(path.stem for path in (RECORDED / "hf_daily").glob("????-??-??.json"))


def day(name: str) -> list[dict[str, Any]]:
    """Return the response recorded for one day."""
    rows: list[dict[str, Any]] = json.loads((RECORDED / "hf_daily" / f"{name}.json").read_text(encoding="utf-8"))
    return rows


def recorded_papers() -> list[Paper]:
    """Return every recorded paper once, as papertui parses it, oldest first."""
    papers: dict[str, Paper] = {}
    for name in days():
        for paper in read_entries(day(name)).papers:
            papers.setdefault(paper.id, paper)
    return list(papers.values())


def _replay() -> ModuleType:
    spec = importlib.util.spec_from_file_location("replay", SHARED / "hub" / "replay.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def hub(
    today: str | None = None, journal: Path | None = None, *, strict_pace: bool = False, port: int = 0
) -> Iterator[str]:
    """Run the replaying service; yield its base address (Hugging Face; arXiv under ``/arxiv``).

    With `strict_pace` it refuses requests to arXiv that come too fast. It listens on `port`, by default on any
    free one.
    """
    server = _replay().serve(RECORDED, port, today=today, journal=journal, strict_pace=strict_pace)
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        handle = server.RequestHandlerClass.journal
        if handle is not None:
            handle.close()
