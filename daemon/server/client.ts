import type { Engine } from '../engine/engine.ts';

/** What can be asked of an engine from anywhere. */
export const METHODS = [
  'start',
  'state',
  'definition',
  'events',
  'logs',
  'list',
  'requests',
  'challenge',
  'sign',
  'reject',
  'answer',
  'skip',
  'tell',
  'usePersona',
  'cancel',
  'resume',
  'move',
  'propose',
  'trusted',
  'trust',
  'settled',
] as const satisfies readonly (keyof Engine)[];

export type Method = (typeof METHODS)[number];

/**
 * An engine in this process or in another one: the same methods, each of them asynchronous. Everything that a person or
 * a program does to runs goes through this, so that it need not know who hosts the engine.
 */
export type EngineClient = {
  [M in Method]: (...args: Parameters<Engine[M]>) => Promise<Awaited<ReturnType<Engine[M]>>>;
} & Pick<Engine, 'subscribe'>;

/** The engine of this process as a client sees one. What it throws at once becomes a rejection. */
export function localClient(engine: Engine): EngineClient {
  const calls = METHODS.map((method) => {
    const call = engine[method].bind(engine) as (...args: unknown[]) => unknown;
    return [method, async (...args: unknown[]) => call(...args)] as const;
  });
  return { ...Object.fromEntries(calls), subscribe: engine.subscribe.bind(engine) } as unknown as EngineClient;
}
