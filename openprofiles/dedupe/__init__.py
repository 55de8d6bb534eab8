"""`openprofiles dedupe`: which rows of a file are the same customer. No server and no store is needed."""
