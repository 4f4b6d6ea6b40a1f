"""Matrix: pure translation, the client on matrix-nio, and the network on top."""
