"""Pictures that are shown for a day, the tray of those one follows, and who has seen what."""
