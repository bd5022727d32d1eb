"""Mails a digest through Exim, a widely used mail server, and reads it back from the mailbox.

    PYTHONPATH=tests python tests/digest/real_server.py

The server runs on loopback in the foreground with a certificate of a test authority, and accepts mail only after
STARTTLS and a login. If it is missing, it is installed from Debian; without root or apt the script prints a message and
ends with exit code 0, for CI on other machines.
"""

import mailbox
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import trustme

from kit.fictional_service import NOW, FictionalService, serve_fictional_papers
from kit.shell import Ran, spawn
from kit.smtp_server import free_port
from papertui.digest.message import HEADERS, UNSUBSCRIBE

WORD = "geheim § Wort"
#: Headers that servers add.
FROM_SERVERS = {"Return-Path", "Delivered-To", "Received"}


def missing() -> str:
    """Why the server cannot run here; empty if it can."""
    if os.getuid() != 0:
        return "Exim runs as root, and this is not root"
    if shutil.which("exim4") is None and shutil.which("apt-get") is not None:
        # In this run level Debian does not start installed services.
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "exim4-daemon-light"]
        for words in (["apt-get", "update", "-qq"], install):
            subprocess.run(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return "" if shutil.which("exim4") else "Exim is not installed and cannot be installed with apt-get"


CONFIG = """
primary_hostname = a.example
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
spool_directory = {home}/spool
log_file_path = {home}/spool/%slog
pid_file_path = {home}/spool/exim.pid
exim_user = {user}
exim_group = {user}
deliver_drop_privilege = true
message_size_limit = 200K
tls_advertise_hosts = *
tls_certificate = {home}/cert.pem
tls_privatekey = {home}/key.pem
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
acl_smtp_rcpt = recipients
begin acl
recipients:
  deny !encrypted = *
    message = 530 5.7.0 Must issue a STARTTLS command first
  deny !authenticated = *
    message = 530 5.7.0 Authentication required
  accept domains = example.org
    verify = recipient
  deny message = relay not permitted
begin routers
box:
  driver = accept
  domains = example.org
  local_parts = ada
  transport = box
begin transports
box:
  driver = appendfile
  directory = {home}/mail
  maildir_format
  user = {user}
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{ada}}}}{{eq{{$auth3}}{{{word}}}}}}}}}
  server_set_id = $auth2
"""
USER = "Debian-exim"


@contextmanager
def exim(home: Path) -> Iterator[tuple[int, Path]]:
    """Run the server with the user ada@example.org; yields its port and the folder of her mail."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(home / "authority.pem"))
    leaf = authority.issue_cert("127.0.0.1", "localhost")
    (home / "cert.pem").write_bytes(b"".join(part.bytes() for part in leaf.cert_chain_pems))
    leaf.private_key_pem.write_to_path(str(home / "key.pem"))
    port = free_port()
    (home / "exim.conf").write_text(CONFIG.format(home=home, port=port, user=USER, word=WORD), encoding="utf-8")
    home.chmod(0o711)
    for name in ("spool", "mail"):
        (home / name).mkdir()
    for name in ("spool", "mail", "key.pem"):
        shutil.chown(home / name, USER, USER)
    with (home / "server.log").open("wb") as log:
        words = ["exim4", "-C", str(home / "exim.conf"), "-bdf", "-oX", f"127.0.0.1.{port}"]
        server = subprocess.Popen(words, stdout=log, stderr=log)
        try:
            _until(lambda: _listens(port), "Exim did not begin to listen", home)
            yield port, home / "mail"
        finally:
            server.terminate()
            server.wait(20)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _until(happened: object, complaint: str, home: Path) -> None:
    assert callable(happened)
    for _ in range(200):
        if happened():
            return
        time.sleep(0.05)
    raise AssertionError(f"{complaint}:\n{_log(home)}")


def _log(home: Path) -> str:
    files = [home / "server.log", *(home / "spool").glob("*log")]
    return "".join(file.read_text(encoding="utf-8", errors="replace") for file in files)


def read_back(box: Path) -> list[EmailMessage]:
    """The mails in a Maildir, the oldest first."""
    folder = mailbox.Maildir(box, create=False)
    parser = BytesParser(policy=policy.default)
    return [parser.parsebytes(folder.get_bytes(key)) for key in sorted(folder.keys())]


def check_message(message: EmailMessage) -> None:
    """Check that the mail is what was sent."""
    ours = [name for name in message.keys() if name not in FROM_SERVERS]  # noqa: SIM118 - a name may come twice
    assert ours == [*HEADERS[:5], UNSUBSCRIBE, *HEADERS[5:]], ours
    received = " ".join(str(message["Received"]).split())
    assert "TLS" in received, received
    assert message["From"] == "papertui <papertui@example.org>"
    assert message["To"] == "Ada Lovelace <ada@example.org>"
    assert "Thu 30 Apr" in message["Subject"], message["Subject"]
    text, page = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert page is not None
    assert "Sparse Attention for Impatient Readers" in text.get_content() or "Diffusion" in text.get_content()
    assert "</html>" in page.get_content()


def run(home: Path, service: FictionalService, port: int, box: Path) -> None:
    """Send one mail, and some that the server rejects."""
    variables = {
        **service.variables,
        "PAPERTUI_HOME": str(home / "papertui"),
        "PAPERTUI_NOW": NOW,
        "SSL_CERT_FILE": str(home / "authority.pem"),
    }
    settings = home / "papertui" / "settings.toml"
    settings.parent.mkdir()
    settings.write_text(
        f"""
[mail]
from = "papertui <papertui@example.org>"
to = "Ada Lovelace <ada@example.org>"
url = "smtp://ada@127.0.0.1:{port}"
password_command = ["printf", "{WORD}"]
unsubscribe = "papertui@example.org"
""",
        encoding="utf-8",
    )

    def papertui(*words: str, **changes: str) -> Ran:
        ran = spawn("digest", "--send", *words, **{**variables, **changes})
        sys.stdout.write(f"digest --send {' '.join(words)}: exit code {ran.code}: {ran.out}{ran.err}")
        assert WORD not in ran.out + ran.err
        return ran

    wrong = papertui(PAPERTUI_SMTP_URL=f"smtp://ada:wrong@127.0.0.1:{port}")
    assert (wrong.code, "refused the login of ada" in wrong.err) == (5, True)
    plain = papertui(PAPERTUI_SMTP_URL=f"smtp://127.0.0.1:{port}?tls=none")
    assert (plain.code, "over TLS" in plain.err) == (5, True)
    stranger = papertui("--to", "nobody.knows@example.org")
    assert (stranger.code, "nobody.knows@example.org" in stranger.err) == (5, True)
    assert papertui().code == 0
    again = papertui()
    assert (again.code, "has already been mailed" in again.out) == (0, True)
    _until(lambda: len(read_back(box)) == 1, "the mail did not arrive", home)
    check_message(read_back(box)[0])
    assert papertui("--again").code == 0
    _until(lambda: len(read_back(box)) == 2, "the second mail did not arrive", home)
    assert len({message["Message-ID"] for message in read_back(box)}) == 2
    sys.stdout.write("Exim delivered the digest once, and again with --again; both mails are complete.\n")


def main() -> None:
    if why := missing():
        sys.stdout.write(f"Skipped: {why}.\n")
        return
    with tempfile.TemporaryDirectory() as folder, serve_fictional_papers() as service:
        home = Path(folder)
        with exim(home) as (port, box):
            run(home, service, port, box)


if __name__ == "__main__":
    main()
