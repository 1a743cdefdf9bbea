"""Bodies of the ballot log. Hashes, keys and signatures are lower-case hex."""

from marshmallow import Schema, fields, validate

from miniprogram_api.schemas import hexadecimal, integer, words


class LogKeySchema(Schema):
    """A public key of the log."""

    key_id = hexadecimal(8, "The fingerprint's first 16 digits")
    algorithm = words("ed25519")
    public_key = hexadecimal(32)
    fingerprint = hexadecimal(32, "SHA-256 of the public key")


class LogKeysSchema(Schema):
    """Every key that signs or signed, the newest first."""

    items = fields.List(fields.Nested(LogKeySchema), metadata={"description": "The newest first"})


class HeadSchema(Schema):
    """A signed tree head."""

    size = integer(403, "Leaves that it is over; leaf 0 is the meeting itself")
    root_hash = hexadecimal(32)
    signed_at = words("2026-05-17T01:00:00.000000Z", about="As it was signed")
    key_id = hexadecimal(8)
    signature = hexadecimal(
        64, 'Over canonical JSON of {"v":1,"kind":"tree_head","meeting","size","root_hash","signed_at"}'
    )


class HeadsSchema(Schema):
    """Heads, the newest first."""

    items = fields.List(fields.Nested(HeadSchema), metadata={"description": "At most 100"})


class InclusionQuerySchema(Schema):
    """Which leaf, under which head."""

    leaf_hash = hexadecimal(32, "The receipt's leaf_hash", required=True)
    size = fields.Integer(
        validate=validate.Range(1, 2**53),
        metadata={"description": "A head's size; default: the newest", "example": 403},
    )


class InclusionSchema(Schema):
    """Proof that a leaf is in the log: RFC 9162, 2.1.3."""

    leaf_hash = hexadecimal(32)
    leaf_index = integer(17)
    head = fields.Nested(HeadSchema)
    path = fields.List(hexadecimal(32), metadata={"description": "From the leaf up"})


class ConsistencyQuerySchema(Schema):
    """Two heads, by their sizes."""

    first = fields.Integer(required=True, validate=validate.Range(1, 2**53), metadata={"example": 100})
    second = fields.Integer(required=True, validate=validate.Range(1, 2**53), metadata={"example": 403})


class ConsistencySchema(Schema):
    """Proof that the log was only appended to: RFC 9162, 2.1.4."""

    first = fields.Nested(HeadSchema)
    second = fields.Nested(HeadSchema)
    path = fields.List(hexadecimal(32), metadata={"description": "As the RFC orders it"})
