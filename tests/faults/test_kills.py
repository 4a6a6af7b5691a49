"""kill -9 in the middle of saving, signing and publishing: nothing acknowledged is lost, nothing is half done.

A few here; `make faults` runs at least a hundred on each engine.
"""

import json
import os

from tests import scratch


def test_nothing_acknowledged_is_lost_and_nothing_is_half_signed(tmp_path):
    kills = int(os.environ.get("KILLS", "6"))
    with scratch.database(tmp_path) as address:
        told = json.loads(scratch.python(address, f"from tests.faults import kills; kills.main({kills})"))
    print(told)
    assert told["kills"] >= kills
    assert told["acknowledged"] > 0
