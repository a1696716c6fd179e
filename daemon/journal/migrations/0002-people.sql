-- Who can sign, and with which devices. A revoked device stays listed: its old signatures must remain explainable.

create table people (
  name     text primary key,
  roles    text not null,
  added_at integer not null
) without rowid;

create table devices (
  device     text primary key,
  person     text not null references people,
  kind       text not null,
  public_key text not null,
  added_at   integer not null,
  revoked_at integer
) without rowid;
