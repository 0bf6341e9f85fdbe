// name: pages/evidence_count
// does: How much evidence there is that still counts, and how much was withdrawn.
// mode: read
// params: none
// returns: withdrawn bool, count int
// rows: 0..2
// timeout_s: 5
// source: issue "The whole loop" (Page)
MATCH (e:Evidence)
RETURN e.status = 'withdrawn' AS withdrawn, count(e) AS count
ORDER BY withdrawn
LIMIT 2
