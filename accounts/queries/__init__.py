"""Questions about people, roles and the audit log."""
