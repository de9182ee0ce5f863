"""Questions over the collections that the apps enrol."""
