"""Shortest ways through a graph of links, in plain Python: the field laptop has no more."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Arc = tuple[int, float, int]


@dataclass(frozen=True, slots=True)
class Ways:
    """The shortest hours from one start to every node, and the link each was reached by (-1: none)."""

    hours: list[float]
    came_from: list[int]
    by_link: list[int]

    def links_to(self, node: int) -> list[int]:
        """Return the links of the way to `node`, from the start onwards."""
        links = []
        while self.by_link[node] >= 0:
            links.append(self.by_link[node])
            node = self.came_from[node]
        return links[::-1]

    def start_of(self, node: int) -> int:
        """Return the node at which the way to `node` begins."""
        while self.by_link[node] >= 0:
            node = self.came_from[node]
        return node


def build_arcs(nodes: int, links: Iterable[tuple[int, int, float]]) -> list[list[Arc]]:
    """Return for every node its arcs (node, hours, link); links that cannot be used are left out."""
    arcs: list[list[Arc]] = [[] for _ in range(nodes)]
    for link, (one, other, hours) in enumerate(links):
        if math.isfinite(hours):
            arcs[one].append((other, hours, link))
            arcs[other].append((one, hours, link))
    return arcs


def shortest(arcs: list[list[Arc]], starts: Mapping[int, float], *, limit_h: float = math.inf) -> Ways:
    """Return the shortest ways from a start that stands some hours off each of `starts`.

    Nodes further than `limit_h` stay infinite. Dijkstra's method.
    """
    hours = [math.inf] * len(arcs)
    came_from = [-1] * len(arcs)
    by_link = [-1] * len(arcs)
    queue = []
    for node, leg in starts.items():
        if leg <= limit_h:
            hours[node] = leg
            queue.append((leg, node))
    heapq.heapify(queue)
    while queue:
        here_h, here = heapq.heappop(queue)
        if here_h > hours[here]:
            continue
        for there, link_h, link in arcs[here]:
            there_h = here_h + link_h
            if there_h < hours[there] and there_h <= limit_h:
                hours[there] = there_h
                came_from[there] = here
                by_link[there] = link
                heapq.heappush(queue, (there_h, there))
    return Ways(hours, came_from, by_link)


def components(nodes: int, links: Iterable[tuple[int, int]]) -> list[int]:
    """Return for every node the number of the connected part it belongs to."""
    parent = list(range(nodes))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for one, other in links:
        parent[root(one)] = root(other)
    return [root(node) for node in range(nodes)]
