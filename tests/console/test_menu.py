"""The menu: what one may open, a few words wide on a phone."""

import re

import httpx

from tests.console.conftest import Browser
from tests.console.office import Work
from tests.console.supervisors import hire


def menu_of(page: httpx.Response) -> str:
    """The menu of a page, without the words of its elements' attributes."""
    found = re.search(r'<nav class="menu.*?</nav>', page.text, re.S)
    assert found, page.text
    return found[0]


async def test_a_menu_groups_what_an_officer_may_open_and_marks_the_page(
    browser: Browser, work: Work
) -> None:
    await hire(work)
    client = browser()
    await work.sign_in(client, "kepala")
    menu = menu_of(await client.get("/petugas/jaga"))
    assert 'href="/petugas/jaga" aria-current="page"' in menu
    opened = re.search(r'<details class="menu__group menu__group--current".*?</details>', menu, re.S)
    assert opened
    assert 'href="/petugas/artikel"' in opened[0]
    assert "/petugas/akun" not in menu


async def test_a_group_of_one_entry_is_that_entry(admin: httpx.AsyncClient, work: Work) -> None:
    menu = menu_of(await admin.get("/petugas/akun"))
    assert "<details" not in menu
    assert menu.count("<a ") == 4
