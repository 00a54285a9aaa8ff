"""How close an author is to a viewer: what the viewer did of late, the older the less."""
