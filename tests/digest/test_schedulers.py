import os
import plistlib
import shlex
import shutil
import subprocess
from datetime import time
from pathlib import Path

import pytest

from kit.schedulers import Machine
from papertui.digest.model import Days, SendTimes
from papertui.digest.schedulers import (
    LABEL,
    Cron,
    Launchd,
    ScheduledTask,
    Scheduler,
    Systemd,
    schedulers,
    task_for,
)
from papertui.errors import MailError

TASK = ScheduledTask(("/opt/py 3/python", "-P", "-m", "papertui", "digest"), {"PAPERTUI_HOME": '/home/a "b" 100%/$x\\'})
MORNING = SendTimes(time(8, 5), "on weekdays")
UNITS = [".config/systemd/user/papertui-digest.service", ".config/systemd/user/papertui-digest.timer"]


@pytest.fixture
def monkey_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path / "machine", "systemctl", "launchctl", "crontab")
    for name, value in machine.variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return machine


def found(platform: str = "linux") -> list[Scheduler]:
    return list(schedulers(os.environ, platform))


def test_schedulers_of_a_machine_the_best_first(monkey_machine: Machine) -> None:
    assert [type(each) for each in found()] == [Systemd, Cron]
    assert [type(each) for each in found("darwin")] == [Launchd, Systemd, Cron]
    (monkey_machine.folder / "no-bus").touch()
    assert [type(each) for each in found()] == [Cron]
    (monkey_machine.folder / "bin" / "crontab").unlink()
    assert found() == []


@pytest.mark.slow
@pytest.mark.parametrize("days", ["every day", "on weekdays", "on Mondays"])
@pytest.mark.parametrize("number", [0, 1, 2], ids=["launchd", "systemd", "cron"])
def test_an_installed_schedule_is_found_and_removed(monkey_machine: Machine, number: int, days: Days) -> None:
    monkey_machine.set_crontab("MAILTO=ada\n# mine\n0 7 * * * backup")
    scheduler = found("darwin")[number]
    timetable = SendTimes(time(18, 30), days)
    assert scheduler.installed() is None
    assert not scheduler.remove()
    for at in (MORNING, timetable):  # the second replaces the first
        assert scheduler.install(at, TASK).timetable == at
        installed = scheduler.installed()
        assert installed is not None
        assert (installed.timetable, installed.active) == (at, True)
    assert scheduler.remove()
    assert scheduler.installed() is None
    assert monkey_machine.files() == []
    assert not (monkey_machine.folder / "active").exists()
    assert (monkey_machine.crontab or "").rstrip("\n") == "MAILTO=ada\n# mine\n0 7 * * * backup"


def test_showing_changes_nothing(monkey_machine: Machine) -> None:
    for scheduler in found("darwin"):
        before = len(monkey_machine.calls)
        assert "/opt/py 3/python" in scheduler.show(MORNING, TASK)
        assert len(monkey_machine.calls) == before
    assert monkey_machine.files() == []
    assert monkey_machine.crontab is None


def test_the_systemd_units(monkey_machine: Machine) -> None:
    systemd = found()[0]
    systemd.install(MORNING, TASK)
    assert monkey_machine.files() == UNITS
    assert monkey_machine.calls[-3:] == [
        "systemctl --user daemon-reload",
        "systemctl --user enable papertui-digest.timer",
        "systemctl --user restart papertui-digest.timer",
    ]
    service, timer = ((monkey_machine.home / unit).read_text(encoding="utf-8") for unit in UNITS)
    assert "OnCalendar=Mon..Fri *-*-* 08:05:00\nPersistent=true\n" in timer
    assert 'ExecStart="/opt/py 3/python" "-P" "-m" "papertui" "digest"\n' in service
    assert 'Environment="PAPERTUI_HOME=/home/a \\"b\\" 100%%/$x\\\\"\n' in service


def test_systemd_analyze_accepts_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed")
    text = Systemd(tmp_path).show(MORNING, TASK._replace(words=("/bin/true", "100%", "$HOME", 'a"b\\')))
    service, timer = (text.split("# then")[0].split(f"# {tmp_path}/papertui-digest.")[n] for n in (1, 2))
    (tmp_path / "papertui-digest.service").write_text(service.partition("\n")[2], encoding="utf-8")
    (tmp_path / "papertui-digest.timer").write_text(timer.partition("\n")[2], encoding="utf-8")
    units = [str(tmp_path / f"papertui-digest.{kind}") for kind in ("service", "timer")]
    environment = os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(
        [analyze, "verify", "--user", "--man=no", *units], capture_output=True, text=True, check=False, env=environment
    )
    assert not [line for line in done.stderr.splitlines() if "papertui-digest" in line], done.stderr
    assert subprocess.call([analyze, "calendar", "Mon..Fri *-*-* 08:05:00"], stdout=subprocess.DEVNULL) == 0


def test_the_launchd_agent(monkey_machine: Machine) -> None:
    agent = found("darwin")[0]
    agent.install(MORNING, TASK)
    file = monkey_machine.home / "Library" / "LaunchAgents" / f"{LABEL}.plist"
    agent_file = plistlib.loads(file.read_bytes())
    assert agent_file["ProgramArguments"] == list(TASK.words)
    assert agent_file["EnvironmentVariables"] == TASK.variables
    assert agent_file["StartCalendarInterval"][4] == {"Hour": 8, "Minute": 5, "Weekday": 5}
    assert monkey_machine.calls[-1] == f"launchctl bootstrap gui/{os.getuid()} {file}"


def test_the_crontab_entry(monkey_machine: Machine) -> None:
    Cron().install(MORNING, TASK)
    text = monkey_machine.crontab or ""
    line = text.splitlines()[1]
    assert line.startswith("5 8 * * 1-5 PAPERTUI_HOME=")
    # cron turns an unescaped % into a line end, and passes the rest to a shell.
    command = line.split(" ", 5)[5].replace("\\%", "%").replace("> /dev/null", "")
    assert shlex.split(command) == [f"PAPERTUI_HOME={TASK.variables['PAPERTUI_HOME']}", *TASK.words]
    assert Cron().remove()
    assert monkey_machine.crontab is None


def test_foreign_files_are_left_unchanged(monkey_machine: Machine) -> None:
    file = monkey_machine.home / UNITS[1]
    file.parent.mkdir(parents=True)
    file.write_text("[Timer]\nOnCalendar=daily\n", encoding="utf-8")
    systemd = found()[0]
    for ask in (systemd.remove, systemd.installed, lambda: systemd.install(MORNING, TASK)):
        with pytest.raises(MailError, match="was not made by papertui"):
            ask()
    assert file.read_text(encoding="utf-8") == "[Timer]\nOnCalendar=daily\n"


def test_changed_times_and_a_disabled_timer(monkey_machine: Machine) -> None:
    systemd = found()[0]
    systemd.install(MORNING, TASK)
    file = monkey_machine.home / UNITS[1]
    file.write_text(file.read_text(encoding="utf-8").replace("Mon..Fri", "Tue"), encoding="utf-8")
    (monkey_machine.folder / "active").unlink()
    installed = systemd.installed()
    assert installed is not None
    assert (installed.timetable, installed.active) == (None, False)


def test_a_failing_program_is_an_error(monkey_machine: Machine) -> None:
    systemd = found()[0]
    (monkey_machine.folder / "no-bus").touch()
    with pytest.raises(MailError, match="daemon-reload” failed with exit code 1: Failed to connect to bus"):
        systemd.install(MORNING, TASK)


def test_the_task_contains_no_secrets() -> None:
    variables = {
        "PAPERTUI_HOME": "~/papers",
        "HOME": "/home/ada",
        "PAPERTUI_SMTP_URL": "smtp://ada:geheim@mail.example.org",
        "HTTPS_PROXY": "http://ada:geheim@proxy.example.org",
        "HF_TOKEN": "geheim",
        "HF_ENDPOINT": "http://127.0.0.1:8000",
        "PAPERTUI_NOW": "2026-04-30T08:00:00Z",
        "PAPERTUI_MAIL_TO": "ada@example.org\nX=geheim",
    }
    task, notices = task_for("week", variables, "/usr/bin/python3")
    assert task.words == ("/usr/bin/python3", "-P", "-m", "papertui", "digest", "--send", "--period", "week")
    assert set(task.variables) == {"PAPERTUI_HOME", "HF_ENDPOINT"}
    assert Path(task.variables["PAPERTUI_HOME"]).is_absolute()
    assert "geheim" not in repr(task) + "".join(notices)
    assert len(notices) == 3
    task, notices = task_for("day", {"PAPERTUI_SMTP_URL": "smtp://ada@mail.example.org"}, "/usr/bin/python3")
    assert (task.variables, notices) == ({"PAPERTUI_SMTP_URL": "smtp://ada@mail.example.org"}, ())
