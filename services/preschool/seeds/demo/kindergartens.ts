import type { Actor, CommandScope } from '@xueji/platform';
import { cstDate, profileFor } from '@xueji/standards';
import { demoOrganization, demoOrganizations, demoPath } from '@xueji/testing/dist/src/demo';
import { actorFor } from '@xueji/testing/dist/src/kit/actors';
import { Child } from '../../src/child/child.entity';
import { PreschoolClass, PreschoolClassLevel } from '../../src/class/preschool-class.entity';
import { children } from '../../src/workflows/child-archive';
import { readArchive, type ChildArchiveDataInput } from '../../src/workflows/child-archive/child-archive.inputs';

const SAMPLE_INSTITUTION = 's-1161000101';

const schoolYearAt = (now: Date, province: string): number => {
  const today = cstDate(now);
  return Number(today.slice(0, 4)) - (today.slice(5) < profileFor(province, now).graduation.schoolYearStart ? 1 : 0);
};

/** Invented children; their ID numbers are of a division that does not exist. */
const samples: { id: string; className: string; archive: Omit<ChildArchiveDataInput, 'classId'>; isReviewed: boolean }[] = [
  {
    id: 'child-demo-1', className: '大班(1)', isReviewed: true,
    archive: {
      name: '示例禾禾', sex: '1', birthDate: '2020-10-15', ethnicity: '01', nationality: 'CHN', identityDocumentType: '1', identityDocumentNumber: '999902202010150016',
      guardian: { name: '示例家长甲', relationship: '2', phone: '000-0000-0001' }, paperArchiveKeeper: '档案室1号柜',
    },
  },
  {
    id: 'child-demo-2', className: '小班(1)', isReviewed: false,
    archive: {
      name: '示例苗苗', sex: '2', birthDate: '2023-03-20', ethnicity: '01', nationality: 'CHN', identityDocumentType: '1', identityDocumentNumber: '999902202303200021',
      guardian: { name: '示例家长乙', relationship: '1', phone: '000-0000-0002' }, paperArchiveKeeper: '档案室1号柜',
    },
  },
];

/** At the first start school-codes has not told of the institutions yet; what it tells later replaces this. */
async function makeKnown(scope: CommandScope, institutionId: string): Promise<void> {
  const { parentId, level, name, divisionCode, schoolIdentifier, schoolType, stages } = demoOrganization(institutionId);
  await scope.manager.query(
    `insert into organization (id, parent_id, path, level, name, division_code, province, school_identifier, school_type, stages, status, competent_authority_id, version)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'ACTIVE', $2, 0) on conflict do nothing`,
    [institutionId, parentId, demoPath(institutionId), level, name, divisionCode, divisionCode.slice(0, 2), schoolIdentifier, schoolType, stages],
  );
}

const classId = (institutionId: string, schoolYear: number, name: string) => `${institutionId}-${schoolYear}-${name}`;

async function createClasses(scope: CommandScope, institutionId: string, schoolYear: number): Promise<void> {
  for (const [level, name] of [[PreschoolClassLevel.SENIOR, '大班(1)'], [PreschoolClassLevel.JUNIOR, '小班(1)']] as const) {
    const values = { id: classId(institutionId, schoolYear, name), institutionId, path: demoPath(institutionId), schoolYear, level, name, createdAt: scope.now };
    await scope.manager.createQueryBuilder().insert().into(PreschoolClass).values(values).orIgnore().execute();
  }
}

async function createSamples(scope: CommandScope, schoolYear: number): Promise<void> {
  const person = (duty: string): Actor => actorFor(duty, SAMPLE_INSTITUTION);
  const [clerk, leader] = [scope.as(person('REGISTRY_ADMIN')), scope.as(person('REGISTRY_LEADER'))];
  for (const { id, className, archive, isReviewed } of samples) {
    if (await scope.manager.existsBy(Child, { id })) continue;
    await clerk.execute(children, { command: 'register', newId: id, input: { registration: { name: archive.name, registeredOn: cstDate(scope.now) }, reason: '演示数据' } });
    const input = { archive: readArchive({ ...archive, classId: classId(SAMPLE_INSTITUTION, schoolYear, className) }, scope.now, true) };
    await clerk.execute(children, { command: 'createArchive', id, input });
    if (isReviewed) await leader.execute(children, { command: 'reviewArchive', id, input: {} });
  }
}

/** Two classes in each kindergarten of the demonstration country, and in one of them two children: one numbered, one waiting for the leader. */
export async function seedKindergartens(scope: CommandScope): Promise<void> {
  for (const { id, level, divisionCode } of demoOrganizations) {
    if (level === 'INSTITUTION') await createClasses(scope, id, schoolYearAt(scope.now, divisionCode));
  }
  await makeKnown(scope, SAMPLE_INSTITUTION);
  await createSamples(scope, schoolYearAt(scope.now, demoOrganization(SAMPLE_INSTITUTION).divisionCode));
}
