/** The services of one hub. They carry its id, so that the runs of several hubs on one Restate never mix. */
export interface ServiceNames {
  /** A run: its events, and the stretches of work on it. Keyed by run. */
  run: string;
  /** What is sent to a run: its start, signatures, answers, timers, ends of its children. Keyed by run. */
  inbox: string;
  /** A value that runs share: breakers, caches, slots, named memory. Keyed by its name. */
  cell: string;
  /** What the hub is owed of a run, in order. Keyed by run. */
  report: string;
}

/** Names under which a hub's services are registered. `hub` is its id: lower-case letters and digits. */
export function serviceNames(hub: string): ServiceNames {
  const name = (what: string): string => `Stagebook.${hub}.${what}`;
  return { run: name('Run'), inbox: name('Inbox'), cell: name('Cell'), report: name('Report') };
}
