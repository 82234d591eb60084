import { randomUUID } from 'node:crypto';
import type { Actor } from '@xueji/platform';
import { checkCharacter } from '@xueji/standards';
import { actorFor, type TestAnswer, type TestService } from '@xueji/testing';

export const KINDERGARTEN = 's-1161000101';
export const OTHER_KINDERGARTEN = 's-1161000201';

const INPUT_TYPES: Record<string, string> = {
  createPreschoolClass: 'CreatePreschoolClassInput', registerChild: 'RegisterChildInput', createChildArchive: 'WriteChildArchiveInput', reviewChildArchive: 'ChildStepInput',
  modifyChildArchive: 'WriteChildArchiveInput', substantiateChild: 'SubstantiateChildInput', leaveKindergarten: 'LeaveKindergartenInput',
  graduatePreschoolClass: 'GraduatePreschoolClassInput', releaseHandover: 'ReleaseHandoverInput', reportHandoverDataFault: 'ReportHandoverDataFaultInput',
};

const SELECTIONS: Record<string, string> = {
  createPreschoolClass: 'class { id name }', releaseHandover: 'handover { id state version dueAt }', reportHandoverDataFault: 'handover { id state version dueAt dataFault }',
  graduatePreschoolClass: 'graduated { id state } refused { childId code rule message }',
};

let children = 0;

/** ID number of an invented child. */
export function inventedId(birthDate: string, sex: string, sequence = (children += 1)): string {
  const body = `999902${birthDate.replaceAll('-', '')}${String(((sequence * 2 + (sex === '1' ? 1 : 0)) % 1000)).padStart(3, '0')}`;
  return body + checkCharacter(body);
}

/** An archive of a child that is like no other. */
export function inventedArchive(classId: string, changes: Record<string, unknown> = {}) {
  const [birthDate, sex] = ['2020-05-06', '2'];
  return {
    name: `示例幼儿${(children += 1)}`, sex, birthDate, ethnicity: '01', nationality: 'CHN', identityDocumentType: '1', identityDocumentNumber: inventedId(birthDate, sex),
    guardian: { name: '示例家长', relationship: '2', phone: '000-0000-0000' }, paperArchiveKeeper: '档案室', classId, ...changes,
  };
}

/** Short ways of doing what people do at a kindergarten. */
export function acting(service: TestService) {
  const give = (actor: Actor, mutation: string, input: object): Promise<TestAnswer<any>> => service.query(
    actor,
    `mutation($input: ${INPUT_TYPES[mutation] ?? 'ChildReasonInput'}!) { ${mutation}(input: $input) { ${SELECTIONS[mutation] ?? 'child { id state version dueAt availableCommands }'} } }`,
    { input: { requestId: randomUUID(), ...input } },
  );
  const done = async (actor: Actor, mutation: string, input: object): Promise<any> => {
    const answer = await give(actor, mutation, input);
    if (answer.errors.length > 0) throw new Error(`${mutation}: ${JSON.stringify(answer.errors)}`);
    return answer.data[mutation];
  };
  const clerkOf = (institutionId: string) => actorFor('REGISTRY_ADMIN', institutionId);
  const leaderOf = (institutionId: string) => actorFor('REGISTRY_LEADER', institutionId);

  const createClass = async (institutionId = KINDERGARTEN, name = `班${randomUUID().slice(0, 8)}`): Promise<string> =>
    (await done(clerkOf(institutionId), 'createPreschoolClass', { schoolYear: service.clock.now().getUTCFullYear(), level: 'SENIOR', name })).class.id;
  const register = async (institutionId = KINDERGARTEN): Promise<string> =>
    (await done(clerkOf(institutionId), 'registerChild', { name: '示例幼儿', reason: '测试' })).child.id;
  const draft = async (archive: object, institutionId = KINDERGARTEN): Promise<string> => {
    const childId = await register(institutionId);
    await done(clerkOf(institutionId), 'createChildArchive', { childId, archive });
    return childId;
  };
  const review = (childId: string, institutionId = KINDERGARTEN) => give(leaderOf(institutionId), 'reviewChildArchive', { childId });
  const reviewed = async (archive: object, institutionId = KINDERGARTEN): Promise<{ id: string; state: string }> => {
    const childId = await draft(archive, institutionId);
    return (await done(leaderOf(institutionId), 'reviewChildArchive', { childId })).child;
  };
  const active = async (changes: object = {}, institutionId = KINDERGARTEN): Promise<string> => {
    const child = await reviewed(inventedArchive(await createClass(institutionId), changes as Record<string, unknown>), institutionId);
    if (child.state !== 'ACTIVE') throw new Error(`the child is ${child.state}`);
    return child.id;
  };
  const graduate = async (institutionId = KINDERGARTEN): Promise<string> => {
    const childId = await active({}, institutionId);
    await done(clerkOf(institutionId), 'graduateChild', { childId, reason: '测试' });
    return childId;
  };
  const look = async (actor: Actor, id: string, fields: string): Promise<any> => {
    const answer = await service.query(actor, `query($id: ID!) { child(id: $id) { ${fields} } }`, { id });
    if (answer.errors.length > 0) throw new Error(JSON.stringify(answer.errors));
    return answer.data.child;
  };
  const told = async (type: string, childId: string) => (await service.told()).filter((event) => event.type === type && (event.data as { childId: string }).childId === childId);
  return { give, done, clerkOf, leaderOf, createClass, register, draft, review, reviewed, active, graduate, look, told };
}
