from __future__ import annotations

import numpy as np

from tocsin.core.forecast.surges import scan_poisson, zones


def test_an_excess_over_people_is_found_and_a_big_town_is_not() -> None:
    x = np.arange(20.0) ** 1.1
    people = np.full(20, 100.0)
    people[3] = 2000.0
    cases = np.rint(people / 50).astype(int)
    cases[[10, 11]] += 12
    circles = zones.nearest(zones.distances_flat(x, np.zeros(20)), most=20, weight=people, max_share=0.5)

    found = scan_poisson.scan(cases, people, circles, seed=1, replicates=99)

    assert set(found[0].members) == {10, 11}
    assert found[0].p == 0.01
    assert all(3 not in one.members for one in found if one.p is not None and one.p <= 0.05)
