"""Patients, fractures, visits, the walk, the worklist and measurements."""
