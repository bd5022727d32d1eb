from pathlib import Path

import pytest

from papertui.errors import SettingsError
from papertui.model.mailbox import Mailbox, Server
from papertui.settings import MailSettings
from papertui.settings.schema import with_variables
from papertui.settings.toml_file import as_toml, load, parse

TEXT = """
[mail]
from = "papertui <papertui@example.org>"
to = ["Ada <ada@example.org>", "bob@example.org"]
url = "smtp://ada@mail.example.org"
password_command = "pass show 'my mail'"
unsubscribe = "ada@example.org"
"""
CHOSEN = MailSettings(
    Mailbox("papertui@example.org", "papertui"),
    (Mailbox("ada@example.org", "Ada"), Mailbox("bob@example.org")),
    Server("mail.example.org", 587, user="ada"),
    ("pass", "show", "my mail"),
    "mailto:ada@example.org",
)


def test_the_table_is_read_and_written() -> None:
    settings = parse(TEXT)
    assert settings.mail == CHOSEN
    assert parse(as_toml(settings)).mail == CHOSEN
    assert parse(as_toml(parse(""))).mail == MailSettings()
    assert parse('[mail]\nto = "a@example.org, b@example.org"\n').mail.to == (
        Mailbox("a@example.org"),
        Mailbox("b@example.org"),
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('form = "a@example.org"', "unknown setting “form” in \\[mail\\]. Allowed: from, to, url"),
        ('from = "ada"', "“from”: “ada” is not a valid mail address"),
        ("from = 3", "“from”: this must be a non-empty string"),
        ('to = ["ada@example.org", 3]', "“to”: this must be a non-empty string"),
        ('url = "http://x"', "“url”: The address of the mail server must begin with"),
        ('url = "smtp://ada:geheim@x/y"', "“url”: The address of the mail server needs a host"),
        ("password_command = []", "“password_command”: this must be a non-empty string"),
        ("""password_command = "pass 'x" """, "“password_command”: a closing quotation mark is missing"),
        ('unsubscribe = "http://x y"', "“unsubscribe”: this must be a web address"),
        ('unsubscribe = "https://example.org/>\\r\\nX: y"', "“unsubscribe”: this must be"),
    ],
)
def test_invalid_mail_settings_report_their_line(line: str, expected: str) -> None:
    with pytest.raises(SettingsError, match=f"^here, line 3: {expected}") as raised:
        parse(f"[mail]\n# a comment\n{line}\n", "here")
    assert "geheim" not in str(raised.value)


def test_a_file_with_a_password_must_be_private(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('[mail]\nurl = "smtps://ada:geheim@mail.example.org"\n', encoding="utf-8")
    file.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600") as raised:
        load(file)
    assert "geheim" not in str(raised.value)
    file.chmod(0o600)
    settings = load(file)
    assert settings.mail.server is not None
    assert settings.mail.server.password is not None
    assert "geheim" not in as_toml(settings) + repr(settings)


def test_environment_variables_override_the_file() -> None:
    variables = {
        "PAPERTUI_SMTP_URL": "smtp://127.0.0.1:2525",
        "PAPERTUI_MAIL_FROM": "x@example.org",
        "PAPERTUI_MAIL_TO": "y@example.org, z@example.org",
    }
    chosen = with_variables(CHOSEN, variables)
    assert chosen.server == Server("127.0.0.1", 2525)
    assert chosen.sender == Mailbox("x@example.org")
    assert [box.address for box in chosen.to] == ["y@example.org", "z@example.org"]
    assert chosen.unsubscribe == CHOSEN.unsubscribe
    assert with_variables(CHOSEN, {"PAPERTUI_MAIL_TO": " "}) == CHOSEN
    with pytest.raises(SettingsError, match="PAPERTUI_SMTP_URL is invalid") as raised:
        with_variables(CHOSEN, {"PAPERTUI_SMTP_URL": "ada:geheim@host"})
    assert "geheim" not in str(raised.value)
