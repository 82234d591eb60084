import { z } from 'zod';
import { contract } from './contract';

const id = z.string().min(1).max(64);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const level = z.enum(['MINISTRY', 'PROVINCE', 'CITY', 'COUNTY', 'SCHOOL', 'INSTITUTION']);
const stage = z.enum(['PRESCHOOL', 'PRIMARY', 'JUNIOR', 'SENIOR']);

/** What every service keeps of an organisation: enough to scope rows and to find the competent authority. */
export const organizationData = z.object({
  organizationId: id,
  parentId: id.nullable(),
  /** ids from the root, `/cn/b-61/…/` */
  path: z.string().startsWith('/').endsWith('/'),
  level,
  name: z.string(),
  divisionCode: z.string(),
  /** two digits, null for the Ministry */
  province: z.string().length(2).nullable(),
  schoolIdentifier: z.string().length(10).nullable(),
  schoolType: z.string().length(2).nullable(),
  stages: z.array(stage),
  status: z.enum(['ACTIVE', 'PENDING_CODE', 'MERGED', 'CLOSED']),
  /** the bureau one level above a school; null for bureaus */
  competentAuthorityId: id.nullable(),
  version: z.number().int().positive(),
});
export type OrganizationData = z.infer<typeof organizationData>;

export const organizationRegistered = contract('school-codes', 'organization', 'registered', { zh: '机构已建立', en: 'An organisation was registered' }, organizationData);
export const organizationChanged = contract('school-codes', 'organization', 'changed', { zh: '机构信息已变更', en: 'An organisation changed' }, organizationData);

export const accountData = z.object({ accountId: id, duty: z.string(), level, organizationId: id, active: z.boolean() });
export const accountOpened = contract('accounts', 'account', 'opened', { zh: '账号已开通', en: 'An account was opened' }, accountData);
export const accountClosed = contract('accounts', 'account', 'closed', { zh: '账号已停用', en: 'An account was closed' }, accountData);

/** What the services that answer agencies must know of an agreement that is over: nothing but that. */
export const agreementEnded = contract(
  'accounts', 'agreement', 'ended', { zh: '数据共享协议已终止', en: 'A data-sharing agreement was suspended or has expired' },
  z.object({ agreementId: id, state: z.enum(['SUSPENDED', 'EXPIRED']) }),
);
export const agreementApproved = contract(
  'accounts', 'agreement', 'approved', { zh: '数据共享协议已生效', en: 'A data-sharing agreement became active' },
  z.object({ agreementId: id, purpose: z.string(), areaId: id, validUntil: z.iso.datetime() }),
);

const identity = z.object({
  name: z.string(),
  sex: z.enum(['1', '2']),
  birthDate: day,
  documentType: z.string(),
  documentNumber: z.string().nullable(),
  ethnicity: z.string(),
  nationality: z.string(),
});
export type IdentityData = z.infer<typeof identity>;

export const childNumbered = contract(
  'preschool', 'child', 'numbered', { zh: '幼儿已编号建档', en: 'A child archive became active with its lifelong number' },
  z.object({ childId: id, nationalStudentNumber: z.string(), numberType: z.string(), identity, institutionId: id }),
);
export const childLeft = contract(
  'preschool', 'child', 'left', { zh: '幼儿已离园', en: 'A child left the kindergarten without graduating' },
  z.object({ childId: id, institutionId: id, leftOn: day }),
);
export const childGraduated = contract(
  'preschool', 'child', 'graduated', { zh: '幼儿已毕业', en: 'A child graduated from kindergarten' },
  z.object({ childId: id, nationalStudentNumber: z.string(), numberType: z.string(), identity, guardian: z.object({ name: z.string(), relationship: z.string(), phone: z.string() }).nullable(), institutionId: id, graduatedOn: day }),
);
export const handoverRequested = contract(
  'registry', 'handover', 'requested', { zh: '小学已发起交接', en: 'A primary school asked for the hand-over of a child' },
  z.object({ handoverId: id, childId: id, receivingSchoolId: id, requestedOn: day }),
);
export const handoverReleased = contract(
  'preschool', 'handover', 'released', { zh: '幼儿园已配合移交', en: 'The kindergarten released the child' },
  z.object({ handoverId: id, childId: id, institutionId: id, receivingSchoolId: id }),
);
export const handoverDeclined = contract(
  'preschool', 'handover', 'declined', { zh: '交接不能办理', en: 'The hand-over cannot take place' },
  z.object({ handoverId: id, childId: id, receivingSchoolId: id, code: z.string(), rule: z.string() }),
);
export const handoverCompleted = contract(
  'preschool', 'handover', 'completed', { zh: '交接已完成', en: 'The hand-over is complete' },
  z.object({ handoverId: id, childId: id, institutionId: id, receivingSchoolId: id }),
);

export const studentEstablished = contract(
  'registry', 'student', 'established', { zh: '学籍已建立', en: 'A student record was established at a school' },
  z.object({
    studentId: id,
    /** the kindergarten archive that this record continues; null when none is known */
    childId: id.nullable(),
    handoverId: id.nullable(),
    nationalStudentNumber: z.string(),
    name: z.string(),
    schoolId: id,
    stage,
    grade: z.number().int(),
    classId: id,
    via: z.enum(['INTAKE', 'PULL']),
  }),
);
export const studentGraduated = contract(
  'registry', 'student', 'graduated', { zh: '学生已毕业', en: 'A pupil left the last grade of a stage for the graduate pool' },
  z.object({ studentId: id, schoolId: id, stage, outcome: z.enum(['GRADUATED', 'COMPLETED']), graduatedOn: day }),
);
export const studentTransferred = contract(
  'registry', 'student', 'transferred', { zh: '学籍已转接', en: 'Custody of a pupil moved to the receiving school' },
  z.object({ studentId: id, transferId: id, fromSchoolId: id, toSchoolId: id, stage, grade: z.number().int(), classId: id.nullable() }),
);
export const studentTransferRefused = contract(
  'registry', 'student', 'transferRefused', { zh: '学籍转接被拒绝', en: 'The registry refused to move custody' },
  z.object({ studentId: id, transferId: id, code: z.string(), rule: z.string(), zh: z.string(), en: z.string() }),
);
export const studentArchivePacked = contract(
  'registry', 'student', 'archivePacked', { zh: '学生档案已打包待调', en: 'The archive of a pupil was packed for a school of another province' },
  z.object({ studentId: id, transferId: id, /** SHA-256 of the archive's text, hex */ contentHash: z.string().regex(/^[0-9a-f]{64}$/) }),
);
export const studentPullCleared = contract(
  'registry', 'student', 'pullCleared', { zh: '抽取已清除', en: 'Another school\'s pull of the same graduate was cleared' },
  z.object({ studentId: id, pullId: id, schoolId: id, wonBySchoolId: id }),
);

/** The pupil's record is in doubt, or no longer: a pupil can have one open case of each kind. */
export const problemRecordOpened = contract(
  'registry', 'problemRecord', 'opened', { zh: '问题学籍已立案', en: 'A problem record was opened' },
  z.object({ studentId: id, kind: z.string().min(1), openedAt: z.iso.datetime() }),
);
export const problemRecordResolved = contract(
  'registry', 'problemRecord', 'resolved', { zh: '问题学籍已处理', en: 'A problem record was resolved' },
  z.object({ studentId: id, kind: z.string().min(1), resolvedAt: z.iso.datetime() }),
);

const guardianBinding = z.object({ bindingId: id, accountId: id, studentId: id });
export const guardianBindingConfirmed = contract('registry', 'guardianBinding', 'confirmed', { zh: '监护人已绑定', en: 'The school confirmed that an account is of a guardian of the pupil' }, guardianBinding);
export const guardianBindingEnded = contract('registry', 'guardianBinding', 'ended', { zh: '监护人绑定已解除', en: 'An account no longer stands for a guardian of the pupil' }, guardianBinding);

const transferParties = z.object({ transferId: id, studentId: id, outSchoolId: id, inSchoolId: id });
export const transferFiled = contract('transfers', 'transfer', 'filed', { zh: '转学已申请', en: 'A transfer was filed' }, transferParties);
export const transferApproved = contract(
  'transfers', 'transfer', 'approved', { zh: '转学已通过全部审核', en: 'Every review of a transfer was passed' },
  transferParties.extend({ effectiveOn: day, /** class of the receiving school, which it named when it agreed */ classId: id }),
);
export const transferArchiveRequested = contract('transfers', 'transfer', 'archiveRequested', { zh: '已申请调档', en: 'The receiving school asked for the archive of a pupil' }, transferParties);
export const transferArchiveRetrieved = contract(
  'transfers', 'transfer', 'archiveRetrieved', { zh: '已调取毕业生档案', en: 'A school of another province retrieved the archive of a graduate it admitted' },
  transferParties.extend({ effectiveOn: day, /** class of the receiving school, in the first grade of the next stage */ classId: id }),
);
export const transferRejected = contract('transfers', 'transfer', 'rejected', { zh: '转学未获同意', en: 'A transfer was refused' }, transferParties.extend({ atStep: z.string() }));
export const transferWithdrawn = contract('transfers', 'transfer', 'withdrawn', { zh: '转学已撤销', en: 'A transfer was withdrawn' }, transferParties);
export const transferCompleted = contract('transfers', 'transfer', 'completed', { zh: '转学已完成', en: 'A transfer was completed' }, transferParties);

/**
 * Every step of a case, in a topic of its own, for those who watch: ids and area paths of organisations, nothing of a person. `awaits`: who is to act
 * next; absent where nobody is.
 */
export const transferStepTaken = contract(
  'transfers', 'transferStep', 'taken', { zh: '转学已办一步', en: 'A step of a transfer was taken' },
  z.object({ transferId: id, paths: z.array(z.string().startsWith('/').endsWith('/')), awaits: z.object({ organizationId: id, duty: z.string() }).optional() }),
);

export const ticketQueued = contract(
  'helpdesk', 'ticketQueue', 'joined', { zh: '问题单等待受理', en: 'A ticket began to wait at a desk' },
  z.object({ ticketId: id, organizationId: id }),
);
export const ticketMessageWritten = contract(
  'helpdesk', 'ticketMessage', 'written', { zh: '问题单有新消息', en: 'Something was said on a ticket' },
  z.object({ ticketId: id, messageId: id }),
);
export const ticketEscalated = contract(
  'helpdesk', 'ticket', 'escalated', { zh: '问题已提交上级', en: 'A ticket went one level up' },
  z.object({ ticketId: id, fromLevel: level, toLevel: level, organizationId: id }),
);
export const ticketClosed = contract('helpdesk', 'ticket', 'closed', { zh: '问题已解决', en: 'A ticket was closed' }, z.object({ ticketId: id, level }));
export const announcementPublished = contract(
  'helpdesk', 'announcement', 'published', { zh: '公告已发布', en: 'An announcement was published' },
  z.object({ announcementId: id, organizationId: id, recipients: z.number().int() }),
);
