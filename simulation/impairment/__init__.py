"""A bad network on purpose: a UDP proxy in user space between one client and the server's ICE port."""
