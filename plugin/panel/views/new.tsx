import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { toFailure, type Failure } from '../../../shared/failure.ts';
import type { Problem } from '../../../shared/problem.ts';
import type { WorkflowItem } from '../../../shared/protocol/calls/pages.ts';
import { call, go } from '../app.ts';
import { useAsked } from '../asked.ts';
import { Loading, Page, Trouble } from '../parts/page.tsx';
import { Foreign, Section } from '../parts/text.tsx';
import { Suggest } from './suggest.tsx';

/** The name under which a shipped workflow is read that stands on no page. */
const SHIPPED = 'Stagebook';

/** The workflows on the pages of people's graphs, and those that come with Stagebook. */
export function New(): JSX.Element {
  const { value, failure, again } = useAsked('workflows.list', {});
  return (
    <Page title="Start a workflow">
      <Trouble failure={failure} again={again} />
      {!value && !failure && <Loading />}
      <Suggest />
      {value && <Cards title="On your pages" items={value.filter(({ shipped }) => !shipped)} />}
      {value && <Cards title="Come with Stagebook" items={value.filter(({ shipped }) => shipped)} />}
    </Page>
  );
}

function Cards({ title, items }: { title: string; items: readonly WorkflowItem[] }): JSX.Element | null {
  if (items.length === 0) return null;
  return (
    <Section title={title}>
      <ul class="plain cards">
        {items.map((item) => (
          <Card key={`${item.graph ?? ''} ${item.name}`} item={item} />
        ))}
      </ul>
    </Section>
  );
}

function Card({ item }: { item: WorkflowItem }): JSX.Element {
  const [failure, setFailure] = useState<Failure>();
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const open = async () => {
    setFailure(undefined);
    try {
      const { name, title, graph } = item;
      const { blocks } = await call('workflows.page', graph === undefined ? { name } : { name, graph });
      const reading = await call('page.read', { graph: graph ?? SHIPPED, page: title, blocks });
      const definition = reading?.definition;
      if (definition !== undefined) {
        return go(graph === undefined ? { at: 'start', definition } : { at: 'start', definition, graph, page: title });
      }
      setProblems(reading?.problems ?? []);
    } catch (error) {
      setFailure(toFailure(error));
    }
  };
  return (
    <li class="card">
      <h3>
        <Foreign text={item.title} />
      </h3>
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
