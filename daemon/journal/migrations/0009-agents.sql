-- Agents that may use Stagebook over HTTP, each with the SHA-256 of its token. With a run, its token opens only that one.

create table agents (
  agent      text primary key,
  name       text not null,
  token      text not null,
  run        text,
  added_at   integer not null,
  revoked_at integer
) without rowid;
