"""The agents of the offices: accounts, sign-in, permissions in force, and the audit trail."""
