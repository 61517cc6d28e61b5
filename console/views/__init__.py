"""Pure functions from (floor view, book, now) to what a page shows: tones and sentences, never colours or widgets."""
