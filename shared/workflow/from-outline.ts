import type { Block } from '../outline/index.ts';
import { fencesOf, proseOf, writeFence } from './fences.ts';
import { flowYaml } from './flow-yaml.ts';
import { idOf, isId } from './identifier.ts';
import { readMacro, writeMacro } from './macro.ts';
import type { Role } from './definition.ts';

/** A block, as far as it is written: without where it came from. */
export interface Written {
  content: string;
  children: Written[];
}

/** The persona that may run code apart from everything, and little else. */
const PERSONA = 'testing';
/** Languages that the sandbox runs. */
const RUNS = new Set(['python', 'python3', 'py', 'javascript', 'js', 'mjs', 'cjs', 'node']);
const LONGEST = 120;
/** Deeper than this is prose: no list that people write is. */
const DEEPEST = 20;

const TASK =
  /^(?:(?:TODO|DOING|DONE|NOW|LATER|WAITING|WAIT|CANCELED|CANCELLED|IN-PROGRESS)\s+|\[[ xX]\]\s+)(?:\[#[ABC]\]\s+)?/;
const NUMBER = /^\d{1,4}[.)]\s+/;
const HEADING = /^#{1,6}\s+/;
const PROPERTY = /^\s*[\w.-]+:: /;
/** Where a line would begin a block. */
const BLOCK = /^(\s*)(?=(?:-|#{1,6})(?:\s|$))/;
const ITEM = /^\s{0,8}(?:[*+-]\s+|(?=\d{1,4}[.)]\s))(?=\S)/;

/** A block as a person wrote it: what it says, and how. */
interface Line {
  text: string;
  heading: boolean;
  task: boolean;
  numbered: boolean;
  code: { language: string; text: string } | undefined;
  written: Written;
  under: Line[];
}

/**
 * Makes a workflow of an outline: headings and what has something under it become stages, numbered and plain items
 * questions to a person or, where they hold Python or JavaScript, steps in the sandbox, and checkboxes gates that people
 * sign. What is told between them stays as prose. The result runs as it is. Undefined for an outline that is a workflow
 * already, or has nothing under it.
 */
export function workflowFromOutline(root: Block): { title: string; blocks: Written[] } | undefined {
  if (hasMacro(root)) return undefined;
  const top = lineOf(root, 0);
  if (top.under.length === 0) return undefined;
  const title = titleOf(top, 'Workflow');
  const ids = new Set<string>();
  const blocks = [node('workflow', title, {}, [], ids)];
  let loose: Line[] = [];
  const gather = () => {
    const found = loose;
    loose = [];
    if (found.length > 0) blocks.push(stage('Steps', found, ids));
  };
  const hasStages = top.under.some(isStage);
  for (const line of top.under) {
    if (isStage(line)) {
      gather();
      blocks.push(stage(titleOf(line, 'Stage'), line.under.length > 0 ? line.under : [line], ids));
    } else if (hasStages && !isItem(line)) {
      gather();
      blocks.push(line.written);
    } else loose.push(line);
  }
  gather();
  return { title, blocks };
}

function stage(title: string, lines: readonly Line[], ids: Set<string>): Written {
  // Its own id is taken before those of what is in it.
  const made = node('stage', title, { persona: PERSONA }, [], ids);
  made.children = body(lines, ids, 1);
  return made;
}

/** What is in a stage or a part of it, in order. */
function body(lines: readonly Line[], ids: Set<string>, depth: number): Written[] {
  const made: Written[] = [];
  const told = lines.some(isItem);
  let open: Written | undefined;
  for (const line of lines) {
    const parts = line.under.filter((below) => isItem(below) || below.under.length > 0);
    if (line.task && parts.length === 0) {
      open ??= made[made.push(node('gate', 'Before going on', {}, [], ids)) - 1]!;
      open.children.push(node('sign-off', titleOf(line, 'Agreed'), {}, line.under, ids));
      continue;
    }
    open = undefined;
    if (depth < DEEPEST && (parts.length > 0 || (line.heading && line.under.length > 0))) {
      const group = node('sequence', titleOf(line, 'Part'), {}, [], ids);
      group.children = body(line.under, ids, depth + 1);
      made.push(group);
    } else if (line.code && RUNS.has(line.code.language)) {
      made.push(node('step', titleOf(line, 'Run the code'), { uses: 'sandbox.run' }, line.under, ids, line.code));
    } else if (told && !isItem(line)) made.push(line.written);
    else made.push(question(line, ids));
  }
  return made;
}

/** What only a person can do. Code that nobody runs for them stands beneath. */
function question(line: Line, ids: Set<string>): Written {
  const code = line.code && { content: writeFence(line.code.language, line.code.text), children: [] };
  const said = line.text === '' ? 'Done?' : line.text.replaceAll('${{', '$ {{').slice(0, 2_000);
  const made = node('ask', titleOf(line, 'Do this'), { question: said, options: ['done'] }, line.under, ids);
  if (code) made.children.unshift(code);
  return made;
}

function node(
  role: Role,
  title: string,
  settings: Record<string, string | string[]>,
  prose: readonly Line[],
  ids: Set<string>,
  source?: { language: string; text: string },
): Written {
  const given = idOf(title);
  const own = isId(given) && !ids.has(given) ? given : freeId(role, ids);
  ids.add(own);
  const lines = Object.entries(own === given ? settings : { id: own, ...settings }).map(
    ([name, value]) => `${name}: ${flowYaml(value)}`,
  );
  const content = [`${role === 'stage' ? '## ' : ''}${writeMacro(role, title)}`];
  if (lines.length > 0) content.push(writeFence('yaml', lines.join('\n')));
  if (source) content.push(writeFence(source.language, source.text));
  return { content: content.join('\n'), children: prose.map(({ written }) => written) };
}

function freeId(role: Role, ids: ReadonlySet<string>): string {
  const stem = role.replaceAll('-', '_');
  for (let count = 1; ; count += 1) if (!ids.has(`${stem}_${count}`)) return `${stem}_${count}`;
}

const isStage = (line: Line): boolean => line.heading || (!line.task && line.under.length > 0);
const isItem = ({ task, numbered, code }: Line): boolean =>
  task || numbered || (code !== undefined && RUNS.has(code.language));

function titleOf({ text }: Line, otherwise: string): string {
  const [first = ''] = text.split('\n');
  const title = first
    .replace(/\{\{|\}\}/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (title === '') return otherwise;
  return title.length <= LONGEST ? title : `${title.slice(0, LONGEST - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Reads one block. Lists inside its text count like blocks under it. */
function lineOf(block: Block, depth: number): Line {
  const fences = fencesOf(block.content);
  const rows = [...proseOf(block.content, fences)].filter(({ text }) => !PROPERTY.test(text)).map(({ text }) => text);
  const start = rows.findIndex((row, at) => at > 0 && ITEM.test(row));
  const own = start === -1 ? rows : rows.slice(0, start);
  const inner = start === -1 ? [] : itemsOf(rows.slice(start));
  const numbered = NUMBER.test(own[0] ?? '') || /^logseq\.order-list-type:: number$/m.test(block.content);
  const head = (own[0] ?? '').trim();
  const bare = head.replace(HEADING, '').replace(NUMBER, '').replace(TASK, '');
  const [fence] = fences;
  const under = [...inner, ...block.children].filter((child) => !isEmpty(child));
  return {
    text: [bare, ...own.slice(1)].join('\n').trim(),
    heading: HEADING.test(head),
    task: TASK.test(head.replace(HEADING, '').replace(NUMBER, '')),
    numbered,
    code: fence && { language: fence.language, text: fence.text },
    written: copyOf(block),
    under: depth < DEEPEST * 2 ? under.map((child) => lineOf(child, depth + 1)) : [],
  };
}

/** The items of a list inside a text, each with the lines that go on with it. */
function itemsOf(rows: readonly string[]): Block[] {
  const items: Block[] = [];
  for (const row of rows) {
    if (ITEM.test(row)) items.push({ content: row.replace(ITEM, ''), children: [] });
    else if (row.trim() !== '') items.at(-1)!.content += `\n${row.trim()}`;
  }
  return items;
}

const isEmpty = ({ content, children }: Block): boolean => content.trim() === '' && children.every(isEmpty);

/** A block without its identity: the page that it came from keeps it. */
function copyOf({ content, children }: Block): Written {
  const fences = fencesOf(content);
  const rows = [...proseOf(content, fences)]
    .filter(({ text }) => !/^\s*(?:id|collapsed):: /.test(text))
    // What would open a fence, or stands alone as one, would take in whatever comes after it.
    .map(({ line, text }): [number, string] => [line, text.replace(/`{3,}|~{3,}/g, "''")])
    // What stood in a fence that nobody closed, and would be a block of its own without it.
    .map(([line, text], at): [number, string] => [line, at > 0 ? text.replace(BLOCK, '$1\\') : text]);
  const code = fences.map(({ line, language, text }): [number, string] => [line, writeFence(language, text)]);
  const lines = [...rows, ...code].sort(([one], [other]) => one - other).map(([, text]) => text);
  return { content: lines.join('\n'), children: children.map(copyOf) };
}

function hasMacro({ content, children }: Block): boolean {
  return content.includes(':stagebook') || readMacro(content) !== undefined || children.some(hasMacro);
}
