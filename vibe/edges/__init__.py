"""Outside worlds, each behind a port."""
