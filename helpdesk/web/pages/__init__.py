"""One file a page: handlers and `ROUTES`, the list of what it answers. `server` finds every file here by itself."""
