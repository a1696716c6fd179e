import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { artifact, buildOnce } from '../packaging/artifact.ts';
import { buildNpm } from '../packaging/build-npm.ts';
import { buildPython } from '../packaging/build-python.ts';
import { requireNothingPassedOver } from '../packaging/passed-over.ts';
import { readManifest } from '../project/manifest.ts';
import { defineAction } from './action.ts';

const ecosystems = z.enum(['npm', 'python']);
const input = z.strictObject({
  directory: z.string(),
  ecosystem: ecosystems.optional().meta({ description: 'Needed only where both manifests are there.' }),
  isolated: z
    .boolean()
    .default(false)
    .meta({ description: 'Python only: fetch the build tools that the package asks for.' }),
});
const output = z.object({
  package: z.string(),
  version: z.string(),
  ecosystem: ecosystems,
  path: z.string().meta({ description: 'What people install: the tarball, or the wheel.' }),
  artifacts: z.array(artifact),
});

/** Builds the package once; every later step of the run works with these bytes. */
export const packageBuild = defineAction<z.infer<typeof input>, z.infer<typeof output>>({
  name: 'package.build',
  summary: 'Builds the package: the tarball of npm, or wheel and source distribution of Python.',
  effect: 'repeatable',
  input,
  output,
  touches: { paths: ['directory'], programs: ['npm', 'python3', 'git'] },

  async run({ directory, ecosystem, isolated }, context) {
    const manifest = await readManifest(directory, ecosystem);
    await requireNothingPassedOver(directory, context);
    const artifacts = await buildOnce(context, (folder) =>
      manifest.ecosystem === 'npm'
        ? buildNpm(directory, folder, context)
        : buildPython(directory, folder, isolated, context),
    );
    const main = artifacts[0];
    if (!main) throw fail('invalid', 'package.build_failed', `The build of ${directory} has left no package.`);
    return {
      package: manifest.package,
      version: manifest.version,
      ecosystem: manifest.ecosystem,
      path: main.path,
      artifacts,
    };
  },
});
