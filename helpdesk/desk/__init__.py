"""The rules of the desk. Pure: an event, a view and a time in, effects out. One module a noun."""
