"""`openprofiles check`: whether everything that the store promises holds."""
