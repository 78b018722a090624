"""The layer check finds what it must and nothing else."""
import pathlib
import tempfile
import unittest

import layers


class Layers(unittest.TestCase):
    def found(self, folder, text):
        with tempfile.TemporaryDirectory() as directory:
            root = pathlib.Path(directory)
            (root / folder).mkdir()
            (root / folder / "some.cc").write_text(text, encoding="utf-8")
            return list(layers.wrong_includes(root))

    def test_matcher_may_not_know_the_records(self):
        self.assertEqual(len(self.found("matcher", '#include "ayni/v1/need.pb.h"\n')), 1)

    def test_matcher_may_not_know_rocksdb(self):
        self.assertEqual(len(self.found("matcher", "#include <rocksdb/db.h>\n")), 1)

    def test_storage_may_not_look_up(self):
        self.assertEqual(len(self.found("storage", '#include "services/server.h"\n')), 1)

    def test_services_may_look_down(self):
        self.assertEqual(self.found("services", '#include "matcher/clear.h"\n#include <vector>\n'), [])

    def test_the_line_is_named(self):
        self.assertIn("some.cc:2:", self.found("matcher", '\n#include "storage/store.h"\n')[0])


if __name__ == "__main__":
    unittest.main()
