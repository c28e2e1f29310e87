"""What the command line does with models and tables, and how it says what went wrong."""
