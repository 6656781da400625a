"""Plain data about linked accounts and groups."""

from datetime import datetime

from msgspec import Struct


class LinkView(Struct, frozen=True):
    """An officer's linked account; `told` says whether notices go there, `blocked` that it refuses them."""

    officer_id: int
    account: str
    told: bool
    blocked: bool
    linked_at: datetime


class GroupView(Struct, frozen=True):
    """An office's group; `blocked` says that the bot was removed, `refused` that it may not make topics."""

    office_id: int
    conversation_id: int
    address: str
    title: str
    has_topics: bool
    blocked: bool
    refused: bool
    linked_by: int
    linked_at: datetime


class Code(Struct, frozen=True):
    """A one-time code as it is shown, once."""

    words: str
    expires_at: datetime
