"""What benchmarks/tables.py is made of: the tables, the protocol, the methods, the report."""
