"""The chat on the website, as a network like any other."""
