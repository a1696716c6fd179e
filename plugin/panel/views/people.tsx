import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { toFailure, type Failure } from '../../../shared/failure.ts';
import type { PersonDevice } from '../../../shared/protocol/calls/people.ts';
import { call, device, say } from '../app.ts';
import { useAsked } from '../asked.ts';
import { exactly } from '../model/time.ts';
import { Empty, Loading, Page, Trouble } from '../parts/page.tsx';
import { Foreign, Section } from '../parts/text.tsx';

/** Who can sign, with which devices, and which plugins are connected. */
export function People(): JSX.Element {
  const people = useAsked('people', {}, ['people']);
  const plugins = useAsked('plugins', {}, ['people']);
  const again = () => {
    people.again();
    plugins.again();
  };
  return (
    <Page title="People and devices">
      <Trouble failure={people.failure ?? plugins.failure} again={again} />
      {!people.value && !people.failure && <Loading />}
      {people.value?.map(({ name, roles, devices }) => (
        <section class="section" key={name}>
          <div class="row">
            <h2>
              <Foreign text={name} />
            </h2>
            {roles.map((role) => (
              <span class="pill" key={role}>
                <Foreign text={role} />
              </span>
            ))}
            {name === device.value?.person && <span class="tag">you</span>}
          </div>
          <Devices devices={devices} own={name === device.value?.person} again={again} />
        </section>
      ))}
      <Section title="Plugins">
        {plugins.value?.length === 0 && (
          <Empty title="No Logseq is connected.">
            <p>
              Connect one: <code>stagebook pair</code>
            </p>
          </Empty>
        )}
        {plugins.value && <Devices devices={plugins.value} own again={again} />}
      </Section>
      <p class="dim">
        Add people in a terminal: <code>stagebook people add</code>
      </p>
    </Page>
  );
}

const KINDS = { terminal: 'Terminal', panel: 'Panel in a browser', plugin: 'Plugin' } as const;

function Devices({
  devices,
  own,
  again,
}: {
  devices: readonly PersonDevice[];
  own: boolean;
  again(): void;
}): JSX.Element {
  return (
    <ul class="plain rows">
      {devices.map((each) => (
        <DeviceRow key={each.device} each={each} own={own} again={again} />
      ))}
    </ul>
  );
}

function DeviceRow({ each, own, again }: { each: PersonDevice; own: boolean; again(): void }): JSX.Element {
  const [sure, setSure] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const here = each.device === device.value?.device;
  const revoke = async () => {
    try {
      await call('devices.revoke', { device: each.device });
      say('Revoked.');
      again();
    } catch (error) {
      setFailure(toFailure(error));
    }
  };
  return (
    <li class={each.revokedAt === undefined ? '' : 'gone'}>
      <div class="grow">
        <div>
          {each.name === undefined ? KINDS[each.kind] : <Foreign text={each.name} />}
          {here && ' '}
          {here && <span class="tag">this browser</span>}
          {each.revokedAt !== undefined && ' '}
          {each.revokedAt !== undefined && <span class="tag bad">revoked</span>}
        </div>
        <div class="dim small">
          <code>{each.device.slice(0, 18)}</code> · since {exactly(each.addedAt)}
          {each.revokedAt !== undefined && ` · revoked ${exactly(each.revokedAt)}`}
        </div>
        <Trouble failure={failure} />
      </div>
      {own && each.revokedAt === undefined && !sure && (
        <button
          type="button"
          onClick={() => setSure(true)}
          aria-label={`Revoke ${each.name ?? KINDS[each.kind]} ${each.device.slice(0, 8)}…`}
        >
          Revoke…
        </button>
      )}
      {sure && each.revokedAt === undefined && (
        <span class="row">
          <button type="button" onClick={() => setSure(false)}>
            Keep
          </button>
          <button type="button" class="danger" onClick={(event) => event.isTrusted && void revoke()}>
            Revoke it
          </button>
        </span>
      )}
    </li>
  );
}
