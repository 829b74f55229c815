"""Compares a log for TensorBoard with the same one in CSV: `python tensorboard_events.py FOLDER`.

The folder holds one file of events and `log.csv`, as the test `log` writes them. TensorBoard's own reader reads the events.
"""

import csv
import sys
from pathlib import Path

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator


def main(folder):
    with open(Path(folder) / "log.csv") as file:
        rows = list(csv.DictReader(file))
    events = EventAccumulator(folder, {"scalars": 0}).Reload()
    names = [name for name in rows[0] if name != "step"]
    assert sorted(events.Tags()["scalars"]) == sorted(names), (events.Tags(), names)
    for name in names:
        found = [(event.step, event.value) for event in events.Scalars(name)]
        assert len(found) == len(rows), (name, len(found), len(rows))
        for (step, value), row in zip(found, rows):
            assert step == int(row["step"]), (name, step, row)
            # A float32 has 24 bits.
            assert abs(value - float(row[name])) <= 2**-24 * abs(value), (name, value, row)
    print(f"{len(rows)} steps of {', '.join(names)} are as in CSV")


main(sys.argv[1])
