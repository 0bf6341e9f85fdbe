// name: pages/gap_themes
// does: How many gaps of each type are open or proposed.
// mode: read
// params: statuses list[str] 1..4
// returns: type str, count int
// rows: 0..50
// timeout_s: 5
// source: issue "The whole loop" (Page)
MATCH (g:Gap)
WHERE g.status IN $statuses
RETURN g.type AS type, count(g) AS count
ORDER BY type
LIMIT 50
