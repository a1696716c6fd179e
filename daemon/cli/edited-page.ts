import { fail, StagebookError } from '../../shared/failure.ts';
import { isDbGraph } from '../../shared/logseq/graph.ts';
import { movedText } from '../../shared/run/moved.ts';
import type { RunSummary } from '../../shared/run/summary.ts';
import type { MoveRequest } from '../engine/engine.ts';
import type { Cli } from './command.ts';
import { requireGraph } from './graph-given.ts';
import { loadRunnable } from './load.ts';
import { personHere } from './person-here.ts';
import { visible } from './progress/width.ts';
import { Refusal } from './refusal.ts';
import type { Session } from './session.ts';
import { askShown } from './sign.ts';
import { say } from './terminal.ts';
import { unattended } from './unattended.ts';

interface Options {
  /** The name of the page or its file; true for the page that the run was started from. */
  edited: string | true;
  as?: string;
  yes?: boolean;
}

/**
 * Has a run go on with its page as it stands now: says what changes, asks for the trust and the signature that starting it
 * asks for, and does it. Throws a `Refusal` for a page with errors or one that nobody trusts, `move.page`, and what the engine refuses.
 */
export async function goOnEdited(
  cli: Cli,
  session: Session,
  summary: RunSummary,
  { edited, as, yes }: Options,
): Promise<void> {
  const { terminal } = cli;
  const { client, daemon } = session;
  const { run, graph: place } = summary;
  const page = edited === true ? pageOf(summary) : edited;
  const graph = place === undefined || isDbGraph(place) ? undefined : await requireGraph(daemon, place);
  const { definition, pages } = await loadRunnable(page, graph, daemon);
  const hash = await client.propose(definition, pages);
  const challenge = await client.challenge({ kind: 'move', run, definition: hash });
  const { changes, gates } = challenge.shown as unknown as Parameters<typeof movedText>[0];
  const title = `${visible(definition.header.title)} #${summary.number}`;
  say(terminal, `${title} with its edited page: ${visible(movedText({ changes, gates }, (gate) => gate))}.`);
  for (const path of changes.added) say(terminal, `  + ${visible(path)}`);
  for (const path of changes.removed) say(terminal, `  - ${visible(path)}`);
  for (const path of changes.changed) say(terminal, `  ~ ${visible(path)}`);
  const request: MoveRequest = { definition: hash, by: personHere(as) };
  try {
    await client.move(run, request);
  } catch (error) {
    if (!(error instanceof StagebookError)) throw error;
    if (error.code === 'run.untrusted') {
      const message = `${error.message.replace(/: stagebook trust\.$/, '')}: stagebook trust ${JSON.stringify(page)}`;
      throw new Refusal([{ code: error.code, message, place: `${page}:1:1` }]);
    }
    if (error.code !== 'run.unsigned') throw error;
    const who = as === undefined ? {} : { as };
    const signature = yes
      ? unattended(session).sign(challenge)
      : await askShown(challenge, `Go on with ${title}`, { terminal, signers: daemon, ...who });
    await client.move(run, { ...request, by: { kind: 'person', name: signature.person }, signature });
  }
}

function pageOf({ run, page, graph }: RunSummary): string {
  if (page !== undefined && (graph === undefined || !isDbGraph(graph))) return page;
  if (page !== undefined) {
    throw fail(
      'invalid',
      'move.page',
      `“${page}” is in a database graph. Open it in Logseq: the header of the page offers to go on with the edit.`,
    );
  }
  throw fail(
    'invalid',
    'move.page',
    `This run was started from a file. Name it: stagebook resume ${run} --edited PAGE.md`,
  );
}
