"""Fanlight's product code: one folder a capability, the layer is the file's name."""

__version__ = "0.1.0"
