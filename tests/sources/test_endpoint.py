import pytest

from papertui.errors import SettingsError
from papertui.sources.endpoint import clean_token, endpoint_address


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://huggingface.co", "https://huggingface.co"),
        ("https://huggingface.co///", "https://huggingface.co"),
        (" https://hf-mirror.com/a/b/ ", "https://hf-mirror.com/a/b"),
        ("http://127.0.0.1:8765/hf", "http://127.0.0.1:8765/hf"),
        ("http://localhost:1", "http://localhost:1"),
        ("http://[::1]:80", "http://[::1]:80"),
        ("HTTPS://Example.org", "HTTPS://Example.org"),
    ],
)
def test_valid_addresses_are_accepted(given: str, kept: str) -> None:
    assert endpoint_address(given, "HF_ENDPOINT") == kept
    assert endpoint_address(kept, "HF_ENDPOINT") == kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        "huggingface.co",
        "https://",
        "https:///papers",
        "ftp://huggingface.co",
        "file:///etc/passwd",
        "http://huggingface.co",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://10.0.0.1",
        "https://huggingface.co?x=1",
        "https://huggingface.co/?",
        "https://huggingface.co#x",
        "https://huggingface.co:port",
        "https://huggingface.co:99999",
        "https://hugging face.co",
        "https://hugging\nface.co",
        "https://hugging\x1b[31mface.co",
        "https://[::1",
        "https://huggingface.co\\@evil.example",
        "https://hüggingface.co",
    ],
)
def test_invalid_addresses_are_refused(given: str) -> None:
    with pytest.raises(SettingsError, match="HF_ENDPOINT") as caught:
        endpoint_address(given, "HF_ENDPOINT")
    assert caught.value.exit_code == 2
    assert str(caught.value).isprintable()


def test_a_password_in_an_address_is_refused_and_not_shown() -> None:
    for given in ("https://me:hunter2@huggingface.co", "http://me:hunter2@evil.example:port"):
        with pytest.raises(SettingsError) as caught:
            endpoint_address(given, "HF_ENDPOINT")
        assert "hunter2" not in str(caught.value)


def test_token_is_stripped() -> None:
    assert clean_token(" hf_abc\n", "HF_TOKEN") == "hf_abc"
    assert clean_token(" \n", "HF_TOKEN") is None
    assert clean_token(None, "HF_TOKEN") is None


@pytest.mark.parametrize("given", ["hf_a\r\nX-Evil: 1", "hf_ä", "hf_a b", "hf_\x00"])
def test_invalid_token_is_refused_and_not_shown(given: str) -> None:
    with pytest.raises(SettingsError, match="HF_TOKEN") as caught:
        clean_token(given, "HF_TOKEN")
    assert "hf_" not in str(caught.value)


def test_message_has_an_example_for_the_service() -> None:
    for variable, example in (
        ("HF_ENDPOINT", "https://huggingface.co"),
        ("PAPERTUI_ARXIV_RSS_URL", "https://arxiv.org"),
    ):
        with pytest.raises(SettingsError, match=f"write it like {example} "):
            endpoint_address("ftp://x", variable)
