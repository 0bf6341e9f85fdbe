// name: ledger/step/latest
// does: How the latest acts of a kind ended, the newest first.
// mode: read
// params: what str, since str, limit int 1..100
// returns: id str, state str, started_at datetime
// rows: 0..limit
// timeout_s: 5
// source: issue 5 (failure policy)
MATCH (s:Step)
WHERE s.day >= $since AND s.what = $what AND s.state <> 'intended'
RETURN s.id AS id, s.state AS state, s.startedAt AS started_at
ORDER BY s.startedAt DESC, s.id
LIMIT $limit
