"""What comes out of a tracker, and where it goes."""
