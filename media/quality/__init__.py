"""How good a connection is, and what to send over it."""
