"""What the forms on the web share: who fills them in, for which office, and how their pages look."""
