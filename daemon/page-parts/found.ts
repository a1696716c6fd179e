import { isObject, type Json, type JsonObject } from '../../shared/json.ts';
import type { RunState } from '../../shared/run/state.ts';

/** What a run found out by itself, for pages whose step does not say it: the last output of one of these actions. */
export function lastOutput(state: RunState, ...actions: string[]): JsonObject {
  const found = [...state.nodes.values()].findLast(
    ({ status, step, output }) => status === 'completed' && step && actions.includes(step.action) && isObject(output),
  );
  return (found?.output ?? {}) as JsonObject;
}

/** What the run remembered under a key, when it is a text that says something. */
export function rememberedText(state: RunState, key: string): string | undefined {
  return textOf(state.memory.get(key));
}

export function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
