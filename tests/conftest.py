"""Helpers of the tests lie beside this file; being here, it puts them on the path."""
