import { fail, StagebookError } from '../../shared/failure.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { Moved, RunEvent } from '../../shared/run/event.ts';
import { fold } from '../../shared/run/fold/fold.ts';
import type { RunState } from '../../shared/run/state.ts';
import { changesBetween } from '../../shared/workflow/changes.ts';
import { pathOf } from '../../shared/workflow/definition.ts';
import { inputsOf, readInputs } from '../../shared/workflow/inputs.ts';
import type { RunRow } from '../journal/journal.ts';
import type { Answers } from './answers.ts';
import { gatesAskedAnew } from './asked-anew.ts';
import type { Pinned } from './definitions.ts';
import { compare, type Edit } from './edit.ts';
import type { MoveRequest, Subject } from './engine.ts';
import { forgottenByMove } from './forget.ts';
import { requireGraph } from './graph-needed.ts';
import { Memo } from './memo.ts';
import { misfitsOf } from './misfits.ts';
import type { EmbeddedOptions } from './options.ts';
import { personaHashes, pinPersonasAnew } from './pinned-personas.ts';
import type { Pins } from './pins.ts';
import { runNotFound } from './run-not-found.ts';
import type { Signing } from './signing.ts';
import type { Starts } from './starts.ts';

/** What moving a run needs of the engine. */
interface MoveMeans {
  options: EmbeddedOptions;
  pins: Pins;
  signing: Signing;
  answers: Answers;
  starts: Starts;
  /** Whether something of the run works in this process. */
  isLive(run: string): boolean;
}

type MoveSubject = Extract<Subject, { kind: 'move' }>;

/** A move that is allowed: all of its event but who did it. */
interface Plan {
  edit: Edit;
  moved: Omit<Moved, 'by' | 'signature'>;
}

/**
 * How a run comes to its edited page (engine.md, Resume): an explicit act, one event. What completed stays and is not done again; what the
 * page has besides is done, also in parts that had ended. The run gets a new epoch, so that a write which failed may be
 * begun with other settings, and its personas are pinned anew. Its memory stays where it was.
 */
export class Moves {
  readonly #means: MoveMeans;

  constructor(means: MoveMeans) {
    this.#means = means;
  }

  /** Exactly what a person is shown before it: what changes, which gates are asked anew, which effects are still to come. */
  shown(subject: MoveSubject): JsonObject {
    const row = this.#means.options.journal.run(subject.run);
    if (!row) throw runNotFound(subject.run);
    const { edit, moved } = this.#plan(row, subject.definition);
    const titles = new Map([...edit.old.values()].map(({ path, node }) => [path, node.title || node.id]));
    return {
      ...subject,
      title: moved.title,
      from: moved.from,
      inputs: moved.inputs,
      changes: moved.changes,
      gates: moved.gates.map((gate) => titles.get(pathOf(gate)) ?? gate),
      effects: this.#means.answers.effects(edit.after, undefined, edit.isDone),
    };
  }

  /** See `Engine.move`. */
  async move(run: string, { definition, by, signature }: MoveRequest): Promise<void> {
    const { options, pins, signing, answers, starts } = this.#means;
    const wanted = pins.read(definition);
    await starts.requireBudgets(wanted);
    await options.journal.transact((transaction) => {
      const row = transaction.run(run);
      if (!row) throw runNotFound(run);
      const { edit, moved } = this.#plan(row, definition);
      if (!row.dryRun) starts.requireTrust(definition, edit.after);
      if (options.policy.signToStart && !row.dryRun && answers.writes(edit.after)) {
        if (!signature) {
          throw fail(
            'denied',
            'run.unsigned',
            `“${moved.title}” changes things, so somebody has to sign that this run goes on with its edited page.`,
            { data: { definition } },
          );
        }
        if (by.kind !== 'person' || by.name !== signature.person) {
          throw fail('denied', 'signature.mover_name', `${signature.person} signs it, so ${signature.person} does it.`);
        }
        const subject: MoveSubject = { kind: 'move', run, definition };
        signing.accept(subject, this.shown(subject), signature);
      }
      // It may have been dropped since it was shown, when the page was written anew.
      pins.keep(transaction, definition, wanted);
      pinPersonasAnew(transaction, run, edit.after.personas, pins.read(definition).personas);
      const signed = signature === undefined ? {} : { signature };
      transaction.append(run, { type: 'run.moved', node: '', payload: { by, ...moved, ...signed } });
    });
  }

  /** Throws whatever is against it but for trust and signature. */
  #plan(row: RunRow, to: string): Plan {
    const { options, pins } = this.#means;
    const events = options.journal.events(row.run);
    const state = fold(events)!;
    this.#requireStill(row, state);
    const before = pins.ofRun(state);
    const kept = pins.read(to);
    // As a start of it would be: the personas are those of now.
    const after = pins.pin(kept.definition, kept.pages);
    const { title } = after.definition.header;
    if (to === row.definition) {
      throw fail(
        'conflict',
        'move.same',
        `“${title}” says what this run has already: nothing was edited since. Resume it without --edited.`,
      );
    }
    const broken = pins.broken(to, after);
    if (broken) throw new StagebookError(broken);
    if (row.graph === undefined && !row.dryRun) requireGraph(after, options.actions);
    const inputs = inputsAfter(after, state.inputs);
    const edit = compare({ before, after, state, inputs });
    const begun = begunIn(events);
    requireFit(edit, begun);
    const gates = gatesAskedAnew(edit);
    const moved = {
      from: row.definition,
      to,
      title,
      inputs: options.redact(inputs),
      personas: personaHashes(after.personas),
      changes: changesOf(before, after),
      forget: forgottenByMove(events, edit, gates, begun),
      gates,
    };
    return { edit, moved };
  }

  /** A run that works is not moved: what it does under one definition would end under another. */
  #requireStill(row: RunRow, state: RunState): void {
    const { options, isLive } = this.#means;
    if (row.parent) {
      throw fail(
        'conflict',
        'move.called',
        `This run was called by ${row.parent.run} and goes on with the pages that one began with. Start a new run of the edited page.`,
      );
    }
    if (options.elsewhere?.(row.run)) {
      throw fail(
        'conflict',
        'move.elsewhere',
        'This run works on Restate, where it keeps the page that it began with. Start a new run of the edited page.',
      );
    }
    if (row.status === 'completed') {
      throw fail('conflict', 'run.not_stopped', 'The run is completed. Start a new run of the edited page.');
    }
    const works = isLive(row.run) ? [...state.nodes.values()].find(isAtWork) : undefined;
    if (row.status !== 'running' && row.status !== 'cancelling' && !works) return;
    const what = works ? `“${works.title ?? works.key}” is at work` : `The run is ${row.status}`;
    throw fail(
      'conflict',
      'run.active',
      `${what}. Wait until the run waits for somebody or has stopped, or cancel it; then it can go on with its edited page.`,
    );
  }
}

function isAtWork({ step, status }: { step?: unknown; status: string }): boolean {
  return step !== undefined && (status === 'running' || status === 'unknown');
}

function begunIn(events: readonly RunEvent[]): ReturnType<Memo['begun']> {
  const memo = new Memo();
  for (const event of events) memo.apply(event);
  return memo.begun();
}

function requireFit(edit: Edit, begun: ReturnType<Memo['begun']>): void {
  const misfits = misfitsOf(edit, begun);
  if (misfits.length === 0) return;
  const list = misfits.map(({ title, node, why }) => `“${title}” (${node}) ${why}`).join('; ');
  throw fail(
    'conflict',
    'move.nodes',
    `The edited page does not fit what this run has done: ${list}. Put that back on the page, or start a new run of it.`,
    { data: misfits.map((misfit) => ({ ...misfit })) },
  );
}

/** What the run was given, as the edited page takes it: with the defaults of what is new, without what is gone. */
function inputsAfter({ definition }: Pinned, given: JsonObject): JsonObject {
  const declared = inputsOf(definition);
  const kept = Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(declared, name)));
  const { values, problems } = readInputs(definition, kept);
  // Where a path leads is looked at when a run starts, and here nobody is asked.
  const path = Object.keys(values).find((name) => declared[name]?.type === 'path' && !Object.hasOwn(kept, name));
  const why = problems[0]?.message ?? (path === undefined ? undefined : `it takes the path “${path}” besides.`);
  if (why === undefined) return values;
  throw fail(
    'invalid',
    'move.inputs',
    `The edited page cannot take the inputs of this run: ${why} Give a new input a default, or start a new run.`,
  );
}

function changesOf(before: Pinned, after: Pinned): Moved['changes'] {
  const changes: Moved['changes'] = { added: [], removed: [], changed: [] };
  for (const { path, was, now } of changesBetween(before, after)) {
    changes[was === undefined ? 'added' : now === undefined ? 'removed' : 'changed'].push(path);
  }
  return changes;
}
