import { parsePersona } from '../../../shared/workflow/persona.ts';
import type { Definition } from '../../../shared/workflow/definition.ts';
import { defineCheck, type Found, type Subject } from '../check.ts';
import { nodesOf, nodesOn, workflowOn } from '../workflow-pages.ts';

export const unusedPersonaTool = defineCheck({
  check: 'unused-persona-tool',
  title: 'Personas with tools that nothing uses',
  explanation: 'What a persona may use and never needs is only good for somebody who means harm, and costs tokens.',
  severity: 'hint',
  *run(subject): Iterable<Found> {
    const { graph } = subject;
    let uses: Map<string, Set<string>> | undefined;
    for (const page of graph.reviewed()) {
      if (!nodesOn(page).has('persona')) continue;
      const persona = parsePersona(page.workflow!);
      if (!persona) continue;
      uses ??= usesOf(subject);
      const used = uses.get(persona.id);
      // An agent may choose any of them.
      if (used && [...used].some((action) => action.startsWith('agent.'))) continue;
      const idle = persona.actions.filter((action) => !isUsed(action, used));
      if (idle.length === 0) continue;
      yield {
        page,
        message: `No workflow uses ${idle.slice(0, 5).join(', ')}${idle.length > 5 ? ` and ${idle.length - 5} more` : ''} as ${persona.id}. Take them off the list.`,
      };
    }
  },
});

function isUsed(pattern: string, used: ReadonlySet<string> | undefined): boolean {
  if (!used) return false;
  if (!pattern.includes('*')) return used.has(pattern);
  const start = pattern.slice(0, pattern.indexOf('*'));
  for (const action of used) if (action.startsWith(start)) return true;
  return false;
}

/** The actions that each persona's stages use, on the graph's pages and in what is shipped. */
function usesOf({ graph, ports }: Subject): Map<string, Set<string>> {
  const uses = new Map<string, Set<string>>();
  const gather = (definition: Definition): void => {
    for (const { node, persona } of nodesOf(definition)) {
      const { uses: action } = node.settings;
      if (persona === undefined || typeof action !== 'string') continue;
      const all = uses.get(persona) ?? new Set();
      uses.set(persona, all.add(action));
    }
  };
  for (const definition of ports.workflows?.() ?? []) gather(definition);
  for (const page of graph.reviewed()) {
    if (page.workflow === undefined) continue;
    const { definition } = workflowOn(page);
    if (definition) gather(definition);
  }
  return uses;
}
