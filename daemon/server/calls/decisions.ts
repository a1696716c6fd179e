import { fail } from '../../../shared/failure.ts';
import type { JsonObject } from '../../../shared/json.ts';
import type { DecisionResults } from '../../../shared/protocol/calls/decisions.ts';
import type { Actor, Signature } from '../../../shared/run/event.ts';
import type { Definition } from '../../../shared/workflow/definition.ts';
import { readInputs } from '../../../shared/workflow/inputs.ts';
import { graphId } from '../../graph/graphs.ts';
import { resolvePaths } from '../../paths.ts';
import type { CorrectionDesk } from '../corrections.ts';
import { pinnedOf, type Office } from '../office.ts';
import type { Calls, Handler, SigningCaller } from './call.ts';

/** What a person decides at a device of theirs (security.md 5). */
export function decisionCalls(office: Office, corrections: CorrectionDesk): Calls<keyof DecisionResults> {
  const { engine } = office;
  return {
    challenge: ({ subject }) => {
      if (subject.kind === 'correction') return corrections.challenge(subject);
      if (subject.kind !== 'start') return engine.challenge(subject);
      // What is signed is what will run: with defaults filled in and paths as they really are.
      const { definition } = pinnedOf(office, subject.definition);
      return engine.challenge({ ...subject, inputs: inputsFor(office, definition, subject.inputs) });
    },
    start: async (request, caller) => ({ run: await start(office, request, caller) }),
    sign: async ({ run, node, signOff, signature }, caller) => {
      await engine.sign(run, node, signOff, own(signature, caller));
      return null;
    },
    reject: async ({ run, node, signOff, signature, reason }, caller) => {
      await engine.reject(run, node, signOff, own(signature, caller), reason);
      return null;
    },
    skip: async ({ run, node, signature, reason }, caller) => {
      await engine.skip(run, node, own(signature, caller), reason);
      return null;
    },
    trust: async ({ definition, signature }, caller) => {
      await engine.trust(definition, own(signature, caller));
      office.tell('trust');
      return null;
    },
    answer: async ({ run, node, answer }, caller) => {
      await engine.answer(run, node, answer, actor(caller));
      return null;
    },
    cancel: async ({ run, reason }, caller) => {
      await engine.cancel(run, actor(caller), reason);
      return null;
    },
    resume: async ({ run, from }, caller) => {
      await engine.resume(run, { by: actor(caller), ...(from === undefined ? {} : { from }) });
      return null;
    },
    move: async ({ run, definition, signature }, caller) => {
      pinnedOf(office, definition);
      const signed = signature ? { signature: own(signature, caller) } : {};
      await engine.move(run, { definition, by: actor(caller), ...signed });
      return null;
    },
  };
}

/** What the caller signed is what runs; without a signature one of theirs must still cover it. */
async function start(office: Office, request: Parameters<Handler<'start'>>[0], caller: SigningCaller): Promise<string> {
  const { definition: hash, inputs, signature, page, dryRun, idempotencyKey } = request;
  const { definition, pages } = pinnedOf(office, hash);
  const graph = request.graph === undefined ? undefined : openGraph(office, request.graph);
  const signed = signature ? own(signature, caller) : covered(office, hash, caller);
  return office.engine.start({
    definition,
    pages,
    inputs: inputsFor(office, definition, inputs),
    by: actor(caller),
    ...(dryRun === undefined ? {} : { dryRun }),
    ...(graph === undefined ? {} : { graph }),
    ...(page === undefined ? {} : { page }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(signed ? { signature: signed } : {}),
  });
}

/** The id of a graph that can be written now. Throws `graph.not_found`. */
function openGraph({ graphs }: Office, given: string): string {
  const graph = graphId(given);
  if (graphs.list().some(({ id }) => graphId(id) === graph)) return graph;
  throw fail('not-found', 'graph.not_found', 'The graph is not open. Open it in Logseq, or name it in config.yaml.');
}

/** Without a signature: the one of the last 8 hours by the same device under the same definition, where there is one. */
function covered({ journal, clock }: Office, hash: string, { peer }: SigningCaller): Signature | undefined {
  const until = journal.cell(`grant:${peer.device}:${hash}`);
  if (typeof until !== 'number' || until <= clock.now()) return undefined;
  const { person, device, publicKey } = peer;
  return { person, device, publicKey, nonce: '', digest: '', signature: '', at: clock.now() };
}

function actor({ peer }: SigningCaller): Actor {
  return { kind: 'person', name: peer.person, id: peer.device };
}

/** A signature that was given on the device that brings it. */
export function own(signature: Signature, { peer }: SigningCaller): Signature {
  const { person, device, publicKey } = signature;
  if (person === peer.person && device === peer.device && publicKey === peer.publicKey) return signature;
  throw fail(
    'denied',
    'signature.foreign_device',
    'This was not signed on the device that you are connected with. Sign again on your own device.',
  );
}

/** Inputs as the workflow declares them. Throws `input.missing`, `input.unknown`, `input.type`, `input.outside`. */
function inputsFor({ config }: Office, definition: Definition, given: JsonObject): JsonObject {
  const { values, problems } = readInputs(definition, given);
  const [first] = problems;
  if (first) {
    const data = problems.map(({ input, message }) => ({ input, message }));
    throw fail('invalid', first.code, first.message, { data });
  }
  return resolvePaths(definition, values, { from: config.home, roots: config.roots });
}
