import { fail } from '../failure.ts';
import type { Json, JsonObject } from '../json.ts';
import { LANGUAGE_VERSION, type Definition, type Node, type Role } from './definition.ts';
import { isId } from './identifier.ts';
import type { InputDeclaration } from './inputs.ts';
import { macroIn } from './macro.ts';
import { defaultId } from './node.ts';

// Workflows in TypeScript: what these make is the same data that a page gives, and is checked, pinned and run the same way.
//
//   workflow('Nightly', stage('Prepare', { persona: 'backend' },
//     retry('Push, three times at most', { attempts: 3 }, step('Push it', { uses: 'git.push' }))))

/** `500ms`, `30s`, `5m`, `4h`, `7d`. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;
/** A bare CEL expression. */
export type Expression = string;
type OnFailure = 'cancel' | 'wait' | 'continue';
type Literal = string | number | boolean;

interface Own {
  /** Needed only where the title gives none. */
  id?: string;
}
export interface WorkflowSettings extends Own {
  inputs?: Record<string, InputDeclaration>;
  triggers?: readonly Trigger[];
  memory?: string;
  page?: string;
  concurrency?: { key: string; limit?: number; 'when-full'?: 'queue' | 'refuse' };
  output?: Json;
}
export type Trigger = (
  | { cron: string; zone?: string; missed?: 'skip' | 'once' }
  | { webhook: string }
  | { alert: Expression }
  | { page: string }
) & { inputs?: JsonObject };
export interface StageSettings extends Own {
  persona: string;
  when?: Expression;
  timeout?: Duration;
}
export interface StepSettings extends Own {
  uses: string;
  with?: JsonObject;
  remember?: JsonObject;
  timeout?: Duration;
  'on-unknown'?: 'ask' | 'retry' | 'fail';
}
export interface GateSettings extends Own {
  'on-reject'?: 'fail' | 'continue';
}
export interface CheckSettings extends Own {
  that: Expression;
}
export interface SignOffSettings extends Own {
  people?: number;
  from?: readonly string[];
  'not-starter'?: boolean;
  timeout?: Duration;
}
export interface AskSettings extends Own {
  question: string;
  options?: readonly string[];
  form?: Record<string, Omit<InputDeclaration, 'default'>>;
  from?: 'person' | 'agent';
  timeout?: Duration;
  'on-timeout'?: 'fail' | 'continue';
}
export interface ParallelSettings extends Own {
  limit?: number;
  'on-failure'?: OnFailure;
}
export interface RouteSettings extends Own {
  by: Expression;
  default?: Literal;
}
export interface CaseSettings extends Own {
  is: Literal | readonly Literal[];
}
export interface WhenSettings extends Own {
  if: Expression;
}
export interface RetrySettings extends Own {
  attempts: number;
  backoff?: {
    kind: 'constant' | 'linear' | 'exponential';
    initial?: Duration;
    factor?: number;
    max?: Duration;
    jitter?: boolean;
  };
  on?: readonly string[];
}
export interface FallbackSettings extends Own {
  on?: readonly string[];
}
export interface TimeoutSettings extends Own {
  after: Duration;
}
export interface BreakerSettings extends Own {
  name: string;
  failures: number;
  recovery: Duration;
  successes?: number;
}
export interface CacheSettings extends Own {
  key: Json;
  ttl: Duration;
}
export interface RepeatSettings extends Own {
  every: Duration;
  times?: number;
  until?: Expression;
  'in-a-row'?: number;
}
export interface ForeachSettings extends Own {
  in: Expression;
  as: string;
  limit?: number;
  'on-failure'?: OnFailure;
}
export type WaitSettings = Own & ({ for: Duration } | { until: Expression });
export interface CallSettings extends Own {
  page: string;
  with?: JsonObject;
}

/** A fence in another language, for the step it is given to. */
export interface Source {
  readonly language: string;
  readonly text: string;
}

/** `role(title, settings, …parts)`; without a title the settings give the `id`. */
interface Builder<S, P = Node> {
  (title: string, settings: S, ...parts: P[]): Node;
  (settings: S & { id: string }, ...parts: P[]): Node;
}
/** The same, where there may be no settings at all. */
interface LooseBuilder<S, P = Node> extends Builder<S, P> {
  (title: string, ...parts: P[]): Node;
}
/** The same for parts whose role is id enough. */
interface PartBuilder extends LooseBuilder<Own> {
  (...parts: Node[]): Node;
}

export const stage = builder('stage') as Builder<StageSettings>;
export const step = builder('step') as Builder<StepSettings, Node | Source>;
export const undo = builder('undo') as PartBuilder;
export const gate = builder('gate') as LooseBuilder<GateSettings>;
export const check = builder('check') as Builder<CheckSettings, never>;
export const signOff = builder('sign-off') as LooseBuilder<SignOffSettings, never>;
export const ask = builder('ask') as Builder<AskSettings, never>;
export const sequence = builder('sequence') as LooseBuilder<Own>;
export const parallel = builder('parallel') as LooseBuilder<ParallelSettings>;
export const route = builder('route') as Builder<RouteSettings>;
/** A `case`, which is a word of the language that we are written in. */
export const routeCase = builder('case') as Builder<CaseSettings>;
export const when = builder('when') as Builder<WhenSettings>;
export const otherwise = builder('otherwise') as PartBuilder;
export const retry = builder('retry') as Builder<RetrySettings>;
export const fallback = builder('fallback') as LooseBuilder<FallbackSettings>;
export const timeout = builder('timeout') as Builder<TimeoutSettings>;
export const breaker = builder('breaker') as Builder<BreakerSettings>;
export const cache = builder('cache') as Builder<CacheSettings>;
export const repeat = builder('repeat') as Builder<RepeatSettings>;
export const foreach = builder('foreach') as Builder<ForeachSettings>;
export const saga = builder('saga') as LooseBuilder<Own>;
export const wait = builder('wait') as Builder<WaitSettings, never>;
export const call = builder('call') as Builder<CallSettings, never>;

/** A workflow: its header, and the program. Throws `build.*` for a title or an id that no page could give. */
export function workflow(title: string, settings: WorkflowSettings, ...body: Node[]): Definition;
export function workflow(title: string, ...body: Node[]): Definition;
export function workflow(title: string, ...rest: unknown[]): Definition {
  const { children, ...header } = make('workflow', [title, ...rest]);
  return { language: LANGUAGE_VERSION, header: { ...header, children: [] }, body: children };
}

/** Code in another language, for a step: `step('Lint', { uses: 'shell.run' }, source('bash', 'npm run lint'))`. */
export function source(language: string, text: string): Source {
  return { language: language.toLowerCase(), text: text.replace(/\r\n?/g, '\n') };
}

function builder(role: Role): (...given: unknown[]) => Node {
  return (...given) => make(role, given);
}

function make(role: Role, given: readonly unknown[]): Node {
  const rest = [...given];
  const title = typeof rest[0] === 'string' ? titleOf(role, rest.shift() as string) : '';
  const settings = isPart(rest[0]) || rest.length === 0 ? {} : settingsOf(rest.shift() as object);
  const parts = rest as (Node | Source)[];
  const code = parts.find((part): part is Source => !isNode(part));
  return {
    role,
    id: idFor(role, title, settings.id),
    title,
    settings,
    ...(code ? { source: { language: code.language, text: code.text } } : {}),
    children: parts.filter(isNode),
  };
}

function titleOf(role: Role, given: string): string {
  const title = given.trim();
  if (!/\p{Cc}/u.test(title) && macroIn(title) === -1) return title;
  throw fail('invalid', 'build.title', `The title of a ${role} is one line without a macro; “${title}” is not.`);
}

function idFor(role: Role, title: string, own: Json | undefined): string {
  const id = own ?? defaultId(role, title);
  if (typeof id === 'string' && isId(id)) return id;
  const what = own === undefined ? `The title “${title}” gives no id` : `${JSON.stringify(own)} is no id`;
  throw fail('invalid', 'build.id', `${what} for a ${role}. Write { id: 'in_snake_case' } into its settings.`);
}

/** What is undefined is not written. */
function settingsOf(settings: object): JsonObject {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function isPart(value: unknown): boolean {
  return isNode(value) || (typeof value === 'object' && value !== null && 'language' in value && 'text' in value);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'role' in value && 'children' in value;
}
