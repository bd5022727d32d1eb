import json
import os
import stat
import subprocess
from collections.abc import Iterator
from datetime import datetime
from email import message_from_string, policy
from pathlib import Path

import pytest

from kit.fictional_service import NOW, FictionalService
from kit.scripted_smtp import Script, scripted_server
from kit.shell import SRC, Run, command, environment, spawn
from kit.smtp_server import Inbox, free_port, smtp_server
from papertui.digest.message import HEADERS, header_names

pytestmark = pytest.mark.slow


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    """The mailbox that receives the mail."""
    monkeypatch.setenv("PAPERTUI_MAIL_FROM", "papertui <papertui@example.org>")
    monkeypatch.setenv("PAPERTUI_MAIL_TO", "Ada <ada@example.org>, bob@example.org")
    with smtp_server() as (inbox, port):
        monkeypatch.setenv("PAPERTUI_SMTP_URL", f"smtp://127.0.0.1:{port}")
        yield inbox


def test_the_digest_as_text(run: Run) -> None:
    ran = run("digest")
    assert (ran.code, ran.err) == (0, "")
    assert "30 April 2026" in ran.out
    assert "Diffusion Language Models Without Tears" in ran.out
    assert max(len(line) for line in ran.out.splitlines() if "://" not in line) <= 80


@pytest.mark.slow
@pytest.mark.parametrize(("form", "begins"), [("html", "<!doctype html>"), ("markdown", "#"), ("atom", "<?xml")])
def test_other_formats(run: Run, form: str, begins: str, tmp_path: Path) -> None:
    ran = run("digest", f"--{form}")
    assert ran.code == 0
    assert ran.out.lower().startswith(begins)
    assert "Graph Networks That Forget" in ran.out
    file = tmp_path / "digest"
    file.write_text("what was there before", encoding="utf-8")
    assert run("digest", f"--{form}", "-o", str(file)) == (0, "", "")
    # The clock is fixed, so the time of creation is the same.
    assert file.read_text(encoding="utf-8") == ran.out
    assert [path.name for path in tmp_path.iterdir()] == ["digest"]


def test_wrong_mail_settings_do_not_matter_until_a_mail_is_sent(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTUI_SMTP_URL", "nonsense://")
    assert run("digest").code == 0
    sent = run("digest", "--send")
    assert sent.code == 2
    assert "PAPERTUI_SMTP_URL is invalid" in sent.err


def test_a_mail_as_a_file_needs_no_settings(run: Run, tmp_path: Path) -> None:
    ran = run("digest", "--eml", "-o", str(tmp_path / "digest.eml"))
    assert ran == (0, "", "")
    data = (tmp_path / "digest.eml").read_bytes()
    assert header_names(data) == list(HEADERS)
    ran = run("digest", "--eml", "--to", "ada@example.org")
    message = message_from_string(ran.out, policy=policy.default)
    assert (message["From"], message["To"]) == ("papertui@localhost", "ada@example.org")


def test_period_date_feed_and_top_select_papers(run: Run) -> None:
    run("list", "--date", "2026-04-30")
    one = run("digest", "--top", "1", "--feed", "daily:2026-04-30", "--offline")
    assert one.code == 0
    assert one.out.count("https://arxiv.org/abs/") == 1
    assert "week 18" in run("digest", "--period", "week").out
    assert "29 April" in run("digest", "--date", "2026-04-29").out


def test_the_digest_is_mailed_once(run: Run, inbox: Inbox) -> None:
    ran = run("digest", "--send")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "The digest of Thursday 30 April 2026 was mailed to ada@example.org, bob@example.org.\n"
    ran = run("digest", "--send")
    assert (ran.code, ran.err) == (0, "")
    assert "has already been mailed; nothing was sent" in ran.out
    assert len(inbox.mails) == 1
    assert run("digest", "--send", "--again").code == 0
    assert [mail.to for mail in inbox.mails] == [("ada@example.org", "bob@example.org")] * 2
    message = inbox.mails[0].message
    assert message["To"] == "Ada <ada@example.org>, bob@example.org"
    assert header_names(inbox.mails[0].data) == list(HEADERS)


@pytest.mark.slow
def test_a_dry_run_shows_everything_and_changes_nothing(run: Run, inbox: Inbox, home: Path) -> None:
    ran = run("digest", "--send", "--dry-run")
    assert ran.code == 0
    plan = dict(line.split(":", 1) for line in ran.out.splitlines())
    assert plan["From"].strip() == "papertui <papertui@example.org>"
    assert plan["To"].strip() == "Ada <ada@example.org>, bob@example.org"
    assert plan["Server"].strip().startswith("127.0.0.1:")
    assert plan["Size"].strip().endswith(" bytes")
    assert "30 Apr" in plan["Subject"]
    assert "paper" in plan["Section"]
    assert not (home / "mailed.db").exists()
    assert inbox.mails == []
    run("digest", "--send")
    assert "has already been mailed" in run("digest", "--dry-run").out


@pytest.mark.slow
def test_other_recipients_get_the_digest_once(run: Run, inbox: Inbox) -> None:
    for _ in range(2):
        assert run("digest", "--send", "--to", "cy@example.org", "--to", "di@example.org").code == 0
    assert run("digest", "--send").code == 0
    assert [len(mail.to) for mail in inbox.mails] == [2, 2]
    assert inbox.mails[0].to == ("cy@example.org", "di@example.org")


@pytest.mark.slow
def test_missed_days_are_combined_in_one_mail(run: Run, inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for moment in ("2026-04-27T08:00:00Z", "2026-04-30T08:00:00Z", "2026-04-30T09:00:00Z"):
        monkeypatch.setenv("PAPERTUI_NOW", moment)
        run("digest", "--send")
    assert len(inbox.mails) == 2
    assert "28 to 30 Apr" in inbox.mails[1].message["Subject"]
    # Sent mails are recorded outside the archive.
    assert "already been mailed" in run("digest", "--send").out


def test_sent_mails_are_remembered_without_the_archive(run: Run, inbox: Inbox, home: Path) -> None:
    run("digest", "--send")
    (home / "archive.db").unlink()
    assert "already been mailed" in run("digest", "--send").out
    assert len(inbox.mails) == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--date", "2026-05-01"], "is in the future"),
        (["--date", "30 April"], "is not a day"),
        (["--period", "month"], "Choose day, week"),
        (["--top", "0"], "must be a positive integer"),
        (["--feed", "nonsense"], "There is no feed"),
        (["--html", "--atom"], "cannot be used together"),
        (["--send", "--html"], "either mailed or printed"),
        (["--again"], "--again needs --send"),
        (["--to", "ada@example.org"], "--to needs --send, --dry-run or --eml"),
        (["--send", "--to", "ada"], "is not a valid mail address"),
        (["schedule", "--at", "25:00"], "is not a valid time"),
        (["tomorrow"], "There is no “papertui digest tomorrow”"),
    ],
)
def test_usage_errors_name_the_mistake(run: Run, inbox: Inbox, words: list[str], message: str) -> None:
    ran = run("digest", *words)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert inbox.mails == []


def test_missing_or_wrong_mail_settings_are_usage_errors(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = run("digest", "--send")
    assert ran.code == 2
    assert "PAPERTUI_SMTP_URL" in ran.err
    monkeypatch.setenv("PAPERTUI_SMTP_URL", "ada:geheim@mail")
    for words in (["digest", "--send"], ["digest", "--dry-run"]):
        ran = run(*words)
        assert ran.code == 2
        assert "geheim" not in ran.err
    assert run("list").code == 0  # only mailing needs these settings


def test_a_refusal_exits_with_5_and_is_shown_by_status(run: Run, inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted_server(Script({"MAIL": ["550 5.7.1 not you"]})) as port:
        monkeypatch.setenv("PAPERTUI_SMTP_URL", f"smtp://127.0.0.1:{port}")
        ran = run("digest", "--send")
    assert (ran.code, ran.out) == (5, "")
    assert "refused papertui@example.org as the sender (550 5.7.1 not you)" in ran.err
    ran = run("digest", "status")
    assert "The digest was not mailed on 30 Apr: 127.0.0.1" in ran.out
    assert inbox.mails == []


def test_the_password_is_never_printed_or_stored(
    run: Run, inbox: Inbox, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    del inbox
    word = "geheim"
    with scripted_server(Script({"AUTH": ["535 no"]}, ("AUTH PLAIN",))) as port:
        monkeypatch.setenv("PAPERTUI_SMTP_URL", f"smtp://ada:{word}@127.0.0.1:{port}")
        ran = run("digest", "--send")
        assert ran.code == 5
        shown = ran.err + run("digest", "--send", "--dry-run").out + run("digest", "status", "--json").out
        shown += run("config", "show").out
    assert word not in shown
    assert word.encode() not in b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


@pytest.mark.slow
def test_an_installed_keyring_provides_the_password(service: FictionalService, tmp_path: Path) -> None:
    (tmp_path / "keyring").mkdir()
    (tmp_path / "keyring" / "__init__.py").write_text(
        "def get_password(*asked):\n    return 'from the ring' if asked == ('papertui', 'ada') else None\n",
        encoding="utf-8",
    )
    errors = "class KeyringError(Exception): pass\nclass NoKeyringError(KeyringError): pass\n"
    (tmp_path / "keyring" / "errors.py").write_text(errors, encoding="utf-8")
    with smtp_server(passwords={"ada": "from the ring"}) as (inbox, port):
        ran = spawn(
            "digest", "--send", **service.variables, PYTHONPATH=f"{SRC}:{tmp_path}", PAPERTUI_NOW=NOW,
            PAPERTUI_SMTP_URL=f"smtp://ada@127.0.0.1:{port}", PAPERTUI_MAIL_FROM="a@example.org",
            PAPERTUI_MAIL_TO="a@example.org",
        )  # fmt: skip
    assert (ran.code, ran.err) == (0, "")
    assert inbox.users == ["ada"]


@pytest.mark.slow
def test_concurrent_timers_send_one_mail(service: FictionalService, inbox: Inbox) -> None:
    variables = {**service.variables, "PAPERTUI_NOW": NOW}
    running = [
        subprocess.Popen(
            command("digest", "--send"), env=environment(**variables), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(3)
    ]
    outputs = [one.communicate() for one in running]
    assert [one.returncode for one in running] == [0, 0, 0], outputs
    assert sorted(b"has already been mailed" in out for out, _ in outputs) == [False, True, True]
    assert len(inbox.mails) == 1


def test_status_as_json(run: Run, inbox: Inbox) -> None:
    run("digest", "--send")
    record = json.loads(run("digest", "status", "--json").out)
    assert (record["last"]["state"], record["last"]["period"], record["failure"]) == ("sent", "day:2026-04-30", None)
    assert record["last"]["message_id"] == inbox.mails[0].message_id
    assert datetime.fromisoformat(record["last"]["ended_at"]) == datetime.fromisoformat(NOW)
    assert [one["state"] for one in record["last"]["recipients"]] == ["confirmed"] * 2
    assert record["next_run"] is None


def test_failure_of_every_source_exits_with_3(run: Run, service: FictionalService, inbox: Inbox) -> None:
    service.refuses = ("/",)
    ran = run("digest", "--send")
    assert ran.code == 3
    assert inbox.mails == []
    service.refuses = ()
    assert run("digest", "--send").code == 0
    assert len(inbox.mails) == 1


def test_an_smtp_url_with_a_path_is_a_usage_error(run: Run, inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    del inbox
    monkeypatch.setenv("PAPERTUI_SMTP_URL", f"smtp://a:b@127.0.0.1:{free_port()}/x")
    assert run("digest", "--send").code == 2


def test_a_pipe_is_written_to_and_not_replaced(run: Run, tmp_path: Path) -> None:
    """Replacing a device would remove it for every program on the machine."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert run("digest", "-o", str(pipe)).code == 0
        assert os.read(reading, 6) == b"Papers"
    finally:
        os.close(reading)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
