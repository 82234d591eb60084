import { childNumbered } from '@xueji/contracts';
import { actorFor, demoOrganizations, startTestService, type TestService } from '@xueji/testing';
import { seedKindergartens } from '../seeds/demo/kindergartens';
import { inCommand, systemActor } from '@xueji/platform';
import { preschool } from './app';
import { KINDERGARTEN } from './preschool.fixture';

describe('the demonstration data', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService(preschool({ allowSynthetic: true }), { demo: true });
  });
  afterAll(() => service.stop());

  it('gives every kindergarten a senior and a junior class of the school year [PRE-ARCH-08]', async () => {
    const rows = await service.dataSource.query(`select institution_id, array_agg(name || ' ' || level || ' ' || school_year order by name) as classes from preschool_class group by 1`);
    expect(rows).toHaveLength(demoOrganizations.filter(({ level }) => level === 'INSTITUTION').length);
    expect(new Set(rows.map((row: any) => row.classes.join()))).toEqual(new Set(['大班(1) SENIOR 2026,小班(1) JUNIOR 2026']));
  });

  it('has one child numbered and told, and one waiting for the leader, also after a second start', async () => {
    await inCommand(service.host, { requestId: 'seed-again-1', actor: systemActor, command: 'seed', input: null, source: 'seed' }, seedKindergartens);
    const { data } = await service.query(actorFor('REGISTRY_LEADER', KINDERGARTEN), '{ children { edges { node { id state availableCommands } } } }');
    expect(data.children.edges.map((edge: any) => edge.node)).toEqual([
      { id: 'child-demo-1', state: 'ACTIVE', availableCommands: [] }, { id: 'child-demo-2', state: 'DRAFT', availableCommands: ['reviewArchive', 'returnArchive'] },
    ]);
    expect((await service.told()).map((event) => [event.type, event.subject])).toEqual([[childNumbered.type, 'child-demo-1']]);
  });
});
