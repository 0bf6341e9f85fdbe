// name: schema/005_telegram_types
// does: The types of what is indexed or ordered in the telegram inbox, before any index.
// server: arcadedb
// source: GRAPH R1

CREATE CONSTRAINT type_Inbox_id IF NOT EXISTS FOR (n:Inbox) REQUIRE n.id IS :: STRING;
CREATE CONSTRAINT type_Inbox_n IF NOT EXISTS FOR (n:Inbox) REQUIRE n.n IS :: INTEGER;
CREATE CONSTRAINT type_Inbox_state IF NOT EXISTS FOR (n:Inbox) REQUIRE n.state IS :: STRING;
CREATE CONSTRAINT type_Inbox_atMs IF NOT EXISTS FOR (n:Inbox) REQUIRE n.atMs IS :: INTEGER;
CREATE CONSTRAINT type_Pairing_id IF NOT EXISTS FOR (n:Pairing) REQUIRE n.id IS :: STRING;
CREATE CONSTRAINT type_Channel_id IF NOT EXISTS FOR (n:Channel) REQUIRE n.id IS :: STRING;
CREATE CONSTRAINT type_Channel_atMs IF NOT EXISTS FOR (n:Channel) REQUIRE n.atMs IS :: INTEGER;
