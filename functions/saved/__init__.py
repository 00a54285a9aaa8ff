"""Private bookmarks of posts, in named private collections."""
