import { join } from 'node:path';
import { createBuilder } from 'vite';

const ROOT = join(import.meta.dirname, '../..');

/** `client` is the page that Logseq loads, `panel` the one that a daemon serves. */
export type PluginPart = 'client' | 'panel';

/**
 * Builds the plugin as it ships, or a part of it, into a folder; `dist/` unless told otherwise, from where a daemon
 * serves the panel. Returns the folder.
 */
export async function buildPlugin(
  parts: readonly PluginPart[] = ['client', 'panel'],
  into: string = join(ROOT, 'dist'),
): Promise<string> {
  const builder = await createBuilder({
    configFile: join(ROOT, 'plugin/vite.config.ts'),
    logLevel: 'error',
    build: { outDir: into },
  });
  for (const part of parts) await builder.build(builder.environments[part]!);
  return into;
}
