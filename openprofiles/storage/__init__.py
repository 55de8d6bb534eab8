"""The only place with SQL: one file for each group of tables, and the engines behind one interface."""
