import { randomUUID } from 'node:crypto';
import { studentEstablished } from '@xueji/contracts';
import type { Actor } from '@xueji/platform';
import { actorFor, demoOrganization, type TestAnswer, type TestService } from '@xueji/testing';
import { withUploads } from '../evidence/evidence.fixture';

/** Shaanxi: A and B in one county, C in another county of the city, D in another city. Henan: E, F in two counties of a city. */
export const [A, B, C, D, E, F] = ['s-2161000101', 's-2161000102', 's-2161000201', 's-2161000301', 's-2141000101', 's-2141000201'] as [string, string, string, string, string, string];

export const admin = (id: string) => actorFor('REGISTRY_ADMIN', id);
export const leader = (id: string) => actorFor('REGISTRY_LEADER', id);

/** Named by kind only: `give` has them uploaded. */
export const papers = [{ kind: 'GUARDIAN_APPLICATION' }, { kind: 'HOUSEHOLD_REGISTER' }];

const FIELDS = 'transferCase { id state version dueAt dueFlagged }';
export const FILE = `mutation($input: FileTransferInput!) { fileTransfer(input: $input) { ${FIELDS} } }`;
export const FILE_PROGRESSION = `mutation File($input: FileProgressionInput!) { fileProgression(input: $input) { ${FIELDS} } }`;
export const FILE_ACROSS = `mutation File($input: FileCrossProvinceTransferInput!) { fileCrossProvinceTransfer(input: $input) { ${FIELDS} } }`;
const APPROVE = `mutation($input: ApproveTransferInput!) { approveTransfer(input: $input) { ${FIELDS} } }`;
const REFUSE = `mutation($input: RefuseTransferInput!) { refuseTransfer(input: $input) { ${FIELDS} } }`;
const WITHDRAW = `mutation($input: WithdrawTransferInput!) { withdrawTransfer(input: $input) { ${FIELDS} } }`;

/** What a school sends to file a transfer within its province; `who` as the pupil's id or as the pupil's papers say. */
export const withinProvince = (who: { studentId: string } | { studentNumber: string; name: string }, inSchoolId: string, classId: string | null) =>
  ({ ...who, inSchoolId, classId, reasonCode: 'HOUSEHOLD_MOVED', documents: papers });

/** What the receiving school sends to take in a graduate of another province. */
export const progression = ({ nationalStudentNumber, name }: { nationalStudentNumber: string; name: string }, classId: string) =>
  ({ studentNumber: nationalStudentNumber, name, classId, formalitiesReference: '录取通知书' });

/** What the receiving school sends to take in a pupil of another province, by the pupil's papers. */
export const acrossProvinces = ({ nationalStudentNumber, name }: { nationalStudentNumber: string; name: string }, classId: string) =>
  ({ studentNumber: nationalStudentNumber, name, classId, reasonCode: 'HOUSEHOLD_MOVED', documents: papers });

/** What a case answers to; instants as ISO text. */
export interface GivenCase {
  id: string;
  state: string;
  version: number;
  dueAt: string | null;
  dueFlagged: boolean;
}

/** Pupils and cases of a service under test, made the way a client makes them. */
export function casesOf(service: () => TestService) {
  let counter = 0;
  const give = async (actor: Actor, query: string, input: object, locale?: string): Promise<TestAnswer<any>> =>
    service().query(actor, query, { input: await withUploads(service(), actor, { requestId: randomUUID(), ...input }) }, locale);
  const done = (answer: TestAnswer<any>): any => {
    if (answer.errors.length > 0) throw new Error(JSON.stringify(answer.errors));
    return Object.values(Object.values(answer.data)[0] as object)[0];
  };
  const refused = (answer: TestAnswer<any>) => answer.errors[0]?.extensions ?? { code: 'allowed' };
  const pupil = async (schoolId: string, change: { stage?: 'PRIMARY' | 'JUNIOR' | 'SENIOR'; grade?: number } = {}) => {
    counter += 1;
    const student = { studentId: randomUUID(), nationalStudentNumber: `L99990020170902${String(counter).padStart(4, '0')}`, name: `阿依·测试${counter}` };
    await service().deliver(studentEstablished, student.studentId, { ...student, childId: null, handoverId: null, schoolId, stage: 'PRIMARY', grade: 3, classId: 'c-old', via: 'INTAKE', ...change });
    return student;
  };
  const filed = async (from: string, to: string): Promise<GivenCase & { studentId: string }> => {
    const { studentId } = await pupil(from);
    return { ...done(await give(admin(from), FILE, withinProvince({ studentId }, to, null))), studentId };
  };
  const approved = async (actor: Actor, id: string, classId?: string): Promise<GivenCase> => done(await give(actor, APPROVE, { id, ...(classId && { classId }) }));
  /** A case in Shaanxi's chain, passed by all. */
  const passed = async (from: string, to: string) => {
    const filing = await filed(from, to);
    await approved(leader(to), filing.id, 'c-new');
    for (const bureau of new Set([demoOrganization(from).parentId!, demoOrganization(to).parentId!])) await approved(admin(bureau), filing.id);
    return filing;
  };
  const rejected = async (actor: Actor, id: string): Promise<GivenCase> => done(await give(actor, REFUSE, { id, reasonCode: 'CLASS_FULL', reason: '已满' }));
  const withdrawn = async (actor: Actor, id: string): Promise<GivenCase> => done(await give(actor, WITHDRAW, { id }));
  return { give, done, refused, pupil, filed, approved, passed, rejected, withdrawn };
}
