"""The desk's commands, one file each. Pure: what a command does is a function from a view to effects."""
