"""How objects map: each rule by examples and by properties."""
