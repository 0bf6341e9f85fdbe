// name: schema/009_execution_types
// does: The types of what agents, executions, their tasks and tickets are looked up and ordered by.
// server: arcadedb
// source: GRAPH R1

CREATE CONSTRAINT type_Agent_status IF NOT EXISTS FOR (n:Agent) REQUIRE n.status IS :: STRING;
CREATE CONSTRAINT type_Agent_keyHash IF NOT EXISTS FOR (n:Agent) REQUIRE n.keyHash IS :: STRING;
CREATE CONSTRAINT type_Execution_status IF NOT EXISTS FOR (n:Execution) REQUIRE n.status IS :: STRING;
CREATE CONSTRAINT type_Execution_plan IF NOT EXISTS FOR (n:Execution) REQUIRE n.plan IS :: STRING;
CREATE CONSTRAINT type_ExecutionTask_execution IF NOT EXISTS FOR (n:ExecutionTask) REQUIRE n.execution IS :: STRING;
CREATE CONSTRAINT type_ExecutionTask_lane IF NOT EXISTS FOR (n:ExecutionTask) REQUIRE n.lane IS :: STRING;
CREATE CONSTRAINT type_ExecutionTask_agent IF NOT EXISTS FOR (n:ExecutionTask) REQUIRE n.agent IS :: STRING;
CREATE CONSTRAINT type_ExecutionTask_status IF NOT EXISTS FOR (n:ExecutionTask) REQUIRE n.status IS :: STRING;
CREATE CONSTRAINT type_ExecutionTask_block IF NOT EXISTS FOR (n:ExecutionTask) REQUIRE n.block IS :: STRING;
CREATE CONSTRAINT type_Ticket_status IF NOT EXISTS FOR (n:Ticket) REQUIRE n.status IS :: STRING;
CREATE CONSTRAINT type_Ticket_plan IF NOT EXISTS FOR (n:Ticket) REQUIRE n.plan IS :: STRING;
CREATE CONSTRAINT type_Ticket_task IF NOT EXISTS FOR (n:Ticket) REQUIRE n.task IS :: STRING;
CREATE CONSTRAINT type_Execution_createdMs IF NOT EXISTS FOR (n:Execution) REQUIRE n.createdMs IS :: INTEGER;
CREATE CONSTRAINT type_ExecutionTask_order IF NOT EXISTS FOR (n:ExecutionTask) REQUIRE n.order IS :: INTEGER;
CREATE CONSTRAINT type_ExecutionTask_dueMs IF NOT EXISTS FOR (n:ExecutionTask) REQUIRE n.dueMs IS :: INTEGER;
CREATE CONSTRAINT type_Ticket_openedMs IF NOT EXISTS FOR (n:Ticket) REQUIRE n.openedMs IS :: INTEGER;
