// name: executions/block_counts
// does: How many tasks the given blocks have in an execution, and how many of them are open.
// mode: read
// params: execution str, blocks list[str] 1..500
// returns: block str, open int, skipped int
// rows: 0..blocks
// timeout_s: 10
// source: SPEC sections 1 and 7, issue "Plans that get done"
MATCH (n:ExecutionTask {execution: $execution})
WHERE n.block IN $blocks
RETURN n.block AS block, sum(CASE WHEN n.status IN ['completed', 'skipped', 'cancelled'] THEN 0 ELSE 1 END) AS open,
       sum(CASE WHEN n.status = 'skipped' THEN 1 ELSE 0 END) AS skipped
ORDER BY block
LIMIT 500
