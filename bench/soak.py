"""Draws soak.csv: python soak.py soak.csv soak.svg [title]"""

import csv
import sys

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams.update({
    "svg.hashsalt": "modelledger",  # the same figures give the same file
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e4e4e4",
    "legend.frameon": False,
})
import matplotlib.pyplot as plt  # noqa: E402

LATENCIES = {"p50_ms": "p50", "p90_ms": "p90", "p99_ms": "p99", "p999_ms": "p99.9", "max_ms": "max"}
SHADES = ["#9ecae1", "#6baed6", "#3182bd", "#08519c", "#d95f0e"]


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    if not rows:
        raise SystemExit(f"{path} has no samples")
    return {name: [float(row[name]) if row[name] else float("nan") for row in rows] for name in rows[0]}


def main(source, target, title="Soak of the transparency log"):
    data = read(source)
    time = [second / 60 for second in data["seconds"]]
    new_logs = [t for t, log, before in zip(time[1:], data["log"][1:], data["log"]) if log != before]
    figure, (rate, latency, memory) = plt.subplots(3, 1, figsize=(9, 8.5), sharex=True, layout="constrained")
    figure.suptitle(title, x=0.01, ha="left", fontsize=11, fontweight="bold")

    rate.plot(time, [value / 1000 for value in data["entries_per_s"]], color="#31a354", linewidth=1)
    rate.set_ylabel("thousand entries/s, durable")
    rate.set_ylim(bottom=0)

    for (name, label), shade in zip(LATENCIES.items(), SHADES):
        latency.plot(time, data[name], color=shade, label=label, linewidth=1)
    latency.set_yscale("log")
    latency.set_ylabel("acknowledgement, ms")
    latency.legend(ncols=len(LATENCIES), loc="upper left", bbox_to_anchor=(0, 1.12), borderaxespad=0)

    memory.plot(time, data["rss_mb"], color="#636363", label="resident", linewidth=1)
    memory.plot(time, data["heap_after_gc_mb"], color="#756bb1", label="heap after collection", linewidth=1)
    memory.plot(time, data["wal_mb"], color="#d95f0e", label="write-ahead files", linewidth=1)
    memory.set_ylabel("MB")
    memory.set_ylim(bottom=0)
    memory.set_xlabel("minutes" + ("; dotted: a new log, because the disk is bounded" if new_logs else ""))
    memory.legend(ncols=3, loc="upper left", bbox_to_anchor=(0, 1.12), borderaxespad=0)

    for axes in (rate, latency, memory):
        for moment in new_logs:
            axes.axvline(moment, color="#bbbbbb", linestyle=":", linewidth=0.8, zorder=0)
        axes.margins(x=0.01)
    figure.savefig(target, format="svg", facecolor="white", metadata={"Date": None})


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
