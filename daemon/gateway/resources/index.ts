import type { GatewayResource } from '../resource.ts';
import { runMemory } from './run-memory.ts';
import { runState } from './run-state.ts';
import { workflowPages } from './workflow-pages.ts';

/** What agents can read as resources. */
export const resources: readonly GatewayResource[] = [workflowPages, runState, runMemory];
