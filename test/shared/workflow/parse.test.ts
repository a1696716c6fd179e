import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Block } from '../../../shared/outline/index.ts';
import type { Problem } from '../../../shared/problem.ts';
import { LIMITS, parseWorkflow, parseWorkflowText } from '../../../shared/workflow/parse.ts';

const HEADER = '- {{renderer :stagebook, workflow}} W\n';
const STEP = '{{renderer :stagebook, step}}';

/** `line:column code`, as `stagebook check` prints it. */
const told = (problems: readonly Problem[]): string[] =>
  problems.map(({ place, code }) => `${place.line}:${place.column} ${code}`);

describe('reading a page', () => {
  it('takes nodes in, leaves prose out, and keeps the order', () => {
    const page = `title:: x

${HEADER}  id:: 6569c1c1-0000-4000-8000-000000000001
  \`\`\`yaml
  inputs: { a: { type: string } }
  \`\`\`
- Only prose
	- and more of it
- ## TODO {{renderer :stagebook, stage}} Prepare
  :LOGBOOK:
  CLOCK: [2026-01-01]
  :END:
  \`\`\`yaml
  persona: backend
  \`\`\`
	- Prose between
	- ${STEP} Run it
	  \`\`\`yaml
	  uses: shell.run
	  \`\`\`
	  \`\`\`Bash
	  npm test &&
	    echo done
	  \`\`\`
		- More prose
	- ${STEP} Second
	  \`\`\`yml
	  id: other
	  uses: a.b
	  \`\`\`
`;
    const { definition, problems, places } = parseWorkflowText(page);
    expect(problems).toEqual([]);
    expect(definition).toEqual({
      language: 1,
      header: { role: 'workflow', id: 'w', title: 'W', settings: { inputs: { a: { type: 'string' } } }, children: [] },
      body: [
        {
          role: 'stage',
          id: 'prepare',
          title: 'Prepare',
          settings: { persona: 'backend' },
          children: [
            {
              role: 'step',
              id: 'run_it',
              title: 'Run it',
              settings: { uses: 'shell.run' },
              source: { language: 'bash', text: 'npm test &&\n  echo done' },
              children: [],
            },
            { role: 'step', id: 'other', title: 'Second', settings: { id: 'other', uses: 'a.b' }, children: [] },
          ],
        },
      ],
    });
    expect(places.get('w')).toMatchObject({ line: 3, column: 3, block: '6569c1c1-0000-4000-8000-000000000001' });
    expect(places.get('prepare/run_it')).toMatchObject({ line: 18, column: 4, block: '2.1', node: 'prepare/run_it' });
    expect(places.get('prepare/run_it')?.settings.get('uses')).toEqual({
      line: 20,
      column: 4,
      text: { line: 20, column: 10 },
    });
  });

  it('reads the same from CRLF, from spaces, and from blocks that lost their indentation [core.language.indentation]', () => {
    const page = `${HEADER}- {{renderer :stagebook, stage}} S\n\t- ${STEP} A\n\t  \`\`\`yaml\n\t  uses: a.b\n\t  with: { x: [1] }\n\t  \`\`\`\n`;
    const { definition } = parseWorkflowText(page);
    expect(definition?.body[0]?.children[0]?.settings).toEqual({ uses: 'a.b', with: { x: [1] } });
    expect(parseWorkflowText(page.replaceAll('\n', '\r\n')).definition).toEqual(definition);
    expect(parseWorkflowText(page.replaceAll('\t', '    ')).definition).toEqual(definition);
    const flat: Block[] = [
      { content: '{{renderer :stagebook, workflow}} W', children: [] },
      {
        content: '{{renderer :stagebook, stage}} S',
        children: [{ content: `${STEP} A\n\`\`\`yaml\nuses: a.b\nwith: { x: [1] }\n\`\`\``, children: [] }],
      },
    ];
    expect(parseWorkflow(flat).definition).toEqual(definition);
  });

  it('takes claims out, wherever they stand [core.language.roles]', () => {
    const claim = '{{renderer :stagebook, claim}}';
    const page = `${HEADER}- Facts\n\t- ${claim} The docs are up\n- {{renderer :stagebook, stage}} S\n\t- ${claim} It is fast\n`;
    const { definition, claims, problems } = parseWorkflowText(page);
    expect(problems).toEqual([]);
    expect(claims.map(({ id }) => id)).toEqual(['the_docs_are_up', 'it_is_fast']);
    expect(definition?.body).toMatchObject([{ id: 's', children: [] }]);
  });

  it('gives ids of roles to nodes without a title [core.language.ids]', () => {
    const page = `${HEADER}- {{renderer :stagebook, gate}} G\n\t- {{renderer :stagebook, otherwise}}\n`;
    expect(parseWorkflowText(page).definition?.body[0]?.children[0]).toMatchObject({ id: 'otherwise', title: '' });
  });
});

describe('a page that cannot be read', () => {
  it.each([
    ['an empty page', '', ['1:1 header.missing']],
    ['a page without a header', `- ${STEP} A\n`, ['1:3 header.missing']],
    ['a header that comes later', `- Prose\n- ${STEP} A\n${HEADER}`, ['2:3 header.missing']],
    ['an unknown role', `${HEADER}- {{renderer :stagebook, stpe}} A\n\t- ${STEP} B`, ['2:3 role.unknown']],
    ['no role', `${HEADER}- {{renderer :stagebook}} A`, ['2:3 role.unknown']],
    ['a node under prose', `${HEADER}- Prose\n\t- ${STEP} A`, ['3:4 node.under_prose']],
    ['a node under prose under a node', `${HEADER}- ${STEP} A\n\t- Prose\n\t\t- ${STEP} B`, ['4:5 node.under_prose']],
    ['a macro after text', `${HEADER}- Then ${STEP} A`, ['2:8 node.macro']],
    ['a macro on a later line', `${HEADER}- Then\n  ${STEP} A`, ['3:3 node.macro']],
    ['an unclosed macro', `${HEADER}- {{renderer :stagebook, step A`, ['2:3 node.macro']],
    ['two macros in a block', `${HEADER}- ${STEP} A ${STEP} B`, ['2:35 node.macro']],
    ['a title without an id', `${HEADER}- ${STEP} 完了`, ['2:3 id.missing']],
    ['a title with a leading digit', `${HEADER}- ${STEP} 2 suites`, ['2:3 id.missing']],
    ['a reserved word for a title', `${HEADER}- ${STEP} Run`, ['2:3 id.missing']],
    ['an id that is none', `${HEADER}- ${STEP} A\n  \`\`\`yaml\n  id: Not-One\n  \`\`\``, ['2:3 id.invalid']],
    ['an id that is no text', `${HEADER}- ${STEP} A\n  \`\`\`yaml\n  id: 5\n  \`\`\``, ['2:3 id.invalid']],
    ['a YAML error', `${HEADER}- ${STEP} A\n  \`\`\`yaml\n  uses: a\n  uses: b\n  \`\`\``, ['5:3 settings.yaml']],
    [
      'a YAML error where indentation was lost',
      `${HEADER}- ${STEP} A\n\`\`\`yaml\na: [\n\`\`\``,
      ['4:5 settings.yaml'],
    ],
    [
      'two settings fences',
      `${HEADER}- ${STEP} A\n  \`\`\`yaml\n  a: 1\n  \`\`\`\n  \`\`\`yaml\n  b: 1\n  \`\`\``,
      ['6:3 node.fences'],
    ],
    ['code for a gate', `${HEADER}- {{renderer :stagebook, gate}} A\n  \`\`\`js\n  \`\`\``, ['3:3 node.fences']],
    ['a long title', `${HEADER}- ${STEP} ${'a'.repeat(600)}`, ['2:3 limit.title']],
    [
      'several of these',
      `${HEADER}- ${STEP} 1\n- {{renderer :stagebook, x}} B\n- ${STEP} 2`,
      ['2:3 id.missing', '3:3 role.unknown', '4:3 id.missing'],
    ],
  ])('is refused: %s [core.language.place]', (_name, page, expected) => {
    const { definition, problems } = parseWorkflowText(page);
    expect(definition).toBeNull();
    expect(told(problems)).toEqual(expected);
  });

  it('says which role was meant [core.refuse.role]', () => {
    const { problems } = parseWorkflowText(`${HEADER}- {{renderer :stagebook, pararell}} A`);
    expect(problems[0]?.message).toBe('There is no role “pararell”. Did you mean parallel?');
  });

  it('may mention the macro in code', () => {
    const page = `${HEADER}- Write \`${STEP}\` for a step\n- Like so\n  \`\`\`markdown\n  ${STEP} A\n  \`\`\`\n`;
    expect(parseWorkflowText(page)).toMatchObject({ problems: [], definition: { body: [] } });
  });
});

describe('limits', () => {
  it('refuses a page of 50 MB at once, with one problem [core.refuse.huge]', () => {
    const page = `${HEADER}${'- x\n'.repeat(12_500_000)}`;
    const { definition, problems } = parseWorkflowText(page);
    expect(definition).toBeNull();
    expect(told(problems)).toEqual(['1:1 limit.page']);
    expect(problems[0]?.message).toMatch(/50 million characters; 5 million can be read/);
  });

  it.each([
    ['null bytes', `\x7FELF\x02\x01\0\0\0${'a'.repeat(100)}`],
    ['bytes that are no UTF-8', '\uFFFD\uFFFDPNG\uFFFD\uFFFD'],
  ])('refuses a binary file, by its %s, with one problem [core.refuse.binary]', (_by, page) => {
    expect(told(parseWorkflowText(page).problems)).toEqual(['1:1 page.binary']);
  });

  it('reads a page of 10,000 nodes nested 200 deep [core.refuse.deep]', () => {
    const lines = Array.from(
      { length: 10_000 },
      (_, n) => `${'\t'.repeat(n % 200)}- {{renderer :stagebook, sequence}} N ${n}`,
    );
    const { definition, problems } = parseWorkflowText(HEADER + lines.join('\n'));
    expect(problems).toEqual([]);
    expect(definition?.body).toHaveLength(50);
  });

  it('refuses deeper nesting and more nodes, each at the first too many [core.refuse.deep]', () => {
    const deep = Array.from({ length: 1_000 }, (_, n) => `${' '.repeat(n)}- {{renderer :stagebook, saga}} N ${n}`);
    expect(told(parseWorkflowText(HEADER + deep.join('\n')).problems)).toEqual([
      `${LIMITS.depth + 3}:${LIMITS.depth + 4} limit.depth`,
    ]);
    const many = `- ${STEP} N\n`.repeat(LIMITS.nodes);
    expect(told(parseWorkflowText(HEADER + many).problems)).toEqual([`${LIMITS.nodes + 1}:3 limit.nodes`]);
  });

  it('tells no more than two hundred problems of a page', () => {
    expect(parseWorkflowText(HEADER + `- ${STEP} 1\n`.repeat(5_000)).problems).toHaveLength(200);
  });
});

describe('any text', () => {
  const pieces = fc.constantFrom(
    '- ',
    '\t',
    '  ',
    '## ',
    'TODO ',
    '\n',
    '\r\n',
    '```',
    '```yaml\n',
    '~~~',
    'a: 1',
    'id: ',
    '{',
    '}}',
    '[',
    ': ',
    '"',
    "'",
    '{{renderer :stagebook, step}} ',
    '{{renderer :stagebook, workflow}} ',
    '{{renderer :stagebook',
    'claim',
    '}}',
    '${{ ',
    '&a',
    '*a',
    'Title',
    'id:: x',
    ':LOGBOOK:',
    ':END:',
    '\0',
    '\uFEFF',
    '😀',
    '-',
    '?',
    '|',
    '>',
  );

  it('is read or refused with a place on the page, and never throws [core.language.place]', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, pieces, fc.string()), { maxLength: 60 }), (all) => {
        const text = all.join('');
        const { definition, problems } = parseWorkflowText(text);
        expect(definition === null).toBe(problems.length > 0);
        const lines = text.split('\n').length + 1;
        for (const { place } of problems) {
          expect(place.line).toBeGreaterThan(0);
          expect(place.line).toBeLessThanOrEqual(lines);
          expect(place.column).toBeGreaterThan(0);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
