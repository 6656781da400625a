"""Tests of the Telegram channel, over a real socket against the tests' own Bot API server."""
