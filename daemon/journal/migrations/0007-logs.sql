-- What steps said while they ran, in pieces of many lines, redacted. Not part of the journal's truth: bounded and dropped by age.

create table logs (
  id       integer primary key,
  run_id   text not null,
  node_key text not null,
  first    integer not null,
  count    integer not null,
  bytes    integer not null,
  at       integer not null,
  lines    text not null
);
create index logs_of_step on logs (run_id, node_key, first);
create index logs_by_age on logs (at);
