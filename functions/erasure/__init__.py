"""Deletion of everything that belongs to a deleted post, picture or account."""
