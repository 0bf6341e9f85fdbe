// name: executions/by_id
// does: Executions by id.
// mode: read
// params: ids list[str] 1..500
// returns: id str, plan str, status str, agent str, title str, created_ms int, started_ms int, finished_ms int, problems str, blocked_by str, files str, snapshots list[str], scenarios str, milestones list[str]
// rows: 0..ids
// timeout_s: 10
// source: SPEC sections 1 and 7, issue "Plans that get done"
UNWIND $ids AS id
MATCH (n:Execution {id: id})
RETURN n.id AS id, n.plan AS plan, n.status AS status, n.agent AS agent, n.title AS title, n.createdMs AS created_ms,
       n.startedMs AS started_ms, n.finishedMs AS finished_ms, n.problems AS problems, n.blockedBy AS blocked_by,
       n.files AS files, n.snapshots AS snapshots, n.scenarios AS scenarios,
       n.milestones AS milestones
