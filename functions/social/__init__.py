"""Follows, blocks, mutes, and the one place that decides whether a viewer may see an author."""
