"""The slow road's schema, revision by revision; `console.store.upgrade` runs them at start."""
