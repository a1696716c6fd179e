import { fileURLToPath } from 'node:url';
import { mergeConfig } from 'vitest/config';
import config from '../../../vitest.config.ts';

/** The project's own configuration on the samples beside this file, which are no tests of the project. */
export default mergeConfig(
  { ...config, test: { ...config.test, include: ['test/frame/samples/*.sample.ts'] } },
  { test: { root: fileURLToPath(new URL('../../..', import.meta.url)) } },
);
