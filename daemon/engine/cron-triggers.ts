import { Cron } from 'croner';
import { fail } from '../../shared/failure.ts';
import { isObject, type JsonObject } from '../../shared/json.ts';
import type { Definition } from '../../shared/workflow/definition.ts';
import { readInputs } from '../../shared/workflow/inputs.ts';
import type { Clock } from '../clock.ts';
import type { CalledPages, Engine } from './engine.ts';

/** One `cron` line of a header (language.md, Starting by itself). */
interface CronTrigger {
  cron: string;
  zone?: string;
  missed?: 'skip' | 'once';
  inputs?: JsonObject;
}

/** A workflow that may start by itself. */
export interface Scheduled {
  /** The hash under which it is trusted. */
  hash: string;
  definition: Definition;
  /** The pages that it calls, as they were trusted with it. */
  pages?: CalledPages;
  graph?: string;
  /** The page that it stands on. */
  page?: string;
}

export interface CronOptions {
  engine: Pick<Engine, 'start' | 'trusted'>;
  clock: Clock;
  /** Up to when the times of a trigger have been dealt with, kept over restarts. */
  marks: { get(trigger: string): number | undefined; set(trigger: string, at: number): Promise<void> };
  /** A start that was refused, or could not be kept; the next time comes all the same. */
  onProblem(scheduled: Scheduled, error: unknown): void;
}

/** When something is tried again whose mark could not be kept, in milliseconds. */
const AGAIN_MS = 60_000;

/** Starts trusted workflows at their times. Times that passed while nobody ran are skipped, or caught up once. */
export class CronTriggers {
  readonly #options: CronOptions;
  #scheduled: readonly Scheduled[] = [];
  #disarm: () => void = () => undefined;
  #closed = false;
  #passes: Promise<void> = Promise.resolve();

  constructor(options: CronOptions) {
    this.#options = options;
  }

  /** From now on these and no others start by themselves; those that nobody trusts do not. */
  async set(scheduled: readonly Scheduled[]): Promise<void> {
    this.#scheduled = scheduled.filter(({ hash }) => this.#options.engine.trusted(hash));
    await this.#pass();
  }

  close(): void {
    this.#closed = true;
    this.#disarm();
  }

  /** One after the other: what is set meanwhile counts from the next on. */
  #pass(): Promise<void> {
    this.#passes = this.#passes.then(() => this.#look());
    return this.#passes;
  }

  async #look(): Promise<void> {
    this.#disarm();
    const now = this.#options.clock.now();
    let next = Infinity;
    for (const scheduled of this.#scheduled) {
      for (const [index, trigger] of cronTriggers(scheduled.definition).entries()) {
        if (this.#closed) return;
        const kept = await this.#keep(scheduled, trigger, `cron:${scheduled.hash}:${index}`, now);
        next = Math.min(next, after(trigger, now) ?? Infinity, kept ? Infinity : now + AGAIN_MS);
      }
    }
    if (next === Infinity || this.#closed) return;
    this.#disarm = this.#options.clock.at(next, () => void this.#pass());
  }

  /** Whether the mark is kept. Without it, its time is looked at again: a key keeps it from a second run. */
  async #keep(scheduled: Scheduled, trigger: CronTrigger, name: string, now: number): Promise<boolean> {
    try {
      await this.#catchUp(scheduled, trigger, name, now);
      return true;
    } catch (error) {
      if (!this.#closed) this.#options.onProblem(scheduled, error);
      return false;
    }
  }

  async #catchUp(scheduled: Scheduled, trigger: CronTrigger, name: string, now: number): Promise<void> {
    const { marks, engine } = this.#options;
    const since = marks.get(name);
    const due = since === undefined ? undefined : lastDue(trigger, since, now);
    // A little late is on time: the alarm itself, or a machine that slept through a moment.
    const missed = due !== undefined && now - due > 60_000;
    if (due === undefined || (missed && trigger.missed !== 'once')) return marks.set(name, now);
    try {
      const { values, problems } = readInputs(scheduled.definition, trigger.inputs ?? {});
      if (problems[0]) throw fail('invalid', problems[0].code, problems[0].message);
      await engine.start({
        definition: scheduled.definition,
        inputs: values,
        by: { kind: 'system', name: `cron ${trigger.cron}` },
        idempotencyKey: `${name}:${due}`,
        trigger: true,
        ...(scheduled.pages ? { pages: scheduled.pages } : {}),
        ...(scheduled.graph === undefined ? {} : { graph: scheduled.graph }),
        ...(scheduled.page === undefined ? {} : { page: scheduled.page }),
      });
    } catch (error) {
      this.#options.onProblem(scheduled, error);
    }
    // The mark last: whoever ends in between starts it then, and its key keeps that from being a second run.
    await marks.set(name, now);
  }
}

/** The cron triggers of a header, in order. */
function cronTriggers(definition: Definition): CronTrigger[] {
  const { triggers } = definition.header.settings;
  return Array.isArray(triggers)
    ? (triggers.filter((trigger) => isObject(trigger) && 'cron' in trigger) as unknown as CronTrigger[])
    : [];
}

/** What is wrong with a cron expression or its zone, in one sentence; undefined when nothing is. */
export function cronTrouble(cron: string, zone = 'UTC'): string | undefined {
  try {
    if (new Cron(cron, { timezone: zone }).nextRun()) return undefined;
    return `The time “${cron}” never comes.`;
  } catch (error) {
    if (!isZone(zone)) return `There is no time zone “${zone}”. Write one such as Europe/Berlin.`;
    const why = (error instanceof Error ? error.message : String(error)).replace(/^Cron\w*: /, '').replace(/\.$/, '');
    return `“${cron}” is no cron expression (${why}). Write five fields, such as 0 9 * * 1-5.`;
  }
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function after({ cron, zone = 'UTC' }: CronTrigger, from: number): number | undefined {
  return new Cron(cron, { timezone: zone }).nextRun(new Date(from))?.getTime();
}

/** The latest of the trigger's times in (since, now]. */
function lastDue(trigger: CronTrigger, since: number, now: number): number | undefined {
  const { cron, zone = 'UTC' } = trigger;
  // Found backwards, however long nobody ran. Times are whole seconds, and the given one is left out.
  const [latest] = new Cron(cron, { timezone: zone }).previousRuns(1, new Date(now + 1000));
  const due = latest?.getTime();
  return due !== undefined && due > since && due <= now ? due : undefined;
}
