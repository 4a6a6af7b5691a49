"""The proof of the safety properties, over every patient that can be recorded. `make prove` runs it.

`patients` (every patient, as the solver sees one), `translate` (the rule trees that run, for the solver),
`properties` (the seven of the specification, in its words), `as_specified` (and that the rules are those of the
specification), `tables` and `specification` (what the rules are held against, written a second time), `search` (the
solver at work, and the smallest patient that breaks a property), `regions` (how many combinations that is),
`result` (what came out; the only part that runs without the solver, for the page of the app).
"""
