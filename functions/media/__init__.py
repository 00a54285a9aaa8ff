"""Upload slots, the render worker, and the signed addresses of what it made."""
