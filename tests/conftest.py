"""Marks and fixtures every test may use."""

import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from kit.recorded import HAVE_RECORDED

# No test is about time: machines are busy. The same examples each time in CI, so that a red run is about the change.
settings.register_profile(
    "full",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("short", settings.get_profile("full"), max_examples=5)

#: What the tests and the programs they start must not see of this machine, each also in lower case.
_UNSET = (
    "PAPERTUI_NOW", "HF_ENDPOINT", "HF_TOKEN", "PAPERTUI_SMTP_URL", "PAPERTUI_MAIL_FROM", "PAPERTUI_MAIL_TO",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "NO_COLOR", "FORCE_COLOR",
    "COLORTERM", "LINES", "LANGUAGE", "BROWSER", "EDITOR", "VISUAL", "PAGER", "DISPLAY", "WAYLAND_DISPLAY",
)  # fmt: skip
#: What they see instead: the same terminal, language and time zone on every machine.
_LONGEST_NAME = 60
_LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
_SET = {"TERM": "xterm-256color", "COLUMNS": "80", "LANG": _LOCALE, "LC_ALL": _LOCALE, "TZ": "UTC"}
os.environ["TZ"] = _SET["TZ"]
time.tzset()


def _is_fast_loop(config: pytest.Config) -> bool:
    return "not slow" in config.getoption("markexpr")


def pytest_configure(config: pytest.Config) -> None:
    """Test properties with a few examples in the fast loop; ``--hypothesis-profile`` decides otherwise."""
    # A shell starts what runs in the background with SIGINT ignored, and its children inherit that.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if not config.getoption("--hypothesis-profile", None):
        settings.load_profile("short" if _is_fast_loop(config) else "full")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips, with a reason, what this machine has no means for."""
    no_records = pytest.mark.skip(reason="the recorded answers (../shared) are not beside the project")
    no_tmux = pytest.mark.skip(reason="tmux is not installed")
    for item in items:
        if item.get_closest_marker("recorded") and not HAVE_RECORDED:
            item.add_marker(no_records)
        if item.get_closest_marker("journey") and shutil.which("tmux") is None:
            item.add_marker(no_tmux)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Shorten the names of tests of megabytes of text, which would be sent between processes."""
    if isinstance(val, str | bytes) and len(val) > _LONGEST_NAME:
        return f"{argname}-of-{len(val)}"
    return None


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    # One folder for all: mktemp looks through its neighbours to find a free name, which adds up.
    base = tmp_path_factory.mktemp("homes")
    return (base / str(number) for number in count())


@pytest.fixture(autouse=True)
def _own_home(_homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test away from the files, clock, services and terminal of this machine."""
    home = next(_homes)
    home.mkdir()
    monkeypatch.setenv("PAPERTUI_HOME", str(home))
    for name in ("API", "RSS", "SITE"):  # nobody is there, and nobody else is asked
        monkeypatch.setenv(f"PAPERTUI_ARXIV_{name}_URL", "http://127.0.0.1:9")
    for name in _UNSET:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name, value in _SET.items():
        monkeypatch.setenv(name, value)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two workers a core, since many tests wait for a process or a socket; none in the fast loop.

    There, collecting the tests again in each worker costs more than running them.
    """
    return 0 if _is_fast_loop(config) else min(8, 2 * (os.cpu_count() or 1))
