"""Fails when a folder includes one above it, or a library that does not belong in it.

Debian keeps all headers in one place, so the link line alone does not stop a wrong include.
Usage: layers.py ROOT
"""
import pathlib
import re
import sys

# What the files of a folder may include, by the first part of the path in quotes or angle brackets.
OWN = ("matcher", "storage", "services", "ayni")
MAY_INCLUDE_OWN = {
    "matcher": {"matcher"},
    "storage": {"storage", "ayni"},
    "services": {"services", "storage", "matcher", "ayni"},
}
MAY_INCLUDE_LIBRARY = {
    "matcher": {"absl", "hwy", "s2"},
    "storage": {"absl", "google", "rocksdb", "openssl"},
    "services": {"absl", "boost", "cjose", "curl", "google", "grpcpp", "grpc", "openssl", "prometheus", "CLI", "nlohmann", "sys", "arpa", "netinet",
                 "yaml-cpp"},
}
# And what has no slash: these to all, the system's to those who talk to it, and what the build writes.
STANDARD = set("""
algorithm any array atomic barrier bit bitset cassert cctype cerrno cfloat charconv chrono climits cmath compare
complex concepts condition_variable coroutine csignal cstdarg cstddef cstdint cstdio cstdlib cstring ctime deque
exception filesystem forward_list fstream functional future initializer_list iomanip ios iosfwd iostream istream
iterator latch limits list locale map memory memory_resource mutex new numbers numeric optional ostream queue random
ranges ratio regex semaphore set shared_mutex source_location span sstream stack stdexcept stop_token streambuf string
string_view syncstream system_error thread tuple type_traits typeindex typeinfo unordered_map unordered_set utility
valarray variant vector version
""".split())
MAY_INCLUDE_FILE = {
    "matcher": set(),
    "storage": {"fcntl.h", "unistd.h"},
    "services": {"fcntl.h", "netdb.h", "poll.h", "pthread.h", "signal.h", "spawn.h", "unistd.h", "zlib.h", "ayni_v1.inc"},
}
# Inside services/: which rooms a room may look into. Its own and services/ itself stand open to each.
ROOMS = {
    "access": set(),
    "appeal": {"access", "resource", "rules"},
    "bundle": set(),
    "credential": {"access", "market", "resource"},
    "page": set(),
    "resource": {"access"},
    "rules": {"access", "resource"},
    "tokens": {"access", "resource", "rules"},
    "session": {"access", "resource"},
    "ledger": {"resource", "rules"},
    "import": {"resource", "rules"},
    "match": {"resource", "rules"},
    "notice": {"resource", "rules"},
    "market": {"resource"},
    "round": {"bundle", "ledger", "market", "match", "resource", "rules"},
    "fairness": {"market", "resource", "round", "rules"},
    "explanation": {"market", "resource", "round", "rules"},
    "planning": {"fairness", "market", "resource", "round", "rules"},
    "simulation": {"market", "planning", "resource", "round", "rules"},
    "server": {"access", "appeal", "credential", "resource", "rules", "session", "tokens", "ledger", "import", "market", "match", "notice", "round", "fairness",
               "explanation", "planning", "page"},
    "cli": {"bundle", "credential", "page", "simulation"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')


def may_include(folder, included):
    first, slash, _ = included.partition("/")
    if not slash:
        return included in STANDARD | MAY_INCLUDE_FILE[folder]
    return first in (MAY_INCLUDE_OWN if first in OWN else MAY_INCLUDE_LIBRARY)[folder]


def room_of(path):
    """access of services/access/secret.h; empty for what stands in services/ itself, and outside it."""
    parts = path.split("/")
    return parts[1] if len(parts) > 2 and parts[0] == "services" else ""


def why_wrong(path, included):
    """What is wrong with this include in the file of this path; empty where nothing is."""
    folder, room, other = path.split("/")[0], room_of(path), room_of(included)
    if not may_include(folder, included):
        return f"{folder}/ may not include {included}"
    if room and room not in ROOMS:
        return f"services/{room}/ has no place in the order of {pathlib.Path(__file__).name}"
    if other and other != room and other not in ROOMS.get(room, ()):
        return f"services/{room or ''} may not include {included}"
    return ""


def wrong_includes(root):
    """Yields 'file:line: why' for every include that points up or to a foreign library."""
    for folder in MAY_INCLUDE_OWN:
        files = [path for path in sorted((root / folder).rglob("*")) if path.suffix in (".h", ".cc")]
        if not files:
            yield f"{folder}/: holds no C++"
        for file in files:
            path = file.relative_to(root).as_posix()
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                match = INCLUDE.match(line)
                why = match and why_wrong(path, match.group(1))
                if why:
                    yield f"{path}:{number}: {why}"


if __name__ == "__main__":
    found = list(wrong_includes(pathlib.Path(sys.argv[1])))
    print("\n".join(found) or "every include points down")
    sys.exit(1 if found else 0)
