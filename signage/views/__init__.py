"""Pages about signs: the workspace, a sign's record, the steps of an order, photos."""
