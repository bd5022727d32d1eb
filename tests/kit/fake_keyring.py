"""A package ``keyring`` for tests: it keeps passwords in a file beside it."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PACKAGE = """
import json
from pathlib import Path
from keyring.errors import NoKeyringError

_FILE = Path(__file__).with_name("passwords.json")

def _all():
    return json.loads(_FILE.read_text()) if _FILE.exists() else {}

def get_password(service, user):
    return _all().get(f"{service} {user}")

def set_password(service, user, password):
    if Path(__file__).with_name("locked").exists():
        raise NoKeyringError
    _FILE.write_text(json.dumps({**_all(), f"{service} {user}": password}))
"""
_ERRORS = "class KeyringError(Exception): ...\nclass NoKeyringError(KeyringError): ...\n"


@contextmanager
def fake_keyring(folder: Path) -> Iterator[Path]:
    """Make ``import keyring`` find a package in `folder`; yield the folder of the package."""
    package = folder / "keyring"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(_PACKAGE)
    (package / "errors.py").write_text(_ERRORS)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield package
    finally:
        sys.path.remove(str(folder))
        for name in ("keyring", "keyring.errors"):
            sys.modules.pop(name, None)
        importlib.invalidate_caches()
