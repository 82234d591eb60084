import { demoOrganizations, personas } from '@xueji/testing/dist/src/demo';
import { graduatingPupils } from '@xueji/registry/dist/seeds/demo/graduating-pupils';
import { frontDoorEffort } from './env';
import { NOW, settleCountry, type Country, type Kind } from './country.fixture';
import { standsUnder } from './rulebook.fixture';
import { somebody, ways, type Case, type Way } from './ways.fixture';
import { chance, openStand, type Chance, type Stand } from './stand.fixture';
import type { ServiceName } from '../deployment/ground';

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
    const paths = ways(stand, country, luck);
    const differences: (Case & { way: string; who: string })[] = [];
    const tally: Record<string, number> = { seen: 0, 'not found': 0, refused: 0 };
    const perWay = new Map<Way, number>();
    let tried = 0;
    for (let round = 0; tried < wanted || round < paths.length; round += 1) {
      const way = paths[round % paths.length]!;
      const person = somebody(luck, luck.pick(country[way.kind]));
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
    for (const outcome of Object.values(tally)) expect(outcome).toBeGreaterThan(tried / 20);
  }, 3_600_000);
});
