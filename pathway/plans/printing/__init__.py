"""Printing in processes apart from the web's: `sealed` is what runs in one, `pool` keeps them warm."""
