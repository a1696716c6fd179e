import { fail, StagebookError } from '../../shared/failure.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { Actor, NewEvent } from '../../shared/run/event.ts';
import type { Definition, NodeKey } from '../../shared/workflow/definition.ts';
import type { Transaction } from '../journal/journal.ts';
import type { Answers } from './answers.ts';
import { calledInputs } from './called-inputs.ts';
import { hashOf, type Pinned } from './definitions.ts';
import type { StartRequest, Subject } from './engine.ts';
import { requireGraph } from './graph-needed.ts';
import { newRunId } from './keys.ts';
import type { EmbeddedOptions } from './options.ts';
import { personaHashes, pinPersonas } from './pinned-personas.ts';
import type { Pins } from './pins.ts';
import { memorySpace } from './run-values.ts';
import type { Signing } from './signing.ts';

/** How long one signature to start covers later starts of the same definition by the same device, in milliseconds. */
const START_GRANT_MS = 8 * 3_600_000;

/** What beginning a run needs of the engine. */
export interface StartMeans {
  options: EmbeddedOptions;
  pins: Pins;
  signing: Signing;
  answers: Answers;
  trusted(hash: string): boolean;
  /** What a run is pinned to. */
  pinnedOf(run: string): Pinned;
}

/** How runs begin: refused whole, or pinned, trusted, signed and on record in one commit. */
export class Starts {
  readonly #means: StartMeans;

  constructor(means: StartMeans) {
    this.#means = means;
  }

  /** Refuses now what can be refused now; the function begins the run within a transaction and gives its id. */
  prepare(given: StartRequest): (transaction: Transaction) => string {
    const { options, pins } = this.#means;
    const request = { ...given, inputs: this.#real(given.definition, given.inputs) };
    const pinned = pins.pin(request.definition, request.pages);
    const hash = pins.hash(pinned);
    const broken = pins.broken(hash, pinned);
    if (broken) throw new StagebookError(broken);
    if (request.graph === undefined && !request.dryRun) requireGraph(pinned, options.actions);
    if (!request.dryRun) this.requireTrust(hash, pinned);
    const run = newRunId(options.clock.now());
    return (transaction) => {
      const known = request.idempotencyKey === undefined ? undefined : transaction.runByKey(request.idempotencyKey);
      if (known !== undefined) return known;
      this.#allowStart(transaction, request, hash, pinned);
      this.#begin(transaction, run, pinned, hash, request);
      return run;
    };
  }

  /** Throws `run.untrusted` where a definition must be trusted before it runs, and nobody here has agreed to it. */
  requireTrust(hash: string, pinned: Pinned): void {
    const { options, trusted } = this.#means;
    if (!options.policy.trust || trusted(hash)) return;
    throw fail(
      'denied',
      'run.untrusted',
      `Nobody here has agreed to this version of “${pinned.definition.header.title}”. Look at what it may do, then trust it: stagebook trust.`,
      { data: { definition: hash } },
    );
  }

  /** A persona over its budget cannot start (personas.md): neither can a run that needs it. Throws `persona.over_budget`. */
  async requireBudgets({ definition, pages }: Pick<StartRequest, 'definition' | 'pages'>): Promise<void> {
    const { options, pins } = this.#means;
    const { overBudget } = options;
    if (!overBudget) return;
    for (const persona of Object.values(pins.pin(definition, pages).personas)) {
      const over = await overBudget(persona);
      if (over !== undefined) throw fail('denied', 'persona.over_budget', over, { data: { persona: persona.id } });
    }
  }

  /** Begins what a node of a run calls, as it was pinned with that run. Gives the called run's id. Throws `call.page`. */
  beginChild(
    transaction: Transaction,
    parent: { run: string; node: NodeKey },
    request: { page: string; inputs: JsonObject; by: Actor },
  ): string {
    const { options } = this.#means;
    const above = transaction.run(parent.run);
    const from = above && this.#means.pinnedOf(parent.run);
    const definition = from?.pages[request.page];
    if (!above || !from || !definition) {
      throw fail('not-found', 'call.page', `The page “${request.page}” was not there when this run was pinned.`);
    }
    const pinned: Pinned = { definition, pages: from.pages, personas: from.personas };
    const id = newRunId(options.clock.now());
    this.#begin(transaction, id, pinned, hashOf(pinned), {
      definition,
      inputs: this.#real(definition, calledInputs(request.page, definition, request.inputs, above)),
      by: request.by,
      dryRun: above.dryRun,
      parent,
      ...(above.graph === undefined ? {} : { graph: above.graph }),
    });
    return id;
  }

  /** Whoever starts a run, and from whatever its inputs come: no path leads out of the configured roots. */
  #real(definition: Definition, inputs: JsonObject): JsonObject {
    return this.#means.options.paths?.(definition, inputs) ?? inputs;
  }

  #allowStart(transaction: Transaction, request: StartRequest, hash: string, pinned: Pinned): void {
    const { options, signing, answers, trusted } = this.#means;
    if (request.trigger && trusted(hash)) return;
    if (!options.policy.signToStart || request.dryRun || !answers.writes(pinned)) return;
    const { signature } = request;
    const now = options.clock.now();
    if (!signature) {
      throw fail(
        'denied',
        'run.unsigned',
        `“${request.definition.header.title}” changes things, so somebody has to sign its start.`,
        { data: { definition: hash } },
      );
    }
    // Whoever signs is the starter: else `not-starter` at a gate could be got round by another name.
    if (request.by.kind !== 'person' || request.by.name !== signature.person) {
      throw fail(
        'denied',
        'signature.starter_name',
        `The start is signed by ${signature.person}, so ${signature.person} starts it.`,
      );
    }
    const grant = `grant:${signature.device}:${hash}`;
    const until = transaction.cell(grant);
    if (signature.nonce === '' && typeof until === 'number' && until > now) {
      // Covered by an earlier signature, as long as the device is still that person's.
      if (options.owner(signature.device, signature.publicKey)?.person === signature.person) return;
    }
    this.#means.pins.keep(transaction, hash, pinned);
    const subject: Subject = { kind: 'start', definition: hash, inputs: request.inputs };
    signing.accept(subject, answers.shown(subject), signature);
    transaction.setCell(grant, now + START_GRANT_MS);
  }

  #begin(
    transaction: Transaction,
    run: string,
    pinned: Pinned,
    hash: string,
    request: StartRequest & { parent?: { run: string; node: NodeKey } },
  ): void {
    const { options, pins } = this.#means;
    const at = options.clock.now();
    const { header } = pinned.definition;
    const number = transaction.numberOn(new Date(at).toISOString().slice(0, 10));
    const about = { run, number, title: header.title, startedAt: at, by: request.by, dryRun: request.dryRun ?? false };
    const memory = memorySpace(header, request.inputs, about);
    const origin = {
      ...(request.graph === undefined ? {} : { graph: request.graph }),
      ...(request.page === undefined ? {} : { page: request.page }),
    };
    const parent = request.parent === undefined ? {} : { parent: request.parent };
    pins.keep(transaction, hash, pinned);
    pinPersonas(transaction, run, pinned.personas, pins.read(hash).personas);
    transaction.begin({
      run,
      number,
      definition: hash,
      title: header.title,
      dryRun: request.dryRun ?? false,
      memory,
      at,
      ...origin,
      ...parent,
      ...(request.idempotencyKey === undefined ? {} : { idempotencyKey: request.idempotencyKey }),
    });
    const started: NewEvent = {
      type: 'run.started',
      node: '',
      payload: {
        definition: hash,
        title: header.title,
        number,
        inputs: options.redact(request.inputs),
        by: request.by,
        dryRun: request.dryRun ?? false,
        memory,
        personas: personaHashes(pinned.personas),
        ...origin,
        ...parent,
        ...(request.signature === undefined ? {} : { signature: request.signature }),
      },
    };
    transaction.append(run, started);
  }
}
