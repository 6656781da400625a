"""Telegram: raw updates into the inbox, replies out through the Bot API."""
