"""The treatment pathway itself: pure Python, without Django, clock or database.

Read it in this order: `facts` (what may be recorded), `limits` (the numbers), `truth` (yes, no, not known),
`criteria`, `actions`, `headline`, `notices` (the rules), `evaluate` (one patient, one day) and `explain`.
"""
