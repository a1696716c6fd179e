import { z } from 'zod';
import type { Failure } from './failure.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import type { Problem } from './problem.ts';
import type { PROTOCOL_VERSION, Refusal } from './protocol-limits.ts';
import type { ReviewItem, ReviewOverview, ReviewPreview } from './review.ts';
import type { RunEvent, Signature } from './run/event.ts';
import type { Definition, NodeKey, NodePath, Role } from './workflow/definition.ts';
import type { Effect } from './workflow/role.ts';
import type { OpenRequest, RunSummary } from './run/summary.ts';

/**
 * What plugin, panel and daemon say to each other over one WebSocket, one JSON value a text frame (architecture.md).
 *
 * A connection begins with a `hello`. The daemon answers `welcome`, or `prove` first when a signing device says hello, or
 * `refused` and closes. After the welcome both ends may call; every call is answered once, with `ok` or `failure`.
 * The daemon alone sends `events` and `output`.
 */

export {
  PANEL_PATH,
  PROTOCOL_LIMITS,
  PROTOCOL_VERSION,
  proofText,
  REFUSALS,
  SOCKET_PATH,
  type Refusal,
} from './protocol-limits.ts';

const text = z.string();
const id = z.string().min(1).max(200);
const name = z.string().min(1).max(1_000);
const object = z.custom<JsonObject>(isObject, 'must be an object');
const json = z.custom<Json>((value) => value !== undefined, 'must be given');
const at = z.int().nonnegative();

/** The first frame of a connection. */
export const hello = z.strictObject({
  hello: z.strictObject({
    protocol: z.int(),
    /** Of the other end's package, for the message that says which side to update. */
    version: z.string().max(50),
    as: z.discriminatedUnion('kind', [
      /** A plugin that was paired. It may read and propose. */
      z.strictObject({ kind: z.literal('plugin'), token: z.string().max(200) }),
      /** A plugin that is being paired; the welcome brings its token, once. `name` is how `stagebook devices` lists it. */
      z.strictObject({ kind: z.literal('pairing'), code: z.string().max(50), name: z.string().min(1).max(200) }),
      /** A panel whose key is known; `prove` follows. It may do everything its person may. */
      z.strictObject({ kind: z.literal('device'), device: id }),
      /** A panel that becomes a person's signing device: code, person and PIN, and the public key it just made. */
      z.strictObject({
        kind: z.literal('enrolling'),
        code: z.string().max(50),
        person: z.string().min(1).max(200),
        pin: z.string().max(200),
        publicKey: z.string().max(1_000),
      }),
    ]),
  }),
});
export type Hello = z.infer<typeof hello>['hello'];

/** The answer to `prove`: the signature of `proofText(nonce)` with the device's key, IEEE P1363, base64. */
export const proof = z.strictObject({ proof: z.strictObject({ signature: z.string().max(500) }) });

export interface Welcome {
  protocol: typeof PROTOCOL_VERSION;
  /** The daemon's package version. */
  version: string;
  /** `propose`: reads and proposes. `sign`: also starts, decides, trusts. */
  right: Right;
  /** Of a plugin that was just paired: keep it, it is not shown again. */
  token?: string;
  /** Of a signing device. */
  device?: { device: string; person: string };
  /** The last committed position. */
  pos: number;
  /** Where the panel is. */
  panel: string;
}

export type Right = 'propose' | 'sign';

const call = z.strictObject({ id: z.int().nonnegative(), call: z.string().max(50), with: object.optional() });
const answer = z.strictObject({ id: z.int().nonnegative(), ok: json.optional(), failure: object.optional() });

/** Everything that may come after the hello, to the daemon. */
export const clientFrame = z.union([call, answer]);

/** Everything that the daemon sends. The text of its own frames is not checked again by those who paired with it. */
export type ServerFrame =
  | { prove: { nonce: string } }
  | { welcome: Welcome }
  | { refused: { code: Refusal; message: string } }
  /** Committed events of what the connection subscribed to, in order. `upTo`: everything to there was considered. */
  | { events: RunEvent[]; upTo: number }
  /** A redacted line of a running step. Not recorded, may be dropped under load. */
  | { output: OutputLine }
  /** The connection's rights ended or something it shows changed beyond events: ask again. */
  | { changed: 'runs' | 'people' | 'trust' | 'proposals' | 'attempts' }
  | { id: number; call: keyof PluginCalls; with: JsonObject }
  | { id: number; ok?: Json }
  | { id: number; failure: Failure };

export type ClientFrame =
  | { hello: Hello }
  | { proof: { signature: string } }
  | { id: number; call: CallName; with?: JsonObject }
  | { id: number; ok?: Json }
  | { id: number; failure: Failure };

export interface OutputLine {
  run: string;
  node: NodeKey;
  at: number;
  text: string;
}

/** One block as Logseq's API gives it: `uuid` is the host's, `content` with its property lines. */
export interface PageBlock {
  uuid?: string | undefined;
  content: string;
  children: PageBlock[];
}

const pageBlock: z.ZodType<PageBlock> = z.strictObject({
  uuid: id.optional(),
  content: text,
  get children() {
    return z.array(pageBlock);
  },
});

/** A page as it stands in a graph. `graph` is the id under which the graph was attached, or a folder. */
const page = { graph: name, page: name, blocks: z.array(pageBlock) };

/** What somebody wants a workflow and a persona for. */
const about = z.strictObject({
  kind: z.enum(['page', 'alert', 'path']),
  text: z.string().max(20_000),
  path: z.string().max(1_000).optional(),
});
/** What it is: a name, or none for what none fits. One that is left out was not judged. */
const labels = z.strictObject({ workflow: name.optional(), persona: name.optional() });

const subject = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sign-off'), run: id, node: name, signOff: name }),
  z.strictObject({ kind: z.literal('reject'), run: id, node: name, signOff: name }),
  z.strictObject({ kind: z.literal('skip'), run: id, node: name }),
  z.strictObject({ kind: z.literal('move'), run: id, definition: id }),
  z.strictObject({ kind: z.literal('start'), definition: id, inputs: object }),
  z.strictObject({ kind: z.literal('trust'), definition: id }),
  z.strictObject({ kind: z.literal('correction'), about, labels }),
]);

const signature: z.ZodType<Signature> = z.strictObject({
  person: name,
  device: id,
  publicKey: z.string().max(1_000),
  nonce: z.string().max(200),
  digest: z.string().max(200),
  signature: z.string().max(500),
  at: z.number(),
});

const status = z.enum(['running', 'waiting', 'completed', 'failed', 'cancelling', 'cancelled', 'suspended']);

/** What a plugin may ask for; a person decides on it in the panel, which shows it under `#/proposal/<id>`. */
export const wish = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('start'),
    definition: id,
    inputs: object,
    dryRun: z.boolean().optional(),
    graph: name.optional(),
    page: name.optional(),
  }),
  z.strictObject({ kind: z.literal('trust'), definition: id }),
  z.strictObject({ kind: z.literal('sign-off'), run: id, node: name, signOff: name }),
  z.strictObject({ kind: z.literal('answer'), run: id, node: name }),
  z.strictObject({ kind: z.literal('skip'), run: id, node: name }),
  z.strictObject({ kind: z.literal('resume'), run: id, from: name.optional() }),
  /** Go on with the edited page. */
  z.strictObject({ kind: z.literal('move'), run: id, definition: id }),
  z.strictObject({ kind: z.literal('cancel'), run: id }),
]);
export type Wish = z.infer<typeof wish>;

/** The calls that the daemon answers: the right that each needs, and its parameters. Unknown calls are refused. */
export const CALLS = {
  /** The daemon, its people's names, its graphs. */
  status: { right: 'propose', with: z.strictObject({}) },
  /** From now on sends the events of these runs after `after`, oldest first, then live; `all` for every run. Replaces an earlier one. */
  subscribe: {
    right: 'propose',
    with: z.strictObject({ runs: z.union([z.literal('all'), z.array(id).max(500)]), after: at }),
  },
  /** The newest first. `page` with `graph`: the runs started from it. */
  'runs.list': {
    right: 'propose',
    with: z.strictObject({
      status: z.array(status).optional(),
      graph: name.optional(),
      page: name.optional(),
      search: z.string().max(200).optional(),
      before: at.optional(),
      limit: z.int().min(1).max(200).optional(),
    }),
  },
  /** Its definition; `run.not_found`. The state is the fold of its events. */
  'run.definition': { right: 'propose', with: z.strictObject({ run: id }) },
  /** All its events after a sequence number, in pieces that fit a frame: go on with `after` until `done`. */
  'run.events': { right: 'propose', with: z.strictObject({ run: id, after: at }) },
  /** The kept output lines of a step, in pieces. */
  'run.logs': { right: 'propose', with: z.strictObject({ run: id, node: name, offset: at }) },
  /** Whether chain and signatures hold. */
  'run.verify': { right: 'propose', with: z.strictObject({ run: id }) },
  /** What waits for a person. */
  requests: { right: 'propose', with: z.strictObject({ run: id.optional() }) },
  /** What was refused of signatures and decisions lately, the newest first, at most 50. */
  attempts: { right: 'propose', with: z.strictObject({}) },
  /** Reads a page as a workflow, keeps its definition, and says everything that its blocks show. */
  'page.read': { right: 'propose', with: z.strictObject(page) },
  /** The run that a run page tells of; null for any other page. */
  'page.run': { right: 'propose', with: z.strictObject({ graph: name, page: name }) },
  /** Those that come with Stagebook; for a person also those of every graph that can be reached. */
  'workflows.list': { right: 'propose', with: z.strictObject({}) },
  /** A shipped workflow's page as blocks, ready to be inserted; of a graph, for a person, what stands on it now. */
  'workflows.page': { right: 'propose', with: z.strictObject({ name, graph: name.optional() }) },
  'personas.list': { right: 'propose', with: z.strictObject({}) },
  /** Which workflow and persona fit, how sure that is, and why. */
  suggest: { right: 'propose', with: about },
  /** A person says what it is: that is what suggestions learn from. `suggest.unknown` for a name that there is not. */
  'suggest.correct': { right: 'sign', with: z.strictObject({ about, labels, signature }) },
  /** What a definition may do, and how it differs from the one that was trusted last for the same page. */
  'definition.read': { right: 'propose', with: z.strictObject({ definition: id }) },
  /** Asks a person; see `Wish`. Gives where the panel shows it. */
  propose: { right: 'propose', with: z.strictObject({ wish }) },
  /** The graph that this connection gives access to, by `graph.call`. Null: none any more. */
  'graph.attach': {
    right: 'propose',
    with: z.strictObject({ graph: z.strictObject({ id: name, name, kind: z.enum(['file', 'db']) }).nullable() }),
  },
  /** A hint that pages of the attached graph changed; names where the host tells them. */
  'graph.changed': { right: 'propose', with: z.strictObject({ pages: z.array(name).max(1_000).optional() }) },

  /** The MCP servers of the configuration, as far as they are trusted. Starts none. */
  servers: { right: 'sign', with: z.strictObject({}) },
  /** Starts a server to look at its tools; what it lists can be trusted by `trust` then. */
  'server.look': { right: 'sign', with: z.strictObject({ server: name }) },
  proposals: { right: 'sign', with: z.strictObject({}) },
  'proposal.read': { right: 'sign', with: z.strictObject({ proposal: id }) },
  'proposal.dismiss': { right: 'sign', with: z.strictObject({ proposal: id }) },
  /** Nonce, digest and exactly what has to be shown. */
  challenge: { right: 'sign', with: z.strictObject({ subject }) },
  /** Without a signature when the run needs none, or the device's person signed this workflow within the last 8 hours. */
  start: {
    right: 'sign',
    with: z.strictObject({
      definition: id,
      inputs: object,
      dryRun: z.boolean().optional(),
      graph: name.optional(),
      page: name.optional(),
      idempotencyKey: id.optional(),
      signature: signature.optional(),
    }),
  },
  sign: { right: 'sign', with: z.strictObject({ run: id, node: name, signOff: name, signature }) },
  reject: {
    right: 'sign',
    with: z.strictObject({ run: id, node: name, signOff: name, signature, reason: z.string().max(10_000).optional() }),
  },
  skip: {
    right: 'sign',
    with: z.strictObject({ run: id, node: name, signature, reason: z.string().min(1).max(10_000) }),
  },
  trust: { right: 'sign', with: z.strictObject({ definition: id, signature }) },
  answer: { right: 'sign', with: z.strictObject({ run: id, node: name, answer: json }) },
  cancel: { right: 'sign', with: z.strictObject({ run: id, reason: z.string().max(10_000).optional() }) },
  resume: { right: 'sign', with: z.strictObject({ run: id, from: name.optional() }) },
  /** Has a run go on with its edited page, of which this is the hash; its challenge shows what changes. Without a signature where starting that page needs none. */
  move: {
    right: 'sign',
    with: z.strictObject({ run: id, definition: id, signature: signature.optional() }),
  },
  people: { right: 'sign', with: z.strictObject({}) },
  /** The plugins that were paired: nobody's in particular. `devices.revoke` takes them too. */
  plugins: { right: 'sign', with: z.strictObject({}) },
  'devices.revoke': { right: 'sign', with: z.strictObject({ device: id }) },
  /** The review of a graph: counts and groups. `fresh`: made anew, also when it was made a moment ago. */
  'review.overview': { right: 'sign', with: z.strictObject({ graph: name, fresh: z.boolean().optional() }) },
  /** Findings of the last review, a piece at a time. */
  'review.findings': {
    right: 'sign',
    with: z.strictObject({
      graph: name,
      finding: id.optional(),
      check: id.optional(),
      page: name.optional(),
      state: z.enum(['open', 'snoozed', 'dismissed']).optional(),
      offset: at.optional(),
      limit: z.int().min(1).max(100).optional(),
    }),
  },
  /** Exactly what a finding's fix would change. */
  'review.preview': { right: 'sign', with: z.strictObject({ graph: name, finding: id }) },
  /** Makes a fix as it was previewed; `review.changed` when anything is otherwise by now. */
  'review.apply': { right: 'sign', with: z.strictObject({ graph: name, finding: id, digest: id }) },
  'review.undo': { right: 'sign', with: z.strictObject({ graph: name, fix: at }) },
  'review.decide': {
    right: 'sign',
    with: z.strictObject({
      graph: name,
      finding: id,
      decision: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('snooze'), until: at }),
        z.strictObject({ kind: z.literal('dismiss'), reason: z.string().trim().min(1).max(2_000) }),
        z.strictObject({ kind: z.literal('reopen') }),
      ]),
    }),
  },
  /** Writes the page of the review, and nothing else. A plugin may ask for that of the graph that it gives access to. */
  'review.page': { right: 'propose', with: z.strictObject({ graph: name }) },
} as const satisfies Record<string, { right: Right; with: z.ZodType }>;

export type CallName = keyof typeof CALLS;
export type CallParameters<C extends CallName> = z.input<(typeof CALLS)[C]['with']>;

/** One label for a subject. `confidence` is absolute, from 0 to 1: so often is it right when it says so. */
export interface SuggestedLabel {
  label: string;
  confidence: number;
  reasons: string[];
}

/** What each call is answered with. */
export interface CallResults {
  status: {
    version: string;
    home: string;
    sandbox: { level: string; why: string };
    people: string[];
    /** Graphs that can be written now. */
    graphs: { id: string; name: string; kind: 'file' | 'db'; by: 'folder' | 'plugin' | 'http' }[];
    pos: number;
  };
  subscribe: { pos: number };
  'runs.list': RunSummary[];
  'run.definition': { definition: Definition; hash: string; page?: string; graph?: string };
  'run.events': { events: RunEvent[]; done: boolean };
  'run.logs': { lines: { at: number; text: string }[]; next: number; done: boolean };
  'run.verify': { holds: boolean; events: number; hash: string; signatures: number; problems: string[] };
  requests: OpenRequest[];
  attempts: Attempt[];
  'page.read': PageReading | null;
  'page.run': { run: string } | null;
  'workflows.list': WorkflowItem[];
  'workflows.page': { title: string; blocks: PageBlock[] };
  'personas.list': { id: string; title: string; tools: number }[];
  /** `label` where one is sure enough; else a person is asked. Candidates: the likeliest first. */
  suggest: Record<'workflow' | 'persona', { label: string | null; candidates: SuggestedLabel[] }>;
  /** How many corrections there are now. */
  'suggest.correct': { corrections: number };
  'definition.read': DefinitionReading;
  propose: { proposal: string; panel: string };
  'graph.attach': null;
  'graph.changed': null;
  servers: { name: string; tools: number; trusted: boolean }[];
  'server.look': ServerReading;
  proposals: Proposal[];
  'proposal.read': Proposal;
  'proposal.dismiss': null;
  challenge: { nonce: string; digest: string; shown: JsonObject };
  start: { run: string };
  sign: null;
  reject: null;
  skip: null;
  trust: null;
  answer: null;
  cancel: null;
  resume: null;
  move: null;
  people: { name: string; roles: string[]; devices: PersonDevice[] }[];
  plugins: PersonDevice[];
  'devices.revoke': null;
  'review.overview': ReviewOverview;
  'review.findings': { findings: ReviewItem[]; total: number };
  'review.preview': ReviewPreview;
  'review.apply': { fix: number };
  'review.undo': null;
  'review.decide': null;
  /** Null when a person deleted today's. */
  'review.page': { page: string | null };
}

export interface PersonDevice {
  device: string;
  kind: 'terminal' | 'panel' | 'plugin';
  addedAt: number;
  revokedAt?: number;
  name?: string;
}

/** A signature, or a decision that is a person's, that was refused: the last of its place. */
export interface Attempt {
  /** What it was about: a run with its node and sign-off, or a definition. */
  run?: string;
  node?: NodeKey;
  signOff?: string;
  definition?: string;
  call: CallName;
  at: number;
  /** The person at the device, or the plugin's name, that it came from. */
  by: string;
  code: string;
  /** Why, and what to do. */
  message: string;
}

/** A workflow page as its blocks show it. */
export interface PageReading {
  title: string;
  /** Of the definition that would run; absent when the page has errors. */
  definition?: string;
  trusted: boolean;
  /** Whether starting it needs a signature. */
  writes: boolean;
  /** The declared inputs, as in the header. */
  inputs: JsonObject;
  nodes: PageNode[];
  /** Each with the uuid of its block. */
  problems: (Problem & { uuid?: string })[];
  /** Milliseconds that each node, and the whole run (path `''`), took in past runs of this page. */
  usual: Record<NodePath, { median: number; count: number }>;
  /** The last runs of this page, the newest first, at most 20. */
  runs: RunSummary[];
  /** When it was rehearsed last, whether anything was wrong, and what it stands on has changed since. */
  rehearsed?: { at: number; ok: boolean; stale: string[] };
}

export interface PageNode {
  uuid?: string;
  path: NodePath;
  role: Role;
  title: string;
  /** The persona in force, with the number of tools it has. */
  persona?: { id: string; title: string; tools: number };
  /** Of a step: its action, and what that does to the world. */
  uses?: string;
  effect?: Effect;
  /** Of a gate's check: the expression. */
  that?: string;
  /** A failed or waiting node of this kind can be skipped by a person. */
  skippable: boolean;
}

export interface WorkflowItem {
  /** What `workflows.page` takes. */
  name: string;
  title: string;
  description: string;
  shipped: boolean;
  /** Of a person's own: the graph that its page is in. */
  graph?: string;
  stages: string[];
}

export interface DefinitionReading {
  title: string;
  hash: string;
  trusted: boolean;
  /** When and by whom, where it was trusted by a signature. */
  trustedBy?: { person: string; at: number };
  /** The declared inputs, as in the header. */
  inputs: JsonObject;
  /** Every step that writes, in order. */
  effects: { path: NodePath; title: string; uses: string; effect: Effect; persona?: string }[];
  /** Names of the secrets it reads, of the personas it works under, of the pages it calls. */
  secrets: string[];
  personas: string[];
  calls: string[];
  /** Of a persona, which is no workflow: its actions, and its tools as `server/tool`, both as patterns. */
  persona?: { actions: string[]; tools: string[] };
  /** The page's Markdown as it would be printed, and that of the version trusted last. */
  text: string;
  before?: { hash: string; text: string };
}

/** One tool of an MCP server, beside what was trusted of it. */
export interface ServerTool {
  name: string;
  description: string;
  effect: Effect;
  is: 'same' | 'new' | 'changed' | 'gone';
}

/** What an MCP server offers now. */
export interface ServerReading {
  server: string;
  /** Of all that is trusted at once. */
  hash: string;
  trusted: boolean;
  /** How it is started or reached. */
  launch: JsonObject;
  tools: ServerTool[];
  /** Whether another version of it was trusted before. */
  compared: boolean;
}

export interface Proposal {
  proposal: string;
  wish: Wish;
  at: number;
  /** The plugin's name in `stagebook devices`. */
  from: string;
}

/** The calls that the daemon makes to a plugin which attached a graph. */
export interface PluginCalls {
  /** One method of Logseq's own API; only those of `LOGSEQ_METHODS` are carried out. */
  'graph.call': { with: { method: string; args: Json[] }; result: Json };
}
