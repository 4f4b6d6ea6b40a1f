"""IRC: a sans-I/O protocol and session, a socket client, and the network on top."""
