"""The service about itself: its health, its description, its reference page."""
