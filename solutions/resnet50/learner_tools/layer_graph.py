"""The layers of a model and how they are wired, read from its configuration."""


def _read_graph(model):
    """({node: {label, kind, shape, name}} in topological order, [(source, target), ...])."""
    config = model.get_config() if hasattr(model, "get_config") else {}
    layers = config.get("layers") if isinstance(config, dict) else None
    if not layers or not getattr(model, "outputs", None):
        raise ValueError(
            f"{getattr(model, 'name', type(model).__name__)!r} has no graph to draw. Expected a "
            "built functional or Sequential model: Model(inputs=X_input, outputs=X)."
        )
    nodes, edges, shapes = {}, [], {}
    functional = "inbound_nodes" in layers[0]
    for number, layer in enumerate(layers):
        name = layer.get("name") or layer["config"]["name"]
        calls = layer["inbound_nodes"] if functional else [None]
        for call in range(max(1, len(calls))):
            nodes[name, call] = {
                "name": name,
                "kind": layer["class_name"],
                "label": _label(layer["class_name"], layer["config"]),
                "shape": "",
            }
            if functional:
                for source, shape in _tensors(calls[call] if calls else []):
                    edges.append((source, (name, call)))
                    shapes[source] = shape
            elif number:
                edges.append((list(nodes)[-2], (name, call)))
    if functional:
        outputs = config["output_layers"]
        outputs = [outputs] if isinstance(outputs[0], str) else outputs
        for (name, call, _), tensor in zip(outputs, model.outputs, strict=True):
            shapes[name, call] = tensor.shape
    for node, shape in shapes.items():
        nodes[node]["shape"] = " × ".join("?" if n is None else str(n) for n in shape[1:])
    return _in_order(nodes, edges), edges


def _tensors(value):
    """Every (node, shape) that stands somewhere in the saved arguments of a layer's call."""
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            name, call, _ = value["config"]["keras_history"]
            return [((name, call), value["config"]["shape"])]
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [found for item in value for found in _tensors(item)]
    return []


def _in_order(nodes, edges):
    """The same nodes, each after everything it depends on."""
    ordered, waiting = {}, dict(nodes)
    while waiting:
        ready = [n for n in waiting if all(a in ordered for a, b in edges if b == n)]
        for node in ready:
            ordered[node] = waiting.pop(node)
    return ordered


def _label(kind, config):
    def by(sizes):
        return "×".join(str(size) for size in sizes)

    if kind == "Conv2D":
        stride = config["strides"][0]
        parts = [by(config["kernel_size"]), str(config["filters"])]
        parts += [f"stride {stride}"] if stride != 1 else []
        return f"Conv2D {', '.join(parts)}, {config['padding']}"
    if kind in {"MaxPooling2D", "AveragePooling2D"}:
        return f"{kind} {by(config['pool_size'])}, stride {config['strides'][0]}"
    if kind == "ZeroPadding2D":
        return f"ZeroPadding2D {config['padding'][0][0]}"
    if kind == "Activation" and isinstance(config["activation"], str):
        return f"Activation {config['activation']}"
    if kind == "Dense":
        return f"Dense {config['units']}, {config['activation']}"
    return kind
