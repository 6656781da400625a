"""Monthly reports of the Sub Koordinator: drafts, signing off, sending, and what reviewers made of them."""
