"""Pages of the clinic, one module a group of pages."""
