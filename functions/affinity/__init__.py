"""How close an author is to a viewer: the sum of the viewer's interactions, which fade with age."""
