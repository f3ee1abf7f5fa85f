import unittest

from harness import figures


class FiguresTests(unittest.TestCase):
    def test_a_summary_tells_the_median_and_the_median_distance(self):
        made = figures.summary([10, 11, 9, 10, 100])
        self.assertEqual((made["median"], made["low"], made["high"], made["rounds"]), (10, 9, 100, 5))
        self.assertAlmostEqual(made["spread"], 0.1)

    def test_ratios_are_taken_round_by_round(self):
        # Both grow tenfold from round to round, as when the machine is disturbed; the ratio stays.
        pair = figures.paired_ratio([1, 10, 100], [2, 20, 200])
        self.assertEqual((pair["ratio"], pair["low"], pair["high"], pair["rounds"]), (0.5, 0.5, 0.5, 3))

    def test_noise_widens_the_interval_and_rounds_narrow_it(self):
        few = figures.paired_ratio([0.9, 1.0, 1.1], [1, 1, 1])
        many = figures.paired_ratio([0.9, 1.0, 1.1] * 9, [1] * 27)
        self.assertLess(few["low"], 1.0)
        self.assertLess(few["low"], many["low"])
        self.assertAlmostEqual(few["high"] - 1, 1 - few["low"])

    def test_what_was_not_measured_has_no_ratio(self):
        self.assertIsNone(figures.paired_ratio([], [1, 2]))
        self.assertIsNone(figures.paired_ratio([1, 2], []))
        self.assertIsNone(figures.paired_ratio([1], [0]))


if __name__ == "__main__":
    unittest.main()
