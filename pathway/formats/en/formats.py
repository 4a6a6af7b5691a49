"""Days as clinicians write them, wherever a page does not say how: 23-Nov-2026 cannot be read as another day."""

DATE_FORMAT = "d-M-Y"
DATETIME_FORMAT = "d-M-Y H:i"
TIME_FORMAT = "H:i"
