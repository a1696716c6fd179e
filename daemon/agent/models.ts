import type { LanguageModel } from 'ai';
import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { nearest } from '../../shared/workflow/nearest.ts';
import type { Secrets } from '../secrets/secrets.ts';

const common = {
  /** The model's name at its provider. */
  model: z.string().min(1),
  /** Of a million tokens, in whatever currency. */
  price: z.strictObject({ input: z.number().nonnegative(), output: z.number().nonnegative() }).optional(),
};
const key = z.string().min(1);

/** `models` in config.yaml, by the names that workflows use; the first is the default. */
export const modelsSchema = z.record(
  z.string(),
  z.discriminatedUnion('kind', [
    /** `key` is the name of the secret with the key. */
    z.strictObject({ kind: z.literal('anthropic'), key: key.optional(), url: z.url().optional(), ...common }),
    z.strictObject({ kind: z.literal('openai-compatible'), url: z.url(), key: key.optional(), ...common }),
    z.strictObject({ kind: z.literal('ollama'), url: z.url().optional(), ...common }),
  ]),
);
export type ModelsConfig = z.infer<typeof modelsSchema>;
type Settings = ModelsConfig[string];

/** A model that was chosen for a step. */
export interface ChosenModel {
  /** As the configuration names it. */
  name: string;
  model: LanguageModel;
  price?: { input: number; output: number };
  /** The name of the secret with its key, for messages. */
  keyName?: string;
  url?: string;
}

/** The models of the configuration. */
export interface Models {
  /** One by its name, or the default. Undefined when none is configured. Throws `agent.unknown_model`, `secret.missing`. */
  choose(name: string | undefined): Promise<ChosenModel | undefined>;
}

/** Models by their providers' own libraries, which are loaded with the first of them. */
export function createModels(config: ModelsConfig, secrets: Pick<Secrets, 'read'>): Models {
  const names = Object.keys(config);
  return {
    async choose(wanted) {
      const name = wanted ?? names[0];
      if (name === undefined || names.length === 0) return undefined;
      const settings = Object.hasOwn(config, name) ? config[name]! : undefined;
      if (!settings) {
        const near = nearest(name, names);
        const hint = near ? `Did you mean ${near}?` : `Configured are ${names.join(', ')}.`;
        throw fail('not-found', 'agent.unknown_model', `There is no model “${name}” in config.yaml. ${hint}`);
      }
      const keyName = 'key' in settings ? settings.key : undefined;
      const named = settings.kind === 'anthropic' ? (keyName ?? 'ANTHROPIC_API_KEY') : keyName;
      const value = named === undefined ? undefined : await secrets.read(named);
      const url = settings.url ?? (settings.kind === 'ollama' ? 'http://127.0.0.1:11434' : undefined);
      return {
        name,
        model: await load(settings, url, value),
        ...(settings.price ? { price: settings.price } : {}),
        ...(named === undefined ? {} : { keyName: named }),
        ...(url === undefined ? {} : { url }),
      };
    },
  };
}

async function load(settings: Settings, url: string | undefined, apiKey: string | undefined): Promise<LanguageModel> {
  const base = url?.replace(/\/+$/, '');
  if (settings.kind === 'anthropic') {
    const { createAnthropic } = await import('@ai-sdk/anthropic');
    return createAnthropic({ apiKey: apiKey ?? '', ...(base === undefined ? {} : { baseURL: base }) })(settings.model);
  }
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  // Ollama answers in OpenAI's form below /v1.
  const baseURL = settings.kind === 'ollama' && !base!.endsWith('/v1') ? `${base}/v1` : base!;
  return createOpenAICompatible({ name: settings.kind, baseURL, ...(apiKey === undefined ? {} : { apiKey }) })(
    settings.model,
  );
}
