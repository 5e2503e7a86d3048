"""One command of `gen` a file: parse, call, print."""
