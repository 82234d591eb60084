import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { graduatingPupils } from '@xueji/registry/dist/seeds/demo/graduating-pupils';
import { demoOrganization, demoOrganizations, personas } from '@xueji/testing/dist/src/demo';
import { actorFor } from '@xueji/testing/dist/src/kit/actors';
import { buildASTSchema, getNamedType, isNonNullType, isObjectType, parse } from 'graphql';
import type { ServiceName } from '../deployment/ground';
import { ROOT } from '../root';
import { frontDoorEffort } from './env';
import { NOW, settleCountry, type Country, type Kind } from './country.fixture';
import { may, standsUnder, type Person } from './rulebook.fixture';
import { chance, DOORS, openStand, type Chance, type Door, type Stand } from './stand.fixture';
import { actorOfPerson, somebody, ways, type Case, type Way } from './ways.fixture';

const { cases: wanted, seed } = frontDoorEffort();

/** What the demonstration itself puts in, whose holder is known from the table alone. */
const SEEDED: [Kind, ServiceName, string][] = [
  ['student', 'registry', 'select id, school_id as holder from student'], ['class', 'registry', 'select id, school_id as holder, number as rank from class_section'],
  ['child', 'preschool', 'select id, institution_id as holder from child'], ['preschoolClass', 'preschool', 'select id, institution_id as holder from preschool_class'],
];

describe('who may see which record', () => {
  let stand: Stand;
  let country: Country;
  let luck: Chance;

  beforeAll(async () => {
    stand = await openStand();
    stand.product.clock.set(new Date(NOW));
    luck = chance(seed);
    await until(async () => (await count('transfers', 'student_projection')) === graduatingPupils.length && (await count('helpdesk', 'ime_account')) === personas.length
      && (await count('transfers', 'organization where version > 0')) === demoOrganizations.length && (await count('registry', 'organization where version > 0')) === demoOrganizations.length
      && (await count('preschool', 'organization where version > 0')) === demoOrganizations.length);
    country = await settleCountry(stand, luck);
    for (const [kind, service, query] of SEEDED) {
      const known = new Set(country[kind].map(({ id }) => id));
      const rows = (await stand.product.services[service].dataSource.query(query)) as { id: string; holder: string; rank?: string }[];
      country[kind].push(...rows.filter(({ id }) => !known.has(id)));
    }
  }, 300_000);
  afterAll(() => stand?.close());

  const count = async (service: ServiceName, rows: string): Promise<number> => (await stand.product.services[service].dataSource.query(`select count(*)::int as count from ${rows}`))[0].count;
  async function until(isSo: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 1200; tries += 1) {
      if (await isSo()) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('waited in vain');
  }

  it(`is the same by every way as by the rules, for ${wanted} random cases [ACC-PERM-03] [TRF-GEN-10] [HLP-DESK-04] [AGY-IF-11]`, async () => {
    const paths = ways(stand, country);
    const differences: (Case & { way: string; who: string })[] = [];
    const tally: Record<string, number> = { seen: 0, 'not found': 0, refused: 0 };
    const perWay = new Map<Way, number>();
    let tried = 0;
    for (let round = 0; tried < wanted || round < paths.length; round += 1) {
      const way = paths[round % paths.length]!;
      const person = somebody(luck, luck.pick(country[way.kind]), way.duty);
      const near = country[way.kind].filter(({ holder }) => standsUnder(person.organizationId, holder));
      const records = luck.some([...new Set([...luck.some(near, 8), ...luck.some(country[way.kind], 7)])], 15);
      for (const each of await way.go(person, records)) {
        tried += 1;
        tally[each.expected]! += 1;
        perWay.set(way, (perWay.get(way) ?? 0) + 1);
        if (each.expected !== each.found) differences.push({ ...each, way: way.name, who: `${person.duty} ${person.organizationId}` });
      }
    }
    process.stdout.write(`record scope: seed ${seed}, ${tried} cases by ${perWay.size} ways: ${JSON.stringify(tally)}, ${differences.length} differences\n`);
    // One of each sort, so that a report of many stays readable.
    expect([...new Map(differences.map((each) => [`${each.way} ${each.expected} ${each.found}`, each])).values()]).toEqual([]);
    // Every outcome was really met; otherwise agreement means little.
    for (const outcome of Object.values(tally)) expect(outcome).toBeGreaterThan(tried / 40);
  }, 3_600_000);

  /** What a field that tells who or where somebody is shows to a duty. */
  interface Hidden {
    service: ServiceName;
    type: string;
    kind: Kind;
    selection: string;
    read(node: any): string;
    /** what stands in the database */
    whole: RegExp;
    /** who sees it whole; others see the beginning of it, or, where there is a masked field beside it, are refused */
    to: (person: Person) => boolean;
    otherwise: 'masked' | 'refused';
    /** a guardian reads it of the own child, which this pupil is not */
    ofOwnChild?: true;
  }
  const ID_NUMBER = /^G?9999\d{13}X$/;
  const HIDDEN: Hidden[] = [
    { service: 'registry', type: 'Student', kind: 'student', selection: 'v: identityDocumentNumber', read: ({ v }) => v, whole: ID_NUMBER, to: () => false, otherwise: 'masked' },
    { service: 'registry', type: 'Student', kind: 'student', selection: 'v: identityDocumentNumberFull', read: ({ v }) => v, whole: ID_NUMBER, to: may.readIdentity, otherwise: 'refused' },
    { service: 'registry', type: 'Student', kind: 'student', selection: 'v: nationalStudentNumber', read: ({ v }) => v, whole: ID_NUMBER, to: () => false, otherwise: 'masked', ofOwnChild: true },
    { service: 'registry', type: 'Student', kind: 'student', selection: 'v: nationalStudentNumberFull', read: ({ v }) => v, whole: ID_NUMBER, to: may.readIdentity, otherwise: 'refused' },
    { service: 'registry', type: 'Student', kind: 'student', selection: 'v: phone', read: ({ v }) => v, whole: /^000-1111-2222$/, to: may.readIdentity, otherwise: 'masked' },
    { service: 'registry', type: 'Student', kind: 'student', selection: 'v: currentAddress', read: ({ v }) => v, whole: /^示例路9号$/, to: may.readIdentity, otherwise: 'masked' },
    { service: 'registry', type: 'Student', kind: 'student', selection: 'v: familyMembers { phone }', read: ({ v }) => v[0].phone, whole: /^000-3333-4444$/, to: may.readIdentity, otherwise: 'masked' },
    { service: 'preschool', type: 'Child', kind: 'child', selection: 'v: identityDocumentNumber', read: ({ v }) => v, whole: ID_NUMBER, to: () => false, otherwise: 'masked' },
    { service: 'preschool', type: 'Child', kind: 'child', selection: 'v: identityDocumentNumberFull', read: ({ v }) => v, whole: ID_NUMBER, to: may.readIdentity, otherwise: 'refused' },
    { service: 'preschool', type: 'Child', kind: 'child', selection: 'v: nationalStudentNumberFull', read: ({ v }) => v, whole: ID_NUMBER, to: may.readIdentity, otherwise: 'refused' },
    { service: 'preschool', type: 'Child', kind: 'child', selection: 'v: guardian { phone }', read: ({ v }) => v.phone, whole: /^000-5555-6666$/, to: may.readIdentity, otherwise: 'masked' },
  ];

  it('shows numbers, addresses and guardians of a pupil to each duty as the rules have it, field by field [ACC-PERM-03]', async () => {
    let cells = 0;
    for (const { service, type, kind, selection, read, whole, to, otherwise, ofOwnChild } of HIDDEN) {
      const facts = country[kind].find(({ id }) => id.startsWith(kind.slice(0, 3)))!;
      const areas = [facts.holder];
      while (areas[0] !== 'cn') areas.unshift(demoOrganization(areas[0]!).parentId!);
      for (const person of personas.filter(({ organizationId }) => areas.includes(organizationId))) {
        cells += 1;
        const { data, errors, text } = await stand.ask(service, actorOfPerson(person), `query Cell($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { id ${selection} } } }`, { r: [{ __typename: type, id: facts.id }] });
        const value = data?._entities[0] ? read(data._entities[0]) : null;
        const found = errors ? errors[0]!.extensions.code : value === null ? 'not found' : whole.test(value) ? 'whole' : /\*{4,}/.test(value) ? 'masked' : value;
        const expected = ofOwnChild && may.followOwnChild(person) ? 'not found' : !may.queryPupils(person) ? 'FIELD_FORBIDDEN' : to(person) ? 'whole' : otherwise === 'masked' ? 'masked' : 'FIELD_FORBIDDEN';
        expect([person.duty, person.organizationId, selection, found]).toEqual([person.duty, person.organizationId, selection, expected]);
        if (found !== 'whole') expect(text).not.toMatch(/9999\d{13}X|1111-2222|3333-4444|5555-6666|路9号/);
      }
    }
    process.stdout.write(`fields: ${cells} cells of duty and field as the rules have them\n`);
  }, 300_000);

  const sdlOf = (door: Door) => readFileSync(door === 'gateway' ? join(ROOT, 'gateway', 'supergraph.graphql') : join(ROOT, 'services', door, 'schema.graphql'), 'utf8');
  const queriesOf = (door: Door) => Object.values(buildASTSchema(parse(sdlOf(door)), { assumeValidSDL: true }).getQueryType()!.getFields()).filter(({ name }) => !name.startsWith('_'));

  it('lets nobody look for a pupil, or put pupils in order, by what the answer would hide', async () => {
    for (const door of DOORS) {
      for (const field of queriesOf(door)) {
        const names = field.args.map(({ name }) => name);
        // Readiness is asked by whoever holds number and name already, and answers neither; the document of a dry run is a policy.
        const hidden = names.filter((name) => /document|identity|phone|address|guardian|birth|health|order|sort/i.test(name) && name !== 'documentKinds' && `${field.name}.${name}` !== 'transferPolicyDryRun.document');
        expect([field.name, hidden]).toEqual([field.name, []]);
      }
      if (door !== 'gateway' && door !== 'registry') continue;
      for (const filter of ['identityDocumentNumber: "x"', 'phone: "x"', 'orderBy: "documentNumber"', 'orderBy: { birthDate: ASC }', 'where: { name: "x" }']) {
        expect(await stand.ask(door, actorFor('REGISTRY_ADMIN', 'b-61'), `{ students(first: 1, ${filter}) { edges { cursor } } }`)).toMatchObject({ status: 400, errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
      }
    }
  });

  it('takes a filter that holds nothing for a mistake, never for all [ACC-PERM-03]', async () => {
    const people = [actorFor('REGISTRY_ADMIN', 'b-61'), actorFor('PROVINCIAL_ADMIN', 'b-61'), actorFor('SUPPORT', 'b-61'), actorFor('REGISTRY_ADMIN', 's-2161000101')];
    let tried = 0;
    for (const door of DOORS) {
      for (const field of queriesOf(door)) {
        const filters = field.args.filter(({ name, type }) => !isNonNullType(type) && name !== 'after' && ['ID', 'String'].includes(getNamedType(type).name));
        const required = field.args.filter(({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined).map(({ name, type }) => `${name}: ${getNamedType(type).name === 'Int' ? 1 : '"x"'}`);
        for (const { name, type } of filters) {
          const isOne = type === getNamedType(type);
          for (const value of isOne ? (getNamedType(type).name === 'ID' ? ['', null] : ['']) : [['']]) {
            const selection = isObjectType(getNamedType(field.type)) ? '{ __typename }' : '';
            const answers = await Promise.all(people.map((person) => stand.ask(door, person, `query Empty($v: ${String(type)}) { ${field.name}(${[...required, `${name}: $v`].join(', ')}) ${selection} }`, { v: value })));
            const told = answers.map(({ data, errors }) => (data?.[field.name] ? 'answered' : errors![0]!.extensions.code)).filter((code) => code !== 'FIELD_FORBIDDEN');
            expect([door, field.name, name, value, [...new Set(told)]]).toEqual([door, field.name, name, value, ['FILTER_EMPTY']]);
            tried += 1;
          }
        }
      }
    }
    process.stdout.write(`filters: ${tried} empty ones refused\n`);
    expect(tried).toBeGreaterThan(40);
  }, 300_000);

  it('finds nothing by an id that is missing, in every table of every service', async () => {
    for (const { dataSource, name } of Object.values(stand.product.services)) {
      for (const { target, primaryColumns } of dataSource.entityMetadatas) {
        const [key] = primaryColumns.map(({ propertyName }) => propertyName) as [string];
        const repository = dataSource.getRepository(target);
        for (const missing of [undefined, null]) {
          for (const ask of [() => repository.findOneBy({ [key]: missing }), () => repository.find({ where: { [key]: missing } as never }), () => repository.countBy({ [key]: missing }), () => repository.existsBy({ [key]: missing })]) {
            const outcome = await Promise.resolve().then<unknown>(ask).then((found) => (found === null || found === 0 || found === false || (Array.isArray(found) && found.length === 0) ? 'nothing' : 'all'), () => 'thrown');
            expect([name, repository.metadata.name, missing, outcome]).toEqual([name, repository.metadata.name, missing, 'thrown']);
          }
        }
      }
    }
  });
});
