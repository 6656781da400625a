"""Limits in time: timers, notices, the nightly check, and several processes."""
