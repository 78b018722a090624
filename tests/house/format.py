"""Fails when a C++ file is not as clang-format-14 would write it: the version is Debian 12's, since each has its own taste.

Usage: format.py ROOT. To mend: clang-format-14 -i FILE...
"""
import pathlib
import subprocess
import sys

FOLDERS = ("matcher", "storage", "services", "tests")


def cpp_files(root):
    return [path for folder in FOLDERS for path in sorted((root / folder).rglob("*")) if path.suffix in (".h", ".cc")]


if __name__ == "__main__":
    root = pathlib.Path(sys.argv[1])
    files = cpp_files(root)
    if not files:
        sys.exit(f"{root}: holds no C++")
    sys.exit(subprocess.run(["clang-format-14", "--dry-run", "--Werror", *files], cwd=root).returncode)
