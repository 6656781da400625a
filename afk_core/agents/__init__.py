"""Agents of an office: who holds which role from when to when, and the letters that appoint them."""
