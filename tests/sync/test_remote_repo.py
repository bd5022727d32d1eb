"""Remotes that are not folders: a forge with a password, and a server over ssh."""

from pathlib import Path
from urllib.parse import quote

import pytest

from kit.forge import PASSWORD, USER, forge
from kit.machines import BARE, Clock, Machine, git
from kit.papers import plain
from papertui.errors import SourceError
from papertui.model.remote import remote_of
from papertui.sync.exchange import Syncer

from .conftest import Meeting

pytestmark = pytest.mark.slow


def test_a_forge_with_a_password(meeting: Meeting, tmp_path: Path) -> None:
    git(meeting.path, "config", "http.receivepack", "true")
    meeting.one.keep(plain(1))
    meeting.two.keep(plain(2))
    with forge(tmp_path) as host:
        remote = remote_of(f"http://{USER}:{quote(PASSWORD, safe='')}@{host}/papers.git")
        for machine in (meeting.one, meeting.two, meeting.one):
            machine.sync(remote)
        wrong = remote_of(f"http://{USER}:wr0ng@{host}/papers.git")
        with pytest.raises(SourceError, match="denies access") as raised:
            meeting.one.sync(wrong)
        without = remote_of(f"http://{host}/papers.git")
        with pytest.raises(SourceError, match="denies access"):
            meeting.one.sync(without)
    assert meeting.one.marks() == meeting.two.marks()
    assert set(meeting.one.marks()) == {plain(1).id, plain(2).id}
    assert "wr0ng" not in str(raised.value)
    for file in meeting.one.folder.rglob("*"):
        assert not file.is_file() or b"s3cr" not in file.read_bytes()


@pytest.mark.parametrize("form", ["somebody@server:{}", "ssh://somebody@server{}"])
def test_a_server_over_ssh(meeting: Meeting, tmp_path: Path, form: str) -> None:
    ssh = tmp_path / "ssh"
    ssh.write_text('#!/bin/sh\nfor last; do :; done\ntest -t 0 && exit 9\nexec sh -c "$last"\n')
    ssh.chmod(0o755)
    meeting.one.keep(plain(1))
    home = meeting.one.home
    environ = BARE | {"GIT_SSH_COMMAND": str(ssh), "GIT_SSH_VARIANT": "ssh"}
    exchange = Syncer(meeting.one.library, home / "bookmarks.json", home / "sync", environ, meeting.one.clock)
    assert exchange.sync(remote_of(form.format(meeting.path))).sent == 1
    assert meeting.two.sync(meeting.remote).received == 1


def test_an_unreachable_server(tmp_path: Path) -> None:
    machine = Machine(tmp_path, Clock())
    with pytest.raises(SourceError) as raised:
        machine.sync(remote_of("https://127.0.0.1:9/papers.git"))
    sentence = str(raised.value)
    assert sentence.startswith("https://127.0.0.1:9/papers.git cannot be reached (")
    assert sentence.isprintable()
    with pytest.raises(SourceError, match="cannot be reached"):
        machine.sync(remote_of("nobody@127.0.0.1:papers.git"))
