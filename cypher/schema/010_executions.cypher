// name: schema/010_executions
// does: What agents, executions, their tasks and tickets are looked up and ordered by, and the links between them.
// source: issue "Plans that get done"; GRAPH R1, R2, R6, R9

CREATE INDEX agent_status IF NOT EXISTS FOR (n:Agent) ON (n.status);
CREATE INDEX agent_keyhash IF NOT EXISTS FOR (n:Agent) ON (n.keyHash);
CREATE INDEX execution_status IF NOT EXISTS FOR (n:Execution) ON (n.status);
CREATE INDEX execution_plan IF NOT EXISTS FOR (n:Execution) ON (n.plan);
CREATE INDEX executiontask_execution IF NOT EXISTS FOR (n:ExecutionTask) ON (n.execution);
CREATE INDEX executiontask_lane IF NOT EXISTS FOR (n:ExecutionTask) ON (n.lane);
CREATE INDEX executiontask_agent IF NOT EXISTS FOR (n:ExecutionTask) ON (n.agent);
CREATE INDEX executiontask_duems IF NOT EXISTS FOR (n:ExecutionTask) ON (n.dueMs);
CREATE INDEX ticket_status IF NOT EXISTS FOR (n:Ticket) ON (n.status);
CREATE INDEX ticket_plan IF NOT EXISTS FOR (n:Ticket) ON (n.plan);
CREATE INDEX ticket_task IF NOT EXISTS FOR (n:Ticket) ON (n.task);
CREATE (a:ExecutionTask {id: '__sample_a'})-[r:DEPENDS_ON]->(b:ExecutionTask {id: '__sample_b'}) DELETE r, a, b;
CREATE (a:Agent {id: '__sample_a'})-[r:PROVIDES]->(b:Block:Capability {id: '__sample_b'}) DELETE r, a, b;
