"""How git runs: the user's configuration has no effect, and no secret is exposed."""

import base64
import os
from pathlib import Path

import pytest
from hypothesis import given

from kit.machines import BARE
from kit.papers import TEXTS
from papertui.errors import StoreError
from papertui.model.remote import remote_of
from papertui.sync.git import REMOTE, Git
from papertui.sync.repository import format_of, path_of

SPY = """#!/bin/sh
printf '%s\\n' "$@" > "$SPY_FILE.argv"
env > "$SPY_FILE.env"
echo "fatal: unable to access 'https://me:s3cret@example.org/': no" >&2
exit 128
"""


@pytest.fixture
def spied(tmp_path: Path) -> Git:
    """A git that records its arguments and environment."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").write_text(SPY)
    (tmp_path / "bin" / "git").chmod(0o755)
    environ = {
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "SPY_FILE": str(tmp_path / "spied"),
        "GIT_DIR": "/elsewhere",
        "GIT_WORK_TREE": "/elsewhere",
        "GIT_INDEX_FILE": "/elsewhere/index",
        "GIT_CONFIG_PARAMETERS": "'core.hooksPath=/evil'",
        "GIT_SSH_COMMAND": "ssh -i key",
        "LC_ALL": "de_DE.UTF-8",
    }
    return Git(tmp_path / "sync", environ)


def test_secrets_are_not_in_arguments_or_messages(spied: Git, tmp_path: Path) -> None:
    ran = spied.run("fetch", REMOTE, remote=remote_of("https://me:s3cret@example.org/x.git"))
    assert ran.code == 128
    assert ran.err == "fatal: unable to access 'https://***@example.org/': no"
    assert "s3cret" not in (tmp_path / "spied.argv").read_text()
    environment = (tmp_path / "spied.env").read_text()
    assert "s3cret" not in environment
    assert base64.b64encode(b"me:s3cret").decode() in environment
    assert "=http.https://example.org/x.git.extraHeader\n" in environment


def test_git_variables_of_the_environment_are_ignored(spied: Git, tmp_path: Path) -> None:
    spied.run("status")
    environment = dict(line.split("=", 1) for line in (tmp_path / "spied.env").read_text().splitlines())
    settings = {value for name, value in environment.items() if name.startswith("GIT_CONFIG_")}
    assert not settings & {"'core.hooksPath=/evil'"}
    assert {"core.hooksPath", "commit.gpgSign", "protocol.ext.allow"} <= settings
    assert not environment.keys() & {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_CONFIG_PARAMETERS"}
    assert environment["GIT_SSH_COMMAND"] == "ssh -i key"
    assert (environment["GIT_TERMINAL_PROMPT"], environment["LC_ALL"]) == ("0", "C")


def test_a_missing_git_is_reported(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="the command git, which is not installed"):
        Git(tmp_path, {"PATH": str(tmp_path)}).check_version()


def test_an_old_git_is_refused(tmp_path: Path) -> None:
    (tmp_path / "git").write_text("#!/bin/sh\necho git version 2.30.2\n")
    (tmp_path / "git").chmod(0o755)
    with pytest.raises(StoreError, match=r"needs git 2\.31 or newer; installed is “git version 2\.30\.2”"):
        Git(tmp_path, {"PATH": f"{tmp_path}:{os.environ['PATH']}"}).check_version()


def test_a_hanging_git_is_killed(tmp_path: Path) -> None:
    (tmp_path / "git").write_text(f"#!/bin/sh\n(sleep 60; touch {tmp_path}/late) &\nsleep 60\n")
    (tmp_path / "git").chmod(0o755)
    ran = Git(tmp_path, {"PATH": f"{tmp_path}:{os.environ['PATH']}"}, local_seconds=0.2).run("gc")
    assert (ran.code, ran.err) == (124, "no answer within 0.2 seconds")


def test_the_users_hooks_and_signatures_are_disabled(tmp_path: Path) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("pre-push", "reference-transaction", "post-checkout"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/acted\nexit 1\n")
        (hooks / name).chmod(0o755)
    (tmp_path / ".gitconfig").write_text(
        f"[core]\nhooksPath={hooks}\n[commit]\ngpgSign=true\n[push]\ngpgSign=true\n[init]\ntemplateDir={hooks}\n"
    )
    git = Git(tmp_path / "sync", BARE | {"HOME": str(tmp_path)})
    assert git.run("init", "--quiet", "--bare", "--template=").code == 0
    given = b"commit refs/heads/x\ncommitter x <x@x> 1 +0000\ndata 2\nx\n\n"
    assert git.run("fast-import", "--quiet", given=given).code == 0
    assert git.run("init", "--quiet", "--bare", str(tmp_path / "far.git")).code == 0
    far = remote_of(str(tmp_path / "far.git"))
    assert git.run("push", "--quiet", REMOTE, "refs/heads/x", remote=far).code == 0
    assert not (tmp_path / "acted").exists()


@given(TEXTS, TEXTS)
def test_every_id_has_a_unique_safe_file_name(one: str, other: str) -> None:
    path = path_of(one)
    assert path.startswith("bookmarks/")
    assert path.endswith(".json")
    name = path.removeprefix("bookmarks/")
    assert "/" not in name
    assert ".." not in name
    assert name.isascii()
    assert name.isprintable()
    assert name == name.lower()
    assert (path == path_of(other)) == (one == other)


def test_file_names() -> None:
    assert path_of("2604.26951") == "bookmarks/2604.26951.json"
    assert path_of("hep-th/9711200").startswith("bookmarks/hep-th_9711200~")
    for id_ in ("con", "nul.x", "..", "../../etc/passwd", "x" * 500, "", "-x"):
        assert path_of(id_).removesuffix(".json") != f"bookmarks/{id_}"
        assert len(path_of(id_)) < 200


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"format": "1"}', b'{"format": true}', b"\xff", b"[" * 9999])
def test_an_invalid_format_is_rejected(data: bytes) -> None:
    assert format_of(data) is None
