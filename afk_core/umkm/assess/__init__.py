"""Self-assessments: the steps of one, the drafts, and every result that was ever given."""
