import { createTestEngine } from '../../fakes/engine.ts';
import { callsSuite } from '../../suites/calls.ts';

callsSuite(({ crash, paths } = {}) =>
  createTestEngine({ ...(crash ? { crash } : {}), ...(paths ? { options: { paths } } : {}) }),
);
