"""Limits in time: their timers, their alerts, and what a change of calendar does to them."""
