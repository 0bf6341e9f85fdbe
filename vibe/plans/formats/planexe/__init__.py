"""A PlanExe run folder: what its files are called, and one module for each kind of thing they say."""
