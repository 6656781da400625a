"""Monthly reports: rows proposed from what the service knows, and the report as paper and sheet."""
