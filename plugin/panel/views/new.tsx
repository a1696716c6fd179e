import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { toFailure, type Failure } from '../../../shared/failure.ts';
import type { Problem } from '../../../shared/problem.ts';
import type { WorkflowItem } from '../../../shared/protocol.ts';
import { call, go } from '../app.ts';
import { useAsked } from '../asked.ts';
import { Loading, Page, Trouble } from '../parts/page.tsx';
import { Foreign } from '../parts/text.tsx';

/** The name under which a shipped workflow is read that stands on no page. */
const SHIPPED = 'Stagebook';

/** The workflows that come with Stagebook, to be started without a page. */
export function New(): JSX.Element {
  const { value, failure, again } = useAsked('workflows.list', {});
  return (
    <Page title="Start a workflow">
      <p class="dim">Your own workflows start from their pages in Logseq. These come with Stagebook.</p>
      <Trouble failure={failure} again={again} />
      {!value && !failure && <Loading />}
      <ul class="plain cards">
        {value?.map((item) => (
          <Card key={item.name} item={item} />
        ))}
      </ul>
    </Page>
  );
}

function Card({ item }: { item: WorkflowItem }): JSX.Element {
  const [failure, setFailure] = useState<Failure>();
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const open = async () => {
    setFailure(undefined);
    try {
      const { blocks } = await call('workflows.page', { name: item.name });
      const reading = await call('page.read', { graph: SHIPPED, page: item.title, blocks });
      if (reading?.definition !== undefined) return go({ at: 'start', definition: reading.definition });
      setProblems(reading?.problems ?? []);
    } catch (error) {
      setFailure(toFailure(error));
    }
  };
  return (
    <li class="card">
      <h2>
        <Foreign text={item.title} />
      </h2>
      <p>
        <Foreign text={item.description} />
      </p>
      <ol class="plain stages">
        {item.stages.map((stage, index) => (
          <li key={index} class="pill">
            <Foreign text={stage} />
          </li>
        ))}
      </ol>
      <div>
        <button type="button" onClick={() => void open()}>
          Start…
        </button>
      </div>
      <Trouble failure={failure} />
      {problems.map((problem, index) => (
        <p key={index} class="note bad">
          <Foreign text={problem.message} />
        </p>
      ))}
    </li>
  );
}
