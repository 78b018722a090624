"""The layer check finds what it must and nothing else."""
import pathlib
import tempfile
import unittest

import layers


class Layers(unittest.TestCase):
    def found(self, folder, text):
        with tempfile.TemporaryDirectory() as directory:
            root = pathlib.Path(directory)
            for path in ("matcher/a.cc", "storage/a.cc", "services/a.cc", f"{folder}/some.cc"):
                (root / path).parent.mkdir(exist_ok=True)
                (root / path).write_text("", encoding="utf-8")
            (root / folder / "some.cc").write_text(text, encoding="utf-8")
            return list(layers.wrong_includes(root))

    def assert_wrong(self, folder, include, says):
        found = self.found(folder, include + "\n")
        self.assertEqual(len(found), 1, found)
        self.assertIn(says, found[0])

    def test_matcher_may_not_know_the_records(self):
        self.assert_wrong("matcher", '#include "ayni/v1/need.pb.h"', "ayni/v1/need.pb.h")

    def test_matcher_may_not_know_rocksdb(self):
        self.assert_wrong("matcher", "#include <rocksdb/db.h>", "rocksdb/db.h")

    def test_storage_may_not_look_up(self):
        self.assert_wrong("storage", '#include "services/server.h"', "services/server.h")

    def test_services_may_look_down(self):
        self.assertEqual(self.found("services", '#include "matcher/clear.h"\n#include <vector>\n'), [])

    def test_a_library_without_a_folder_is_a_library_too(self):
        self.assert_wrong("matcher", "#include <sodium.h>", "sodium.h")
        self.assert_wrong("services", '#include "libpq-fe.h"', "libpq-fe.h")

    def test_the_system_is_for_services(self):
        self.assert_wrong("matcher", "#include <unistd.h>", "unistd.h")
        self.assertEqual(self.found("services", "#include <unistd.h>\n"), [])

    def test_rooms_of_services_look_down(self):
        self.assertEqual(self.found("services/resource", '#include "services/access/directory.h"\n'), [])
        self.assert_wrong("services/access", '#include "services/resource/form.h"', "services/access may not")
        self.assert_wrong("services/cli", '#include "services/server/settings.h"', "services/cli may not")

    def test_every_room_may_include_what_stands_in_services_itself_which_looks_into_none(self):
        self.assertEqual(self.found("services/access", '#include "services/errors.h"\n'), [])
        self.assert_wrong("services", '#include "services/access/secret.h"', "services/access/secret.h")

    def test_a_new_room_must_be_given_its_place(self):
        self.assert_wrong("services/door", "#include <vector>", "services/door/ has no place")

    def test_an_empty_tree_is_wrong(self):
        with tempfile.TemporaryDirectory() as directory:
            self.assertEqual(len(list(layers.wrong_includes(pathlib.Path(directory)))), 3)

    def test_the_line_is_named(self):
        self.assertIn("some.cc:2:", self.found("matcher", '\n#include "storage/store.h"\n')[0])


if __name__ == "__main__":
    unittest.main()
