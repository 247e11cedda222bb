"""Medians over rounds: report.py <lines of steps and steps.py> <lines of roofline>."""
import collections
import math
import statistics
import sys

LABELS = {"combined": "combined step, order 1", "split": "split step, order 2",
          "events": "events, no step"}
# Largest error of the averaged state at dt = 0.1 (L = 12, gamma = 1, t = 10): combined step, Strang.
ERROR_1, ERROR_2 = 2.1e-3, 4.9e-5


def medians(path, key_fields):
    """{key: median of every number} of tab-separated lines."""
    values = collections.defaultdict(list)
    with open(path, encoding="utf-8") as file:
        for line in file:
            fields = line.rstrip("\n").split("\t")
            values[tuple(fields[:key_fields])].append([float(x) for x in fields[key_fields:]])
    return {key: [statistics.median(x) for x in zip(*rows)] for key, rows in values.items()}


def is_ours(method):
    return method.startswith("anderson: ")


def tables(rows):
    for system, kind in dict.fromkeys((system, kind) for system, kind, _ in rows):
        chosen = sorted((row, method) for (s, k, method), row in rows.items()
                        if (s, k) == (system, kind))
        best = min((row[0] * row[1] for row, method in chosen if is_ours(method)), default=math.nan)
        title = f"{system}: {LABELS.get(kind, kind)}"
        print(f"\n{title:46}{'per step':>12}{'per unit time':>16}{'ratio':>9}")
        for (seconds, per_time), method in chosen:
            total = seconds * per_time
            print(f"  {method:44}{seconds * 1e6:9.2f} us{total * 1e6:13.1f} us{total / best:9.1f}")


def headlines(rows, peaks):
    def find(system, kind, *parts, ours):
        """The fastest row: seconds per step, steps per unit of time."""
        return min((row for (s, k, method), row in rows.items() if (s, k) == (system, kind)
                    and is_ours(method) == ours and all(part in method for part in parts)),
                   default=None)

    def ratio(text, first, second, both_ours=False, per_time=False):
        a, b = find(system, *first, ours=both_ours), find(system, *second, ours=True)
        if a and b:
            value = a[0] / b[0] * (a[1] / b[1] if per_time else 1)
            print(f"  {system:9} {text:56}{value:8.1f}")

    longer = (ERROR_1 / ERROR_2)**0.5
    print("\nRatios of the time per step, at equal dt unless said")
    for system in dict.fromkeys(system for system, _, _ in rows):
        split, expm = ("split",), ("combined", "expm_multiply")
        ratio("NumPy's eigenbasis kick, as one writes it : split", ("split", "plain NumPy"), split)
        ratio("the best NumPy, one kick at a time : split", ("split", "BLAS in place"), split)
        ratio("the best NumPy, many kicks at a time : split", ("split", "matrix product"), split)
        ratio("expm_multiply : split", expm, split)
        ratio("expm_multiply : best combined step, 1e-10", expm, ("combined", "1e-10"))
        ratio("expm_multiply : best combined step, 1e-14", expm, ("combined", "1e-14"))
        events = ("events", "reflections")
        ratio("reflections : split, per kick", events, split, both_ours=True)
        ratio("split : reflections, per unit of time", split, events, both_ours=True, per_time=True)
    print(f"""(expm_multiply: the faster of its rows; it knows no tolerance but rounding.)

At equal error order 2 gains more: with errors {ERROR_1:g} ~ dt and {ERROR_2:g} ~ dt^2 at dt = 0.1,
a split step may be {longer:.1f} times longer than a combined one of 0.1 (extrapolated, L = 12, t = 10),
and then expm_multiply : split is {longer:.1f} times the ratio above.""")
    print("\nMultiply-adds on one core")
    for (scalar, orbitals), (clock, peak, kick) in peaks.items():
        print(f"  {scalar:6}  L100 N{orbitals}: peak {peak:.1f} G/s ({peak / clock:.1f} per cycle of "
              f"{clock:.2f} GHz), fused kick {kick:.1f} G/s = {100 * kick / peak:.0f} %")


def main():
    rows = medians(sys.argv[1], 3)
    tables(rows)
    headlines(rows, medians(sys.argv[2], 2))


if __name__ == "__main__":
    main()
