import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fail } from '../../../shared/failure.ts';
import { isBundle, verifyBundle } from '../../incidents/bundle.ts';
import { verifyIncident } from '../../incidents/verify.ts';
import { sqliteBlockMemory } from '../../journal/block-memory.ts';
import { verifyRun, type Verification } from '../../journal/verify.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { findRun } from '../find-run.ts';
import { visible } from '../progress/width.ts';
import type { Session } from '../session.ts';
import { say } from '../terminal.ts';

interface Options {
  json?: boolean;
  offline?: boolean;
}

export const verify: AddCommand = (program, cli) => {
  program
    .command('verify')
    .description(
      'Look at a record anew: of a run, of an incident with its page and evidence, or of an exported bundle.',
    )
    .argument(
      '<what>',
      'RUN: number of today, id, part of an id, or last (the full id of one that was pruned); INC-…; or a file that export --bundle made',
    )
    .option('--offline', 'do not ask the sources of an incident’s evidence again')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Exit code 1 when anything was changed, deleted or reordered. A bundle needs no daemon and no data directory.

Examples
  stagebook verify last
  stagebook verify INC-2026-11-21-001
  stagebook verify incident.json`,
    )
    .action(cli.does((what: string, options: Options) => verifyOne(cli, what, options)));
};

async function verifyOne(cli: Cli, said: string, options: Options): Promise<number> {
  if (existsSync(said) && statSync(said).isFile()) {
    const text = await readFile(said, 'utf8');
    if (isBundle(text)) {
      const found = await verifyBundle(text);
      const about = [`${found.evidence} findings with evidence`, ...(found.incident ? [found.incident] : [])];
      return tell(cli, found, options, about);
    }
  }
  const session = await cli.open('look');
  const incident = session.daemon.incidents.get(said.toUpperCase());
  if (incident) {
    const found = await verifyIncident(incident.id, incident.run, meansOf(session, options));
    return tell(cli, found, options, [
      `${found.evidence} findings with evidence, ${found.asked} of them asked for again`,
      ...found.notes,
    ]);
  }
  const { client, daemon } = session;
  const isPruned = daemon.database.prepare('select 1 from checkpoints where run_id = ?').get(said) !== undefined;
  const run = isPruned ? said : (await findRun(client, said).catch((error: unknown) => throwFor(error, said))).run;
  return tell(cli, await verifyRun(daemon.database, run), options, []);
}

/** A file that is no bundle was meant as one, where no run is called so. */
function throwFor(error: unknown, said: string): never {
  if (!existsSync(said)) throw error;
  throw fail('invalid', 'verify.no_bundle', `${said} is no bundle: stagebook export RUN --bundle FILE makes one.`);
}

function meansOf({ daemon, config }: Session, { offline }: Options): Parameters<typeof verifyIncident>[2] {
  return {
    database: daemon.database,
    memory: sqliteBlockMemory(daemon.database),
    zone: config.zone,
    definition: (run) => daemon.engine.definition(run),
    events: (run) => daemon.journal.events(run),
    graph: (id) => daemon.graph(id),
    ...(offline ? {} : { lookAgain: (uses, settings) => daemon.lookAgain(uses, settings) }),
  };
}

const BUT = 'apart from what cannot be told, ';

type Told = Pick<Verification, 'events' | 'hash' | 'signatures' | 'problems' | 'prunedAt'> & { unclear?: string[] };

function tell({ terminal }: Cli, found: Told, { json }: Options, notes: readonly string[]): number {
  if (json) {
    say(terminal, JSON.stringify(found));
  } else {
    if (found.prunedAt !== undefined)
      say(terminal, `Pruned on ${new Date(found.prunedAt).toISOString().slice(0, 10)}.`);
    say(terminal, `${found.events} lines, the last one's hash is ${found.hash}`);
    for (const note of notes) say(terminal, `  ${visible(note)}`);
    for (const { person, what, seq, holds } of found.signatures) {
      say(terminal, `${holds ? '✓' : '✗'} ${visible(person)} signed line ${seq} (${what})`);
    }
    for (const problem of found.problems) say(terminal, `✗ ${visible(problem)}`);
    for (const what of found.unclear ?? []) say(terminal, `? ${visible(what)}`);
    if (found.problems.length === 0)
      say(terminal, `✓ ${found.unclear?.length ? BUT : ''}nothing was changed, deleted or put in another order`);
  }
  return found.problems.length === 0 ? EXIT.ok : EXIT.failed;
}
