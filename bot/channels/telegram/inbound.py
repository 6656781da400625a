"""From a raw update to a message that knows no channel. Pure: no network, no clock, no database."""

import re
from typing import Any

from msgspec.structs import replace

from bot.channels.telegram.updates import (
    CallbackQuery,
    Chat,
    ChatMemberUpdated,
    Message,
    Shown,
    Update,
    User,
    content_of,
    read,
)
from bot.conversation.messages import ChannelName, Group, InboundKind, InboundMessage, RemoteFile

_PHOTO_NAME = "foto.jpg"
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w{1,64}))?(?:\s+(.*))?", re.DOTALL)
_PRIVATE = "private"
_GROUPS = frozenset({"group", "supergroup"})


def translate(payload: dict[str, Any], username: str | None = None) -> InboundMessage | None:
    """The act of a person in a raw update, as `act_in`.

    Raises ValueError, without anything that the person wrote, for an update that cannot be read.
    """
    return act_in(read(payload), username)


def act_in(update: Update, username: str | None = None) -> InboundMessage | None:
    """The act of a person; None for what needs no turn (talk in groups, notices, unknown kinds).

    In a group only commands, replies to a bot, buttons and what befalls the group count; a command for a bot
    with another user name than `username` is not ours.
    """
    if update.message is not None:
        return _message(update.message, username)
    if update.edited_message is not None:
        return _edit(update.edited_message)
    if update.callback_query is not None:
        return _press(update.callback_query)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member)
    return None


def _message(message: Message, username: str | None) -> InboundMessage | None:
    if message.chat.type in _GROUPS:
        return _in_group(message, username)
    if message.chat.type != _PRIVATE:
        return None
    if message.text is None:
        return _unsupported(message)
    return _command(message, message.text, None) or _inbound(message, InboundKind.TEXT, text=message.text)


def _in_group(message: Message, username: str | None) -> InboundMessage | None:
    if message.migrate_to_chat_id is not None:
        return _inbound(message, InboundKind.MOVED, text=str(message.migrate_to_chat_id))
    if message.text is not None and message.text.startswith("/"):
        return _command(message, message.text, username)
    if _answered(message) is None:
        return None
    if message.text is None:
        return _unsupported(message)
    return _inbound(message, InboundKind.TEXT, text=message.text)


def _command(message: Message, text: str, username: str | None) -> InboundMessage | None:
    """The command that `text` is; None for other words, and for a command of another bot."""
    found = _COMMAND.fullmatch(text.strip())
    if found is None:
        return None
    name, bot, argument = found.groups()
    if bot and username and bot.casefold() != username.casefold():
        return None
    return _inbound(message, InboundKind.COMMAND, command=name.lower(), text=(argument or "").strip())


def _answered(message: Message) -> str | None:
    """The id of the bot's message that this one answers.

    In a forum every message answers the one that made its topic; that one says nothing.
    """
    answered = message.reply_to_message
    if answered is None or answered.from_user is None or not answered.from_user.is_bot:
        return None
    return None if answered.forum_topic_created is not None else str(answered.message_id)


def _unsupported(message: Message) -> InboundMessage | None:
    content = content_of(message)
    if content is None:
        return None
    caption = message.caption or ""
    remote = _file(message, content)
    if remote is None:
        return _inbound(message, InboundKind.UNSUPPORTED, text=caption, content=content)
    inbound = _inbound(message, InboundKind.FILE, text=caption, content=content)
    return replace(inbound, remote=remote, album=message.media_group_id or "")


def _file(message: Message, content: str) -> RemoteFile | None:
    """What can be fetched of a message: a photo in its largest size, or a document."""
    if content == "photo" and message.photo:
        largest = max(message.photo, key=lambda size: (size.width * size.height, size.file_size or 0))
        return RemoteFile(largest.file_id, _PHOTO_NAME, largest.file_size)
    if content == "document" and message.document is not None:
        document = message.document
        return RemoteFile(document.file_id, document.file_name or "", document.file_size)
    return None


def _edit(message: Message) -> InboundMessage | None:
    text = message.text or message.caption
    # Telegram also reports moving live locations and votes as edits; they carry no words.
    if message.chat.type != _PRIVATE or not text:
        return None
    return _inbound(message, InboundKind.EDIT, text=text)


def _press(query: CallbackQuery) -> InboundMessage | None:
    message = query.message
    if message is None or query.data is None:
        return None
    if message.chat.type != _PRIVATE and message.chat.type not in _GROUPS:
        return None
    thread = message.message_thread_id
    return InboundMessage(
        channel=ChannelName.TELEGRAM,
        address=str(message.chat.id),
        kind=InboundKind.BUTTON,
        text=query.data,
        button_message_id=str(message.message_id),
        content=_label(message, query.data),
        sender_name=_name(query.from_user),
        sender=str(query.from_user.id),
        thread=None if thread is None else str(thread),
        group=_group(message.chat),
    )


def _label(message: Shown, data: str) -> str:
    """What the pressed button says, while Telegram still shows its message to us."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup is not None else ()
    return next((button.text for row in rows for button in row if button.callback_data == data), "")


def _membership(change: ChatMemberUpdated) -> InboundMessage | None:
    if change.chat.type != _PRIVATE and change.chat.type not in _GROUPS:
        return None
    group = _group(change.chat)
    match change.new_chat_member.status:
        case "kicked":
            kind = InboundKind.BLOCKED
        case "left" if group is not None:
            kind = InboundKind.BLOCKED
        case "member":
            kind = InboundKind.UNBLOCKED
        case "administrator" if group is not None:
            kind = InboundKind.UNBLOCKED
        case _:
            return None
    return InboundMessage(
        channel=ChannelName.TELEGRAM,
        address=str(change.chat.id),
        kind=kind,
        sender_name=_name(change.from_user),
        group=group,
    )


def _inbound(
    message: Message, kind: InboundKind, *, text: str, command: str = "", content: str = ""
) -> InboundMessage:
    return InboundMessage(
        channel=ChannelName.TELEGRAM,
        address=str(message.chat.id),
        kind=kind,
        text=text,
        command=command,
        external_id=str(message.message_id),
        content=content,
        sender_name=_name(message.from_user),
        sender=_sender(message),
        reply_to=_answered(message),
        thread=str(message.message_thread_id) if message.is_topic_message else None,
        group=_group(message.chat),
    )


def _sender(message: Message) -> str | None:
    """The person who wrote; None where a group or a channel speaks instead of one."""
    if message.from_user is None or message.sender_chat is not None or message.from_user.is_bot:
        return None
    return str(message.from_user.id)


def _group(chat: Chat) -> Group | None:
    if chat.type not in _GROUPS:
        return None
    return Group(chat.title or "", bool(chat.is_forum))


def _name(user: User | None) -> str | None:
    if user is None:
        return None
    return " ".join(part for part in (user.first_name, user.last_name) if part) or None
