import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { buildPlugin, type PluginPart } from './build-plugin.ts';
import type { PluginSource } from './host/server.ts';

export interface BuiltPlugin {
  /** Where it is; the panel is in `panel/` if it was asked for. */
  readonly folder: string;
  /** What a double loads. It begins with a port at which no daemon listens. */
  readonly source: PluginSource;
}

/** Builds the plugin once for the tests of a file, as it ships; its folder goes after the last of them. */
export function useBuiltPlugin(...parts: PluginPart[]): BuiltPlugin {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plugin-'));
    await buildPlugin(parts, folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return {
    get folder() {
      return folder;
    },
    get source() {
      return { id: 'stagebook', title: 'Stagebook', files: folder, settings: { port: 1 } };
    },
  };
}
