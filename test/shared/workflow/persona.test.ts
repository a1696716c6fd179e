import { describe, expect, it } from 'vitest';
import { checkPersona } from '../../../shared/workflow/persona-check.ts';
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
    ['actions that are no list', page('  actions: git.*'), '5:3 setting.type'],
    [
      'tools that are no list, which would be all of them',
      page('  allowedTools: { github: get_tag }'),
      '5:19 setting.type',
    ],
    ['a budget that is no number', page('  id: x\n  tokenBudget: "2600"'), '6:3 setting.type'],
    ['paths that are no list', page('  restrictedPaths: secrets/*'), '5:3 setting.type'],
    ['a gate for what is no list', page('  security: { requireApprovalFor: git.push }'), '5:15 setting.type'],
    ['an expression', page('  secrets: "${{ inputs.names }}"'), '5:3 setting.literal'],
    ['a second persona', page('  icon: x') + page('  icon: x').slice(16), '8:3 persona.second'],
  ])('is refused with its place: %s', (_name, text, expected) => {
    const { persona, problems } = parsePersonaText(text);
    expect(persona).toBeNull();
    expect(problems.map(({ place, code }) => `${place.line}:${place.column} ${code}`)).toEqual([expected]);
    expect(parsePersona(text)).toBeUndefined();
  });
});

describe('checking a persona', () => {
  const told = (settings: string): string[] =>
    checkPersona(parsePersonaText(page(settings)), ['git.push', 'git.tag', 'page.write', 'mcp.call']).map(
      ({ code, severity, message, place }) => `${place.line}:${place.column} ${severity} ${code}: ${message}`,
    );

  it('tells actions that there are not, and settings that mean nothing, with their places [personas.page.checked]', () => {
    expect(told('  id: backend\n  actions: [git.*, page.write, mcp.call]\n  context: { a: 1 }')).toEqual([]);
    expect(told('  actions: [git.psuh, gti.*]\n  sercets: [TOKEN]')).toEqual([
      '5:13 error action.unknown: There is no action “git.psuh”. Did you mean git.push?',
      '5:23 error action.unknown: “gti.*” covers no action.',
      '6:3 warning setting.unknown: A persona has no setting “sercets”, so it means nothing. Did you mean secrets?',
    ]);
    expect(told('  actions: [git.psuh]\n  tokenBudget: much').map((line) => line.split(':', 2).join(':'))).toEqual([
      '5:13 error action.unknown',
      '6:3 error setting.type',
    ]);
  });
});
