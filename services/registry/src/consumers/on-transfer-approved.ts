import { transferApproved } from '@xueji/contracts';
import { consumer } from '@xueji/platform';
import { closeCase, students } from '../workflows/record-status';
import { tellRefusal } from './tell-refusal';

/**
 * Every review is passed; as the owner of the record the registry looks once more and then moves custody, or says why it does not. Either way the case
 * is over for the registry.
 */
export const onTransferApproved = consumer(transferApproved, async (scope, { data }) => {
  const { transferId, studentId, outSchoolId, inSchoolId, classId } = data;
  const verdict = await scope.attempt(students, { command: 'transfer', id: studentId, input: { transferId, outSchoolId, inSchoolId, classId } });
  await closeCase(scope.manager, data);
  if (!verdict.allowed) tellRefusal(scope, data, verdict.error);
});
