"""Deletion that deletes: what trails a post, a picture or an account goes, and nothing stays."""
