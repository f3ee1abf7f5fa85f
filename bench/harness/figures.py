"""Medians, spread, and what can be said in spite of noise."""
import math
import statistics


def summary(values):
    """Median, smallest, largest, and the median distance from the median as a share of it."""
    middle = statistics.median(values)
    distance = statistics.median(abs(value - middle) for value in values)
    return {
        "median": middle, "low": min(values), "high": max(values),
        "spread": distance / middle if middle else 0.0, "rounds": len(values),
    }


def paired_ratio(ours, theirs):
    """The ratios of rounds that were measured one right after the other, as a median with an interval in which it lies
    but for noise: two standard errors, estimated from the median distance."""
    ratios = [mine / other for mine, other in zip(ours, theirs) if other > 0]
    if not ratios:
        return None
    middle = statistics.median(ratios)
    distance = statistics.median(abs(ratio - middle) for ratio in ratios)
    # 1.4826: from the median distance to the standard deviation; 1.2533: from the mean's error to the median's.
    error = 2 * 1.2533 * 1.4826 * distance / math.sqrt(len(ratios))
    return {"ratio": middle, "low": middle - error, "high": middle + error, "rounds": len(ratios)}
