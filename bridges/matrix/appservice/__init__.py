"""Matrix as an application service: what is said comes by transactions, and relayed people have accounts of their own."""
