"""Where the platform keeps settings, data and logs; preferences of this desk in one file."""
