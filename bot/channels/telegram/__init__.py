"""Telegram: raw updates into the inbox, replies out through the Bot API."""

from bot.channels.telegram.loading import load_aiogram

load_aiogram()
