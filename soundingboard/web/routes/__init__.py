"""The families of pages: one noun per file, each makes its routes for the parts of one house."""
