"""How an object of another system maps to keys and standard objects. Pure: values in, values out."""
