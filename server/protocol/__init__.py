"""The wire: envelope, commands (client to server), events and signals (server to client)."""
