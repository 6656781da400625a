"""Officers and bystanders with telephones, alone with the bot and in their office's group."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from afk_core.officers.service import NewOfficer, create_officer, viewer_by_id
from afk_core.offices.service import list_offices
from afk_core.rules.roles import Role
from bot.home import default_office
from bot.officer_chat.linking import make_code, make_group_code
from tests.botapi.server import BotApiServer
from tests.house import House, eventually

GROUP = -1002200000001
Json = dict[str, Any]


@dataclass
class Telephone:
    """A person on Telegram: in their private chat with the bot, or with `group` set in a group."""

    server: BotApiServer
    account: int
    name: str
    group: int | None = None
    seen: int = 0

    @property
    def chat(self) -> int:
        """Where this person speaks."""
        return self.account if self.group is None else self.group

    @property
    def sender(self) -> Json:
        """The person as the Bot API shows them."""
        return {"id": self.account, "is_bot": False, "first_name": self.name, "language_code": "id"}

    def says(self, text: str, *, to: Json | None = None, thread: int | None = None) -> int:
        """Write, perhaps as a reply to a message `to`; the id of what was written."""
        if to is not None:
            thread = to.get("message_thread_id", thread)
        return self.server.user_says(
            self.chat,
            text,
            sender=self.sender,
            reply_to=None if to is None else to["message_id"],
            thread_id=thread,
        )

    def presses(self, message: Json, label: str) -> None:
        """Press the button `label` below a message."""
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        for button in (each for row in rows for each in row):
            if button["text"] == label:
                self.server.press(self.chat, message["message_id"], button["callback_data"], self.sender)
                return
        raise AssertionError(f"no button says {label}: {message['text']}")

    def labels(self, message: Json) -> list[str]:
        """What the buttons below a message say."""
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        return [button["text"] for row in rows for button in row]

    async def hears(self, words: str) -> Json:
        """Wait for a message of the bot with `words`, newer than the last one that was heard."""

        def look() -> Json | None:
            for message in self.server.replies(self.chat):
                if message["message_id"] > self.seen and words in message.get("text", ""):
                    return message
            return None

        try:
            found: Json = await eventually(look)
        except AssertionError:
            last = [each.get("text") for each in self.server.replies(self.chat)][-3:]
            raise AssertionError(f"{words!r} was not said, but {last}") from None
        self.seen = found["message_id"]
        # The service learns a message's number after the phone shows it; nobody answers as fast as that.
        await asyncio.sleep(0.25)
        return found

    def in_group(self, group: int = GROUP) -> "Telephone":
        """The same person in the group."""
        return Telephone(self.server, self.account, self.name, group)


@dataclass
class Office:
    """A running service with its officers."""

    house: House
    server: BotApiServer
    officers: dict[str, int] = field(default_factory=dict)

    async def hire(
        self, name: str, role: Role = Role.ANGGOTA, *, office: str = "", username: str = ""
    ) -> int:
        """An account that can do its work; its id."""
        context = self.house.context
        async with context.db.write() as session:
            where = (
                next(each for each in await list_offices(session) if each.code == office)
                if office
                else await default_office(session, "")
            )
            new = NewOfficer(where.id, username or name.lower(), name, "Pelaksana", role)
            officer = await create_officer(session, context.clock.now(), new)
        self.officers[name] = officer.id
        return officer.id

    async def code(self, name: str, *, for_group: bool = False) -> str:
        """A code as the console makes it."""
        context = self.house.context
        async with context.db.write() as session:
            viewer = await viewer_by_id(session, self.officers[name])
            assert viewer is not None
            make = make_group_code if for_group else make_code
            return (await make(session, context.clock.now(), viewer)).words

    async def linked(self, name: str, account: int, role: Role = Role.ANGGOTA) -> Telephone:
        """A new officer whose account is linked."""
        await self.hire(name, role)
        phone = Telephone(self.server, account, name)
        self.server.add_chat(account, first_name=name)
        phone.says(f"/start petugas_{await self.code(name)}")
        await phone.hears("tertaut dengan akun petugas")
        return phone

    async def with_group(self, *, forum: bool = True) -> Telephone:
        """The Koordinator, in the office's group which they have linked."""
        chief = await self.linked("Kepala", 900, Role.KOORDINATOR)
        rights = ["can_manage_topics"] if forum else None
        self.server.add_chat(GROUP, kind="supergroup", title="Klinik", is_forum=forum, bot_rights=rights)
        inside = chief.in_group()
        inside.says(f"/tautkan@klinik_uji_bot {await self.code('Kepala', for_group=True)}")
        await inside.hears("Grup ini tertaut dengan")
        return inside
