"""What we read of Telegram's updates, and nothing else: what nobody here reads cannot spoil an update.

Names and meanings are those of https://core.telegram.org/bots/api.
"""

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_SENT_BY_A_PERSON: Final = (
    "audio",
    "animation",
    "document",
    "game",
    "live_photo",
    "photo",
    "sticker",
    "video",
    "video_note",
    "voice",
    "checklist",
    "contact",
    "venue",
    "location",
    "paid_media",
    "poll",
    "dice",
    "story",
    "gift",
    "rich_message",
)
"""What a person sends on purpose besides text. What comes along with another one stands behind it, as the
document of an animation and the location of a venue do."""

_NOTICES: Final = frozenset(
    {
        "boost_added",
        "channel_chat_created",
        "chat_background_set",
        "chat_owner_changed",
        "chat_owner_left",
        "chat_shared",
        "checklist_tasks_added",
        "checklist_tasks_done",
        "community_chat_added",
        "community_chat_joined",
        "community_chat_removed",
        "connected_website",
        "delete_chat_photo",
        "direct_message_price_changed",
        "forum_topic_closed",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_reopened",
        "general_forum_topic_hidden",
        "general_forum_topic_unhidden",
        "gift_upgrade_sent",
        "giveaway",
        "giveaway_completed",
        "giveaway_created",
        "giveaway_winners",
        "group_chat_created",
        "invoice",
        "left_chat_member",
        "managed_bot_created",
        "message_auto_delete_timer_changed",
        "migrate_from_chat_id",
        "migrate_to_chat_id",
        "new_chat_members",
        "new_chat_photo",
        "new_chat_title",
        "paid_message_price_changed",
        "passport_data",
        "pinned_message",
        "poll_option_added",
        "poll_option_deleted",
        "proximity_alert_triggered",
        "refunded_payment",
        "successful_payment",
        "suggested_post_approval_failed",
        "suggested_post_approved",
        "suggested_post_declined",
        "suggested_post_paid",
        "suggested_post_refunded",
        "supergroup_chat_created",
        "unique_gift",
        "user_shared",
        "users_shared",
        "video_chat_ended",
        "video_chat_participants_invited",
        "video_chat_scheduled",
        "video_chat_started",
        "web_app_data",
        "write_access_allowed",
    }
)
"""What Telegram says by itself, or about something that is not meant for us."""

UNKNOWN: Final = "unknown"
"""Content of a kind that came up after this was written."""


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True)


class User(_Read):
    """A person or a bot."""

    id: int
    is_bot: bool
    first_name: str
    last_name: str | None = None


class Chat(_Read):
    """A private chat, a group or a channel."""

    id: int
    type: str
    title: str | None = None
    is_forum: bool | None = None


class PhotoSize(_Read):
    """One size of a photo."""

    file_id: str
    width: int
    height: int
    file_size: int | None = None


class Document(_Read):
    """A file that is no photo, video, voice or music."""

    file_id: str
    file_name: str | None = None
    file_size: int | None = None


class Answered(_Read):
    """A message that another one answers."""

    message_id: int
    from_user: User | None = Field(None, alias="from")
    forum_topic_created: object = None


class Message(_Read):
    """A message as it was written; the rest of it is kept unread, to see what it contains."""

    model_config = ConfigDict(extra="allow")

    message_id: int
    chat: Chat
    from_user: User | None = Field(None, alias="from")
    sender_chat: object = None
    message_thread_id: int | None = None
    is_topic_message: bool | None = None
    reply_to_message: Answered | None = None
    media_group_id: str | None = None
    text: str | None = None
    caption: str | None = None
    photo: list[PhotoSize] | None = None
    document: Document | None = None
    migrate_to_chat_id: int | None = None


class Button(_Read):
    """A button below a message; one that opens an address has no data."""

    text: str
    callback_data: str | None = None


class Markup(_Read):
    """The rows of buttons below a message."""

    inline_keyboard: list[list[Button]]


class Shown(_Read):
    """The message below which a button was pressed; of an old one Telegram tells only chat and number."""

    message_id: int
    chat: Chat
    message_thread_id: int | None = None
    reply_markup: Markup | None = None


class CallbackQuery(_Read):
    """A pressed button."""

    from_user: User = Field(alias="from")
    message: Shown | None = None
    data: str | None = None


class ChatMember(_Read):
    """What somebody is in a chat."""

    status: str


class ChatMemberUpdated(_Read):
    """A change of what the bot is in a chat."""

    chat: Chat
    from_user: User = Field(alias="from")
    new_chat_member: ChatMember


class Update(_Read):
    """Something that happened; at most one of its fields is set."""

    update_id: int
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: CallbackQuery | None = None
    my_chat_member: ChatMemberUpdated | None = None


def read(payload: dict[str, Any]) -> Update:
    """The update; raises ValueError, which names places and repeats nothing that the person wrote."""
    try:
        return Update.model_validate(payload)
    except ValidationError as error:
        places = {".".join(str(step) for step in item["loc"]) for item in error.errors()}
        raise ValueError(f"unreadable update: {', '.join(sorted(places))[:200]}") from None


def content_of(message: Message) -> str | None:
    """What a message without text contains, by its name in the Bot API; None for a notice."""
    # Some kinds say nothing but that they are there, and are empty.
    there = {name for name, value in message if value or value == {}}
    sent = next((kind for kind in _SENT_BY_A_PERSON if kind in there), None)
    return sent or (None if there & _NOTICES else UNKNOWN)
