"""Fanlight's product code: one folder a capability, the layer is the file's name."""

import gc

__version__ = "0.1.0"

# What a cold start imports stays. Python would look through it for garbage after every 700 objects,
# and now and then through all of it.
gc.set_threshold(10_000)
