"""Pictures that are shown for a day, the tray that lists them, and who has seen them."""
