import { z } from 'zod';

const optional = z.string().nullish();

/** `data` of a feature's design page (`page.write_feature_design`). Each writing tells what is new; the rest stays. */
export const featureDesignData = z.strictObject({
  name: z.string().min(1),
  status: z.enum(['designed', 'built', 'in review', 'changes requested', 'merged']).default('designed'),
  /** Who wants what, and what for. */
  story: optional,
  /** What must hold. One that begins with a suite and a colon (`e2e: …`) is done when that suite's gate passed. */
  criteria: z.array(z.string()).nullish(),
  /** An endpoint a line: `POST /api/notices | purpose | request | response`; other lines describe models. */
  contract: optional,
  decisions: z.array(z.string()).nullish(),
  repository: optional,
  branch: optional,
  commit: optional,
  pull_request_url: optional,
  merge_commit: optional,
  /** Of a rejected one. */
  reason: optional,
});
export type FeatureDesignData = z.infer<typeof featureDesignData>;
