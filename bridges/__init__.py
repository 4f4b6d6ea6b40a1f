"""Chat networks as one stream of events. Knows no ticket and no article."""
