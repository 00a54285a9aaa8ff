"""Home timelines: fan-out on write, and the feed that reads them."""
