"""A scenario's file: what it says, the market that it begins with, and what may be taken out of it."""

import copy
import json
import pathlib
import re

import yaml

HERE = pathlib.Path(__file__).resolve().parent
POLICY = HERE.parents[1] / "deploy" / "policy" / "default.yaml"
# Lists of the policy whose entries a scenario names by their ids.
NAMED = ("limits", "reserves", "conflict_rules")
FIELDS = {"lesson", "says", "source", "given", "when", "then", "without"}


class Loader(yaml.CSafeLoader):
    """Refuses what YAML allows and nobody means: a key that stands twice, of which the first would be lost."""

    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value]
        twice = [key for key in keys if keys.count(key) > 1]
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"says '{twice[0]}' twice", node.start_mark)
        return super().construct_mapping(node, deep)


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return yaml.load(file, Loader)
    except yaml.YAMLError as error:
        raise ValueError(f"{path}: {error}") from None


def by_id(entries):
    return {entry["id"]: entry for entry in entries}


def merged(below, above):
    """The one mapping laid over the other, field by field; a field that is null is left out."""
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    both = {**below, **{name: merged(below.get(name), value) for name, value in above.items()}}
    return {name: value for name, value in both.items() if value is not None}


def named(shipped, given):
    """Entries by id: those of the shipped policy that are named, and those given, laid over the shipped one of their id."""
    entries = [{"id": entry} if isinstance(entry, str) else entry for entry in given]
    return {entry["id"]: merged(shipped.get(entry["id"], {}), entry) for entry in entries}


def policy_of(changes):
    """The policy that ships, with all its conflict rules, and of its limits and reserves those that the scenario names."""
    policy = read(POLICY)
    shipped = {field: by_id(policy[field]) for field in NAMED}
    policy.update(limits={}, reserves={}, conflict_rules=shipped["conflict_rules"])
    for field, value in changes.items():
        policy[field] = named(shipped[field], value) if field in NAMED else merged(policy.get(field), value)
    return policy


def keyed(entries):
    """['a', {'b': {...}}] or a mapping, as a mapping of fields."""
    pairs = entries.items() if isinstance(entries, dict) else [
        next(iter(entry.items())) if isinstance(entry, dict) else (entry, {}) for entry in entries]
    keyed_fields = {}
    for name, fields in pairs:
        for each in spelt_out(name):
            if each in keyed_fields:
                raise ValueError(f"'{each}' is given twice")
            keyed_fields[each] = {"roles": [fields]} if isinstance(fields, str) else dict(fields or {})
    return keyed_fields


def spelt_out(name):
    """tap1, tap2, tap3 of tap{1..3}."""
    counted = re.search(r"\{(\d+)\.\.(\d+)\}", name)
    if not counted:
        return [name]
    first, last = map(int, counted.groups())
    return [name.replace(counted.group(), str(number)) for number in range(first, last + 1)]


class Scenario:
    def __init__(self, path):
        content = read(path)
        if set(content) | {"when"} != FIELDS:
            raise ValueError(f"{path}: must have {sorted(FIELDS)}, of which 'when' may be left out, has {sorted(content)}")
        self.lesson, self.says, self._without = content["lesson"], content["says"], content["without"]
        given = {kind: keyed(entries) for kind, entries in content["given"].items() if kind != "policy"}
        given["policy"] = policy_of(content["given"].get("policy", {}))
        self.story = {"given": given, "when": content.get("when", []), "then": content["then"]}
        self._check_without(path)

    def _check_without(self, path):
        expected = set(self.story["then"])
        for taken in self._without:
            if not taken["fails"] or set(taken["fails"]) - expected:
                raise ValueError(f"{path}: without {taken['taken']}: 'fails' must name some of {sorted(expected)}, "
                                 f"has {taken['fails']}")
        unproved = expected.difference(*(taken["fails"] for taken in self._without))
        if unproved:
            raise ValueError(f"{path}: nothing that is taken away makes these fail: {sorted(unproved)}")

    def variants(self):
        """As it stands and without each thing: a title, the story, and the expectations that must fail."""
        yield "as it stands", self.story, ()
        for taken in self._without:
            yield f"without {taken['taken']}", self.story_without(taken), taken["fails"]

    def story_without(self, taken):
        story = copy.deepcopy(self.story)
        for path in taken.get("drop", []):
            place, key = find(story["given"], path)
            del place[key]
        for path, fields in taken.get("set", {}).items():
            place, key = find(story["given"], path)
            place[key] = merged(place[key], fields)
        if story == self.story:
            raise ValueError(f"'{taken['taken']}' takes nothing away")
        return story


def find(tree, path):
    """Where policy/limits/tap-province or offers/kin/dosing stands: the mapping that holds it, and its key there."""
    if path in tree:
        return tree, path
    first, _, rest = path.partition("/")
    if not rest or first not in tree:
        raise ValueError(f"nothing is given as '{path}': there is {json.dumps(sorted(tree))}")
    return find(tree[first], rest)
