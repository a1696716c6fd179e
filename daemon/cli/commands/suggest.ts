import { randomUUID } from 'node:crypto';
import { fail } from '../../../shared/failure.ts';
import { digestOf } from '../../engine/signing.ts';
import { sqliteCorrections } from '../../journal/corrections.ts';
import { unattendedSigner } from '../../people/unattended.ts';
import { openCounsel, shownFor, type Counsel } from '../../suggest/counsel.ts';
import { readLabelled } from '../../suggest/labelled.ts';
import { measure } from '../../suggest/measure.ts';
import { readSubject } from '../../suggest/read-subject.ts';
import { reportLines, suggestionLines } from '../../suggest/report.ts';
import { THRESHOLD } from '../../suggest/suggester.ts';
import { DIMENSIONS, type Dimension, type Subject } from '../../suggest/subject.ts';
import { shippedDefinitions } from '../../workflows.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { visible } from '../progress/width.ts';
import type { Session } from '../session.ts';
import { askShown } from '../sign.ts';
import { ask, say } from '../terminal.ts';
import { unattended } from '../unattended.ts';

interface Options {
  kind?: string;
  threshold?: string;
  workflow?: string;
  persona?: string;
  as?: string;
  yes?: boolean;
  measure?: string;
  json?: boolean;
}

export const suggest: AddCommand = (program, cli) => {
  program
    .command('suggest')
    .description('Which workflow and persona fit a page, an alert or a path, how sure that is, and why.')
    .argument('[subject]', 'a file, a folder, an alert in JSON, or what it is about in words')
    .option('--kind <kind>', 'page, alert or path, where it is not to be guessed')
    .option('--threshold <share>', `less than this is no suggestion but a question; ${THRESHOLD} by default`)
    .option('--workflow <name>', 'say which one it is, or none: what is learned from')
    .option('--persona <id>', 'say who it is for, or none')
    .option('--as <name>', 'whose PIN is given, so that the name is not asked for')
    .option('--yes', 'in the demo: say it as the demo’s own person')
    .option('--measure <file>', 'how often suggestions are right on a file with labels, instead')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
A labelled file is JSON, one object a line (or one list):
  {"kind": "page", "text": "Publish 2.0 to npm", "path": "optional/place.md", "workflow": "package-release", "persona": "devops"}
null for a label says that none fits; a label that is left out, or does not exist here, is not measured. Lines with "part": "train" are left out.

Examples
  stagebook suggest "The checkout answers 500 since noon"
  stagebook suggest src/components/menu.tsx --persona frontend
  stagebook suggest --measure labelled.jsonl`,
    )
    .action(cli.does((said: string | undefined, options: Options) => suggestFor(cli, said, options)));
};

async function suggestFor(cli: Cli, said: string | undefined, options: Options): Promise<number> {
  const threshold = thresholdOf(options.threshold);
  const session = await cli.open('look');
  const corrections = sqliteCorrections(session.daemon.database);
  const known = {
    workflow: new Set(shippedDefinitions().keys()),
    persona: new Set(session.daemon.personas.shapes().keys()),
  };
  const counsel = openCounsel(corrections, known);
  if (options.measure !== undefined) return measureOn(cli, counsel, options.measure, threshold, options.json === true);
  if (said === undefined) {
    throw fail('invalid', 'suggest.nothing', 'Say what for: a file, or a few words. stagebook suggest "…"');
  }
  const subject = readSubject(said, kindOf(options.kind));
  const found = counsel.suggest(subject, threshold);
  const { terminal } = cli;
  if (options.json) say(terminal, JSON.stringify({ subject, threshold, ...found }));
  else for (const line of suggestionLines(found, threshold)) tell(cli, line);

  const written = { ...pick(options, 'workflow'), ...pick(options, 'persona') };
  if (terminal.interactive && !options.json && Object.keys(written).length === 0) {
    for (const dimension of DIMENSIONS) {
      if (found[dimension].label !== null) continue;
      const question = `Which ${dimension} is it (none, or Enter to leave it open)? `;
      const answer = (await ask(terminal, question))?.trim();
      if (answer !== undefined && answer !== '') written[dimension] = answer;
    }
  }
  const labels = counsel.labelsOf(written);
  if (Object.keys(labels).length === 0) return EXIT.ok;
  const signature = await signatureFor(cli, session, subject, shownFor(subject, labels), options);
  const suggested = { workflow: found.workflow.label, persona: found.persona.label };
  const kept = session.daemon.redactor.redact(subject);
  corrections.add({ at: Date.now(), subject: kept, labels, suggested, signature });
  say(terminal, `Learned. That makes ${corrections.count()} that people here have said.`);
  return EXIT.ok;
}

/** A person says it, as everything that counts is said: with a PIN, since suggestions must not learn from themselves. */
function signatureFor(
  cli: Cli,
  session: Session,
  subject: Subject,
  shown: ReturnType<typeof shownFor>,
  options: Options,
) {
  const challenge = { nonce: randomUUID(), digest: digestOf(shown), shown };
  if (options.yes && unattendedSigner(session.config.home)) return unattended(session).sign(challenge);
  const who = options.as === undefined ? {} : { as: options.as };
  return askShown(challenge, `Say what this ${subject.kind} is for`, {
    terminal: cli.terminal,
    signers: session.daemon,
    ...who,
  });
}

function measureOn(cli: Cli, counsel: Counsel, file: string, threshold: number, json: boolean): number {
  const { heldOut: all, train } = readLabelled(file);
  const heldOut = all.map((each) => ({ ...each, labels: counsel.judgeable(each.labels) }));
  const measures = DIMENSIONS.map((dimension) => measure(counsel.suggester(), heldOut, dimension, threshold));
  if (json) say(cli.terminal, JSON.stringify({ file, leftOut: train.length, measures }));
  else for (const line of reportLines(measures, train.length)) tell(cli, line);
  return EXIT.ok;
}

function pick(options: Options, dimension: Dimension): Partial<Record<Dimension, string>> {
  const label = options[dimension];
  return label === undefined ? {} : { [dimension]: label };
}

function thresholdOf(written: string | undefined): number {
  const threshold = written === undefined ? THRESHOLD : Number(written);
  if (threshold >= 0 && threshold <= 1) return threshold;
  throw fail('invalid', 'suggest.threshold', `${written} is no share: give a number from 0 to 1, such as 0.6.`);
}

function kindOf(written: string | undefined): Subject['kind'] | undefined {
  if (written === undefined || written === 'page' || written === 'alert' || written === 'path') return written;
  throw fail('invalid', 'suggest.kind', `“${written}” is no kind: say page, alert or path.`);
}

/** A line whose beginning may be spaces. */
function tell({ terminal }: Cli, line: string): void {
  say(terminal, ' '.repeat(line.length - line.trimStart().length) + visible(line.trimStart()));
}
