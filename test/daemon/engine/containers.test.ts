import { createTestEngine } from '../../fakes/engine.ts';
import { containersSuite } from '../../suites/containers.ts';

containersSuite((crash) => createTestEngine(crash ? { crash } : {}));
