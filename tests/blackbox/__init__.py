"""The real server, started as a person starts it, spoken to over HTTP alone."""
