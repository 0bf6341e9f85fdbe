// name: agents/of_keys
// does: Which agents keys belong to, by the keys' HMACs.
// mode: read
// params: hashes list[str] 1..500
// returns: key_hash str, id str, key_id str, status str, scopes list[str], expires_ms int
// rows: 0..hashes
// timeout_s: 10
// source: ADR 0015
UNWIND $hashes AS hash
MATCH (n:Agent {keyHash: hash})
RETURN hash AS key_hash, n.id AS id, n.keyId AS key_id, n.status AS status, n.scopes AS scopes,
       n.keyExpiresMs AS expires_ms
