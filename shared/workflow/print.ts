import { printOutline, type Block } from '../outline/index.ts';
import { BARE_EXPRESSIONS } from './bare.ts';
import type { Definition, Node } from './definition.ts';
import { writeFence } from './fences.ts';
import { flowYaml, nameYaml, singleQuoted } from './flow-yaml.ts';
import { writeMacro } from './macro.ts';
import { defaultId } from './node.ts';

/**
 * A definition as blocks: one key a line, nested values in flow style, so that nothing depends on indentation. `parseWorkflow`
 * gives the same definition back. (Its prose and claims are no part of a definition.)
 */
export function printWorkflow({ header, body }: Definition): Block[] {
  return [header, ...body].map(printNode);
}

/** The same as a page's Markdown, with tabs for indentation as Logseq has it. */
export function printWorkflowText(definition: Definition): string {
  return printOutline({ preamble: '', blocks: printWorkflow(definition), lineEnd: '\n', indentUnit: '\t' });
}

/** A node and what is under it. */
function printNode(node: Node): Block {
  const heading = node.role === 'stage' ? '## ' : '';
  const parts = [`${heading}${writeMacro(node.role, node.title)}`];
  const settings = settingLines(node);
  if (settings.length > 0) parts.push(writeFence('yaml', settings.join('\n')));
  if (node.source) parts.push(writeFence(node.source.language, node.source.text));
  return { content: parts.join('\n'), children: node.children.map(printNode) };
}

function settingLines({ role, id, title, settings }: Node): string[] {
  const bare = BARE_EXPRESSIONS[role] ?? [];
  const lines = Object.entries(settings).map(([name, value]) => {
    const written = typeof value === 'string' && bare.includes(name) ? singleQuoted(value) : flowYaml(value);
    return `${nameYaml(name)}: ${written}`;
  });
  // Definitions made by code may have an id that neither their title nor their settings give.
  return settings.id === undefined && defaultId(role, title) !== id ? [`id: ${flowYaml(id)}`, ...lines] : lines;
}
