"""Passwords: what is accepted, and that a wrong one costs as much as an unknown name."""

import pytest

from afk_core.infra.errors import DomainError
from afk_core.officers.passwords import check_password_rules, hash_password, verify_password


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("a" * 9, "password.too_short"),
        ("a" * 201, "password.too_long"),
        ("Ani.Rahmawati", "password.is_username"),
    ],
)
def test_a_weak_password_is_refused(password: str, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        check_password_rules(password, "ani.rahmawati")
    assert refused.value.code == code


def test_ten_characters_are_enough() -> None:
    check_password_rules("rotan-biru", "ani")


async def test_only_the_right_password_fits() -> None:
    found = await hash_password("rotan-biru-kecil")
    assert found.startswith("$argon2id$")
    assert await verify_password(found, "rotan-biru-kecil")
    assert not await verify_password(found, "rotan-biru-besar")
    assert not await verify_password("not a hash", "rotan-biru-kecil")


async def test_without_an_account_no_password_fits() -> None:
    assert not await verify_password(None, "no account has this hash")
