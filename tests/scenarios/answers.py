"""Whether what is seen is what was expected."""


class Whole(dict):
    """What is seen, of which nothing may be left unsaid; of other mappings only what is said counts."""


def difference(expected, seen, at=""):
    """Where what is seen is not what is expected; empty where nowhere. {contains: words} is a text that has the words."""
    if isinstance(expected, dict) and set(expected) == {"contains"}:
        return "" if expected["contains"] in str(seen) else f"{at} {seen!r} does not contain {expected['contains']!r}"
    if isinstance(expected, dict) and isinstance(seen, dict):
        if isinstance(seen, Whole) and set(expected) != set(seen):
            return f"{at} is {dict(seen)}, not {expected}"
        return first(difference(value, seen.get(name), f"{at} {name}:") for name, value in expected.items())
    if isinstance(expected, list) and isinstance(seen, list) and len(expected) == len(seen):
        return first(difference(*pair, at) for pair in zip(expected, seen))
    return "" if expected == seen else f"{at} is {seen!r}, not {expected!r}".lstrip()


def first(texts):
    return next(filter(None, texts), "").lstrip()


def complaints(seen, failing):
    """Of the expectations these must fail, and no others. `seen` says by expectation what differs from it."""
    for name, differs in seen.items():
        if differs and name not in failing:
            yield f"'{name}' is not so: {differs}"
        if not differs and name in failing:
            yield f"'{name}' is so all the same"
