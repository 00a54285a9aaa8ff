"""Sign-up, login, profiles and their privacy setting."""
