import { transferArchiveRetrieved } from '@xueji/contracts';
import { consumer } from '@xueji/platform';
import { intakeYearAt } from '../school-year';
import { newRegionalNumber } from '../student';
import { closeCase, students } from '../workflows/record-status';
import { classFacts, schoolFacts } from '../workflows/record-status/record-status.facts';
import { tellRefusal } from './tell-refusal';

/** A school of another province has admitted a graduate and retrieves the archive: the registry enrols, or says why not. Either way the case is over for it. */
export const onArchiveRetrieved = consumer(transferArchiveRetrieved, async (scope, { data }) => {
  const { transferId, studentId, outSchoolId, inSchoolId, classId } = data;
  const [school, classSection] = [await schoolFacts(scope.manager, inSchoolId), await classFacts(scope.manager, classId)];
  const stage = classSection?.stage === 'SENIOR' ? 'SENIOR' : 'JUNIOR';
  const regionalStudentNumber = school ? await newRegionalNumber(scope.manager, school.divisionCode.slice(0, 6), intakeYearAt(scope.now), stage) : '';
  const verdict = await scope.attempt(students, { command: 'progress', id: studentId, input: { transferId, outSchoolId, inSchoolId, classId, regionalStudentNumber } });
  await closeCase(scope.manager, data);
  if (!verdict.allowed) tellRefusal(scope, data, verdict.error);
});
