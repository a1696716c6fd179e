import { z } from 'zod';
import type { StagebookError } from '../../shared/failure.ts';
import { exampleOf } from '../../shared/form.ts';
import { fail } from '../../shared/failure.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { Actor, NewEvent, Question, Signature } from '../../shared/run/event.ts';
import type { NodeState, RunState } from '../../shared/run/state.ts';
import { pathOf, type Definition, type NodeKey, type NodePath } from '../../shared/workflow/definition.ts';
import type { Action } from '../actions/action.ts';
import type { Journal } from '../journal/journal.ts';
import { effectsAfter, type EffectOf, type Pinned } from './definitions.ts';
import type { Subject } from './engine.ts';
import { goingOn } from './resume.ts';
import { isSkippable } from './skippable.ts';
import { shownSwitch, switchPersona } from './persona-switch.ts';
import type { Signing } from './signing.ts';
import type { OpenRequest } from '../../shared/run/summary.ts';

interface AnswersOptions {
  journal: Journal;
  signing: Signing;
  actions: ReadonlyMap<string, Action>;
  state(run: string): RunState;
  definition(run: string): Definition;
  shownDefinition(hash: string): Pinned;
  /** The personas as they were pinned with a run. */
  pinned(run: string): Pinned['personas'];
  /** What is shown of a run that is to go on with its edited page. */
  shownMove(subject: Extract<Subject, { kind: 'move' }>): JsonObject;
  /** What is shown of what people trust besides workflows, when the hash names that. */
  shownBesides(hash: string): JsonObject | undefined;
}

/** What people say to a run: agreements, refusals, answers, skips, trust. All are checked and committed in one. */
export class Answers {
  readonly #options: AnswersOptions;

  constructor(options: AnswersOptions) {
    this.#options = options;
  }

  open(run?: string): OpenRequest[] {
    return this.#options.journal.waiting(run).flatMap(({ run: id, node: key }) => {
      const node = this.#options.state(id).nodes.get(key);
      return node ? requestsOf(id, node) : [];
    });
  }

  /** Exactly what a person is shown before signing. Throws when there is nothing of the kind to sign. */
  shown(subject: Subject): JsonObject {
    switch (subject.kind) {
      case 'sign-off':
      case 'reject':
        return this.#shownGate(subject);
      case 'skip': {
        const { state, node } = this.#node(subject.run, subject.node);
        this.#skippable(state, node);
        return {
          kind: 'skip',
          run: subject.run,
          title: state.title,
          node: subject.node,
          step: node.title ?? subject.node,
        };
      }
      case 'persona':
        return shownSwitch(subject, this.#options);
      case 'move':
        return this.#options.shownMove(subject);
      case 'start':
      case 'trust': {
        const besides = subject.kind === 'trust' && this.#options.shownBesides(subject.definition);
        if (besides) return besides;
        const pinned = this.#options.shownDefinition(subject.definition);
        return {
          kind: subject.kind,
          definition: subject.definition,
          title: pinned.definition.header.title,
          ...(subject.kind === 'start' ? { inputs: subject.inputs } : {}),
          effects: this.effects(pinned),
        };
      }
    }
  }

  /** Whether a definition has any step that changes something. */
  writes(pinned: Pinned): boolean {
    return this.effects(pinned).length > 0;
  }

  /** The steps that change something, as people are shown them: those after a node, those that are not `done`, else all. */
  effects(pinned: Pick<Pinned, 'definition' | 'pages'>, path?: string, done?: (path: NodePath) => boolean): Json[] {
    return effectsAfter(pinned, path, this.#effectOf, done).map((each) => ({ ...each }));
  }

  #effectOf: EffectOf = (uses, settings) => {
    const action = this.#options.actions.get(uses);
    return typeof action?.effect === 'function' ? action.effect(settings) : action?.effect;
  };

  sign(run: string, node: NodeKey, signOff: string, signature: Signature): Promise<void> {
    return this.#gate({ kind: 'sign-off', run, node, signOff }, signature, undefined, () => ({
      type: 'gate.signed',
      node,
      payload: { signOff, signature },
    }));
  }

  reject(run: string, node: NodeKey, signOff: string, signature: Signature, reason?: string): Promise<void> {
    return this.#gate({ kind: 'reject', run, node, signOff }, signature, reason, (shown) => ({
      type: 'gate.refused',
      node,
      payload: { signOff, signature, ...(reason === undefined ? {} : { reason, shown }) },
    }));
  }

  async answer(run: string, node: NodeKey, answer: Json, by: Actor): Promise<void> {
    await this.#options.journal.transact((transaction) => {
      const { node: asked } = this.#node(run, node);
      if (!asked.ask || !transaction.isWaiting(run, node)) throw notAsked();
      // Whoever asked: an agent answers only what was put to agents.
      if (by.kind === 'persona' && asked.ask.from !== 'agent') {
        throw fail(
          'denied',
          'answer.person',
          'This question is put to a person. An agent answers only what says from: agent.',
        );
      }
      checkAnswer(asked.ask, answer);
      transaction.append(run, { type: 'ask.answered', node, payload: { answer, by } });
    });
  }

  async skip(run: string, node: NodeKey, signature: Signature, reason: string): Promise<void> {
    const subject: Subject = { kind: 'skip', run, node };
    await this.#options.journal.transact((transaction) => {
      const { shown } = this.#options.signing.accept(subject, this.shown(subject), signature, reason);
      transaction.append(run, { type: 'node.skipped', node, payload: { reason, signature, shown } });
      const by: Actor = { kind: 'person', name: signature.person };
      if (transaction.run(run)?.status !== 'failed') return;
      // The skip itself stays.
      transaction.append(run, goingOn(this.#options.journal.events(run), by, node));
    });
  }

  usePersona(run: string, node: NodeKey, persona: string, signature: Signature): Promise<void> {
    return switchPersona({ kind: 'persona', run, node, persona }, signature, this.#options);
  }

  async trust(hash: string, signature: Signature): Promise<void> {
    const subject: Subject = { kind: 'trust', definition: hash };
    await this.#options.journal.transact((transaction) => {
      this.#options.signing.accept(subject, this.shown(subject), signature);
      transaction.trust(hash, { ...signature }, signature.at);
    });
  }

  async #gate(
    subject: Extract<Subject, { kind: 'sign-off' | 'reject' }>,
    signature: Signature,
    reason: string | undefined,
    eventOf: (shown: string) => NewEvent<'gate.signed' | 'gate.refused'>,
  ): Promise<void> {
    await this.#options.journal.transact((transaction) => {
      const { run, node: key, signOff } = subject;
      if (!transaction.isWaiting(run, key)) throw notAsked();
      const { state, node } = this.#node(run, key);
      const asked = node.gate?.signOffs.find((other) => other.id === signOff);
      if (!asked) throw notAsked();
      const { roles, shown } = this.#options.signing.accept(subject, this.#shownGate(subject), signature, reason);
      if (asked.from && !asked.from.some((name) => name === signature.person || roles.includes(name))) {
        throw fail('denied', 'signature.not_asked', `Only ${asked.from.join(', ')} can decide “${asked.title}”.`);
      }
      if (asked.notStarter && signature.person === state.by.name) {
        throw fail('denied', 'signature.starter', `“${asked.title}” needs somebody who did not start the run.`);
      }
      const signed = node.gate?.signatures ?? [];
      if (signed.some((other) => other.signOff === signOff && other.signature.person === signature.person)) {
        throw fail(
          'conflict',
          'signature.counted',
          `${signature.person} has signed “${asked.title}” already; persons count, not devices.`,
        );
      }
      transaction.append(run, eventOf(shown));
    });
  }

  #shownGate(subject: Extract<Subject, { kind: 'sign-off' | 'reject' }>): JsonObject {
    const { state, node } = this.#node(subject.run, subject.node);
    const signOff = node.gate?.signOffs.find((other) => other.id === subject.signOff);
    if (!node.gate || !signOff) throw notAsked();
    return {
      kind: subject.kind,
      run: subject.run,
      title: state.title,
      definition: state.definition,
      inputs: state.inputs,
      gate: node.title ?? subject.node,
      signOff: signOff.title,
      checks: node.gate.checks as unknown as Json,
      evidence: node.gate.digest,
      effects: this.#following(subject.run, pathOf(subject.node)),
    };
  }

  /** What comes after a node of a run, and after that in the runs that wait for it. */
  #following(run: string, path: NodePath): Json[] {
    const state = this.#options.state(run);
    const own = this.effects(this.#options.shownDefinition(state.definition), path);
    const parent = this.#options.journal.run(run)?.parent;
    return parent ? [...own, ...this.#following(parent.run, pathOf(parent.node))] : own;
  }

  #node(run: string, key: NodeKey): { state: RunState; node: NodeState } {
    const state = this.#options.state(run);
    const node = state.nodes.get(key);
    if (!node) throw fail('not-found', 'node.not_found', `There is no node ${key} in this run.`);
    return { state, node };
  }

  #skippable(state: RunState, node: NodeState): void {
    if (isSkippable(node, state, this.#options.shownDefinition(state.definition), this.#effectOf)) return;
    throw fail(
      'denied',
      'node.not_skippable',
      `“${node.title ?? node.key}” cannot be skipped: only what failed or waits can, never a gate nor something irreversible, and nothing that holds one which did not pass.`,
    );
  }
}

function requestsOf(run: string, node: NodeState): OpenRequest[] {
  if (node.gate) {
    const { signatures, signOffs } = node.gate;
    return signOffs
      .filter(({ id, people }) => signatures.filter((other) => other.signOff === id).length < people)
      .map(({ id, title, deadline }) => ({
        kind: 'sign-off',
        run,
        node: node.key,
        signOff: id,
        title,
        ...(deadline === undefined ? {} : { deadline }),
      }));
  }
  if (!node.ask) return [];
  const { question, because, options, form, deadline } = node.ask;
  return [
    {
      kind: 'ask',
      run,
      node: node.key,
      question,
      ...(because === undefined ? {} : { because }),
      ...(options ? { options } : {}),
      ...(form ? { form } : {}),
      ...(deadline === undefined ? {} : { deadline }),
    },
  ];
}

function checkAnswer(question: Question, answer: Json): void {
  if (question.options && !(typeof answer === 'string' && question.options.includes(answer))) {
    throw fail('invalid', 'answer.option', `Answer with one of: ${question.options.join(', ')}.`);
  }
  if (question.form) {
    const parsed = z.fromJSONSchema(question.form).safeParse(answer);
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!;
      throw fail(
        'invalid',
        'answer.form',
        `The answer does not fit the form: ${[...issue.path, issue.message].join(': ')}. It is filled in as “${exampleOf(question.form)}”.`,
      );
    }
  } else if (!question.options && typeof answer !== 'string') {
    throw fail('invalid', 'answer.text', 'Answer with a text.');
  }
}

function notAsked(): StagebookError {
  return fail('conflict', 'signature.not_asked', 'This is not asked (any more). See stagebook show for what waits.');
}
