import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalForm, hashDefinition } from '../../../shared/workflow/canonical.ts';
import { stage, step, workflow, type Source, type StepSettings } from '../../../shared/workflow/build.ts';
import { parseWorkflowText } from '../../../shared/workflow/parse.ts';
import { printWorkflowText } from '../../../shared/workflow/print.ts';
import { definitions } from './arbitrary.ts';

const page = (settings: string, prose = ''): string =>
  `- {{renderer :stagebook, workflow}} W\n${prose}- {{renderer :stagebook, stage}} S\n  \`\`\`yaml\n${settings}\n  \`\`\`\n`;
const hashOf = (text: string): string => hashDefinition(parseWorkflowText(text).definition!);

describe('the canonical form', () => {
  it('is the SHA-256 of RFC 8785 JSON with the version of the language [core.language.canonical]', () => {
    const definition = workflow('W', stage('S', { persona: 'p' }));
    const form =
      '{"definition":{"body":[{"children":[],"id":"s","role":"stage","settings":{"persona":"p"},"title":"S"}],' +
      '"header":{"children":[],"id":"w","role":"workflow","settings":{},"title":"W"},"language":1},"pages":{}}';
    expect(canonicalForm(definition)).toBe(form);
    expect(hashDefinition(definition)).toBe(createHash('sha256').update(form).digest('hex'));
  });

  it('does not change with prose, layout, order of settings or Unicode form [core.language.canonical]', () => {
    const hash = hashOf(page('  persona: p\n  when: "inputs.é"'));
    expect(hashOf(page('  when: "inputs.e\u0301"\n  persona: p'))).toBe(hash);
    expect(hashOf(page('  persona: "p" # why\n\n  when: \'inputs.é\'', '- Prose\n'))).toBe(hash);
    expect(hashOf(page('  { when: "inputs.é", persona: p }').replaceAll('\n', '\r\n'))).toBe(hash);
    expect(
      hashOf(
        page('  persona: p\n  when: "inputs.é"').replace(
          '- {{renderer :stagebook, stage',
          '- ## TODO {{renderer :stagebook, stage',
        ),
      ),
    ).toBe(hash);
  });

  it('changes with everything that can run or is read by a person [core.language.canonical]', () => {
    const of = (title: string, settings: StepSettings, ...parts: Source[]) =>
      hashDefinition(workflow('W', stage('S', { persona: 'p' }, step(title, settings, ...parts))));
    const hashes = [
      of('A', { uses: 'a.b' }),
      of('B', { uses: 'a.b' }),
      of('A', { id: 'b', uses: 'a.b' }),
      of('A', { uses: 'a.c' }),
      // A default that is written is not the same as one that is not.
      of('A', { uses: 'a.b', 'on-unknown': 'ask' }),
      of('A', { uses: 'a.b' }, { language: 'bash', text: 'ls' }),
      hashDefinition(workflow('W', stage('S', { persona: 'p' }, step('A', { uses: 'a.b' }))), { other: workflow('O') }),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('is the same for a page and for what was printed of it [core.language.canonical]', () => {
    fc.assert(
      fc.property(definitions, (definition) => {
        expect(hashOf(printWorkflowText(definition))).toBe(hashDefinition(definition));
      }),
      { numRuns: 50 },
    );
  });
});
