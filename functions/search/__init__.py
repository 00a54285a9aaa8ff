"""Search: people by the beginnings of the words in their names."""
