"""Views of plans, one module a page."""
