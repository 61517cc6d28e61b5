"""One module a revision, in the order they were made."""
