"""Two machines and a bare repository."""

from pathlib import Path
from typing import NamedTuple

import pytest

from kit.machines import Clock, Machine, bare_repository
from papertui.model.remote import Remote


class Meeting(NamedTuple):
    """Two machines and their remote."""

    one: Machine
    two: Machine
    remote: Remote
    path: Path


@pytest.fixture
def meeting(tmp_path: Path) -> Meeting:
    clock = Clock()
    path = tmp_path / "papers.git"
    return Meeting(Machine(tmp_path / "one", clock), Machine(tmp_path / "two", clock), bare_repository(path), path)
