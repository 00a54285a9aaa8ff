"""The page, `web/`: its files and their headers, for every server of it."""
