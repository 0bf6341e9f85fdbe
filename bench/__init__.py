"""What `make bench` and `make faults` run."""
