-- What people said instead of a suggestion, or of one: the labels that suggestions learn from. Nothing is ever changed here.

create table corrections (
  id        integer primary key,
  at        integer not null,
  subject   text not null,
  labels    text not null,
  suggested text not null,
  signature text not null
);
