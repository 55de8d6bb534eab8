-- Which standard objects of a kind were made last: what their attributes are read from.
CREATE INDEX standard_object_of_kind ON standard_object (domain, kind, id);
