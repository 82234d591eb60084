import { randomUUID } from 'node:crypto';
import { demoOrganization, personas, samplePng } from '@xueji/testing/dist/src/demo';
import { actorFor } from '@xueji/testing/dist/src/kit/actors';
import type { ServiceName } from '../deployment/ground';
import type { Country, Kind } from './country.fixture';
import { PERIOD } from './country.fixture';
import { concerns, may, standsUnder, type Facts, type Person } from './rulebook.fixture';
import { parsed, type Chance, type Door, type GraphAnswer, type Stand } from './stand.fixture';

export type Outcome = 'seen' | 'not found' | 'refused';

/** One record, one person, one way to it. `found` is an outcome, or what else came back. */
export interface Case {
  record: string;
  expected: Outcome;
  found: string;
}

type Duty = (person: Person) => boolean;

/** A way to records of a kind. `go` tries it on some of them at once, as one person. */
export interface Way {
  name: string;
  kind: Kind;
  /** whom the rules let go this way at all */
  duty: Duty;
  go(person: Person, records: Facts[]): Promise<Case[]>;
}

type Concern = (person: Person, facts: Facts) => boolean;

const ALIASES = 15;
const SAMPLE = 25;
const REFUSALS = new Set(['FIELD_FORBIDDEN', 'DUTY_NOT_PERMITTED']);

const expectation = (person: Person, facts: Facts, duty: Duty, concern: Concern): Outcome => (!duty(person) ? 'refused' : concern(person, facts) ? 'seen' : 'not found');
export const actorOfPerson = ({ duty, organizationId }: Person) => actorFor(duty, organizationId);

/** A person of the demonstration country; mostly one who has something to do with a record of this kind, so that all outcomes are met. */
export function somebody(chance: Chance, facts: Facts, duty: (person: Person) => boolean): Person {
  const first = anybody(chance, facts);
  if (chance.next() < 0.15) return first;
  // Whoever may not go the way at all learns nothing about the records.
  for (let tries = 0, person = first; tries < 30; tries += 1, person = anybody(chance, facts)) if (duty(person)) return person;
  return first;
}

function anybody(chance: Chance, facts: Facts): Person {
  if (chance.next() < 0.2) return chance.pick(personas);
  if (facts.owner && chance.next() < 0.4) return personas.find(({ accountId }) => accountId === facts.owner)!;
  const [recipient] = chance.some(facts.recipients ?? [], 1);
  if (recipient && chance.next() < 0.4) return personas.find(({ accountId }) => accountId === recipient)!;
  const around: string[] = [];
  for (const start of [facts.holder, facts.other, facts.addressed]) for (let at: string | null = start ?? null; at !== null; at = demoOrganization(at).parentId) around.push(at);
  const organizationId = chance.pick(around);
  return chance.pick(personas.filter((person) => person.organizationId === organizationId && (person.duty.startsWith('REGISTRY') || chance.next() < 0.2)));
}

/** Splits into parts of at most `size`. */
const parts = <T>(list: readonly T[], size: number): T[][] => Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size));

const codeOf = (answer: GraphAnswer): string | undefined => answer.errors?.[0]?.extensions?.code;
const whole = (answer: GraphAnswer): string | null => (answer.data ? null : REFUSALS.has(codeOf(answer)!) ? 'refused' : `${answer.status} ${codeOf(answer) ?? answer.text.slice(0, 200)}`);

export function ways(stand: Stand, country: Country): Way[] {
  const all: Way[] = [];
  const ask = (door: Door, person: Person, query: string, variables: Record<string, unknown> = {}) => stand.ask(door, actorOfPerson(person), query, variables);

  /** `student(id: …)` at the gateway and at the service itself. */
  function byId(kind: Kind, service: ServiceName, field: string, probe: string, duty: Duty, concern: Concern, argument = 'id'): void {
    for (const door of ['gateway', service] as const) {
      all.push({
        name: `${field} at ${door}`, kind, duty,
        async go(person, records) {
          const cases: Case[] = [];
          for (const some of parts(records, ALIASES)) {
            const variables = Object.fromEntries(some.map(({ id }, at) => [`v${at}`, id]));
            const answer = await ask(door, person, `query ByIds(${some.map((_, at) => `$v${at}: ID!`).join(', ')}) { ${some.map((_, at) => `a${at}: ${field}(${argument}: $v${at}) { ${probe} }`).join(' ')} }`, variables);
            some.forEach((facts, at) => {
              const value = answer.data?.[`a${at}`];
              // Not found is null and nothing more, whether there is such a record elsewhere or not.
              const found = whole(answer) ?? (value ? 'seen' : answer.errors ? `null with ${codeOf(answer)}` : 'not found');
              cases.push({ record: facts.id, expected: expectation(person, facts, duty, concern), found });
            });
          }
          return cases;
        },
      });
    }
  }

  /** The reference door of one subgraph, which the gateway uses for joins. */
  function byReference(kind: Kind, service: ServiceName, type: string, probe: string, duty: Duty, concern: Concern): void {
    all.push({
      name: `_entities ${type} at ${service}`, kind, duty,
      async go(person, records) {
        const asked = [...records, { id: randomUUID(), holder: 'cn' }];
        const answer = await ask(service, person, `query References($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { ${probe} } } }`, { r: asked.map(({ id }) => ({ __typename: type, id })) });
        if (answer.data && answer.data._entities.at(-1) !== null) return [{ record: 'unknown id', expected: 'not found', found: 'seen' }];
        return records.map((facts, at) => ({
          record: facts.id, expected: expectation(person, facts, duty, concern),
          found: whole(answer) ?? (answer.data._entities[at] ? 'seen' : answer.errors ? `null with ${codeOf(answer)}` : 'not found'),
        }));
      },
    });
  }

  /** A list, all pages of it: what stands in it is exactly what the person may see, in order. */
  function byList(kind: Kind, service: ServiceName, field: string, duty: Duty, concern: Concern, { id = 'id', filters = '', of = () => true }: { id?: string; filters?: string; of?: (facts: Facts) => boolean } = {}): void {
    for (const door of ['gateway', service] as const) {
      all.push({
        name: `${field}${filters} at ${door}`, kind, duty,
        async go(person, records) {
          const listed: string[] = [];
          let after: string | null = null;
          let fault: string | null;
          do {
            const answer: GraphAnswer = await ask(door, person, `query List($after: String) { ${field}(first: 100, after: $after${filters && `, ${filters}`}) { edges { node { ${id} } } pageInfo { hasNextPage endCursor } } }`, { after });
            fault = whole(answer);
            if (fault) break;
            const { edges, pageInfo } = answer.data[field];
            listed.push(...edges.map((edge: any) => edge.node[id]));
            after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
          } while (after !== null);
          const found = (facts: Facts) => fault ?? (listed.includes(facts.id) ? 'seen' : 'not found');
          const expected = (facts: Facts): Outcome => expectation(person, facts, duty, (who, each) => of(each) && concern(who, each));
          const cases = records.slice(0, SAMPLE).map((facts) => ({ record: facts.id, expected: expected(facts), found: found(facts) }));
          if (fault) return cases;
          const wanted = country[kind].filter((facts) => expected(facts) === 'seen');
          const extra = listed.filter((each) => !wanted.some((facts) => facts.id === each));
          const missing = wanted.filter((facts) => !listed.includes(facts.id));
          if (extra.length + missing.length > 0 || new Set(listed).size !== listed.length) cases.push({ record: `${extra.length} too many, ${missing.length} missing`, expected: 'seen', found: 'another list' });
          const ranks = listed.map((each) => country[kind].find((facts) => facts.id === each)?.rank).filter((rank) => rank !== undefined);
          if (ranks.some((rank, at) => at > 0 && rank < ranks[at - 1]!)) cases.push({ record: 'order', expected: 'seen', found: 'another order' });
          return cases;
        },
      });
    }
  }

  /** A record reached through another one that the person sees. */
  function byJoin(outer: Kind, inner: Kind, field: string, document: string, read: (data: any) => [outerId: string, inner: unknown][], duty: Duty, concern: Concern): void {
    all.push({
      name: `${field} at gateway`, kind: outer, duty,
      async go(person) {
        const cases: Case[] = [];
        let after: string | null = null;
        do {
          const answer: GraphAnswer = await ask('gateway', person, document, { after });
          const fault = whole(answer);
          if (fault) return [{ record: field, expected: duty(person) ? 'seen' : 'refused', found: fault }];
          for (const [outerId, value] of read(answer.data)) {
            const about = country[outer].find(({ id }) => id === outerId)?.about;
            const facts = country[inner].find(({ id }) => id === about);
            if (facts) cases.push({ record: facts.id, expected: concern(person, facts) ? 'seen' : 'not found', found: value ? 'seen' : 'not found' });
          }
          const [{ pageInfo }] = Object.values(answer.data) as [{ pageInfo: { hasNextPage: boolean; endCursor: string } }];
          after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
        } while (after !== null);
        return cases.slice(0, SAMPLE);
      },
    });
  }

  /** A command with a version that no record has: whoever sees the record is told of the version, and nothing is ever changed. */
  function byCommand(kind: Kind, service: ServiceName, mutation: string, input: string, argument: string, duty: Duty, concern: Concern, more: object = {}): void {
    for (const door of ['gateway', service] as const) {
      all.push({
        name: `${mutation} at ${door}`, kind, duty,
        // One by one: the first refusal ends a mutation of several.
        go: (person, records) => Promise.all(records.slice(0, 5).map(async (facts) => {
          const answer = await ask(door, person, `mutation Command($input: ${input}!) { ${mutation}(input: $input) { __typename } }`, { input: { requestId: randomUUID(), [argument]: facts.id, expectedVersion: 999_999, ...more } });
          const code = codeOf(answer);
          const found = code === 'VERSION_STALE' ? 'seen' : code === 'RECORD_NOT_FOUND' ? 'not found' : REFUSALS.has(code!) ? 'refused' : `${answer.status} ${code ?? answer.text.slice(0, 200)}`;
          return { record: facts.id, expected: expectation(person, facts, duty, concern), found };
        })),
      });
    }
  }

  /** A path beside the graph. */
  function byPath(kind: Kind, name: string, method: string, path: (facts: Facts) => string, duty: Duty, concern: Concern, body?: Buffer): void {
    for (const door of ['gateway', 'registry'] as const) {
      all.push({
        name: `${name} at ${door}`, kind, duty,
        async go(person, records) {
          const headers = await stand.headers(door, actorOfPerson(person));
          return Promise.all(records.slice(0, 6).map(async (facts) => {
            const answer = await stand.send(door, path(facts), { method, headers, ...(body && { body }) });
            const code = answer.status === 200 ? 'seen' : (codeOf({ ...answer, ...parsed(answer.text) }) ?? answer.text.slice(0, 200));
            const found = code === 'seen' || code === 'VERSION_STALE' ? 'seen' : code === 'RECORD_NOT_FOUND' ? 'not found' : REFUSALS.has(code) ? 'refused' : `${answer.status} ${code}`;
            return { record: facts.id, expected: expectation(person, facts, duty, concern), found };
          }));
        },
      });
    }
  }

  const { queryPupils, readIdentity, enter, approveAtSchool, approveAtBureau, readStatistics, manageAccounts, openTickets, answerTickets, draftAnnouncements, auditAnnouncements, signIn } = may;
  const either = (...duties: Duty[]): Duty => (person) => duties.some((duty) => duty(person));
  const reviewsCodes = either(approveAtBureau, readStatistics, (person) => person.duty === 'PROVINCIAL_ADMIN');
  const approves = either(approveAtSchool, approveAtBureau);

  byId('student', 'registry', 'student', 'id name', queryPupils, concerns.held);
  byReference('student', 'registry', 'Student', 'id name', queryPupils, concerns.held);
  byReference('student', 'registry', 'Student', 'id identityDocumentNumberFull', readIdentity, concerns.held);
  byList('student', 'registry', 'students', queryPupils, concerns.held);
  byReference('class', 'registry', 'ClassSection', 'id number', signIn, concerns.held);
  byList('class', 'registry', 'classes', signIn, concerns.held);
  byId('batch', 'registry', 'intakeBatch', 'id fileName', queryPupils, concerns.held);
  byList('batch', 'registry', 'intakeBatches', queryPupils, concerns.held);
  byPath('batch', 'download of an intake', 'GET', ({ id }) => `/downloads/intake/${id}.xlsx`, enter, concerns.own);
  byPath('newcomer', 'upload for a newcomer', 'POST', ({ id }) => `/uploads/pupil-files?requestId=${randomUUID()}&newcomerId=${id}&kind=PHOTO&expectedVersion=999999`, enter, concerns.held, samplePng());
  byId('pull', 'registry', 'newcomerPull', 'id pupilName', queryPupils, concerns.held);
  byList('pull', 'registry', 'newcomerPulls', queryPupils, concerns.held);
  byList('graduation', 'registry', 'graduatePool', queryPupils, concerns.held);
  byList('departure', 'registry', 'departures', queryPupils, concerns.held, { id: 'transferId' });
  byId('archive', 'registry', 'studentArchive', 'transferId content', readIdentity, concerns.archive, 'transferId');
  byList('notice', 'registry', 'notices', queryPupils, concerns.addressed);
  byList('primaryHandover', 'registry', 'primaryHandovers', queryPupils, concerns.held);
  byList('kindergartenGraduate', 'registry', 'kindergartenGraduates', approveAtBureau, concerns.held);
  byCommand('student', 'registry', 'graduateStudent', 'GraduateStudentInput', 'studentId', enter, concerns.held, { outcome: 'GRADUATED' });
  byCommand('pull', 'registry', 'submitNewcomerPull', 'NewcomerPullInput', 'pullId', enter, concerns.held);
  byCommand('pull', 'registry', 'approveNewcomerPull', 'NewcomerPullInput', 'pullId', approveAtBureau, concerns.held);
  byJoin('pull', 'student', 'newcomerPulls.student', 'query Join($after: String) { newcomerPulls(first: 100, after: $after) { edges { node { id student { id name } } } pageInfo { hasNextPage endCursor } } }',
    ({ newcomerPulls }) => newcomerPulls.edges.map(({ node }: any) => [node.id, node.student]), queryPupils, concerns.held);
  byJoin('graduation', 'student', 'graduatePool.student', 'query Join($after: String) { graduatePool(first: 100, after: $after) { edges { node { id student { id name } } } pageInfo { hasNextPage endCursor } } }',
    ({ graduatePool }) => graduatePool.edges.map(({ node }: any) => [node.id, node.student]), queryPupils, concerns.held);

  byId('child', 'preschool', 'child', 'id name', queryPupils, concerns.child);
  byReference('child', 'preschool', 'Child', 'id name', queryPupils, concerns.child);
  byList('child', 'preschool', 'children', queryPupils, concerns.child);
  byId('preschoolClass', 'preschool', 'preschoolClass', 'id name', queryPupils, concerns.held);
  byReference('preschoolClass', 'preschool', 'PreschoolClass', 'id name', queryPupils, concerns.held);
  byList('preschoolClass', 'preschool', 'preschoolClasses', queryPupils, concerns.held);
  byId('handover', 'preschool', 'handover', 'id state', queryPupils, concerns.held);
  byReference('handover', 'preschool', 'PreschoolHandover', 'id state', queryPupils, concerns.held);
  byList('handover', 'preschool', 'handovers', queryPupils, concerns.held);
  byCommand('child', 'preschool', 'graduateChild', 'ChildReasonInput', 'childId', enter, concerns.child, { reason: '示例' });
  byCommand('child', 'preschool', 'reviewChildArchive', 'ChildStepInput', 'childId', approveAtSchool, concerns.child);
  byCommand('handover', 'preschool', 'releaseHandover', 'ReleaseHandoverInput', 'handoverId', enter, concerns.held);
  byJoin('child', 'child', 'children.problem.otherChild', 'query Join($after: String) { children(first: 100, after: $after) { edges { node { id problem { otherChild { id name } } } } pageInfo { hasNextPage endCursor } } }',
    ({ children }) => children.edges.map(({ node }: any) => [node.id, node.problem?.otherChild]), queryPupils, concerns.child);
  byJoin('handover', 'child', 'handovers.child', 'query Join($after: String) { handovers(first: 100, after: $after) { edges { node { id child { id name } } } pageInfo { hasNextPage endCursor } } }',
    ({ handovers }) => handovers.edges.map(({ node }: any) => [node.id, node.child]), queryPupils, concerns.child);

  byId('transfer', 'transfers', 'transferCase', 'id state', queryPupils, concerns.transfer);
  byReference('transfer', 'transfers', 'TransferCase', 'id state', queryPupils, concerns.transfer);
  byList('transfer', 'transfers', 'transferCases', queryPupils, concerns.transfer);
  byList('transfer', 'transfers', 'limbo', either(approveAtBureau, readStatistics), concerns.transfer, { filters: 'olderThan: 1', of: ({ state }) => state === 'MOVING' });
  byList('reminder', 'transfers', 'transferReminders', queryPupils, concerns.addressed, { filters: 'outstanding: false' });
  byList('expectation', 'transfers', 'outgoingPupils', queryPupils, concerns.held, { filters: 'withoutCase: false' });
  byCommand('transfer', 'transfers', 'approveTransfer', 'ApproveTransferInput', 'id', approves, concerns.transfer);
  byCommand('transfer', 'transfers', 'withdrawTransfer', 'WithdrawTransferInput', 'id', enter, concerns.transfer);
  byJoin('transfer', 'student', 'transferCases.student', 'query Join($after: String) { transferCases(first: 100, after: $after) { edges { node { id student { id name } } } pageInfo { hasNextPage endCursor } } }',
    ({ transferCases }) => transferCases.edges.map(({ node }: any) => [node.id, node.student]), queryPupils, concerns.held);
  byJoin('reminder', 'transfer', 'transferReminders.transferCase', 'query Join($after: String) { transferReminders(first: 100, outstanding: false, after: $after) { edges { node { id transferCase { id state } } } pageInfo { hasNextPage endCursor } } }',
    ({ transferReminders }) => transferReminders.edges.map(({ node }: any) => [node.id, node.transferCase]), queryPupils, concerns.transfer);
  byJoin('expectation', 'student', 'outgoingPupils.student', 'query Join($after: String) { outgoingPupils(first: 100, withoutCase: false, after: $after) { edges { node { id student { id name } } } pageInfo { hasNextPage endCursor } } }',
    ({ outgoingPupils }) => outgoingPupils.edges.map(({ node }: any) => [node.id, node.student]), queryPupils, concerns.held);

  byId('ticket', 'helpdesk', 'ticket', 'id subject', openTickets, concerns.ticket);
  byReference('ticket', 'helpdesk', 'Ticket', 'id subject', signIn, concerns.ticket);
  byList('ticket', 'helpdesk', 'tickets', openTickets, concerns.ticket);
  byList('ticket', 'helpdesk', 'ticketQueue', answerTickets, concerns.queue);
  byCommand('ticket', 'helpdesk', 'confirmTicket', 'TicketCommandInput', 'ticketId', openTickets, concerns.ticket);
  byCommand('ticket', 'helpdesk', 'takeTicket', 'TicketCommandInput', 'ticketId', answerTickets, concerns.ticket);
  byReference('announcement', 'helpdesk', 'Announcement', 'id title', signIn, concerns.announcement);
  byList('announcement', 'helpdesk', 'announcements', draftAnnouncements, concerns.announcementAtWork);
  byList('announcement', 'helpdesk', 'myAnnouncements', signIn, concerns.announcementReceived);
  byCommand('announcement', 'helpdesk', 'archiveAnnouncement', 'AnnouncementCommandInput', 'announcementId', auditAnnouncements, concerns.announcementAtWork);

  byId('codeApplication', 'school-codes', 'schoolCodeApplication', 'id state', reviewsCodes, concerns.held);
  byReference('codeApplication', 'school-codes', 'SchoolCodeApplication', 'id state', reviewsCodes, concerns.held);
  byList('codeApplication', 'school-codes', 'schoolCodeApplications', reviewsCodes, concerns.held);
  byCommand('codeApplication', 'school-codes', 'approveSchoolCodeApplication', 'ApproveSchoolCodeApplicationInput', 'applicationId', approveAtBureau, concerns.held);

  byReference('account', 'accounts', 'Account', 'id realName', signIn, concerns.account);
  byList('account', 'accounts', 'accounts', manageAccounts, concerns.held, { filters: 'vacant: false' });

  // A command that the duty allows is still another's by its record; a bulletin counts what the person may see, and no more.
  for (const door of ['gateway', 'transfers'] as const) {
    all.push({
      name: `transferBulletin at ${door}`, kind: 'transfer', duty: readStatistics,
      async go(person, records) {
        const area = records[0]!.holder;
        const answer = await ask(door, person, 'query Bulletin($area: ID!, $from: String!, $to: String!) { transferBulletin(area: $area, from: $from, to: $to) { total { filed } schools(first: 100) { edges { node { school { id } } } } } }', { area, ...PERIOD });
        const expected: Outcome = !readStatistics(person) ? 'refused' : standsUnder(person.organizationId, area) ? 'seen' : 'not found';
        const counted = country.transfer.filter((facts) => standsUnder(area, facts.holder) || standsUnder(area, facts.other!)).length;
        const told = answer.data?.transferBulletin;
        const found = codeOf(answer) === 'RECORD_NOT_FOUND' ? 'not found' : told ? (told.total.filed === counted ? 'seen' : `${told.total.filed} filed, not ${counted}`) : whole(answer)!;
        return [{ record: area, expected, found }];
      },
    });
  }
  all.push({
    name: 'counts of an intake at registry', kind: 'batch', duty: queryPupils,
    async go(person, records) {
      const answer = await ask('registry', person, 'query Counts($id: ID!) { intakeBatch(id: $id) { counts { count } rows(first: 100) { edges { node { id } } } } }', { id: records[0]!.id });
      const told = answer.data?.intakeBatch;
      const rows = told?.rows.edges.length;
      const found = whole(answer) ?? (told ? (told.counts[0].count === 2 && rows === 2 ? 'seen' : `${told.counts[0].count} and ${rows} rows`) : 'not found');
      return [{ record: records[0]!.id, expected: expectation(person, records[0]!, queryPupils, concerns.held), found }];
    },
  });
  return all;
}
