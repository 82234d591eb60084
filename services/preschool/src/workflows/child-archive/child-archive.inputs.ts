import { contradictionsOf, cstDate, hasError, normalizeIdentityNumber, validateIdentityNumber, type CstDay } from '@xueji/standards';
import { Field, ID, InputType, Int } from 'type-graphql';
import type { Child } from '../../child/child.entity';
import { readCode, readDay, readText, refuse } from '../../input-values';

/** All that the electronic archive says, as it is stored. */
export type ArchiveData = { [Key in
  | 'name' | 'sex' | 'birthDate' | 'ethnicity' | 'nationality' | 'identityDocumentType' | 'guardianName' | 'guardianRelationship' | 'guardianPhone'
  | 'paperArchiveKeeper' | 'classId']: NonNullable<Child[Key]> } & Pick<Child, 'identityDocumentNumber'>;

/** What a command on a child carries; each uses its own part. */
export interface ChildInput {
  registration?: { name: string; registeredOn: CstDay };
  archive?: ArchiveData;
  attachments?: string[];
  leftOn?: CstDay;
  reason?: string;
}

@InputType()
export class RegisterChildInput {
  @Field(() => ID) requestId: string;
  @Field(() => String, { description: '姓名' }) name: string;
  @Field(() => String, { nullable: true, description: '登记日期 YYYY-MM-DD，缺省为今天 / today when absent' }) registeredOn?: string | null;
  @Field(() => String, { nullable: true, description: '九月以外录入的理由 / why not in September' }) reason?: string | null;
}

@InputType()
export class ChildGuardianInput {
  @Field(() => String) name: string;
  @Field(() => String, { description: '关系: 1 父亲 2 母亲 3 祖父母或外祖父母 …' }) relationship: string;
  @Field(() => String) phone: string;
}

@InputType()
export class ChildArchiveDataInput {
  @Field(() => String, { description: '姓名' }) name: string;
  @Field(() => String, { description: '性别: 1 男 2 女' }) sex: string;
  @Field(() => String, { description: '出生日期 YYYY-MM-DD' }) birthDate: string;
  @Field(() => String, { description: '民族 (GB/T 3304)' }) ethnicity: string;
  @Field(() => String, { description: '国籍/地区 (GB/T 2659 三字母)' }) nationality: string;
  @Field(() => String, { description: '身份证件类型: 1 居民身份证 … Z 其他' }) identityDocumentType: string;
  @Field(() => String, { nullable: true, description: '身份证件号；类型为 Z 时可空 / may be empty for type Z only' }) identityDocumentNumber?: string | null;
  @Field(() => ChildGuardianInput) guardian: ChildGuardianInput;
  @Field(() => String, { description: '纸质档案保管人或存放处 / who keeps the paper archive, and where' }) paperArchiveKeeper: string;
  @Field(() => ID) classId: string;
}

/** A step that needs nothing but the child. */
@InputType()
export class ChildStepInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) childId: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType()
export class ChildReasonInput extends ChildStepInput {
  @Field(() => String, { nullable: true, description: '理由 / reason' }) reason?: string | null;
}

@InputType()
export class WriteChildArchiveInput extends ChildStepInput {
  @Field(() => ChildArchiveDataInput) archive: ChildArchiveDataInput;
}

@InputType()
export class SubstantiateChildInput extends ChildReasonInput {
  @Field(() => [ID], { description: '家长提供的证明材料 / proof from the parents' }) attachments: string[];
}

@InputType()
export class LeaveKindergartenInput extends ChildReasonInput {
  @Field(() => String, { nullable: true, description: '离园日期 YYYY-MM-DD，缺省为今天 / today when absent' }) leftOn?: string | null;
}

@InputType()
export class GraduatePreschoolClassInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) classId: string;
  @Field(() => String, { nullable: true, description: '七月以外毕业的理由 / why not in July' }) reason?: string | null;
}

const RESIDENT_ID_CARD = '1';
const NO_DOCUMENT = 'Z';

export const readRegistration = ({ name, registeredOn }: RegisterChildInput, now: Date): NonNullable<ChildInput['registration']> => ({
  name: readText('name', name, 50), registeredOn: readDay('registeredOn', registeredOn ?? cstDate(now)),
});

export function readAttachments(attachments: string[]): string[] {
  if (attachments.length > 20) refuse('attachments', { code: 'ATTACHMENTS_TOO_MANY', rule: 'PRE-ARCH-07', zh: '证明材料不超过20份', en: 'Not more than 20 attachments' });
  return attachments.map((attachment) => readText('attachments', attachment, 200));
}

/**
 * The archive as it is stored. Throws a refusal naming the field when a value is malformed, or when number, sex and birth date contradict one
 * another [PRE-ARCH-03].
 */
export function readArchive(input: ChildArchiveDataInput, now: Date, allowSynthetic: boolean): ArchiveData {
  const today = cstDate(now);
  const sex = readCode('sex', 'SEX', input.sex);
  if (sex !== '1' && sex !== '2') refuse('sex', { code: 'CODE_UNKNOWN', rule: 'GEN-DATA-01', zh: '性别须为 1 男或 2 女', en: 'Sex is 1 male or 2 female' });
  const birthDate = readDay('birthDate', input.birthDate);
  if (birthDate > today) refuse('birthDate', { code: 'BIRTH_DATE_IN_FUTURE', rule: 'PRE-ARCH-03', zh: '出生日期不能晚于今天', en: 'The birth date is in the future' });
  const identityDocumentType = readCode('identityDocumentType', 'IDENTITY_DOCUMENT_TYPE', input.identityDocumentType);
  const identityDocumentNumber = readDocumentNumber(input, identityDocumentType);
  if (identityDocumentType === RESIDENT_ID_CARD) {
    const faults = validateIdentityNumber(identityDocumentNumber!, { today, allowSynthetic });
    if (hasError(faults)) refuse('identityDocumentNumber', faults.find((fault) => fault.severity === 'error')!);
    for (const contradiction of contradictionsOf(identityDocumentNumber!, { sex, birthDate })) refuse(contradiction.field, contradiction);
  }
  const { guardian } = input;
  if (!/^\+?[\d -]{5,20}$/.test(guardian.phone.trim())) {
    refuse('guardian.phone', { code: 'PHONE_INVALID', rule: 'GEN-DATA-01', zh: '联系电话应为5至20位数字', en: 'A phone number has 5 to 20 digits' });
  }
  return {
    name: readText('name', input.name, 50), sex, birthDate, identityDocumentType, identityDocumentNumber,
    ethnicity: readCode('ethnicity', 'ETHNICITY', input.ethnicity),
    nationality: readCode('nationality', 'NATIONALITY', input.nationality),
    guardianName: readText('guardian.name', guardian.name, 50),
    guardianRelationship: readCode('guardian.relationship', 'RELATIONSHIP', guardian.relationship),
    guardianPhone: guardian.phone.trim(),
    paperArchiveKeeper: readText('paperArchiveKeeper', input.paperArchiveKeeper, 100),
    classId: input.classId,
  };
}

function readDocumentNumber({ identityDocumentNumber }: ChildArchiveDataInput, type: string): string | null {
  const number = normalizeIdentityNumber(identityDocumentNumber ?? '');
  if (number === '') {
    if (type !== NO_DOCUMENT) refuse('identityDocumentNumber', { code: 'IDENTITY_NUMBER_REQUIRED', rule: 'PRE-ARCH-09', zh: '请填写身份证件号', en: 'The number of the document is wanted' });
    return null;
  }
  if (!/^[\dA-Z()/-]{4,32}$/.test(number)) {
    refuse('identityDocumentNumber', { code: 'IDENTITY_NUMBER_MALFORMED', rule: 'PRE-ARCH-09', zh: '证件号应为4至32位字母或数字', en: 'A document number has 4 to 32 letters or digits' });
  }
  return number;
}
