"""People and photographs that make a fresh local stack worth looking at."""
