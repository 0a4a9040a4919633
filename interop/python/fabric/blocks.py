"""Finds the anchor of a quickstart's receipts in the blocks of its channel, and compares it with the receipts.

usage: blocks.py [quickstart-out]
"""

import base64
import pathlib
import sys

from channel import Channel


def main(out="quickstart-out"):
    out = pathlib.Path(out)
    channel = Channel.read(out / "fabric/blocks")
    print(f"{channel.height} blocks are chained and signed, by members of {' and '.join(channel.roots)}")
    for number, tx_id, author, kind, command in channel.events:
        print(f"block {number}, transaction {tx_id[:8]}…: {kind} {' '.join(command[1:])}")
        print(f"    by {author}")
    origin, size, root = (out / "receipts/checkpoint").read_text().split("\n")[:3]
    anchors = [anchor for (log, _), anchor in channel.anchors.items() if log == origin]
    if (int(size), base64.b64decode(root)) not in anchors:
        print(f"{origin} is not anchored at {size} receipts with the root {root}")
        return 1
    print(f"{origin} is anchored at {size} receipts with the root that its checkpoint has")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
