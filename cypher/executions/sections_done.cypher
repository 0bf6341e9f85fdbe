// name: executions/sections_done
// does: Phases of an execution that one of the given tasks is part of and in which nothing is left to do.
// mode: read
// params: ids list[str] 1..500
// returns: section str, title str
// rows: 0..ids
// timeout_s: 10
// source: document 002 section 5 (milestones)
UNWIND $ids AS id
MATCH (n:ExecutionTask {id: id})
WHERE n.section <> n.block
WITH DISTINCT n.execution AS execution, n.section AS section, n.sectionTitle AS title
MATCH (m:ExecutionTask {execution: execution})
WHERE m.section = section
WITH section, title, sum(CASE WHEN m.status IN ['completed', 'skipped', 'cancelled'] THEN 0 ELSE 1 END) AS open
WHERE open = 0
RETURN section, title
ORDER BY section
LIMIT 500
