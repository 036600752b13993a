"""Compares what libyaml reads in pairs of texts, one pair a line; see LibYaml.java.

In: the old text, the new one, and pairs handle:value, all in Base64, with blanks between. Out: a line that is empty, or says
what is wrong.
"""
import base64
import math
import sys

import yaml


def text(encoded):
    return base64.b64decode(encoded).decode("utf-8", "surrogatepass")


def load(yaml_text):
    return list(yaml.load_all(yaml_text, Loader=yaml.CSafeLoader))


def handle(value):
    stripped = value.strip(" \t")
    return stripped[4:-1] if len(stripped) > 4 and stripped.startswith("ENC[") and stripped.endswith("]") else None


def with_values(node, values, seen):
    if isinstance(node, str):
        return values.get(handle(node), node)
    if isinstance(node, (list, dict, set)):
        if id(node) in seen:
            raise RecursionError
        seen = seen | {id(node)}
    if isinstance(node, list):
        return [with_values(element, values, seen) for element in node]
    if isinstance(node, dict):
        return {key: with_values(value, values, seen) for key, value in node.items()}
    if isinstance(node, set):
        return {with_values(element, values, seen) for element in node}
    return "nan" if isinstance(node, float) and math.isnan(node) else node


def literals(node):
    if isinstance(node, str):
        return handle(node) is not None
    if isinstance(node, dict):
        node = node.values()
    return isinstance(node, (list, set, type({}.values()))) and any(literals(element) for element in node)


def problem(old, new, values):
    try:
        read = load(new)
    except Exception:
        try:
            load(old)
        except Exception:
            return ""
        return "cannot read the new text"
    try:
        if literals(read):
            return "finds a literal in the new text"
        expected = with_values(load(old), values, frozenset())
    except Exception:
        return ""
    return "" if expected == with_values(read, {}, frozenset()) else "reads another tree"


for line in sys.stdin:
    old, new, *pairs = line.rstrip("\n").split(" ")
    values = {}
    for pair in pairs:
        name, value = pair.split(":")
        values[text(name)] = text(value)
    print(problem(text(old), text(new), values), flush=True)
