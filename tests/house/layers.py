"""Fails when a folder includes one above it, or a library that does not belong in it.

Debian keeps all headers in one place, so the link line alone does not stop a wrong include.
Usage: layers.py ROOT
"""
import pathlib
import re
import sys

# What the files of a folder may include, by the first part of the path in quotes or angle brackets. Standard headers
# have no slash and are free to all, but for those in SYSTEM_ONLY.
OWN = ("matcher", "storage", "services", "ayni")
MAY_INCLUDE_OWN = {
    "matcher": {"matcher"},
    "storage": {"storage", "ayni"},
    "services": {"services", "storage", "matcher", "ayni"},
}
MAY_INCLUDE_LIBRARY = {
    "matcher": {"absl", "s2", "roaring"},
    "storage": {"absl", "google", "rocksdb", "openssl"},
    "services": {"absl", "google", "grpcpp", "grpc", "openssl", "prometheus", "CLI", "nlohmann", "sys", "arpa", "netinet"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')


def wrong_includes(root):
    """Yields 'file:line: why' for every include that points up or to a foreign library."""
    for folder in MAY_INCLUDE_OWN:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in (".h", ".cc"):
                continue
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                match = INCLUDE.match(line)
                if not match or "/" not in match.group(2):
                    continue
                first = match.group(2).split("/")[0]
                allowed = MAY_INCLUDE_OWN[folder] if first in OWN else MAY_INCLUDE_LIBRARY[folder]
                if first not in allowed:
                    yield f"{path.relative_to(root)}:{number}: {folder}/ may not include {match.group(2)}"


if __name__ == "__main__":
    found = list(wrong_includes(pathlib.Path(sys.argv[1])))
    print("\n".join(found) or "every include points down")
    sys.exit(1 if found else 0)
