import { tryCompile } from '../cel/program.ts';
import { nearest } from '../nearest.ts';
import { expressionsIn, textsIn } from '../template.ts';
import { coversAction, wantedName } from '../persona-limits.ts';
import type { PersonaShape } from '../role.ts';
import type { Check, Subject, Visited } from './check.ts';

/** Every stage's persona exists, and may use the actions and secrets of the stage. */
export const personas: Check = {
  name: 'personas',
  run(subject) {
    const { catalogue } = subject;
    for (const visited of subject.nodes) {
      const { node } = visited;
      if (
        node.role === 'stage' &&
        typeof node.settings.persona === 'string' &&
        !catalogue.personas.has(node.settings.persona)
      ) {
        const near = nearest(node.settings.persona, catalogue.personas.keys());
        const hint = near ? ` Did you mean ${near}?` : '';
        const message = `There is no persona “${node.settings.persona}” here.${hint} One of your own has a page, and counts once that is trusted: stagebook trust PAGE`;
        subject.report(visited, 'persona.unknown', message, { setting: 'persona' });
      }
      const persona = visited.persona === null ? undefined : catalogue.personas.get(visited.persona);
      if (node.role === 'step' && persona) checkStep(subject, visited, persona);
    }
  },
};

function checkStep(subject: Subject, visited: Visited, persona: PersonaShape): void {
  const uses = String(visited.node.settings.uses);
  const given = visited.node.settings.with;
  if (subject.catalogue.actions.has(uses) && !coversAction(persona, uses, given)) {
    const message = `The persona “${persona.id}” may not use ${wantedName(uses, given)}. Allow it on the persona's page, or give the step to another persona's stage.`;
    subject.report(visited, 'persona.action', message, { setting: 'uses' });
  }
  for (const { text, path } of textsIn(visited.node.settings.with, 'with')) {
    for (const expression of expressionsIn(text)) {
      for (const name of tryCompile(expression)?.secrets ?? []) {
        if (name === null || persona.secrets.includes(name)) continue;
        const message = `The persona “${persona.id}” may not use the secret ${name}. Name it among the persona's secrets.`;
        subject.report(visited, 'persona.secret', message, { setting: path });
      }
    }
  }
}
