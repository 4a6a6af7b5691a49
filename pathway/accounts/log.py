"""Log lines as JSON that never hold what a person typed, a name or an address.

A line carries the message's own text without its arguments, a few named fields, and of an exception its type and the
places it passed through. The text of an exception is left out: a database repeats the row in it.
"""

import json
import logging
import traceback
from datetime import UTC, datetime

FIELDS = ("request_id", "user_id", "route", "method", "status", "milliseconds")


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.msg if isinstance(record.msg, str) else type(record.msg).__name__,
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            line["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return json.dumps(line)
