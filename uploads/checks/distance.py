"""Was the photo taken at the house, as far as its position can tell?"""

from __future__ import annotations

from geographiclib.geodesic import Geodesic

from uploads.checks.model import Check, PhotoFacts, Thresholds
from uploads.checks.position import located

CODE = "distance"


def distance_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Length in metres of the shortest way between two points (degrees) on the WGS84 ellipsoid.

    Karney's algorithm, accurate to nanometres.

    >>> round(distance_m(130.8752, 33.8834, 130.8762, 33.8834), 2)
    92.53
    """
    line = Geodesic.WGS84.Inverse(lat1, lon1, lat2, lon2, Geodesic.DISTANCE)
    return float(line["s12"])


def check(facts: PhotoFacts, thresholds: Thresholds) -> Check:
    """Warn when the house lies beyond the reported accuracy and the size of a plot."""
    place = located(facts)
    if place is None:
        return Check(CODE, "unknown", "写真に使える位置情報がないため、家屋との距離を測れません。")
    if facts.house_lon is None or facts.house_lat is None:
        return Check(CODE, "unknown", "家屋の位置が登録されていないため、距離を測れません。")
    metres = distance_m(*place, facts.house_lon, facts.house_lat)
    accuracy = facts.accuracy_m
    told = "位置の誤差の記録なし" if accuracy is None else f"位置の誤差 約{accuracy:.0f}m"
    allowed = thresholds.plot_m + (thresholds.default_accuracy_m if accuracy is None else accuracy)
    if metres > allowed:
        return Check(
            CODE, "warning", f"家屋から{metres:.0f}m離れた場所で撮影されています({told})。"
        )
    if accuracy is not None and accuracy > thresholds.coarse_accuracy_m:
        return Check(CODE, "unknown", f"{told}のため、家屋で撮影されたか判断できません。")
    return Check(CODE, "ok", f"家屋から{metres:.0f}mの場所で撮影されています({told})。")
