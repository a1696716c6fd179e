import { describe, expect, it } from 'vitest';
import { parsePersona, parsePersonaText } from '../../../shared/workflow/persona.ts';

const page = (settings: string): string =>
  `type:: persona\n\n- {{renderer :stagebook, persona}} Backend Engineer\n  \`\`\`yaml\n${settings}\n  \`\`\`\n- Prose\n`;

describe("a persona's page", () => {
  it('gives its id, actions and secrets', () => {
    const shape = { id: 'backend', actions: ['git.*'], secrets: ['TOKEN'] };
    expect(parsePersona(page('  id: backend\n  actions: [git.*]\n  secrets: [TOKEN]\n  icon: x'))).toEqual(shape);
    expect(parsePersona(page('  icon: x'))).toEqual({ id: 'backend_engineer', actions: [], secrets: [] });
  });

  it.each([
    ['no persona', '- a\n', '1:1 persona.missing'],
    ['a YAML error', page('  a: ['), '5:7 settings.yaml'],
    ['actions that are no list', page('  actions: git.*'), '3:3 setting.type'],
    ['a second persona', page('  icon: x') + page('  icon: x').slice(16), '8:3 persona.second'],
  ])('is refused with its place: %s', (_name, text, expected) => {
    const { persona, problems } = parsePersonaText(text);
    expect(persona).toBeNull();
    expect(problems.map(({ place, code }) => `${place.line}:${place.column} ${code}`)).toEqual([expected]);
    expect(parsePersona(text)).toBeUndefined();
  });
});
