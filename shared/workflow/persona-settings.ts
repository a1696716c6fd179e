import { z } from 'zod';
import type { JsonObject } from '../json.ts';
import type { Problem } from '../problem.ts';
import { issuesOf } from './checks/issues.ts';
import type { NodePlace } from './node.ts';
import { holdsTemplate } from './template.ts';

const texts = z.array(z.string()).optional();

/**
 * What a persona's settings must be where they say what it may do: read as nothing, a list that was mistyped would take a limit
 * away. Other fields are kept as they are.
 */
const limits = z.looseObject({
  actions: texts,
  secrets: texts,
  allowedServers: texts,
  allowedTools: z.record(z.string(), z.array(z.string())).optional(),
  restrictedPaths: texts,
  tokenBudget: z.number().optional(),
  prompt: z.string().optional(),
  security: z.looseObject({ blockList: texts, requireApprovalFor: texts }).optional(),
});

/** The settings of a persona that mean something, and those that are kept for people. */
export const PERSONA_SETTINGS: readonly string[] = [
  'id',
  'name',
  'displayName',
  'description',
  'icon',
  'context',
  ...Object.keys(limits.shape),
];

/** What is wrong with the settings of a persona by which it is limited, each at its place. */
export function limitTroubles(settings: JsonObject, place: NodePlace): Problem[] {
  const problem = (code: string, path: string, message: string): Problem => ({
    code,
    severity: 'error',
    message,
    place: settingPlace(place, path),
  });
  const templates = Object.keys(limits.shape).filter((name) => holdsTemplate(settings[name]));
  const literal = templates.map((name) =>
    problem('setting.literal', name, `${name} is taken as it is written; it cannot hold \${{ }}.`),
  );
  const parsed = limits.safeParse(settings);
  if (parsed.success) return literal;
  const wrong = issuesOf(parsed.error, settings).map(({ path, said }) =>
    problem('setting.type', path.join('.'), sentence(path, said)),
  );
  return [...literal, ...wrong];
}

const OTHER_THAN_LISTS: readonly string[] = ['tokenBudget', 'prompt', 'security', 'allowedTools'];

function sentence(path: readonly string[], said: string): string {
  const name = path.join('.');
  return OTHER_THAN_LISTS.includes(name)
    ? `${name} ${said}.`
    : `${name.replace(/\.\d+$/, '')} must be a list of texts.`;
}

/** Where a setting is written, or the nearest one around it. */
export function settingPlace({ line, column, block, node, settings }: NodePlace, setting: string): Problem['place'] {
  for (let path = setting; path; path = path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : '') {
    const own = settings.get(path);
    if (own) return { line: own.line, column: own.column, block, ...(node === undefined ? {} : { node }) };
  }
  return { line, column, block, ...(node === undefined ? {} : { node }) };
}
