import sys

import pytest

from papertui.digest.mailer import find_password
from papertui.errors import MailError, SettingsError
from papertui.model.mailbox import Password, Server

SERVER = Server("mail.example.org", 587, user="ada")


def prints(text: str, code: int = 0) -> tuple[str, ...]:
    return (sys.executable, "-c", f"import sys; sys.stdout.write({text!r}); sys.exit({code})")


def nobody(service: str, user: str) -> str | None:
    assert (service, user) == ("papertui", "ada")
    return None


def test_the_address_comes_first_then_the_command_then_the_keyring() -> None:
    asked = find_password(SERVER._replace(password=Password("a")), prints("b"), lambda *_: "c")
    assert asked.reveal() == "a"
    assert find_password(SERVER, prints("b § \nmore\n"), lambda *_: "c").reveal() == "b § "
    assert find_password(SERVER, (), lambda *_: "c").reveal() == "c"


def test_errors_do_not_contain_the_password() -> None:
    with pytest.raises(MailError, match="keyring set papertui ada"):
        find_password(SERVER, (), nobody)
    for command, message in ((prints("geheim", 3), "failed with exit code 3"), (prints("\n"), "printed no password")):
        with pytest.raises(MailError, match=message) as raised:
            find_password(SERVER, command, nobody)
        assert "geheim" not in str(raised.value).replace(sys.executable, "")
    with pytest.raises(SettingsError, match="cannot be run"):
        find_password(SERVER, ("/nowhere/pass",), nobody)
