"""What happened to a user: follows, and reactions to the user's posts and comments, in groups."""
