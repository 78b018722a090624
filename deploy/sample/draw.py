"""Seeded draws: the only source of chance in the sample.

Each topic has a stream of its own, so that a change in one part of the sample leaves the others as they are. All draws
rest on Random.random(), whose sequence Python keeps for a seed.
"""

import bisect
import itertools
import random


class Draw:
    def __init__(self, seed, topic):
        self._random = random.Random(f"{seed}/{topic}")

    def chance(self, probability):
        return self._random.random() < probability

    def between(self, low, high):
        """A real number in [low, high)."""
        return low + (high - low) * self._random.random()

    def whole(self, low, high):
        """A whole number from low to high, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def around(self, middle, width):
        """Bell-shaped over middle x (1 - width) to middle x (1 + width)."""
        return middle * (1 + width * (sum(self._random.random() for _ in range(3)) / 1.5 - 1))

    def pareto(self, least, tail, most):
        """Skewed as sizes by rank are (Zipf): P(X > x) = (least / x) ^ tail, cut off at most."""
        return min(most, least * (1 - self._random.random()) ** (-1 / tail))

    def pick(self, items):
        return items[int(self._random.random() * len(items))]

    def sample(self, items, count):
        """At most count of the items, each once, in the order of the draw."""
        left = list(items)
        return [left.pop(int(self._random.random() * len(left))) for _ in range(min(count, len(left)))]

    def weighted(self, weights):
        """One key of a dict of weights."""
        return Weighted(weights).pick(self)

    def weighted_sample(self, weights, count):
        """At most count keys of a dict of weights, each once."""
        left = dict(weights)
        picked = []
        while left and len(picked) < count:
            picked.append(self.weighted(left))
            del left[picked[-1]]
        return picked


class Weighted:
    """A dict of weights laid out for many draws. At least one weight is above 0."""

    def __init__(self, weights):
        self._keys = [key for key, weight in weights.items() if weight > 0]
        self._sums = list(itertools.accumulate(weights[key] for key in self._keys))

    def pick(self, draw):
        return self._keys[bisect.bisect_right(self._sums, draw.between(0, self._sums[-1]))]


def apportion(total, weights):
    """Whole numbers that sum to total, in proportion to the weights (largest remainder)."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(share) for share in exact]
    by_remainder = sorted(range(len(weights)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts
