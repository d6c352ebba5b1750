"""Many streams, one engine: what is decoded next, with what, on which thread."""
