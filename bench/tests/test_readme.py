import pathlib
import tempfile
import unittest

from harness import readme

from .samples import results


class ReadmeTests(unittest.TestCase):
    def test_the_least_of_a_row_is_bold_and_the_floor_is_no_competitor(self):
        made = readme.table(results({
            ("full13", "limpet"): [500, 510, 520], ("full13", "nginx"): [600], ("full13", "floor"): [1],
            ("idle", "limpet"): [20480], ("idle", "nginx"): [10240]}))
        self.assertEqual(made.splitlines(), [
            "| | Limpet | nginx 1.22 |", "|---|---|---|",
            "| full handshake, TLS 1.3, and a request | **510** | 600 |",
            "| memory of an idle TLS connection, KiB | 20.0 | **10.0** |"])

    def test_the_table_goes_between_the_marks_and_nowhere_else(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "README.md"
            path.write_text(f"before\n{readme.BEGIN}\nold\n{readme.END}\nafter\n")
            self.assertTrue(readme.put_into_readme("| new |\n", path))
            self.assertEqual(path.read_text(), f"before\n{readme.BEGIN}\n\n| new |\n\n{readme.END}\nafter\n")
            path.write_text("no marks\n")
            self.assertFalse(readme.put_into_readme("| new |\n", path))
            self.assertEqual(path.read_text(), "no marks\n")


if __name__ == "__main__":
    unittest.main()
