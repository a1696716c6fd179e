import { testContext, type TestContext } from '../../fakes/action-context.ts';
import { workRepository, type WorkRepository } from '../../fakes/repository.ts';

export interface AtWork {
  repository: WorkRepository;
  directory: string;
  context: TestContext;
}

/** A repository without a commit, and what an action sees that works in it. */
export async function atWork(): Promise<AtWork> {
  const repository = await workRepository();
  return { repository, directory: repository.directory, context: await testContext() };
}
