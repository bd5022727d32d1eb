import json
from pathlib import Path

import pytest

from kit.schedulers import Machine
from kit.shell import Run


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine with systemd and cron, and complete mail settings."""
    machine = Machine(tmp_path / "machine", "systemctl", "crontab")
    for name, value in machine.variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("PAPERTUI_MAIL_FROM", "ada@example.org")
    monkeypatch.setenv("PAPERTUI_MAIL_TO", "ada@example.org")
    monkeypatch.setenv("PAPERTUI_SMTP_URL", "smtp://ada@mail.example.org")
    monkeypatch.setenv("TZ", "UTC")
    return machine


def test_a_schedule_is_installed_shown_and_removed(run: Run, machine: Machine, home: Path) -> None:
    shown = run("digest", "schedule", "--at", "08:00", "--weekdays", "--show")
    assert shown.code == 0
    assert "OnCalendar=Mon..Fri *-*-* 08:00:00" in shown.out
    assert machine.files() == []
    ran = run("digest", "schedule", "--at", "08:00", "--weekdays")
    assert (ran.code, ran.err) == (0, "")
    assert "at 08:00 on weekdays, by a systemd timer" in ran.out
    assert "Next: Friday 1 May 2026, 08:00" in ran.out
    service = (machine.home / ".config/systemd/user/papertui-digest.service").read_text(encoding="utf-8")
    assert f'Environment="PAPERTUI_HOME={home}"' in service
    assert '"digest" "--send"' in service
    status = json.loads(run("digest", "status", "--json").out)
    assert (status["scheduled"], status["active"]) == ("at 08:00 on weekdays", True)
    assert status["next_run"].startswith("2026-05-01T08:00:00")
    assert "schedule was removed" in run("digest", "unschedule").out
    assert machine.files() == []
    ran = run("digest", "unschedule")
    assert (ran.code, "nothing to remove" in ran.out) == (0, True)
    assert "Schedule:  none" in run("digest", "status").out


def test_without_a_user_bus_cron_is_used(run: Run, machine: Machine) -> None:
    (machine.folder / "no-bus").touch()
    machine.set_crontab("0 7 * * * backup\n")
    assert run("digest", "schedule", "--period", "week", "--at", "7:30").code == 0
    crontab = machine.crontab or ""
    assert crontab.startswith("0 7 * * * backup\n")
    assert "30 7 * * 1 " in crontab
    assert "--send --period week > /dev/null" in crontab
    assert "by a line of cron" in run("digest", "status").out
    run("digest", "unschedule")
    assert machine.crontab == "0 7 * * * backup\n"


def test_only_one_schedule_is_installed(run: Run, machine: Machine) -> None:
    (machine.folder / "no-bus").touch()
    run("digest", "schedule")
    assert (machine.folder / "crontab").exists()
    (machine.folder / "no-bus").unlink()
    run("digest", "schedule")
    assert not (machine.folder / "crontab").exists()
    assert len(machine.files()) == 2


def test_without_any_scheduler_the_command_is_shown(run: Run, machine: Machine) -> None:
    (machine.folder / "no-bus").touch()
    (machine.folder / "bin" / "crontab").unlink()
    ran = run("digest", "schedule")
    assert ran.code == 2
    assert "papertui digest --send" in ran.err


def test_incomplete_mail_settings_are_not_scheduled(
    run: Run, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PAPERTUI_MAIL_TO")
    ran = run("digest", "schedule")
    assert ran.code == 2
    assert "PAPERTUI_MAIL_TO" in ran.err
    monkeypatch.setenv("PAPERTUI_MAIL_TO", "ada@example.org")
    monkeypatch.setenv("PAPERTUI_SMTP_URL", "smtp://ada:geheim@mail.example.org")
    ran = run("digest", "schedule")
    assert "PAPERTUI_SMTP_URL contains a password" in ran.err
    assert (ran.code, machine.files()) == (2, [])
    assert run("digest", "schedule", "--period", "week", "--weekdays").code == 2
