"""A long network's graph with each residual block as one node."""


def _fold_blocks(nodes, edges):
    """The graph with everything between a fork and its join, and the ReLU after, as one node."""
    before = {n: [a for a, b in edges if b == n] for n in nodes}
    after = {n: [b for a, b in edges if a == n] for n in nodes}
    position = {n: i for i, n in enumerate(nodes)}

    # The fork is the nearest node that every path to the join goes through.
    fork = {}
    for node in nodes:
        sources = list(before[node])
        while len(set(sources)) > 1:
            latest = max(sources, key=position.__getitem__)
            sources = [fork.get(s) if s == latest else s for s in sources]
            if None in sources:
                break
        fork[node] = sources[0] if sources and None not in sources else None

    home = {}
    for join in nodes:
        if len(before[join]) < 2 or fork[join] is None:
            continue
        members, stack = {join}, list(before[join])
        while stack:
            node = stack.pop()
            if node != fork[join] and node not in members:
                members.add(node)
                stack += before[node]
        if len(after[join]) == 1 and nodes[after[join][0]]["kind"] in {"Activation", "ReLU"}:
            members.add(after[join][0])
        if len(members) > 2 and not any(member in home for member in members):
            home.update(dict.fromkeys(members, join))

    folded = {}
    for node, facts in nodes.items():
        if home.get(node, node) == node and node not in home:
            folded[node] = facts
        elif home[node] not in folded:
            inside = [n for n in nodes if home.get(n) == home[node]]
            folded[home[node]] = _describe_block(inside, nodes, before, fork[home[node]])
    wires = dict.fromkeys((home.get(a, a), home.get(b, b)) for a, b in edges)
    return folded, [(a, b) for a, b in wires if a != b]


def _describe_block(inside, nodes, before, fork):
    join = next(n for n in inside if len(before[n]) > 1)
    paths = []
    for end in before[join]:
        path = []
        while end != fork and end is not None:
            path.append(end)
            end = next(iter(before[end]), None)
        convs = [nodes[n]["label"] for n in reversed(path) if nodes[n]["kind"] == "Conv2D"]
        paths.append((len(path), [c.removeprefix("Conv2D ").rsplit(", ", 1)[0] for c in convs]))
    paths.sort(key=lambda path: -path[0])
    shortcut = " → ".join(paths[-1][1]) or "identity"
    return {
        "name": nodes[inside[0]]["name"],
        "kind": "block",
        "label": " → ".join(paths[0][1]) or f"{len(inside)} layers",
        "shortcut": shortcut,
        "shape": nodes[inside[-1]]["shape"],
    }
