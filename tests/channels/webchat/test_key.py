"""Only a key that the service itself made opens a conversation."""

import pytest

from afk_core.infra import crypto
from bot.channels.webchat.key import address_of, issue_key


def test_an_issued_key_opens_one_address_always() -> None:
    key = issue_key()
    assert address_of(key) is not None
    assert address_of(key) == address_of(key)


def test_keys_and_addresses_differ() -> None:
    keys = {issue_key() for _ in range(50)}
    assert len({address_of(key) for key in keys}) == 50


def test_the_address_does_not_give_the_key_away() -> None:
    key = issue_key()
    address = address_of(key)
    assert address is not None
    assert address_of(address) is None
    assert key not in address


@pytest.mark.parametrize(
    "forge",
    [
        lambda key: "",
        lambda key: key[:-1],
        lambda key: key + "a",
        lambda key: ("B" if key[0] == "A" else "A") + key[1:],
        lambda key: key.partition(".")[0],
        lambda key: key.partition(".")[0] + ".",
        lambda key: "." + key.partition(".")[2],
        lambda key: key.replace(".", "é", 1),
        lambda key: key.partition(".")[0] + ".é",
        lambda key: "x" * 10_000,
    ],
)
def test_a_forged_key_opens_nothing(forge: object) -> None:
    assert callable(forge)
    assert address_of(forge(issue_key())) is None


def test_a_key_of_another_installation_opens_nothing() -> None:
    key = issue_key()
    crypto.install(crypto.Cipher(b"z" * crypto.KEY_BYTES))
    assert address_of(key) is None
