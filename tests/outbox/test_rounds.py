"""Under a backlog the chats take turns: who has one reply waiting does not stand behind those with many."""

from bot.channels.base import Later
from tests.outbox.conftest import Outbox

_CHATS = [str(number) for number in range(4701, 4713)]
_EACH = 5
_NEW = "9999"


async def _backlog(outbox: Outbox) -> None:
    """Chats with many replies each, and one that has just asked."""
    for chat in _CHATS:
        await outbox.queue(*(f"{chat} {number}" for number in range(_EACH)), address=chat)
    outbox.clock.advance(seconds=2)
    await outbox.queue("baru", address=_NEW)


async def test_one_reply_is_not_behind_the_many_of_others_and_each_chat_keeps_its_order(
    outbox: Outbox,
) -> None:
    await _backlog(outbox)
    outbox.start()
    await outbox.until_attempts(len(_CHATS) * _EACH + 1)
    # The sender sees that much waits once it has taken all that it can have in hand.
    in_hand = 10
    assert outbox.channel.accepted.index((_NEW, "baru")) <= in_hand + len(_CHATS)
    for chat in _CHATS:
        sent = [text for address, text in outbox.channel.accepted if address == chat]
        assert sent == [f"{chat} {number}" for number in range(_EACH)]


async def test_a_chat_that_has_to_wait_holds_up_no_round_and_misses_none(outbox: Outbox) -> None:
    await _backlog(outbox)
    flood = Later("too many requests", 30.0, whole_chat=True, counts=False)
    outbox.channel.script.append(flood)
    outbox.start()
    await outbox.until_attempts((len(_CHATS) - 1) * _EACH + 2)
    outbox.clock.advance(seconds=30)
    await outbox.until_attempts(len(_CHATS) * _EACH + 2)
    assert sorted(text for _address, text in outbox.channel.accepted) == sorted(
        [f"{chat} {number}" for chat in _CHATS for number in range(_EACH)] + ["baru"]
    )
