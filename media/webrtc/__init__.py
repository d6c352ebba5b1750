"""aiortc made to carry encoded media: connections in (publisher) and out (observers)."""
