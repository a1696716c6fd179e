import { z } from 'zod';
import { placeView } from '../run-view.ts';
import { asJson, defineTool } from '../tool.ts';

/** Where the agent is; for a session that is attached to nothing, what there is to attach to. */
export const currentStage = defineTool({
  name: 'current_stage',
  description: 'The run, the stage in force, the persona you work as, its steps, and what waits for whom.',
  effect: 'read',
  needs: 'nothing',
  input: z.strictObject({}),
  run: (_, { place, means }) => {
    if (place) return placeView(place);
    const runs = means.engine.list({ status: ['running', 'waiting'], limit: 50 });
    const list = runs.map(({ run, number, title, status }) => ({ run, number, title, status }));
    return { attached: false, runs: asJson(list) };
  },
});
