// name: schema/012_learning
// does: What rounds and intents are looked up and ordered by.
// source: issue 5 (Learning, Measuring itself); GRAPH R2, R9

CREATE INDEX round_atms IF NOT EXISTS FOR (n:Round) ON (n.atMs);
CREATE INDEX intent_status IF NOT EXISTS FOR (n:Intent) ON (n.status);
CREATE INDEX intent_atms IF NOT EXISTS FOR (n:Intent) ON (n.atMs);
