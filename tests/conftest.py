"""Marks and fixtures every test may use."""

import os
import shutil

import pytest
from hypothesis import HealthCheck, settings

from kit.recorded import HAVE_RECORDED

# No test is about time: machines are busy. The same examples each time in CI, so that a red run is about the change.
settings.register_profile(
    "papertui", deadline=None, derandomize="CI" in os.environ, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("papertui")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips, with a reason, what this machine has no means for."""
    no_records = pytest.mark.skip(reason="the recorded answers (../shared) are not beside the project")
    no_tmux = pytest.mark.skip(reason="tmux is not installed")
    for item in items:
        if item.get_closest_marker("recorded") and not HAVE_RECORDED:
            item.add_marker(no_records)
        if item.get_closest_marker("journey") and shutil.which("tmux") is None:
            item.add_marker(no_tmux)


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps every test away from the reader's own files, clock and services."""
    monkeypatch.setenv("PAPERTUI_HOME", str(tmp_path_factory.mktemp("home")))
    for name in ("API", "RSS", "SITE"):  # nobody is there, and nobody else is asked
        monkeypatch.setenv(f"PAPERTUI_ARXIV_{name}_URL", "http://127.0.0.1:9")
    for name in (
        "PAPERTUI_NOW",
        "HF_ENDPOINT",
        "HF_TOKEN",
        "PAPERTUI_SMTP_URL",
        "PAPERTUI_MAIL_FROM",
        "PAPERTUI_MAIL_TO",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "NO_COLOR",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    ):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def pytest_xdist_auto_num_workers() -> int:
    """Two workers a core: tests of the screen and of services wait more than they work."""
    return min(8, 2 * (os.cpu_count() or 1))
