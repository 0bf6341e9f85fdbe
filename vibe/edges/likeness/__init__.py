"""Edge: measures of how alike two proposals are; all of them work on this machine."""
