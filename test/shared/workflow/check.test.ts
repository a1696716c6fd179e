import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../shared/json.ts';
import type { Node } from '../../../shared/workflow/definition.ts';
import { checkDefinition, checkWorkflow } from '../../../shared/workflow/check.ts';
import { checks } from '../../../shared/workflow/checks/index.ts';
import { stage, step, workflow } from '../../../shared/workflow/build.ts';
import { parseWorkflow, parseWorkflowText } from '../../../shared/workflow/parse.ts';
import { printWorkflow } from '../../../shared/workflow/print.ts';
import { LINEAR, toGrow } from '../../fakes/growth.ts';
import { definitions } from './arbitrary.ts';
import { catalogue } from './catalogue.ts';
import { page } from './page.ts';

const check = (text: string) => checkWorkflow(parseWorkflowText(text), catalogue);

describe('checking a page', () => {
  it('tells every problem in the order of the page, with line, column, block and node [core.language.place]', () => {
    const { text, marks } = page(`
      workflow W | inputs: { a: { type: number, ¦default: x } }
      stage S1 | persona: tester
        step A | ¦uses: act.raed
        gate G
          check C | that: '¦inputs.b > 1'
        ¦retry R | attempts: 2`);
    const problems = check(text).filter(({ severity }) => severity === 'error');
    expect(problems.map(({ place, code }) => [`${place.line}:${place.column}`, place.node, place.block, code])).toEqual(
      [
        [marks[0], 'w', '0', 'input.default'],
        [marks[1], 's1/a', '1.0', 'action.unknown'],
        [marks[2], 's1/g/c', '1.1.0', 'input.undeclared'],
        [marks[3], 's1/r', '1.2', 'node.count'],
      ],
    );
  });

  it('tells of each of two nodes with one path where it is [core.language.place]', () => {
    const { text, marks } = page(`
      stage S1 | persona: tester
        step A | uses: act.read
        ¦step A | uses: act.read`);
    expect(check(text).map(({ place }) => `${place.line}:${place.column}`)).toEqual(marks);
  });

  it('tells where also when a block has its own uuid, and when settings lost their indentation [core.language.place]', () => {
    const text = `- {{renderer :stagebook, workflow}} W
- {{renderer :stagebook, stage}} S1
  id:: 6569c1c1-0000-4000-8000-000000000001
\`\`\`yaml
persona: nobody
\`\`\`
`;
    expect(check(text)).toMatchObject([
      { code: 'persona.unknown', place: { line: 5, column: 1, block: '6569c1c1-0000-4000-8000-000000000001' } },
    ]);
  });

  it('of a page that cannot be read tells why, and nothing that follows from it', () => {
    const problems = check('- {{renderer :stagebook, workflow}} W\n- {{renderer :stagebook, stpe}} A\n');
    expect(problems.map(({ code }) => code)).toEqual(['role.unknown']);
  });

  it('names the node of a definition that has no page', () => {
    const definition = workflow('W', stage('S1', { persona: 'tester' }, step('A', { uses: 'act.raed' })));
    expect(checkDefinition(definition, catalogue)).toMatchObject([{ code: 'action.unknown', place: { node: 's1/a' } }]);
  });

  it('never throws, whatever the page says', () => {
    fc.assert(
      fc.property(definitions, (definition) => {
        const parsed = parseWorkflow(printWorkflow(definition));
        for (const { message, place } of checkWorkflow(parsed, catalogue)) {
          expect(message).not.toMatch(/undefined|\[object|NaN/);
          expect(place.node).toBeDefined();
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a setting with the name of something that every object has', () => {
  const values: Json[] = ['x', '${{ inputs.a }}', 1, null, ['x'], { constructor: 'x', toString: 1 }];
  it.each(['constructor', 'toString', 'valueOf', 'hasOwnProperty'])('is one like any other: %s', (name) => {
    for (const role of [...catalogue.roles.keys()].filter((each) => each !== 'persona')) {
      for (const value of values) {
        const node: Node = {
          role,
          id: 'n',
          title: 'N',
          settings: { [name]: value, with: { [name]: value } },
          children: [],
        };
        const definition = workflow('W', { ...node, children: [{ ...node, id: 'inner' }] });
        const problems = checkDefinition(definition, catalogue).filter(({ code }) => code === 'setting.unknown');
        expect(
          problems.some(({ message }) => message.includes(`“${name}”`)),
          role,
        ).toBe(true);
      }
    }
  });
});

describe('the list of checks', () => {
  it.each(checks.map(({ name }) => name))('has a test of %s', (name) => {
    const file = `test/shared/workflow/checks/${name}.test.ts`;
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, 'utf8')).toContain('checkTable(');
  });

  it('names each once', () => {
    expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
  });
});

/** A page of stages with ten steps each, every step using the one before. */
function largePage(nodes: number): string {
  const lines = Array.from({ length: nodes }, (_, n) => {
    if (n % 10 === 0) return `stage Stage n${n} | persona: tester`;
    const name = n % 10 === 1 ? 'inputs.a' : `steps.step_n${n - 1}.output.text + string(${n})`;
    return `  step Step n${n} | uses: act.read | with: { name: "\${{ ${name} }}", count: ${n} } | remember: { k${n}: "\${{ output.count }}" }`;
  });
  return page(`workflow W | inputs: { a: {} }\n${lines.join('\n')}`).text;
}

describe('a large page', () => {
  it('is checked in time in proportion to its nodes [core.language.bench]', () => {
    const checked = (nodes: number): void => expect(check(largePage(nodes))).toEqual([]);
    expect(toGrow(1_000, checked)).toBeLessThan(LINEAR);
  });

  it('of 10,000 nodes nested 200 deep is checked, without running out of stack [core.refuse.deep]', () => {
    const lines = Array.from({ length: 10_000 }, (_, n) => {
      const depth = n % 200;
      return depth === 0
        ? `- {{renderer :stagebook, stage}} Stage n${n}\n  \`\`\`yaml\n  persona: tester\n  \`\`\``
        : `${'\t'.repeat(depth)}- {{renderer :stagebook, ${depth === 199 ? 'saga' : 'sequence'}}} N ${n}`;
    });
    const problems = check(`- {{renderer :stagebook, workflow}} W\n${lines.join('\n')}\n`);
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['node.count']));
    expect(problems).toHaveLength(50);
  });

  it('full of mistakes is told two hundred of them', () => {
    const steps = Array.from(
      { length: 5_000 },
      (_, n) => `  step Step n${n} | uses: act.raed | with: { name: "\${{ steps.nobody_${n}.output }}" }`,
    );
    expect(check(page(`stage S1 | persona: tester\n${steps.join('\n')}`).text)).toHaveLength(200);
  });
});
