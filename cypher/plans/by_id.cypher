// name: plans/by_id
// does: Plans by id.
// mode: read
// params: ids list[str] 1..500
// returns: id str, title str, status str, source str, sample bool, imported_at datetime, documents_sha256 str, team str, limit_usd float, cron str, next_ms int
// rows: 0..ids
// timeout_s: 10
// source: SPEC section 6, DESIGN section 4
UNWIND $ids AS id
MATCH (p:Plan {id: id})
RETURN p.id AS id, p.title AS title, p.status AS status, p.source AS source, coalesce(p.sample, false) AS sample, p.importedAt AS imported_at,
       p.documentsSha256 AS documents_sha256, p.team AS team, p.limitUsd AS limit_usd, p.cron AS cron,
       p.nextMs AS next_ms
