"""The control plane: HTTP, signalling, live interviews, HR, archive."""

__version__ = "0.1.0"
