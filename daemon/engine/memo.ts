import { canonicalJson } from '../../shared/canonical-json.ts';
import type { Json } from '../../shared/json.ts';
import type { Forgotten, RunEvent, StepStart } from '../../shared/run/event.ts';
import type { NodeKey } from '../../shared/workflow/definition.ts';
import type { Message, OnceType } from './durable.ts';

/** A key without its attempts: what all attempts of a step have in common. */
export function effectKey(key: NodeKey): NodeKey {
  return key.includes('#') ? key.replace(/#\d+/g, '') : key;
}

interface Timer {
  at: number;
  /** Sequence number of its firing. */
  fired?: number;
  /** It is not waited for again after a resume. */
  once: boolean;
}

interface Recorded {
  /** When it was entered. */
  entered?: number | undefined;
  /** A container's own end, kept only so that it is not recorded again. */
  left: boolean;
  end?: RunEvent<'node.completed' | 'node.failed'> | undefined;
  // Most nodes have none of these, and a long run has many nodes.
  once?: Map<OnceType, RunEvent> | undefined;
  decisions?: Map<string, Json> | undefined;
  branches?: Map<string, RunEvent<'branch.ended'>> | undefined;
  timers?: Map<string, Timer> | undefined;
  messages?: Message[] | undefined;
}

/** A start on record. `open`: without an end. `output`: of one that completed and is irreversible. */
type Started = StepStart & { epoch: number; node: NodeKey; open: boolean; output?: Json };

/** What is on record of one run, by node: the answers that replay gets. Built from events only. */
export class Memo {
  readonly #nodes = new Map<NodeKey, Recorded>();
  readonly #starts = new Map<NodeKey, Started[]>();
  cancelling = false;
  /** Since a restore from a backup nobody knows what happened after it was made. */
  restored = false;

  apply(event: RunEvent): void {
    switch (event.type) {
      case 'run.resumed':
      case 'run.reset':
      case 'run.moved':
        this.cancelling = false;
        for (const forgotten of event.payload.forget) this.#forget(forgotten);
        return;
      case 'run.cancelling':
        this.cancelling = true;
        return;
      case 'run.suspended':
        this.restored ||= event.payload.failure.code === 'run.restored';
        return;
      case 'node.started': {
        this.#at(event.node).entered ??= event.at;
        if (event.payload.step) this.#start(event, event.payload.step);
        return;
      }
      case 'node.completed':
      case 'node.failed': {
        const ended = this.#at(event.node);
        ended.left = true;
        ended.end = event;
        if (event.type === 'node.completed') this.#settle(event.node, event.payload.output);
        else if (event.payload.failure.code !== 'effect.unknown') this.#settle(event.node);
        return;
      }
      case 'node.cancelled':
        this.#at(event.node).left = true;
        return;
      case 'node.skipped':
      case 'gate.opened':
      case 'gate.closed':
      case 'ask.opened':
        (this.#at(event.node).once ??= new Map()).set(event.type, event);
        return;
      case 'decision.made':
        (this.#at(event.node).decisions ??= new Map()).set(event.payload.name, event.payload.value);
        return;
      case 'branch.ended':
        (this.#at(event.node).branches ??= new Map()).set(event.payload.name, event);
        return;
      case 'timer.set': {
        const { name, at, once = false } = event.payload;
        (this.#at(event.node).timers ??= new Map()).set(name, { at, once });
        return;
      }
      case 'timer.fired': {
        const timer = this.#nodes.get(event.node)?.timers?.get(event.payload.name);
        if (timer) timer.fired = event.seq;
        return;
      }
      case 'gate.signed':
      case 'gate.refused':
      case 'ask.answered':
      case 'signal.received':
        (this.#at(event.node).messages ??= []).push(event);
        return;
      default:
        return;
    }
  }

  entered = (key: NodeKey): boolean => this.enteredAt(key) !== undefined;
  enteredAt = (key: NodeKey): number | undefined => this.#nodes.get(key)?.entered;
  reached = (key: NodeKey): boolean => {
    const { entered, once, timers } = this.#nodes.get(key) ?? {};
    const isTimed = (): boolean => [...timers!.values()].some((timer) => !timer.once || timer.fired === undefined);
    return entered !== undefined || once !== undefined || (timers !== undefined && isTimed());
  };
  left = (key: NodeKey): boolean => this.#nodes.get(key)?.left ?? false;
  end = (key: NodeKey): Recorded['end'] => this.#nodes.get(key)?.end;
  once = (type: OnceType, key: NodeKey): RunEvent | undefined => this.#nodes.get(key)?.once?.get(type);
  decision = (key: NodeKey, name: string): Json | undefined => this.#nodes.get(key)?.decisions?.get(name);
  branch = (key: NodeKey, name: string): RunEvent<'branch.ended'> | undefined =>
    this.#nodes.get(key)?.branches?.get(name);
  timer = (key: NodeKey, name: string): Timer | undefined => this.#nodes.get(key)?.timers?.get(name);
  message = (key: NodeKey, n: number): Message | undefined => this.#nodes.get(key)?.messages?.[n];

  /** All starts of a step under any attempt and epoch; those without an end are `open`. */
  starts(key: NodeKey): readonly Started[] {
    return this.#starts.get(effectKey(key)) ?? NO_STARTS;
  }

  /**
   * Whether a write needs no start of its own. One that an earlier epoch left open has another key, and by this one it has to be
   * found later; one of another try, or of before a resume, does not say that this node was entered: what stops it would pass it by.
   */
  isBegun(key: NodeKey, { key: effect, with: settings }: StepStart): boolean {
    const same = this.starts(key).filter((start) => start.open && start.key === effect);
    // With other settings it is refused, and leaves no trace that would refuse the first ones, too.
    const isOther = (start: StepStart): boolean => canonicalJson(start.with) !== canonicalJson(settings);
    return same.length > 0 && (this.entered(key) || same.some(isOther));
  }

  /** The writes that were begun and have no end: nobody knows what became of them before somebody looks. */
  begun(): NodeKey[] {
    return [...this.#starts.values()].flatMap((starts) => starts.filter(({ open }) => open).map(({ node }) => node));
  }

  #at(key: NodeKey): Recorded {
    let recorded = this.#nodes.get(key);
    if (!recorded) {
      recorded = { left: false };
      this.#nodes.set(key, recorded);
    }
    return recorded;
  }

  #start(event: RunEvent<'node.started'>, step: StepStart): void {
    const key = effectKey(event.node);
    const starts = this.#starts.get(key) ?? [];
    starts.push({ ...step, epoch: event.epoch, node: event.node, open: true });
    this.#starts.set(key, starts);
  }

  #settle(key: NodeKey, output?: Json): void {
    for (const start of this.#starts.get(effectKey(key)) ?? NO_STARTS) {
      if (start.node !== key) continue;
      start.open = false;
      if (output !== undefined && start.effect === 'irreversible') start.output = output;
    }
  }

  /** Starts are never forgotten: an effect that may have happened stays one, whatever is repeated. */
  #forget({ node, names }: Forgotten): void {
    const recorded = this.#nodes.get(node);
    if (!recorded) return;
    for (const name of names ?? []) recorded.decisions?.delete(name);
    this.#nodes.set(node, { left: false, ...(names ? { decisions: recorded.decisions, timers: over(recorded) } : {}) });
  }
}

/** The timers that are over for good. */
function over({ timers }: Recorded): Recorded['timers'] {
  const left = [...(timers ?? [])].filter(([, { once, fired }]) => once && fired !== undefined);
  return left.length === 0 ? undefined : new Map(left);
}

const NO_STARTS: Started[] = [];
