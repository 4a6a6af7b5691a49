"""Releases of the wording before and after they take effect: what they change, for whom, and who disagrees."""
