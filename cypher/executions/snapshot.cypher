// name: executions/snapshot
// does: What the ledger says of a snapshot's files.
// mode: read
// params: folder str
// returns: body str
// rows: 0..1
// timeout_s: 5
// source: document 002 section 5
MATCH (e:LedgerEntry {subject: $folder})
WHERE e.type = 'SnapshotKept'
RETURN e.body AS body
LIMIT 1
