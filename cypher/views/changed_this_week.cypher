// name: views/changed_this_week
// does: What changed since an instant (a week ago, where none is given), the latest first; blocks with their fields before and after.
// mode: read
// params: after_ms int, limit int 1..1000
// returns: seq int, at str, what str, about str, who str, told str
// rows: 0..limit
// timeout_s: 30
// source: DESIGN section 3
// the body is JSON text with sorted keys: answer, event, writes; the first titles, fields, number and reason are cut out of it
MATCH (e:LedgerEntry)
WHERE e.atMs > $after_ms
  AND e.type IN ['BlocksAdded', 'BlocksChanged', 'PlanImported', 'PlanWithdrawn', 'EvidenceAdded', 'EvidenceWithdrawn',
                 'TaskCompleted', 'TaskFailed', 'GapsFound', 'GapsClosed', 'GapMarked', 'ProposalApproved',
                 'ProposalRejected', 'ProposalExecuted', 'AnswerRecorded']
WITH e
ORDER BY e.seq DESC
LIMIT $limit
WITH e, split(e.body, '"writes":[')[0] AS event, replace(e.body, '"description":"', '"title":"') AS whole
WITH e, event,
     CASE WHEN event CONTAINS '"changes":[' THEN split(event, '"changes":[')[1] ELSE split(whole, '"writes":[')[1] END AS named
WITH e, event, named, [part IN split(coalesce(named, ''), '"title":"') | split(part, '"')[0]] AS titles
WITH e, event, named, titles[1..6] AS titles, size(titles) > 6 AS more
WITH e,
     CASE WHEN event CONTAINS '"number":' THEN 'no. ' + split(split(event, '"number":')[1], ',')[0] + ' ' ELSE '' END AS number,
     reduce(said = '', title IN titles | said + CASE said WHEN '' THEN '' ELSE '; ' END + title) +
     CASE WHEN more THEN '; ...' ELSE '' END AS titles,
     CASE WHEN event CONTAINS '"before":{'
          THEN ' (' + split(split(event, '"before":{')[1], '}')[0] + ' -> ' + split(split(event, '"after":{')[1], '}')[0] + ')'
          ELSE '' END AS fields,
     CASE WHEN event CONTAINS '"reason":"' THEN ': ' + split(split(event, '"reason":"')[1], '"')[0] ELSE '' END AS reason
RETURN e.seq AS seq, e.atText AS at, e.type AS what, e.subject AS about, e.actor AS who,
       trim(replace(replace(number + titles + fields + reason, '}', ''), '"', '')) AS told
ORDER BY seq DESC
