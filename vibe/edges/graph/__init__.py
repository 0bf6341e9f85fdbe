"""The graph: the driver's adapter, its schema, and the embedded server's process."""
