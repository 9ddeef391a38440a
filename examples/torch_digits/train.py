#!/usr/bin/env python3
"""The example trainer in PyTorch: the same data, network and printed lines as examples/digits, on the CPU.

    /usr/bin/python3 examples/torch_digits/train.py [--epochs N] [--seed N] [--hidden A,B,...] [--data FILE]

It stands for any training script, so it imports nothing of jouleprint.
"""
import argparse
import csv
import pathlib
import sys

try:
    import torch
except ImportError:
    sys.exit("train.py: PyTorch is not installed for this Python; on Debian: apt-get install python3-torch")

SIDE = 8
FULL_INK = 16
CLASSES = 10
BATCH = 64
VALIDATION_FRACTION = 0.2
FIRST_LEARNING_RATE = 1e-3
DEFAULT_DATA = pathlib.Path(__file__).resolve().parent.parent / "digits" / "digits.csv"


def widths(text):
    """The numbers of "1024,512"."""
    numbers = [int(part) for part in text.split(",")]
    if min(numbers) < 1:
        raise ValueError(text)
    return numbers


def parse_arguments():
    parser = argparse.ArgumentParser(description="Trains a network to read handwritten digits, a line per epoch.")
    parser.add_argument("--epochs", type=int, default=12, help="passes over the images in all their shifts (12)")
    parser.add_argument("--seed", type=int, default=1, help="fixes the split, the weights and the order (1)")
    parser.add_argument("--hidden", type=widths, default=[1024, 512], help="widths of the hidden layers (1024,512)")
    parser.add_argument("--data", type=pathlib.Path, default=DEFAULT_DATA,
                        help="CSV of 64 brightnesses (0 to 16) and the digit per line")
    options = parser.parse_args()
    if options.epochs < 1:
        parser.error("--epochs takes a number from 1")
    return options


def load(path):
    """Images (n, 8, 8) with brightness 0 to 1, and labels (n). Ends the program when the file is not so."""
    pixels, labels = [], []
    try:
        with open(path, newline="", encoding="ascii") as file:
            for number, row in enumerate(csv.reader(file), 1):
                values = [int(cell) for cell in row]
                if len(values) != SIDE * SIDE + 1 or not 0 <= values[-1] < CLASSES:
                    raise ValueError
                pixels.append(values[:-1])
                labels.append(values[-1])
    except OSError as fault:
        sys.exit(f"train.py: cannot read the digits in {path}: {fault.strerror}")
    except ValueError:
        sys.exit(f"train.py: {path}:{number}: not 64 numbers from 0 to 16 and a digit from 0 to 9")
    return torch.tensor(pixels).float().view(-1, SIDE, SIDE) / FULL_INK, torch.tensor(labels)


def all_shifts(images):
    """Every image as it is and moved by one pixel in the eight directions; what moves in is paper."""
    padded = torch.nn.functional.pad(images, (1, 1, 1, 1))
    return torch.cat([padded[:, y:y + SIDE, x:x + SIDE] for y in range(3) for x in range(3)]).flatten(1)


def build_network(hidden):
    sizes = [SIDE * SIDE, *hidden]
    layers = []
    for size_in, size_out in zip(sizes, hidden):
        layers += [torch.nn.Linear(size_in, size_out), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers, torch.nn.Linear(sizes[-1], CLASSES))


def train_epoch(network, optimizer, images, labels):
    """One pass in a random order; the mean loss and accuracy of it."""
    loss_sum, right = 0.0, 0
    for batch in torch.randperm(len(images)).split(BATCH):
        output = network(images[batch])
        loss = torch.nn.functional.cross_entropy(output, labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(batch)
        right += (output.argmax(1) == labels[batch]).sum().item()
    return loss_sum / len(images), right / len(images)


def main():
    options = parse_arguments()
    torch.manual_seed(options.seed)
    images, labels = load(options.data)
    order = torch.randperm(len(images))
    held_back = int(VALIDATION_FRACTION * len(images))
    validation, train = order[:held_back], order[held_back:]
    views, view_labels = all_shifts(images[train]), labels[train].repeat(9)
    network = build_network(options.hidden)
    optimizer = torch.optim.Adam(network.parameters(), lr=FIRST_LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda done: 1 - done / options.epochs)
    for epoch in range(1, options.epochs + 1):
        loss, accuracy = train_epoch(network, optimizer, views, view_labels)
        schedule.step()
        with torch.no_grad():
            guesses = network(images[validation].flatten(1)).argmax(1)
        right = (guesses == labels[validation]).float().mean().item()
        print(f"Epoch {epoch}/{options.epochs}  loss {loss:.4f}  accuracy {accuracy:.4f}  (val {right:.4f})",
              flush=True)


if __name__ == "__main__":
    main()
