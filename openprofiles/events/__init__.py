"""What happened to profiles, in the form in which others are told of it."""
