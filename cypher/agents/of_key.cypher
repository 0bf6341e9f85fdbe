// name: agents/of_key
// does: Which agent a key belongs to, by the key's HMAC.
// mode: read
// params: key_hash str
// returns: id str, key_id str, status str, scopes list[str], expires_ms int
// rows: 0..1
// timeout_s: 5
// source: SPEC section 7
MATCH (n:Agent {keyHash: $key_hash})
RETURN n.id AS id, n.keyId AS key_id, n.status AS status, n.scopes AS scopes, n.keyExpiresMs AS expires_ms
LIMIT 1
