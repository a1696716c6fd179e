import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { readConfig } from '../../daemon/config.ts';
import { makeFeatureWorld, type FeatureWorld } from '../../daemon/demo/feature-world.ts';
import { writeFeature, type FeaturePart } from '../../daemon/demo/sample-app.ts';
import { openDaemon, type Daemon } from '../../daemon/open.ts';
import { startModelServer, type ModelServer } from './model-server.ts';

/** One half of the feature as a model would answer it; with one thing written otherwise, which must stand in one file of it. */
export async function asAnswer(part: FeaturePart, from = '', to = ''): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'part-'));
  await writeFeature({ directory, remote: '' }, part);
  const texts = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ path: relative(directory, file), text: readFileSync(file, 'utf8') }));
  rmSync(directory, { recursive: true });
  if (from !== '' && texts.filter(({ text }) => text.includes(from)).length !== 1)
    throw new Error(`“${from}” does not stand in one file of the ${part}.`);
  return JSON.stringify({ files: texts.map(({ path, text }) => ({ path, text: text.replace(from, to) })) });
}

/** The world of a feature, with a daemon whose model gives these answers in turn. */
export async function openFeatureByModel(
  answers: readonly string[],
): Promise<{ world: FeatureWorld; daemon: Daemon; models: ModelServer; close(): Promise<void> }> {
  const models = await startModelServer(answers.map((text) => ({ text })));
  const world = await makeFeatureWorld();
  const file = join(world.home, 'config.yaml');
  const config = JSON.parse(readFileSync(file, 'utf8')) as object;
  const one = { kind: 'openai-compatible', url: `${models.url}/v1`, key: 'MODEL_KEY', model: 'm' };
  writeFileSync(file, JSON.stringify({ ...config, models: { one } }));
  mkdirSync(join(world.graph, 'pages'));
  const daemon = await openDaemon(readConfig(world.home), {
    environment: { ...process.env, ...world.secrets, MODEL_KEY: 'k' },
    policy: { trust: false, signToStart: false },
  });
  const close = async (): Promise<void> => {
    await daemon.close();
    await world.stop();
    rmSync(world.root, { recursive: true, force: true });
    await models.close();
  };
  return { world, daemon, models, close };
}
