import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Imported } from '../../../daemon/import/format.ts';
import { importFile } from '../../../daemon/import/import.ts';
import { catalogue, registries } from '../../../daemon/registered.ts';
import { checkWorkflow } from '../../../shared/workflow/check.ts';
import { walk, type Definition } from '../../../shared/workflow/definition.ts';
import { parseWorkflowText } from '../../../shared/workflow/parse.ts';
import { lostFrom } from '../../fakes/runbook.ts';

const FOLDER = 'test/fixtures/runbooks';
const corpus = readdirSync(FOLDER);
const titles: Record<string, string> = {
  backend: 'Backend Engineer',
  testing: 'Testing Specialist',
  devops: 'DevOps Engineer',
  observability: 'Observability Expert',
  frontend: 'Frontend Engineer',
  'data-science': 'Data Scientist',
};
const personas = [...registries().personas.values()].map((persona) => ({ ...persona, title: titles[persona.id]! }));
const known = catalogue();

async function imported(name: string, text = readFileSync(join(FOLDER, name), 'utf8')) {
  const page = (await importFile(name, text, personas)) as Extract<Imported, { kind: 'page' }>;
  const parsed = parseWorkflowText(page.text);
  return { ...page, source: text, definition: parsed.definition, problems: checkWorkflow(parsed, known) };
}

const outline = ({ body }: Definition): string[] =>
  [...walk(body)].map(({ node, path }) => `${'  '.repeat(path.split('/').length - 1)}${node.role} ${node.title}`);

describe.each(corpus)('the runbook %s', (name) => {
  it('becomes a page that the check accepts, with nothing lost [personas.import.runbook]', async () => {
    const { problems, source, text, definition } = await imported(name);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(definition).toBeDefined();
    expect(lostFrom(source, text)).toEqual([]);
  });
});

it('recognises stages, personas, steps, code, check lists and tables [personas.import.runbook]', async () => {
  const { definition, notes, file } = await imported('restore-backup.workflow.md');
  expect(file).toBe('restore-backup.md');
  expect(definition!.body.filter(({ role }) => role === 'stage').map(({ settings }) => settings.persona)).toEqual([
    'devops',
    'backend',
    'observability',
  ]);
  expect(outline(definition!)).toEqual([
    'stage Stage 1: Bring it back (DevOps Engineer Persona)',
    '  sequence Step 1.1: Stop writing',
    '    ask Done by hand',
    '  sequence Step 1.2: Restore',
    '    sequence 2. Restore it:',
    '      ask Done by hand',
    '    gate Check list 1',
    '      sign-off The snapshot is of last night',
    '      sign-off Nobody writes',
    'stage Stage 2: Count (Backend Engineer Persona)',
    '  sequence Step 2.1: Compare the counts',
    '    when Run the code (python)',
    '      step Run python',
    '    gate Requirements 1',
    '      sign-off Orders are all there: 100 %, Bea',
    '      sign-off Nothing `NULL` that was not: 0 \\| none',
    'stage Stage 3: Watch (Observability Expert Persona)',
    '  ask Done by hand',
    '  gate Check list 2',
    '    sign-off No alert for an hour',
    '    sign-off p95 below 300 ms',
  ]);
  expect(notes).toEqual([
    'code_1 is for a person to do: devops may run no code here.',
    'code_2 is for a person to do: devops may run no code here.',
    'code_4 is for a person to do: observability may run no code here.',
  ]);
});

it('has code run only when somebody says so at the start [personas.import.code]', async () => {
  const { definition } = await imported('restore-backup.workflow.md');
  const inputs = definition!.header.settings.inputs as { run_code: { default: boolean } };
  expect(inputs.run_code.default).toBe(false);
  for (const { node, parent } of walk(definition!.body)) {
    if (node.role !== 'step') continue;
    const around = [...walk(definition!.body)].find(({ path }) => path === parent)!.node;
    expect(around).toMatchObject({ role: 'when', settings: { if: 'inputs.run_code' } });
    expect(node.settings.uses).toBe('sandbox.run');
  }
});

it('makes no node of what a runbook only says, and passes nothing on to what runs [personas.import.hostile]', async () => {
  const { definition, notes, text } = await imported('hostile.workflow.md');
  expect(outline(definition!).map((line) => line.trim().split(' ')[0])).toEqual([
    'stage',
    'ask',
    'when',
    'step',
    'gate',
    'sign-off',
    'sign-off',
    'stage',
  ]);
  expect(notes.join('\n')).toContain('“Nobody Known”');
  expect(text).not.toMatch(/^\s*(?:- )?(?:key|collapsed|id)::/m);
  for (const { node } of walk(definition!.body)) expect(JSON.stringify(node.settings)).not.toContain('${{');
});

const word = fc.constantFrom(
  'restore',
  'the',
  'backup',
  '**now**',
  '`key`',
  'ü',
  '{{x}}',
  'a::',
  '1.',
  '#tag',
  '[[Page]]',
  'é',
);
const words = fc.array(word, { minLength: 1, maxLength: 6 }).map((all) => `say ${all.join(' ')}`);
const indented = (text: string, by: string): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? line : by + line))
    .join('\n');
const code = fc
  .tuple(fc.constantFrom('bash', 'python', 'js', 'sh', 'sql', 'yaml', ''), fc.array(words, { maxLength: 4 }))
  .map(([language, lines]) => ['```' + language, ...lines.map((line) => `run ${line}`), '```'].join('\n'));
const leaf = fc.oneof(
  words,
  fc.array(words, { minLength: 2, maxLength: 3 }).map((lines) => lines.join('\n')),
  code,
  fc.array(words, { minLength: 1, maxLength: 4 }).map((items) => items.map((item) => `- [ ] ${item}`).join('\n')),
  fc
    .array(words, { minLength: 1, maxLength: 4 })
    .map((items) => items.map((item, n) => `${n + 1}. ${item}`).join('\n')),
  fc.tuple(words, code).map(([item, fence]) => `1. ${item}\n\n${indented(fence, '   ')}`),
  fc.tuple(words, words).map(([one, two]) => `- ${one}\n  - ${two}`),
  fc.tuple(words, words).map(([one, two]) => `| Check | Threshold |\n|---|---|\n| ${one} | ${two} |`),
  words.map((text) => `> ${text}`),
  fc.constant('---'),
);
const heading = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 9 }), words, fc.constantFrom('Backend Engineer', 'DevOps', 'Testing', 'Nobody'))
    .map(([n, text, who]) => `## Stage ${n}: ${text} (${who} Persona)`),
  fc.tuple(fc.integer({ min: 2, max: 5 }), words).map(([depth, text]) => `${'#'.repeat(depth)} ${text}`),
);
const document = fc
  .tuple(
    words,
    fc.array(fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 2, arbitrary: heading }), { maxLength: 16 }),
  )
  .map(([title, parts]) => [`# ${title}`, ...parts].join('\n\n'));

it('loses no line of any runbook, and every page passes the check [personas.import.lossless]', async () => {
  await fc.assert(
    fc.asyncProperty(document, async (markdown) => {
      const { problems, text } = await imported('any.md', markdown);
      expect(lostFrom(markdown, text)).toEqual([]);
      expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
