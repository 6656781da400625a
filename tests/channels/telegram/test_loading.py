"""aiogram without its types built: in a process of its own, because this one has built them long ago."""

import asyncio
import os
import sys

from tests.botapi.server import TOKEN, BotApiServer
from tests.files.samples import png
from tests.program import CHECKOUT

_CHAT, _GROUP = 1001, -1002003
_SCRIPT = """
import asyncio
import sys

from afk_core.files.service import accept
from afk_core.infra.settings import Settings
from bot.channels.telegram.inbound import translate
from bot.channels.telegram.setup import build
from bot.conversation.messages import Button, Reply
from bot.conversation.texts import Texts

from aiogram.types import Poll


async def main() -> None:
    print("unbuilt:", not Poll.__pydantic_complete__)
    telegram = build(Settings(_env_file=None), Texts.load())
    sender = telegram.sender
    picture = accept(sys.stdin.buffer.read(), "foto.png", max_bytes=1_000_000)
    for result in (
        await sender.send("1001", Reply("Halo.", ((Button("Menu", "menu"),),)), part=0),
        await sender.send_file("1001", picture),
        await sender.make_topic("-1002003", "KE-1"),
    ):
        print(type(result).__name__)
    for update in await telegram.api.call("getUpdates"):
        message = translate(update)
        print(message.kind, message.text, message.remote)
    await telegram.close()


asyncio.run(main())
"""


async def test_types_that_were_not_built_while_loading_serve_as_well(bot_api: BotApiServer) -> None:
    bot_api.add_chat(_CHAT)
    bot_api.add_chat(
        _GROUP, kind="supergroup", title="Petugas", is_forum=True, bot_rights=["can_manage_topics"]
    )
    bot_api.user_says(_CHAT, "apa itu PLB")
    bot_api.user_sends(_CHAT, "document")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _SCRIPT),
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": CHECKOUT,
            "KLINIK_TELEGRAM_TOKEN": TOKEN,
            "KLINIK_TELEGRAM_API": bot_api.url,
        },
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await process.communicate(png())
    unbuilt, text, picture, topic, question, document = told.decode().splitlines()
    assert unbuilt == "unbuilt: True"
    assert (text, picture, topic) == ("Sent", "Sent", "TopicMade")
    assert question == "text apa itu PLB None"
    assert document.startswith("file ")
    assert len(bot_api.replies(_CHAT)) == 2
