"""Reads a world: a fictional or real mission written as a folder of CSV and YAML files."""
