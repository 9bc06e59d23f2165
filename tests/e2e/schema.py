"""A JSON Schema validator for the keywords that docs/schema uses; the standard library has none.

An unknown keyword is an error, so that a schema cannot promise what nobody checks.
"""

import re

TYPES = {"object": dict, "array": list, "string": str, "null": type(None), "boolean": bool}
NOTES = {"$schema", "$defs", "title", "description"}


def _is_type(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def _members(value, schema, root, at):
    known, extra = schema.get("properties", {}), schema.get("additionalProperties", True)
    for name in schema.get("required", []):
        if name not in value:
            yield "%s: no %s" % (at, name)
    for name, item in value.items():
        if "propertyNames" in schema:
            yield from errors(name, schema["propertyNames"], root, "%s/%s (name)" % (at, name))
        yield from errors(item, known.get(name, extra), root, "%s/%s" % (at, name))


def _items(value, schema, root, at):
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        yield "%s: %d items" % (at, len(value))
    if schema.get("uniqueItems") and len({repr(v) for v in value}) != len(value):
        yield "%s: an item twice" % at
    for index, item in enumerate(value):
        yield from errors(item, schema.get("items", True), root, "%s/%d" % (at, index))


def _text(value, schema, at):
    if len(value) < schema.get("minLength", 0):
        yield "%s: too short" % at
    if not re.search(schema.get("pattern", ""), value):
        yield "%s: %r is not like %s" % (at, value, schema["pattern"])


CHECKED = {"properties", "additionalProperties", "required", "propertyNames", "minItems", "maxItems", "uniqueItems",
           "items", "minLength", "pattern", "minimum", "maximum", "type", "enum", "const", "oneOf", "$ref"}


def errors(value, schema, root, at=""):
    """Every way in which `value` is not as `schema` says; `root` is the whole schema."""
    if schema is True:
        return
    if schema is False:
        yield "%s: not allowed" % at
        return
    assert not schema.keys() - CHECKED - NOTES, schema.keys()
    if "$ref" in schema:
        yield from errors(value, root["$defs"][schema["$ref"].split("/")[-1]], root, at)
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(_is_type(value, name) for name in types):
        yield "%s: %r is no %s" % (at, value, " or ".join(types))
        return
    if "enum" in schema and value not in schema["enum"] or "const" in schema and value != schema["const"]:
        yield "%s: %r is not one of them" % (at, value)
    if "oneOf" in schema and sum(not list(errors(value, s, root, at)) for s in schema["oneOf"]) != 1:
        yield "%s: fits not exactly one" % at
    if isinstance(value, dict):
        yield from _members(value, schema, root, at)
    elif isinstance(value, list):
        yield from _items(value, schema, root, at)
    elif isinstance(value, str):
        yield from _text(value, schema, at)
    elif isinstance(value, int) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield "%s: %d is out of range" % (at, value)
