"""Questions in, cited answers out. Knows no chat, no ticket and no network."""
