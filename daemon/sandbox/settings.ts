import { z } from 'zod';
import type { Secrets } from '../secrets/secrets.ts';
import type { SandboxOptions } from './sandbox.ts';

/** `sandbox` in config.yaml. */
export const sandboxSchema = z.strictObject({
  /** Where code runs. Left out: at E2B when there is a key for it, else in the local sandbox. */
  use: z.enum(['local', 'e2b']).optional(),
  'allow-unisolated': z.boolean().optional(),
  e2b: z
    .strictObject({
      /** The name of the secret with the key; E2B_API_KEY by default. */
      key: z.string().min(1),
      'api-url': z.url(),
      'sandbox-url': z.url(),
      domain: z.string().min(1),
      template: z.string().min(1),
    })
    .partial()
    .optional(),
});

/** What the configuration says about sandboxes, with the key to E2B from the person's secrets. */
export function sandboxOptions(
  settings: z.infer<typeof sandboxSchema> = {},
  secrets: Secrets,
): Omit<SandboxOptions, 'process'> {
  const { key = 'E2B_API_KEY', 'api-url': apiUrl, 'sandbox-url': sandboxUrl, domain, template } = settings.e2b ?? {};
  return {
    allowUnisolated: settings['allow-unisolated'] ?? false,
    use: settings.use,
    e2b: {
      keyName: key,
      key: () => secrets.read(key),
      hasKey: () => secrets.has(key),
      apiUrl,
      sandboxUrl,
      domain,
      template,
    },
  };
}
