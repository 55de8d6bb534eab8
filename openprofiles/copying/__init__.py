"""`openprofiles copy`: a whole store into another one, on whichever engine."""
