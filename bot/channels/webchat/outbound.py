"""From a stored message to what the page reads; the browser fetches, so nothing is sent out here."""

from datetime import datetime

from pydantic import BaseModel

from bot.conversation.messages import Author, Delivery, StoredMessage


class ButtonOut(BaseModel):
    """A button: what it says, and the action to post when it is pressed."""

    label: str
    action: str


class FileOut(BaseModel):
    """A file of a message, to be fetched from `/api/chat/files/<id>`; a `removed` one is gone."""

    id: int
    name: str
    size: int
    image: bool
    removed: bool


class MessageOut(BaseModel):
    """A message of the conversation; `seq` numbers them from 1, `client_id` is set on the person's own."""

    seq: int
    author: Author
    author_name: str | None
    text: str
    buttons: list[list[ButtonOut]]
    created_at: datetime
    client_id: str | None
    delivery: Delivery
    files: list[FileOut]


class MessagesOut(BaseModel):
    """A stretch of the conversation, oldest first, and the number of its newest message (0: none yet)."""

    messages: list[MessageOut]
    last: int
    server_time: datetime


class SessionOut(BaseModel):
    """A new key; whoever has it reads the conversation."""

    key: str


class StoredOut(BaseModel):
    """The message is safe; the same answer comes when it is sent again."""

    stored: bool


def message_out(message: StoredMessage) -> MessageOut:
    """The form of `message` that the page reads."""
    return MessageOut(
        seq=message.seq,
        author=message.author,
        author_name=message.author_name,
        text=message.text,
        buttons=[[ButtonOut(label=b.label, action=b.action) for b in row] for row in message.buttons],
        created_at=message.created_at,
        client_id=message.client_id,
        delivery=message.delivery,
        files=[
            FileOut(id=f.id, name=f.name, size=f.size, image=f.kind.is_image, removed=f.removed)
            for f in message.files
        ],
    )
