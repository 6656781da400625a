"""Transcripts: the same on both channels, and as the files in `dialogues/` say.

A line "> ..." is what the person does, "< ..." words that the answer must contain in this order, and
"[A] [B]" buttons that the last answer must offer.
"""

import re
from pathlib import Path

import pytest

from afk_core.infra.database import Database
from bot.conversation.messages import ChannelName, StoredMessage
from knowledge.answers import KnowledgeBase
from tests.dialogue import Dialogue, make_context
from tests.fakes import FixedClock

_FILES = sorted((Path(__file__).parent / "dialogues").glob("*.txt"))
_BUTTON = re.compile(r"\[([^\]]+)\]")


# The long ones say nothing of the database that the others do not; the suite's time is short.
_LONG = ("menilai-diri", "menilai-eksportir")
_CASES = [
    pytest.param(file, database, id=f"{database}-{file.stem}")
    for file in _FILES
    for database in ("sqlite", "postgresql")
    if database == "sqlite" or file.stem not in _LONG
]


@pytest.mark.parametrize(("file", "database_url"), _CASES, indirect=["database_url"])
async def test_a_dialogue_goes_as_written_and_the_same_on_both_channels(
    file: Path, database: Database, clock: FixedClock, knowledge: KnowledgeBase
) -> None:
    context = make_context(database, clock)
    web = Dialogue(context, knowledge, ChannelName.WEBCHAT, address="1000")
    telegram = Dialogue(context, knowledge, ChannelName.TELEGRAM, address="2000")
    await web.start()
    replies: list[StoredMessage] = []
    wanted = ""
    for line in file.read_text("utf-8").splitlines():
        mark, _, rest = line.partition(" ")
        if mark == ">":
            replies = await web.does(rest)
            twins = await telegram.does(rest)
            assert [_told(reply) for reply in twins] == [_told(reply) for reply in replies], rest
            wanted = "\n".join(reply.text for reply in replies)
        elif mark == "<":
            assert rest in wanted, f"{rest!r} is not in {wanted!r}"
            wanted = wanted[wanted.index(rest) + len(rest) :]
        elif mark.startswith("["):
            offered = {button.label for row in replies[-1].buttons for button in row}
            assert set(_BUTTON.findall(line)) <= offered, offered


def _told(reply: StoredMessage) -> tuple[str, list[list[str]]]:
    """What a person sees; numbers of tickets and links to results differ, because each chat has its own."""
    text = re.sub(r"\d{6}-\d{4}-\d{5}|(?<=/nilai/hasil/)\d+-[0-9a-f]{32}", "NOMOR", reply.text)
    labels = [
        [re.sub(r"\d{6}-\d{4}-\d{5}", "NOMOR", button.label) for button in row] for row in reply.buttons
    ]
    return text, labels
