"""Plans: how they come in."""
