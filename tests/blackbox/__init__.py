"""Tests of the real server, started as a person starts it, over HTTP only."""
