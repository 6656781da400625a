"""The offices, their hours, exceptions and holidays, and the versions of their calendars."""
