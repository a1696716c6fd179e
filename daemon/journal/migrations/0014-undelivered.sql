-- What people decide about messages that did not get through: to try one again, or to leave it.
alter table notices add column retried_at integer;
alter table notices add column discarded_by text;
alter table notices add column discarded_why text;
