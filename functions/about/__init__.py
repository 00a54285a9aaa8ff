"""The service itself: its health, its description, its reference page."""
