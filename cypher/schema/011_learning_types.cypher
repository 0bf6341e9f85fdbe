// name: schema/011_learning_types
// does: The types of what rounds and intents are looked up and ordered by.
// server: arcadedb
// source: GRAPH R1

CREATE CONSTRAINT type_Round_atMs IF NOT EXISTS FOR (n:Round) REQUIRE n.atMs IS :: INTEGER;
CREATE CONSTRAINT type_Intent_status IF NOT EXISTS FOR (n:Intent) REQUIRE n.status IS :: STRING;
CREATE CONSTRAINT type_Intent_atMs IF NOT EXISTS FOR (n:Intent) REQUIRE n.atMs IS :: INTEGER;
