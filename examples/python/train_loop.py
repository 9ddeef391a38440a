"""A training loop with jouleprint in it: epochs, tasks, metrics, what is to come, and a budget.

    python3 examples/python/train_loop.py [EPOCHS]

The model is a straight line that learns by gradient descent, so that this runs everywhere.
"""
import random
import sys

import jouleprint


def batches(count, size):
    for _ in range(count):
        xs = [random.uniform(-1, 1) for _ in range(size)]
        yield [(x, 3 * x + 1 + random.gauss(0, 0.1)) for x in xs]


def step(slope, offset, batch, rate=0.05):
    errors = [(slope * x + offset - y, x) for x, y in batch]
    slope -= rate * sum(error * x for error, x in errors) / len(batch)
    offset -= rate * sum(error for error, _ in errors) / len(batch)
    return slope, offset, sum(error * error for error, _ in errors) / len(batch)


def main():
    epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    slope = offset = 0.0
    with jouleprint.track("line", epochs=epochs, budget="1h", on_budget="stop") as t:
        for _ in range(epochs):
            with t.task("train"):
                for batch in batches(count=50, size=500):
                    slope, offset, loss = step(slope, offset, batch)
            t.epoch()
            t.log(loss=loss)
            print(f"loss {loss:.4f}; {t.predict()}")
    for task in t.record.tasks[:3]:
        print(task["name"], f"{task['energy_kwh']['value'] * 3.6e6:.2f} J")


if __name__ == "__main__":
    try:
        main()
    except jouleprint.BudgetExceeded as stopped:
        print(f"stopped: {stopped}")
