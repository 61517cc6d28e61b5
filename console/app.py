"""Composition root: the only room with all the keys."""
