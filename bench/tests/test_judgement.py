import unittest

from harness import judgement

from .samples import results, thresholds


class JudgementTests(unittest.TestCase):
    def verdict(self, ours, theirs=(100, 100, 100), only_gross=False, **entry):
        found = results({("full13", "limpet"): ours, ("full13", "nginx"): theirs})
        verdicts = judgement.judge(found, thresholds(**entry), only_gross=only_gross)
        self.assertEqual(len(verdicts), 1)
        return verdicts[0]

    def test_a_ratio_below_the_target_holds_and_one_above_the_accepted_fails(self):
        good = self.verdict([80, 80, 80])
        self.assertTrue(good["holds"] and not good["fails"])
        between = self.verdict([93, 93, 93])
        self.assertFalse(between["holds"] or between["fails"])
        self.assertTrue(self.verdict([96, 96, 96])["fails"])

    def test_noise_speaks_for_the_accused(self):
        self.assertFalse(self.verdict([80, 96, 110])["fails"])

    def test_only_gross_regressions_count_in_the_short_form_and_without_an_accepted_ratio(self):
        self.assertFalse(self.verdict([130, 130, 130], only_gross=True)["fails"])
        self.assertTrue(self.verdict([140, 140, 140], only_gross=True)["fails"])
        self.assertFalse(self.verdict([120, 120, 120], accepted=None)["fails"])
        self.assertTrue(self.verdict([130, 130, 130], accepted=None)["fails"])

    def test_the_best_peer_is_no_program_of_ours(self):
        found = results({
            ("idle", "limpet"): [10], ("idle", "floor"): [1], ("idle", "nginx"): [20], ("idle", "haproxy"): [16]})
        self.assertEqual(judgement.best_peer(found, "idle", 1), "haproxy")
        verdicts = judgement.judge(found, thresholds(workload="idle", peer="best"))
        self.assertEqual([(each["name"], each["ratio"]) for each in verdicts], [("idle / haproxy", 0.625)])

    def test_growth_compares_workloads_of_one_peer(self):
        found = results({("few", "limpet"): [10, 20], ("many", "limpet"): [12, 24]})
        asked = {"tolerance": 0.05, "gross": 1.5, "ratios": [], "growth": [
            {"from": "few", "to": "many", "target": 1.25, "accepted": None}]}
        self.assertEqual([each["ratio"] for each in judgement.judge(found, asked)], [1.2])
        self.assertEqual(judgement.gaps(found, asked), [])

    def test_a_gateway_that_fails_outright_is_a_gap(self):
        left_out = [{"peer": "limpet", "workload": "full13", "why": "no answer"}]
        found = results({("full13", "limpet"): [], ("full13", "nginx"): [100]}, left_out=left_out)
        self.assertEqual(judgement.judge(found, thresholds()), [])
        self.assertEqual(judgement.gaps(found, thresholds()), [
            "limpet was left out of full13: no answer", "there is no figure for full13 / nginx"])

    def test_a_peer_that_gave_no_figure_is_a_gap_if_it_was_asked_for(self):
        figures = {("full13", "limpet"): [90], ("full13", "nginx"): []}
        self.assertEqual(judgement.gaps(results(figures), thresholds()), ["there is no figure for full13 / nginx"])
        self.assertEqual(judgement.gaps(results(figures, peers=["limpet", "floor"]), thresholds()), [])
        idle = {("idle", "limpet"): [90], ("idle", "nginx"): []}
        best = thresholds(workload="idle", peer="best")
        self.assertEqual(judgement.gaps(results(idle), best), ["there is no figure for idle / best"])
        self.assertEqual(judgement.gaps(results(idle, peers=["limpet", "floor"]), best), [])

    def test_what_was_not_chosen_is_no_gap(self):
        self.assertEqual(judgement.gaps(results({("ticket12", "limpet"): [90]}), thresholds()), [])

    def test_the_file_of_thresholds_can_be_read_and_names_no_ratio_twice(self):
        entries = judgement.load()
        names = [(each["workload"], each["peer"]) for each in entries["ratios"]]
        self.assertEqual(len(names), len(set(names)))


if __name__ == "__main__":
    unittest.main()
