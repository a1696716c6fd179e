import type { Json, JsonObject } from '../../../shared/json.ts';
import type { NewEvent, RunEvent } from '../../../shared/run/event.ts';
import type { NodeKey } from '../../../shared/workflow/definition.ts';
import type { NewRun } from '../../journal/journal.ts';

/** A run on its way to begin. */
export interface Start {
  hub: string;
  run: string;
  row: NewRun;
  /** The pinned definition, as the journal keeps it. */
  body: string;
  /** Its first ones: `run.started`, and what has to begin with it. */
  events: NewEvent[];
  /** Milliseconds since the epoch. */
  at: number;
}

/** Something said to a run that was checked and accepted before: it counts unless it comes too late. */
export interface Tell {
  hub: string;
  run: string;
  events: NewEvent[];
  at: number;
  /** By which a repeat is known, also long after Restate has forgotten its own. */
  key?: string;
  /** A timer that is due, in place of events. */
  timer?: Timer;
  /** In place of events: the hub may lack what it was told (it was restored from a backup). */
  again?: true;
}

export interface Timer {
  node: NodeKey;
  name: string;
}

/** The node of a run that calls another one. */
export interface Caller {
  run: string;
  node: NodeKey;
}

/** What an inbox holds for its run, by number from 1. */
export interface Mail {
  n: number;
  at: number;
  start?: Start;
  events?: NewEvent[];
  timer?: Timer;
  again?: true;
  /** In place of events: the node that called this run was resumed, and waits for its end once more. */
  goOn?: Caller;
}

/** An event with its place in its run: what a log keeps and a hub is told. */
export type Recorded = Pick<RunEvent, 'seq' | 'type' | 'node' | 'attempt' | 'epoch' | 'at' | 'payload'>;

/** What a run has recorded from a place on, as much as one message holds; for `begin` see `Reported`. */
export type Recollection = Pick<Reported, 'events' | 'begin'>;

/** What a hub is told of a run. `begin` comes with the first events of a run that another run has called. */
export interface Reported {
  run: string;
  events: Recorded[];
  begin?: { row: NewRun; body: string };
  deeds?: Deed[];
}

/** Something that a step wants done where pages and messages are: at the hub, once for each key. */
export interface Deed {
  key: string;
  deed: JsonObject;
}

/** One group commit of an interpreter. */
export interface Batch {
  at: number;
  /** Which life of which worker made it. */
  by: string;
  events: NewEvent[];
  /** Runs that these events begin, and runs that they cancel. */
  begin: Start[];
  cancel: string[];
  /** Called runs that go on after a resume of this one, with who calls them; absent when there are none. */
  goOn?: { child: string; caller: Caller }[];
  deeds: Deed[];
  /** The last of these events ends the run. */
  ended: boolean;
  /** Nothing in the run works: everything in it waits for a message or a timer. */
  idle: boolean;
  /** Restate's clock is not near this machine's. */
  apart?: true;
}

/** One try to change a cell: `op` names the change, so that it is made once however often it is asked for. */
export interface CellChange {
  op: string;
  version: number;
  value: Json | undefined;
  result: Json;
}

export type CellLook = { done: true; result: Json } | { done: false; value: Json | undefined; version: number };
