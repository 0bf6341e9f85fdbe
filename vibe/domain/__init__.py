"""The nouns: what a project's graph holds, and which moves are legal. Pure: no I/O, no clock, no chance."""
