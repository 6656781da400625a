"""Dated facts with their source, handed to the rules as arguments."""
