import { transferArchiveRequested } from '@xueji/contracts';
import { consumer } from '@xueji/platform';
import { students } from '../workflows/record-status';
import { tellRefusal } from './tell-refusal';

/** The Ministry has verified the transfer and the receiving school asks for the archive: the giving side packs it, or says why not. Custody stays. */
export const onArchiveRequested = consumer(transferArchiveRequested, async (scope, { data: { transferId, studentId, outSchoolId, inSchoolId } }) => {
  const verdict = await scope.attempt(students, { command: 'packArchive', id: studentId, input: { transferId, outSchoolId, inSchoolId } });
  if (!verdict.allowed) tellRefusal(scope, { transferId, studentId }, verdict.error);
});
