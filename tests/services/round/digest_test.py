#!/usr/bin/env python3
"""Recomputes the digests of the example in services/round/README.md from what is written there, and nothing else."""
import hashlib
import re
import sys
import unittest

README = sys.argv.pop(1)


def number(value):
    return (value % 2**64).to_bytes(8, "little")


def digest(title, columns):
    data = (title + "\n").encode("ascii")
    for column in columns:
        data += number(len(column)) + b"".join(number(value) for value in column)
    return hashlib.sha256(data).hexdigest()


def examples(text):
    """By title: the names of the columns, the columns, and the digest that the text gives."""
    found = {}
    for block in re.findall(r"```\n(ayni [\w ]+ v\d)\n(.*?)```", text, re.S):
        lines = [line.split(" = ") for line in block[1].strip().splitlines()]
        names = [name for name, _ in lines[:-1]]
        columns = [[int(value) for value in values.split()] for _, values in lines[:-1]]
        found[block[0]] = (names, columns, lines[-1][1])
    return found


def table(text, title):
    """The columns of the table with that heading, in its order."""
    rows = re.search(rf"\| {title} \|.*?\n\|[-|]+\n((?:\|.*\n)+)", text).group(1)
    return [name for row in rows.splitlines() for name in row.split("|")[1].strip().split(", ")]


class Digests(unittest.TestCase):
    def setUp(self):
        with open(README, encoding="utf-8") as file:
            self.text = file.read()

    def check(self, title, *headings):
        names, columns, expected = examples(self.text)[title]
        self.assertEqual(names, [name for heading in headings for name in table(self.text, heading)])
        self.assertEqual(digest(title, columns), expected)

    def test_problem(self):
        self.check("ayni problem v1", "problem")

    def test_solution(self):
        self.check("ayni solution v1", "solution")

    def test_maxmin_problem(self):
        self.check("ayni maxmin problem v2", "problem", "MAXMIN problem")

    def test_maxmin_solution(self):
        self.check("ayni maxmin solution v1", "solution", "MAXMIN solution")

    def test_another_number_is_another_digest(self):
        _, columns, expected = examples(self.text)["ayni problem v1"]
        columns[0][0] += 1
        self.assertNotEqual(digest("ayni problem v1", columns), expected)


if __name__ == "__main__":
    unittest.main()
