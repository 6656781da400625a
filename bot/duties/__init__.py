"""What falls due for whom: gathered, reminded of, and shown in calendars."""
