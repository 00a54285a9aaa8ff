"""Publish, read, edit and delete posts."""
