import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { primitives } from '../../../daemon/primitives/index.ts';
import { walkBlocks, type Block } from '../../../shared/outline/index.ts';
import { readJson } from '../../../shared/read-json.ts';
import { BARE_EXPRESSIONS } from '../../../shared/workflow/bare.ts';
import type { JsonObject } from '../../../shared/json.ts';
import type { Definition, Node } from '../../../shared/workflow/definition.ts';
import { flowYaml } from '../../../shared/workflow/flow-yaml.ts';
import { parseWorkflow, parseWorkflowText } from '../../../shared/workflow/parse.ts';
import { printWorkflow, printWorkflowText } from '../../../shared/workflow/print.ts';
import { readSettings } from '../../../shared/workflow/settings.ts';
import { definitions, settingsOfAnyKind } from './arbitrary.ts';

describe('print', () => {
  it('is the inverse of parse, as text and as blocks, also of hostile texts [core.language.inverse]', () => {
    fc.assert(
      fc.property(definitions, (definition) => {
        expect(parseWorkflowText(printWorkflowText(definition))).toMatchObject({ definition, problems: [] });
        expect(parseWorkflow(printWorkflow(definition)).definition).toEqual(definition);
      }),
      { numRuns: 200 },
    );
  });

  it('gives the same text again after a round through parse [core.language.inverse]', () => {
    fc.assert(
      fc.property(definitions, (definition) => {
        const text = printWorkflowText(definition);
        expect(printWorkflowText(parseWorkflowText(text).definition!)).toBe(text);
      }),
      { numRuns: 100 },
    );
  });

  it('writes settings that need no indentation: the page reads the same without it [core.language.indentation]', () => {
    fc.assert(
      fc.property(definitions, (definition) => {
        const blocks = printWorkflow(definition);
        for (const { block } of walkBlocks(blocks)) block.content = flattened(block);
        expect(parseWorkflow(blocks).definition).toEqual(withoutSources(definition));
      }),
      { numRuns: 200 },
    );
  });

  // Names that V8's JSON.parse confused when the expected value was made with it (see shared/read-json.ts).
  it.each<JsonObject>([
    { q: '', '\u0000': '', '\u0001': 'yes' },
    { '"': 1 },
    { '\\': 1, '"': 2, '\n': { '\\': 3, '\u0015': 4 } },
  ])('keeps names of settings that are one character that is escaped: %j [core.language.inverse]', (settings) => {
    const stage: Node = { role: 'stage', id: 'a_1', title: '', settings: { id: 'a_1', ...settings }, children: [] };
    const definition: Definition = { language: 1, header: { ...stage, role: 'workflow' }, body: [stage] };
    expect(parseWorkflowText(printWorkflowText(definition)).definition).toEqual(definition);
    expect(readJson(JSON.stringify(definition))).toEqual(definition);
  });

  it('writes one setting a line [core.language.indentation]', () => {
    fc.assert(
      fc.property(definitions, ({ header }) => {
        const [block] = printWorkflow({ language: 1, header, body: [] });
        const lines = block!.content.split('\n').length;
        const settings = Object.keys(header.settings).length;
        expect(lines).toBe(settings === 0 ? 1 : settings + 3);
      }),
    );
  });

  it('writes any value so that YAML reads the same', () => {
    fc.assert(
      fc.property(settingsOfAnyKind, (settings) => {
        expect(readSettings(flowYaml(settings))).toMatchObject({ settings });
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the shipped workflow the same program', () => {
    const { definition } = parseWorkflowText(readFileSync('workflows/package-release.md', 'utf8'));
    expect(parseWorkflowText(printWorkflowText(definition!)).definition).toEqual(definition);
  });

  it('looks as the language shows it', () => {
    const page = [
      '- {{renderer :stagebook, workflow}} Package release',
      '  ```yaml',
      '  inputs: { level: { enum: [patch, minor], default: minor } }',
      '  ```',
      '- ## {{renderer :stagebook, stage}} Prepare',
      '  ```yaml',
      '  persona: backend',
      "  when: 'inputs.level != \"it''s\"'",
      '  ```',
      '\t- {{renderer :stagebook, step}} Run it',
      '\t  ```yaml',
      '\t  uses: shell.run',
      '\t  with: { directory: "${{ inputs.directory }}" }',
      '\t  ```',
      '\t  ```bash',
      '\t  npm test',
      '\t  ```',
      '',
    ].join('\n');
    expect(printWorkflowText(parseWorkflowText(page).definition!)).toBe(page);
  });

  it('quotes the settings of each role that are expressions', () => {
    const declared = [...primitives].map(([role, { expressions }]) => [role, Object.keys(expressions ?? {})] as const);
    expect(BARE_EXPRESSIONS).toEqual(Object.fromEntries(declared.filter(([, names]) => names.length > 0)));
  });
});

/** What is left of a block's text when its indentation is lost, as by Logseq's own batch insert. */
function flattened({ content }: Block): string {
  return content
    .split('\n')
    .map((line) => line.trimStart())
    .join('\n');
}

/** Code in a fence does depend on its indentation, and is compared where it keeps it. */
function withoutSources({ header, body, ...rest }: Definition): Definition {
  return { ...rest, header: withoutSource(header), body: body.map(withoutSource) };
}

function withoutSource(node: Node): Node {
  const children = node.children.map(withoutSource);
  if (!node.source) return { ...node, children };
  const text = node.source.text.split('\n').map((line) => line.trimStart());
  return { ...node, children, source: { ...node.source, text: text.join('\n') } };
}
