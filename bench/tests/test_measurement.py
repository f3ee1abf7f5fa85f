import types
import unittest

from harness import judgement, measurement, workloads
from harness.processes import Refused


class MeasurementTests(unittest.TestCase):
    def test_workloads_of_one_group_take_turns_and_all_others_stand_alone(self):
        groups = measurement.groups(workloads.all_workloads())
        together = [[each.name for each in group] for group in groups if len(group) > 1]
        self.assertEqual(together, [["h1-1k-16", "h1-1k-256", "h1-1k-2000"]])

    def test_all_workloads_of_the_thresholds_exist(self):
        names = {each.name for each in workloads.all_workloads()}
        asked = judgement.load()
        named = {each["workload"] for each in asked["ratios"]}
        named |= {each[key] for each in asked["growth"] for key in ("from", "to")}
        self.assertEqual(named - names, set())

    def test_idle_connections_without_descriptors_are_refused_at_once(self):
        chosen = workloads.all_workloads(idle=10_000)
        measurement.refuse_without_descriptors(types.SimpleNamespace(descriptors=20_000), chosen)
        with self.assertRaises(Refused):
            measurement.refuse_without_descriptors(types.SimpleNamespace(descriptors=10_100), chosen)


if __name__ == "__main__":
    unittest.main()
