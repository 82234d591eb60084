import { normalizeIdentityNumber } from '@xueji/standards';
import type { EntityManager } from 'typeorm';
import { Student } from '../../student/student.entity';
import type { GuardianBinding } from './guardian-binding.entity';
import type { BindingInput, RequestBindingInput } from './guardian-binding.inputs';

export interface BindingFacts {
  /** the pupil with the name and the number asked for; null when there is none, and once the request is made */
  student: Pick<Student, 'id' | 'schoolId' | 'holderPath'> | null;
}

export async function bindingFacts(manager: EntityManager, { record, input }: { record: GuardianBinding | null; input: BindingInput }): Promise<BindingFacts> {
  if (record) return { student: null };
  const { name, nationalStudentNumber } = input as RequestBindingInput;
  return { student: await manager.findOneBy(Student, { nationalStudentNumber: normalizeIdentityNumber(nationalStudentNumber), name: name.normalize('NFC').trim() }) };
}
