import { parse as parseYaml } from 'yaml';
import { fail } from '../../../shared/failure.ts';
import { incidentChangeSchema, type IncidentChange } from '../../../shared/incident/change.ts';
import { durationsOf } from '../../../shared/incident/durations.ts';
import { LINE_DEEDS, type LineDeed } from '../../../shared/incident/moments.ts';
import type { Said } from '../../../shared/incident/said.ts';
import { callsPeople } from '../../../shared/incident/severity.ts';
import { standing, type IncidentState } from '../../../shared/incident/state.ts';
import { nearest } from '../../../shared/workflow/nearest.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { personHere } from '../person-here.ts';
import { visible } from '../progress/width.ts';
import type { Session } from '../session.ts';
import { say } from '../terminal.ts';
import { startRun, type RunOptions } from './run.ts';

interface Speaking {
  as?: string;
  why?: string;
}

const all = (value: string, before: string[]): string[] => [...before, value];
const ID = 'INC-…, or last';
const AS: [string, string] = ['--as <name>', 'who says it'];

export const incident: AddCommand = (program, cli) => {
  const command = program.command('incident').description('Incidents: begin one, and say how it stands.');
  command
    .command('start')
    .description('Begin to respond to an incident that no alert told of: runs the workflow incident-response.')
    .argument('[title]', 'what happens, in one line: its input title')
    .option('-i, --input <name=value>', 'give an input; may be repeated', all, [])
    .option('-g, --graph <directory>', 'the Logseq graph whose pages tell of it')
    .option('--as <name>', 'who signs, so that the name is not asked for')
    .option('--wait', 'stay while it waits for people')
    .option('-y, --yes', "sign without asking; only in the demo's own data directory")
    .option('--page <page>', 'another workflow', 'incident-response')
    .addHelpText(
      'after',
      '\nExample\n  stagebook incident start "The checkout answers 500" -i service=checkout -i severity=P1',
    )
    .action(
      cli.does((title: string | undefined, { page, ...options }: RunOptions & { page: string }) => {
        const input = title === undefined ? options.input : [`title=${title}`, ...options.input];
        return startRun(cli, page, { ...options, input });
      }),
    );
  command
    .command('list', { isDefault: true })
    .description('The last incidents, and how each stands.')
    .option('--json', 'as JSON')
    .action(cli.does((options: { json?: boolean }) => list(cli, options)));
  command
    .command('alerts')
    .description('The alerts that came in last, and what became of each.')
    .action(cli.does(() => alerts(cli)));
  command
    .command('ack')
    .description('Say that somebody is on it.')
    .argument('<incident>', ID)
    .option(...AS)
    .action(cli.does((id: string, options: Speaking) => tell(cli, id, { change: { acknowledged: true } }, options)));
  command
    .command('set')
    .description('Say how it stands, or correct what is known: severity, status, commander, mitigated …')
    .argument('<incident>', ID)
    .argument(
      '<fields...>',
      'field=value, values are YAML: severity=P1 mitigated=2026-11-21T03:04:05Z responders=[Ada, Bo]',
    )
    .option('--why <reason>', 'why it was wrong before; it is kept with your name')
    .option(...AS)
    .action(
      cli.does((id: string, fields: string[], options: Speaking) =>
        tell(cli, id, { change: changeOf(fields), ...(options.why ? { why: options.why } : {}) }, options),
      ),
    );
  command
    .command('post-mortem')
    .description('Ask for a post-mortem. P0 and P1 have one by themselves once they are over.')
    .argument('<incident>', ID)
    .option(...AS)
    .action(cli.does((id: string, options: Speaking) => tell(cli, id, { change: { post_mortem: true } }, options)));
  command
    .command('note')
    .description('Add a line to the timeline.')
    .argument('<incident>', ID)
    .argument('<text>')
    .option(...AS)
    .action(cli.does((id: string, note: string, options: Speaking) => tell(cli, id, { change: { note } }, options)));
  command
    .command('line')
    .description('Pin, fold away or correct a line of the timeline; what it said stays on record.')
    .argument('<incident>', ID)
    .argument('<number>', 'the line’s number, as its page says')
    .argument('<deed>', LINE_DEEDS.join(', '))
    .requiredOption('--why <reason>', 'why; it is kept with your name')
    .option('--text <text>', 'what it should say')
    .option('--at <time>', 'when it was, as in 2026-11-21T03:04:05Z')
    .option(...AS)
    .addHelpText(
      'after',
      '\nExample\n  stagebook incident line last 12 correct --text "The pool ran dry" --why "it was not the disk"',
    )
    .action(
      cli.does((id: string, line: string, deed: string, options: LineOptions) =>
        tell(cli, id, lineSaid(line, deed, options), options),
      ),
    );
};

type LineOptions = Speaking & { text?: string; at?: string; why: string };

function lineSaid(line: string, deed: string, { text, at, why }: LineOptions): Said {
  const known = LINE_DEEDS.find((each): each is LineDeed => each === deed);
  if (!known || !/^\d{1,9}$/.test(line)) {
    throw fail('invalid', 'incident.line', `Give the number of a line, and one of ${LINE_DEEDS.join(', ')}.`);
  }
  const moment = at === undefined ? undefined : Date.parse(at);
  if (moment !== undefined && Number.isNaN(moment)) {
    throw fail('invalid', 'incident.time', `“${at}” is no time. Write one such as 2026-11-21T03:04:05Z.`);
  }
  if (known === 'correct' && text === undefined && moment === undefined) {
    throw fail('invalid', 'incident.line', 'Say what the line should say (--text), or when it was (--at).');
  }
  return {
    line: Number(line),
    deed: known,
    why,
    ...(text === undefined ? {} : { text }),
    ...(moment === undefined ? {} : { at: moment }),
  };
}

function changeOf(fields: readonly string[]): IncidentChange {
  const entries = fields.map((field): [string, unknown] => {
    const [, name, value] = /^([a-z_]+)=(.*)$/s.exec(field) ?? [];
    if (name === undefined) throw fail('invalid', 'incident.field', `“${field}” is no field=value.`);
    const read: unknown = parseYaml(value ?? '');
    return [name, read instanceof Date ? read.toISOString() : read];
  });
  const parsed = incidentChangeSchema.safeParse(Object.fromEntries(entries));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const known = Object.keys(incidentChangeSchema.shape);
    const near = nearest(issue.keys[0]!, known);
    const hint = near === undefined ? '' : ` Did you mean ${near}?`;
    throw fail(
      'invalid',
      'incident.field',
      `There is no field “${issue.keys[0]}”.${hint} There are ${known.join(', ')}.`,
    );
  }
  throw fail('invalid', 'incident.field', `${issue?.path.join('.') || 'The fields'}: ${issue?.message}.`);
}

async function tell(cli: Cli, id: string, said: Said, { as }: Speaking): Promise<number> {
  const session = await cli.open('act');
  const { id: found, run, severity: before } = find(session, id);
  await session.client.tell(run, said, personHere(as));
  if (session.hosts) await session.daemon.pages.flush();
  const now = 'change' in said ? said.change.severity : undefined;
  const isGraver = now && now < before && callsPeople(now);
  say(
    cli.terminal,
    `${found}: on record.${isGraver ? ` It is ${now} now; that calls nobody, so call whom it takes.` : ''}`,
  );
  return EXIT.ok;
}

function find({ daemon }: Session, said: string): IncidentState {
  const found = said === 'last' ? daemon.incidents.list({ limit: 1 })[0] : daemon.incidents.get(said.toUpperCase());
  if (found) return found;
  const message =
    said === 'last'
      ? 'There is no incident yet. An alert opens one, or: stagebook incident start'
      : `There is no incident “${said}”. See stagebook incident list.`;
  throw fail('not-found', 'incident.not_found', message);
}

async function list(cli: Cli, { json }: { json?: boolean }): Promise<number> {
  const { daemon } = await cli.open('look');
  const found = daemon.incidents.list({ limit: 50 });
  if (json) {
    say(cli.terminal, JSON.stringify(found.map((each) => ({ ...each, durations_ms: durationsOf(each) }))));
    return EXIT.ok;
  }
  if (found.length === 0) say(cli.terminal, 'None yet. An alert opens one, or: stagebook incident start');
  for (const each of found) {
    const firing = each.alerts.firing > 0 ? `, ${each.alerts.firing} firing` : '';
    const since = new Date(each.openedAt).toISOString().slice(0, 16);
    say(
      cli.terminal,
      `${each.id}  ${each.severity} ${standing(each)}${firing}  ${visible(each.title)}  since ${since}Z`,
    );
  }
  return EXIT.ok;
}

async function alerts(cli: Cli): Promise<number> {
  const { daemon } = await cli.open('look');
  const found = daemon.incidents.episodes(100);
  if (found.length === 0) say(cli.terminal, 'None came in. Sources are named in config.yaml, under alerts.');
  for (const { source, name, started, ended, incident: id, told, fired } of found) {
    const since = new Date(started).toISOString().slice(0, 19);
    const now = ended === undefined ? 'fires' : 'resolved';
    const became = id ?? (fired ? 'no trusted workflow wants it' : 'only heard of when it was over');
    say(cli.terminal, `${since}Z  ${visible(source)}  ${visible(name)}  ${now}, told ${told}×  ${became}`);
  }
  return EXIT.ok;
}
