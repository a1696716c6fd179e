import type Database from 'better-sqlite3';
import type { RunEvent } from '../../shared/run/event.ts';
import { asksPeople } from '../../shared/run/sign-offs.ts';
import type { RunStatus } from '../../shared/run/state.ts';
import type { NodeKey } from '../../shared/workflow/definition.ts';
import { sqliteIncidents, type IncidentBooks } from './incidents.ts';

/** What a run's materialised rows need to know of the run an event belongs to. */
interface RunOf {
  memory: string;
}

/**
 * Keeps the rows that make a restart instant equal to what the events add up to.
 * Must be called for every event, in order, in the event's own transaction.
 */
export class Rows {
  /** By run, the nodes that may have timers or requests; no entry for a run of an earlier life, where any may. */
  readonly #attended = new Map<string, Set<NodeKey>>();
  readonly #status;
  readonly #asks;
  readonly #works;
  readonly #epoch;
  readonly #open;
  readonly #close;
  readonly #closeAll;
  readonly #waits;
  readonly #setTimer;
  readonly #dropTimer;
  readonly #dropTimers;
  readonly #dropAllTimers;
  readonly #remember;
  readonly #forget;
  readonly #pin;
  readonly #keepPinned;
  readonly #incidents: IncidentBooks;

  constructor(database: Database.Database) {
    this.#incidents = sqliteIncidents(database);
    this.#status = database.prepare<[RunStatus, number | null, string]>(
      'update runs set status = ?, ended_at = ? where run_id = ?',
    );
    // Not a run that is being cancelled: that it asks somebody, or has been answered, changes nothing.
    this.#asks = database.prepare<[string]>(
      "update runs set status = 'waiting' where run_id = ? and status = 'running'",
    );
    this.#works = database.prepare<[string]>(
      "update runs set status = 'running' where run_id = ? and status = 'waiting'",
    );
    this.#epoch = database.prepare<[number, string]>('update runs set epoch = ? where run_id = ?');
    this.#pin = database.prepare<[string, string, string]>('update runs set def_hash = ?, title = ? where run_id = ?');
    this.#keepPinned = database.prepare<[string, string]>(
      'insert into earlier_definitions values (?, ?) on conflict do nothing',
    );
    this.#open = database.prepare<[string, string, string, number]>(
      'insert into gates values (?, ?, ?, ?) on conflict do update set opened_at = excluded.opened_at',
    );
    this.#close = database.prepare<[string, string]>('delete from gates where run_id = ? and node_key = ?');
    this.#closeAll = database.prepare<[string]>('delete from gates where run_id = ?');
    this.#waits = database.prepare<[string], number>('select 1 from gates where run_id = ? limit 1').pluck();
    this.#setTimer = database.prepare<[string, string, string, number]>(
      'insert into timers values (?, ?, ?, ?) on conflict do update set wake_at = excluded.wake_at',
    );
    this.#dropTimer = database.prepare<[string, string, string]>(
      'delete from timers where run_id = ? and node_key = ? and name = ?',
    );
    this.#dropTimers = database.prepare<[string, string]>('delete from timers where run_id = ? and node_key = ?');
    this.#dropAllTimers = database.prepare<[string]>('delete from timers where run_id = ?');
    this.#remember = database.prepare<[string, string, string, string, string, number, number]>(
      `insert into memory values (?, ?, ?, ?, ?, ?, ?)
        on conflict do update set value = excluded.value, at = excluded.at, pos = excluded.pos`,
    );
    this.#forget = database.prepare<[string, string]>('delete from memory where run_id = ? and node_key = ?');
  }

  /** A run begins here: from now on its nodes with timers or open requests are known without asking. */
  begin(run: string): void {
    this.#attended.set(run, new Set());
  }

  apply(event: RunEvent, run: RunOf): void {
    this.#incidents.apply(event);
    switch (event.type) {
      case 'run.resumed':
      case 'run.reset':
        this.#status.run('running', null, event.run);
        this.#epoch.run(event.epoch, event.run);
        return this.#leaveOut(event);
      case 'run.moved':
        return this.#move(event);
      case 'run.cancelling':
        this.#status.run('cancelling', null, event.run);
        return;
      case 'run.completed':
        return this.#end('completed', event);
      case 'run.failed':
        return this.#end('failed', event);
      case 'run.cancelled':
        return this.#end('cancelled', event);
      case 'run.suspended':
        this.#status.run('suspended', null, event.run);
        return;
      case 'node.completed':
        this.#done(event);
        for (const [key, value] of Object.entries(event.payload.remember ?? {})) {
          this.#remember.run(run.memory, key, event.run, event.node, JSON.stringify(value), event.at, event.pos);
        }
        return;
      case 'memory.added': {
        const { key, value } = event.payload;
        this.#remember.run(run.memory, key, event.run, event.node, JSON.stringify(value), event.at, event.pos);
        return;
      }
      case 'node.failed':
      case 'node.cancelled':
      case 'node.skipped':
        return this.#done(event);
      case 'timer.set':
        this.#attended.get(event.run)?.add(event.node);
        this.#setTimer.run(event.run, event.node, event.payload.name, event.payload.at);
        return;
      case 'timer.fired':
        this.#dropTimer.run(event.run, event.node, event.payload.name);
        return;
      case 'gate.opened':
        if (!asksPeople(event.payload)) return;
        this.#attended.get(event.run)?.add(event.node);
        this.#open.run(event.run, event.node, 'gate', event.at);
        this.#asks.run(event.run);
        return;
      case 'ask.opened':
        this.#attended.get(event.run)?.add(event.node);
        this.#open.run(event.run, event.node, 'ask', event.at);
        this.#asks.run(event.run);
        return;
      case 'gate.closed':
      case 'ask.answered':
        return this.#done(event);
      default:
        return;
    }
  }

  /** In a part that no longer counts nobody is asked any more, and nothing is waited for. */
  #leaveOut({ run, payload }: RunEvent<'run.resumed' | 'run.reset' | 'run.moved'>): void {
    for (const { node, names } of payload.forget) {
      this.#dropTimers.run(run, node);
      this.#close.run(run, node);
      if (!names) this.#forget.run(run, node);
    }
  }

  #move(event: RunEvent<'run.moved'>): void {
    const { run, epoch, payload } = event;
    this.#keepPinned.run(run, payload.from);
    this.#pin.run(payload.to, payload.title, run);
    this.#epoch.run(epoch, run);
    this.#leaveOut(event);
    this.#status.run(this.#waits.get(run) === undefined ? 'running' : 'waiting', null, run);
  }

  #end(status: RunStatus, event: RunEvent): void {
    this.#status.run(status, event.at, event.run);
    const attended = this.#attended.get(event.run);
    this.#attended.delete(event.run);
    if (attended?.size === 0) return;
    this.#closeAll.run(event.run);
    this.#dropAllTimers.run(event.run);
  }

  #done(event: RunEvent): void {
    const attended = this.#attended.get(event.run);
    if (attended && !attended.has(event.node)) return;
    this.#dropTimers.run(event.run, event.node);
    if (this.#close.run(event.run, event.node).changes > 0 && this.#waits.get(event.run) === undefined) {
      this.#works.run(event.run);
    }
  }
}
