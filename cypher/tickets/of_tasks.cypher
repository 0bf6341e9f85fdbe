// name: tickets/of_tasks
// does: Open tickets about the given execution tasks.
// mode: read
// params: tasks list[str] 1..500
// returns: id str, task str, kind str
// rows: 0..500
// timeout_s: 10
// source: SPEC sections 1 and 7, issue "Plans that get done"
UNWIND $tasks AS task
MATCH (n:Ticket {task: task})
WHERE n.status = 'open'
RETURN n.id AS id, n.task AS task, n.kind AS kind
ORDER BY id
LIMIT 500
