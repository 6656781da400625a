"""Files that people and officers send: checked by their content, stored encrypted in the database."""
