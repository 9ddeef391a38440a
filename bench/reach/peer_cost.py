"""Runs inside a peer's own environment: the processor time that it uses while the tracked code sleeps.

peer_cost.py codecarbon|carbontracker SECONDS   prints {"cpu_s": ..., "rounds": ...}
"""
import json
import sys
import time


def codecarbon(seconds):
    from codecarbon import OfflineEmissionsTracker

    tracker = OfflineEmissionsTracker(country_iso_code="FRA", measure_power_secs=1, save_to_file=False,
                                      log_level="critical")
    tracker.start()
    time.sleep(seconds)
    cpu_s = time.process_time()
    tracker.stop()
    return cpu_s, seconds


def carbontracker(seconds):
    from carbontracker.tracker import CarbonTracker

    tracker = CarbonTracker(epochs=1, epochs_before_pred=0, update_interval=1, verbose=0)
    tracker.epoch_start()
    time.sleep(seconds)
    cpu_s = time.process_time()
    rounds = max(sum(map(len, component.power_usages)) for component in tracker.tracker.components)
    tracker.epoch_end()
    tracker.stop()
    return cpu_s, rounds


if __name__ == "__main__":
    spent_s, looked = {"codecarbon": codecarbon, "carbontracker": carbontracker}[sys.argv[1]](float(sys.argv[2]))
    print(json.dumps({"cpu_s": spent_s, "rounds": looked}))
