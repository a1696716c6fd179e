import { randomUUID } from 'node:crypto';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { fail, StagebookError, type Failure } from '../../shared/failure.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { Actor, NewEvent, ToolCalled } from '../../shared/run/event.ts';
import { stageOf } from '../../shared/run/stages.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { NodeKey } from '../../shared/workflow/definition.ts';
import type { Effect, PersonaShape } from '../../shared/workflow/role.ts';
import type { Journal } from '../journal/journal.ts';
import { effectOf } from '../mcp/manifest.ts';
import type { McpServers } from '../mcp/servers.ts';
import { isApproved } from './approval.ts';
import { offerOf, type Offer } from './offer.ts';
import { refusal } from './permit.ts';
import { earlierCall, onRecord } from './tool-record.ts';
import { tokenCounts, TOKENIZER, type CountedTool } from './tokens.ts';

/** What calling tools as a persona needs of the daemon. */
export interface ToolCallsMeans {
  journal: Pick<Journal, 'append' | 'events'>;
  state(run: string): RunState;
  /** The personas as they were pinned with a run. */
  pinned(run: string): Readonly<Record<string, PersonaShape>>;
  /** The personas that hold now. */
  personas(): ReadonlyMap<string, PersonaShape>;
  servers: Pick<McpServers, 'names' | 'pinned' | 'call'>;
  redact<T>(value: T): T;
}

/** Who works where: a persona in a stage of a run, or in a step of that stage. */
export interface Post {
  run: string;
  /** The stage, or the step that acts: what is recorded belongs to it. */
  node: NodeKey;
  persona: string;
}

/** A call that an agent wants made. */
export interface ToolWish {
  server: string;
  tool: string;
  arguments: JsonObject;
  by: Actor;
  signal: AbortSignal;
  /**
   * The same for the same call in every life of the run: then what was answered is given again and nothing is done twice.
   * Without one a call is new, and its answer is not kept.
   */
  call?: string;
  onProgress?(line: string): void;
}

/** A call of one of Stagebook's own tools. */
export interface OwnWish {
  tool: string;
  arguments: JsonObject;
  effect: Effect;
  action?: string;
  by: Actor;
  /** As of a `ToolWish`. */
  call?: string;
}

/** What calls of Stagebook's own tools have for a server. */
const OWN = 'stagebook';

/** Tools for models and agents: what they are offered and what they call, checked, counted and on record. */
export interface ToolCalls {
  /** What the persona may call here, of its two versions (security.md 8). Throws `persona.unknown`. */
  offer(post: Post): Promise<Offer>;
  /**
   * Puts on record that somebody was offered it: the receipt of the stage has it. `own` are Stagebook's own tools besides,
   * which no persona's budget pays.
   */
  record(post: Post, to: string, offer: Offer, own?: readonly CountedTool[]): Promise<void>;
  /**
   * Calls a tool as the persona. The only way to a tool for whoever is no step of the page: persona, paths and approval are
   * checked, arguments fit the tool's schema, the call is on record before it begins and its end afterwards, secrets are
   * hidden in what comes back. An answer with `isError` is an answer. Throws `persona.refused` (recorded), `run.not_active`,
   * `run.dry`, `effect.unknown` (a write of an earlier life that never ended), and what `McpServers.call` throws.
   */
  call(post: Post, wish: ToolWish): Promise<CallToolResult>;
  /**
   * Puts a call of one of Stagebook's own tools on record, as `call` does: before it, where it changes something, and after.
   * `action` is the action that it amounts to: the persona must be allowed it with these arguments. Throws `persona.refused`.
   * With a `call` of an earlier life that never ended, the work is told, and finds out what became of it.
   */
  own(post: Post, wish: OwnWish, work: (begunBefore: boolean) => Promise<CallToolResult>): Promise<CallToolResult>;
  /** Records that an agent was refused something, and gives the error to throw. */
  refuse(post: Post, wanted: string, why: string, by: Actor): Promise<StagebookError>;
}

export function createToolCalls(means: ToolCallsMeans): ToolCalls {
  const { journal, servers, redact } = means;
  const append = (post: Post, event: Omit<NewEvent, 'node'>): Promise<unknown> =>
    journal.append(post.run, [{ ...event, node: post.node } as NewEvent]);

  const recorded = (
    post: Post,
    started: Omit<ToolCalled, 'persona'>,
    work: () => Promise<CallToolResult>,
    how: { again: boolean; keep: boolean },
  ): Promise<CallToolResult> =>
    onRecord({ append: (event) => append(post, event), redact }, { ...started, persona: post.persona }, work, how);

  const refuse: ToolCalls['refuse'] = async (post, wanted, why, by) => {
    const payload = { persona: post.persona, wanted: redact(wanted), why: redact(why), by };
    await append(post, { type: 'persona.refused', payload });
    return new StagebookError({
      code: 'persona.refused',
      message: payload.why,
      retryable: false,
      data: { wanted: payload.wanted },
    });
  };

  return {
    async offer({ run, persona }) {
      const pinned = means.pinned(run);
      const before = Object.hasOwn(pinned, persona) ? pinned[persona] : undefined;
      const now = means.personas().get(persona);
      if (!before || !now) {
        throw fail('not-found', 'persona.unknown', `There is no persona “${persona}” that this run was pinned to.`);
      }
      const { tool } = await tokenCounts();
      return offerOf(before, now, servers, tool);
    },
    async record(post, to, { persona, tools, tokens, budget }, own = []) {
      const { tool: count } = await tokenCounts();
      const payload = {
        to,
        persona,
        tools: tools.map(({ server, tool }) => `${server}/${tool}`),
        tokens,
        own: own.reduce((sum, tool) => sum + count(tool), 0),
        ...(budget === undefined ? {} : { budget }),
        tokenizer: TOKENIZER,
        shortened: tools.filter(({ shortened }) => shortened).map(({ server, tool }) => `${server}/${tool}`),
      };
      await append(post, { type: 'tools.offered', payload });
    },
    refuse,
    async own(post, { tool, arguments: args, effect, action, by, call }, work) {
      const { begun, answer } = earlierCall(journal, post.run, call);
      if (answer !== undefined) return answer;
      if (action !== undefined) {
        const state = means.state(post.run);
        const wanted = { action, settings: args, secrets: [], approved: () => isApproved(state, post.node) };
        const refused = refusal(wanted, post.persona, means.pinned(post.run), means.personas());
        if (refused) throw await refuse(post, refused.wanted, refused.why, by);
        if (state.dryRun && effect !== 'read') throw await refuse(post, action, dry(tool), by);
      }
      const started = { call: call ?? randomUUID(), server: OWN, tool, effect, with: args, by };
      return recorded(post, started, () => work(begun), { again: begun, keep: call !== undefined });
    },
    async call(post, wish) {
      const { run, node, persona } = post;
      const { server, tool, by } = wish;
      const state = means.state(run);
      const name = `${server}/${tool}`;
      if ((state.status !== 'running' && state.status !== 'waiting') || !stageOf(state, node)) {
        const message = `${name} cannot be called: the run is ${state.status}, and tools belong to a stage that goes on.`;
        throw fail('conflict', 'run.not_active', message);
      }
      const { begun, answer } = earlierCall(journal, run, wish.call);
      if (answer !== undefined) return answer;
      const wanted = {
        action: 'mcp.call',
        settings: { server, tool, arguments: wish.arguments },
        secrets: [],
        approved: () => isApproved(state, node),
      };
      const refused = refusal(wanted, persona, means.pinned(run), means.personas());
      if (refused) throw await refuse(post, refused.wanted, refused.why, by);

      const definition = servers.pinned(server)?.tools.find((each) => each.name === tool);
      const effect = definition ? effectOf(definition) : 'write';
      if (state.dryRun && effect !== 'read') {
        throw await refuse(post, name, dry(name), by);
      }
      const call = wish.call ?? randomUUID();
      if (begun && effect !== 'read' && effect !== 'repeatable') {
        const failure = neverAnswered(name);
        await append(post, { type: 'tool.ended', payload: { call, tokens: 0, outcome: 'unknown', failure } });
        throw new StagebookError(failure);
      }
      const started = { call, server, tool, effect, with: wish.arguments, by };
      const work = (): Promise<CallToolResult> =>
        servers.call(server, tool, wish.arguments, {
          signal: wish.signal,
          key: `${run}:${call}`,
          onProgress: (line) => wish.onProgress?.(line),
        });
      return recorded(post, started, work, { again: begun, keep: wish.call !== undefined });
    },
  };
}

function dry(name: string): string {
  return `${name} changes something, and this is a dry run.`;
}

function neverAnswered(name: string): Failure {
  return {
    code: 'effect.unknown',
    message: `Nobody knows whether ${name} took effect: it was begun and never answered. Look at its counterpart before it is called again.`,
    retryable: false,
    unanswered: true,
  };
}
