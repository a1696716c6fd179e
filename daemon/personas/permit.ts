import { isObject, type Json } from '../../shared/json.ts';
import { covers } from '../../shared/workflow/covers.ts';
import { coversAction, wantedName } from '../../shared/workflow/persona-limits.ts';
import type { PersonaShape } from '../../shared/workflow/role.ts';
import { isRestrictedPath, restrictedIn } from './restricted.ts';

/** What a step is about to do: its settings with names in place of secrets' values. */
export interface Wanted {
  action: string;
  settings: Json;
  /** The step's script. */
  source?: string | undefined;
  /** Names of secrets among the settings. */
  secrets: readonly string[];
  /** Whether a person has signed a gate in the same stage before. */
  approved(): boolean;
}

/** Why a persona may not, and what it wanted, as the receipt has it. */
export interface Refusal {
  wanted: string;
  why: string;
}

/**
 * Why a persona may not do what it wants, or undefined when it may: what was pinned with the run and what holds now must
 * both allow it (security.md 8), so that tightening acts at once and loosening does not.
 */
export function refusal(
  wanted: Wanted,
  persona: string | null,
  pinned: Readonly<Record<string, PersonaShape>>,
  current: ReadonlyMap<string, PersonaShape>,
): Refusal | undefined {
  const name = wantedName(wanted.action, wanted.settings);
  const refused = (why: string): Refusal => ({ wanted: name, why });
  if (persona === null) {
    return refused(`${name} stands outside any stage, so no persona answers for it. Put it into a stage.`);
  }
  const before = Object.hasOwn(pinned, persona) ? pinned[persona] : undefined;
  const now = current.get(persona);
  if (!before || !now) {
    return refused(`There is no persona “${persona}”. Make its page, or name another in the stage.`);
  }
  const tight = against(now, wanted, name);
  if (tight !== undefined) return refused(`The persona “${persona}” ${tight}`);
  if (against(before, wanted, name) === undefined) return undefined;
  return refused(`The persona “${persona}” was allowed ${name} only after this run began. Start a new run to use it.`);
}

/** What one version of a persona has against it, as it follows the persona's name. */
function against(persona: PersonaShape, wanted: Wanted, name: string): string | undefined {
  const { action, settings, source, secrets } = wanted;
  if (!coversAction(persona, action, settings)) {
    return `may not use ${name}. Allow it on the persona's page, or use another persona.`;
  }
  const secret = secrets.find((each) => !persona.secrets.includes(each));
  if (secret !== undefined) return `may not use the secret ${secret}. Name it among the persona's secrets.`;
  const blocked = persona.blockList && [...secrets, ...variablesIn(settings)].find((each) => isBlocked(persona, each));
  if (blocked !== undefined) return `may not pass on the variable ${blocked}: it is on the persona's block list.`;
  const path = restrictedAmong(persona, action, settings, source);
  if (path !== undefined) return `may not touch ${path}: it is among the persona's restricted paths.`;
  const asks = persona.requireApprovalFor?.some((pattern) => needsApproval(pattern, action, name));
  if (asks && !wanted.approved()) return `needs a signed gate before ${name}, in the same stage. Put one there.`;
  return undefined;
}

/** The first restricted path that the settings or the script name. */
function restrictedAmong(
  { restrictedPaths = [] }: PersonaShape,
  action: string,
  settings: Json,
  source: string | undefined,
): string | undefined {
  if (restrictedPaths.length === 0) return undefined;
  const base = isObject(settings) && typeof settings.directory === 'string' ? settings.directory : process.cwd();
  for (const text of [...textsOf(withoutContents(action, settings)), ...(source === undefined ? [] : [source])]) {
    const path = restrictedIn(text, restrictedPaths, base);
    if (path !== undefined) return path;
  }
  return undefined;
}

/** A file that is written says in its text what it likes; where it is written counts. */
function withoutContents(action: string, settings: Json): Json {
  if (action !== 'files.write' || !isObject(settings) || !Array.isArray(settings.files)) return settings;
  const files = settings.files.map((file) => (isObject(file) ? { ...file, text: '' } : file));
  return { ...settings, files };
}

/** Whether one of these personas may not touch a file, by its path or by where that leads. */
export function isRestrictedFile(file: string, personas: readonly (PersonaShape | undefined)[]): boolean {
  return personas.some((persona) => isRestrictedPath(file, persona?.restrictedPaths ?? []));
}

function isBlocked({ blockList = [] }: PersonaShape, variable: string): boolean {
  return blockList.some((pattern) => covers(pattern.toUpperCase(), variable.toUpperCase()));
}

/** Names that Hypertool's personas have for kinds of tools. */
const KINDS: Readonly<Record<string, RegExp>> = {
  system_command: /^(shell\.run|.*(exec|command|shell|run_code).*)$/i,
  file_delete: /delete|remove|unlink/i,
  file_write: /write|create_or_update|push_files|edit/i,
};

function needsApproval(pattern: string, action: string, name: string): boolean {
  const kind = Object.hasOwn(KINDS, pattern) ? KINDS[pattern]! : undefined;
  const tool = name.slice(name.indexOf('/') + 1);
  return kind?.test(tool) ?? [action, name, tool].some((each) => covers(pattern, each));
}

function variablesIn(settings: Json): string[] {
  return isObject(settings) && isObject(settings.env) ? Object.keys(settings.env) : [];
}

function textsOf(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return isObject(value) ? Object.entries(value).flatMap(([key, item]) => [key, ...textsOf(item)]) : [];
}
