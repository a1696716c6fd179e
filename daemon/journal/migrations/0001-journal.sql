-- Events are the truth. Every other table here is what the events add up to, written in the same transaction,
-- but for definitions, blobs and trust, which are facts of their own.

create table definitions (
  def_hash text primary key,
  body     text not null
) without rowid;

create table runs (
  run_id     text primary key,
  number     integer not null,
  graph_id   text,
  def_hash   text not null references definitions,
  title      text not null,
  status     text not null,
  dry_run    integer not null,
  memory     text not null,
  epoch      integer not null,
  parent_run text,
  parent_key text,
  idem_key   text unique,
  started_at integer not null,
  ended_at   integer
) without rowid;
create index runs_active on runs (status) where status in ('running', 'waiting', 'cancelling');
create index runs_newest on runs (started_at desc);

create table events (
  pos       integer primary key,
  run_id    text not null,
  seq       integer not null,
  type      text not null,
  node_key  text not null,
  attempt   integer not null,
  epoch     integer not null,
  payload   text not null,
  at        integer not null,
  prev_hash text not null,
  unique (run_id, seq)
);

-- Nodes that wait for a person.
create table gates (
  run_id    text not null,
  node_key  text not null,
  kind      text not null,
  opened_at integer not null,
  primary key (run_id, node_key)
) without rowid;

create table timers (
  run_id   text not null,
  node_key text not null,
  name     text not null,
  wake_at  integer not null,
  primary key (run_id, node_key, name)
) without rowid;
create index timers_due on timers (wake_at);

-- Named values that several runs share: breakers, concurrency slots, cached results, grants.
create table cells (
  name  text primary key,
  value text not null
) without rowid;

create table memory (
  namespace text not null,
  key       text not null,
  run_id    text not null,
  node_key  text not null,
  value     text not null,
  at        integer not null,
  primary key (namespace, key, run_id, node_key)
) without rowid;

create table trust (
  hash      text primary key,
  signature text not null,
  at        integer not null
) without rowid;

-- Payloads too large for a row of their own, by their SHA-256.
create table blobs (
  sha  text primary key,
  data text not null
) without rowid;

-- Process groups that steps started and that have not ended: what a crash may have left behind.
create table processes (
  run_id   text not null,
  node_key text not null,
  pgid     integer not null,
  started  text not null,
  primary key (pgid, started)
) without rowid;

-- What the writer remembers of the blocks it wrote, and the pages it still owes.
create table page_blocks (
  graph text not null,
  page  text not null,
  key   text not null,
  uuid  text not null,
  hash  text not null,
  primary key (graph, page, key)
) without rowid;
create table outbox (
  graph    text not null,
  page     text not null,
  part     text not null,
  kind     text not null,
  run_id   text not null,
  data     text not null,
  pos      integer not null,
  done     integer not null default -1,
  attempts integer not null default 0,
  next_at  integer not null default 0,
  problem  text not null default '',
  primary key (graph, page, part)
) without rowid;
create index outbox_owed on outbox (next_at) where done < pos;
create index outbox_of_run on outbox (run_id);
