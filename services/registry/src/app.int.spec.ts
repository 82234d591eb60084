import { tmpdir } from 'node:os';
import { composeServices } from '@apollo/composition';
import { organizationChanged } from '@xueji/contracts';
import { inCommand, subgraphOf, systemActor } from '@xueji/platform';
import { actorFor, demoOrganization, demoPath, startTestService, type TestService } from '@xueji/testing';
import { parse } from 'graphql';
import { graduatingPupils } from '../seeds/demo/graduating-pupils';
import { registry } from './app';

const definition = registry({ filesDir: tmpdir(), allowSynthetic: true });

describe('the registry with its demonstration data', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService(definition, { demo: true });
  });
  afterAll(() => service.stop());

  const classesOf = async (organizationId: string, schoolId: string) =>
    (await service.query(actorFor('REGISTRY_ADMIN', organizationId), 'query($s: ID!) { classes(first: 100, schoolId: $s, year: 2026) { edges { node { number grade classTeacher } } } }', { s: schoolId })).data.classes.edges.map((edge: any) => edge.node);

  it('has first-grade classes at the other schools of Shaanxi, none at the school that makes its own', async () => {
    expect(await classesOf('b-61', 's-2161000102')).toMatchObject([{ number: '202601', grade: 1, classTeacher: expect.any(String) }, { number: '202602', grade: 1 }]);
    expect(await classesOf('b-61', 's-3161000101')).toMatchObject([{ number: '202601', grade: 7 }, { number: '202602', grade: 7 }]);
    expect(await classesOf('b-61', 's-2161000101')).toEqual([]);
    expect(await classesOf('b-34', 's-2134000101')).toEqual([]);
  });

  it('seeds once however often it starts', async () => {
    const count = async () => (await service.dataSource.query('select (select count(*) from class_section)::int as classes, (select count(*) from student)::int as students'))[0];
    const before = await count();
    await inCommand(service.host, { requestId: 'seed-once-more', actor: systemActor, command: 'seed', input: null, source: 'seed' }, (scope) => definition.seeds!.demo!(scope));
    expect(await count()).toEqual(before);
  });

  it('shows a school\'s pupils and classes to the bureau it moved under, and no longer to the one it left', async () => {
    const { id, name, divisionCode, schoolIdentifier, schoolType } = demoOrganization('s-2161000102');
    const path = `${demoPath('b-610112')}${id}/`;
    await service.deliver(organizationChanged, id, {
      organizationId: id, parentId: 'b-610112', path, level: 'SCHOOL', name, divisionCode, province: '61', schoolIdentifier: schoolIdentifier!, schoolType: schoolType!, stages: ['PRIMARY'], status: 'ACTIVE', competentAuthorityId: 'b-610112', version: 2,
    });
    const pupil = graduatingPupils.find((each) => each.schoolId === id)!;
    const ask = (bureau: string) => service.query(actorFor('REGISTRY_ADMIN', bureau), 'query($id: ID!) { student(id: $id) { name } }', { id: pupil.id });
    expect((await ask('b-610112')).data.student).toEqual({ name: pupil.name });
    expect((await ask('b-610113')).data.student).toBeNull();
    expect(await classesOf('b-610112', id)).toHaveLength(2);
    expect(await classesOf('b-610113', id)).toEqual([]);
  });

  it('is a subgraph that composes', () => {
    expect(composeServices([{ name: 'registry', url: 'http://registry/graphql', typeDefs: parse(subgraphOf(definition).sdl) }]).errors).toBeUndefined();
  });
});
