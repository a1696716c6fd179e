import fc from 'fast-check';
import { expect, it } from 'vitest';
import { actions } from '../../../daemon/actions/index.ts';
import { catalogueOf } from '../../../daemon/engine/compile.ts';
import { primitives } from '../../../daemon/primitives/index.ts';
import { parseOutline, printOutline, type Block } from '../../../shared/outline/index.ts';
import { checkWorkflow } from '../../../shared/workflow/check.ts';
import { workflowFromOutline, type Written } from '../../../shared/workflow/from-outline.ts';
import { parseWorkflow } from '../../../shared/workflow/parse.ts';

const TESTING = { id: 'testing', actions: ['sandbox.run'], secrets: [] };
const catalogue = catalogueOf(
  { primitives, actions: new Map(actions.map((action) => [action.name, action])) },
  new Map([[TESTING.id, TESTING]]),
  () => undefined,
);

const text = (blocks: readonly Written[]) =>
  printOutline({ preamble: '', blocks: [...blocks], lineEnd: '\n', indentUnit: '\t' });
const turn = (outline: string) => workflowFromOutline(parseOutline(outline).blocks[0]!);
const problemsOf = (blocks: readonly Written[]) =>
  checkWorkflow(parseWorkflow(parseOutline(text(blocks)).blocks), catalogue);

it('makes stages of headings, questions of items, steps of code and gates of checkboxes [ui.commands.outline]', () => {
  const made = turn(`- # Move the database
	- We do this at night.
	- ## Before
		- 1. Tell everybody
			- by mail
		- 2. Count the rows
		  \`\`\`python
		  print(1)
		  \`\`\`
		- TODO The backup is fresh
		- [ ] Ada is there
	- ## Move
		- Stop the service
		- Copy it
		  \`\`\`bash
		  pg_dump
		  \`\`\`
`)!;
  expect(made.title).toBe('Move the database');
  expect(text(made.blocks)).toBe(`- {{renderer :stagebook, workflow}} Move the database
- We do this at night.
- ## {{renderer :stagebook, stage}} Before
  \`\`\`yaml
  persona: testing
  \`\`\`
	- {{renderer :stagebook, ask}} Tell everybody
	  \`\`\`yaml
	  question: Tell everybody
	  options: [done]
	  \`\`\`
		- by mail
	- {{renderer :stagebook, step}} Count the rows
	  \`\`\`yaml
	  uses: sandbox.run
	  \`\`\`
	  \`\`\`python
	  print(1)
	  \`\`\`
	- {{renderer :stagebook, gate}} Before going on
		- {{renderer :stagebook, sign-off}} The backup is fresh
		- {{renderer :stagebook, sign-off}} Ada is there
- ## {{renderer :stagebook, stage}} Move
  \`\`\`yaml
  persona: testing
  \`\`\`
	- {{renderer :stagebook, ask}} Stop the service
	  \`\`\`yaml
	  question: Stop the service
	  options: [done]
	  \`\`\`
	- {{renderer :stagebook, ask}} Copy it
	  \`\`\`yaml
	  question: Copy it
	  options: [done]
	  \`\`\`
		- \`\`\`bash
		  pg_dump
		  \`\`\`
`);
  expect(problemsOf(made.blocks)).toEqual([]);
});

it('takes a list inside a text like blocks, and one level of items as one stage [ui.commands.outline]', () => {
  const made = turn('- Every Friday\n  1. Water the plants\n  2. Lock up\n')!;
  const titles = made.blocks
    .flatMap((block) => [block, ...block.children])
    .map(({ content }) => content.split('\n')[0]);
  expect(titles).toEqual([
    '{{renderer :stagebook, workflow}} Every Friday',
    '## {{renderer :stagebook, stage}} Steps',
    '{{renderer :stagebook, ask}} Water the plants',
    '{{renderer :stagebook, ask}} Lock up',
  ]);
});

it('makes nothing of a block alone, and nothing of a workflow [ui.commands.outline]', () => {
  expect(turn('- alone')).toBeUndefined();
  expect(turn('- Title\n\t- {{renderer :stagebook, step}} there already\n')).toBeUndefined();
});

it('keeps the lines of a fence that nobody closed in their block [ui.commands.outline]', () => {
  const block = (content: string, ...children: Block[]): Block => ({ content, children });
  const python = block('', block('', block('```python\nprint(1)\n```')));
  const open = block('', block('``` ```js\nlet a\n'), block('', block('Same ```js\nlet a\n ## ')));
  const made = turn(text([block('', open, python)]))!;
  expect(problemsOf(made.blocks), text(made.blocks)).toEqual([]);
});

const words = fc.oneof(
  fc.constantFrom(
    'Same',
    'run',
    'inputs',
    '${{ secret("X") }}',
    '{{embed ((x))}}',
    '# not',
    'TODO',
    '[x]',
    '1. ',
    '```',
    '}}',
    '日本',
    '',
    'id:: 5f3c',
    '- x',
    '\u202e',
    ': [',
    '"',
    '- [ ] y\n- [ ] z',
    '```python\nprint(1)\n```',
    '```js\nlet a\n',
    '## ',
    'TODO ## a',
  ),
  fc.string({ maxLength: 12, unit: 'grapheme' }),
);
const content = fc.array(words, { maxLength: 4 }).map((parts) => parts.join(' '));
const tree = fc.memo((depth): fc.Arbitrary<Block> => {
  const children = depth <= 1 ? fc.constant<Block[]>([]) : fc.array(tree(depth - 1), { maxLength: 4 });
  return fc.record({ content, children });
});

it('makes a workflow that runs, whatever the outline is [ui.commands.outline]', () => {
  fc.assert(
    fc.property(tree(4), (block) => {
      // What a file can hold: a heading in the middle of a text, for one, is a block of its own there.
      const made = turn(text([block]));
      if (made)
        expect(
          problemsOf(made.blocks).filter(({ severity }) => severity === 'error'),
          text(made.blocks),
        ).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});
