-- Plugins that were paired, each with the SHA-256 of its token. A revoked one stays listed.

create table plugins (
  plugin     text primary key,
  name       text not null,
  token      text not null,
  added_at   integer not null,
  revoked_at integer
) without rowid;
