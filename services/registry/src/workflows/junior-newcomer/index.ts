import { isInArea, systemActor, type CommandScope, type RecordCommands } from '@xueji/platform';
import { In, Not } from 'typeorm';
import { NoticeKind, notify } from '../../notices';
import { intakeYearAt } from '../../school-year';
import { newRegionalNumber } from '../../student';
import { graduates } from '../record-status';
import { juniorNewcomerFacts, pulledSchools, type JuniorNewcomerFacts } from './junior-newcomer.facts';
import type { JuniorNewcomerInput } from './junior-newcomer.inputs';
import { juniorNewcomer } from './junior-newcomer.workflow';
import { NewcomerPull } from './newcomer-pull.entity';

export * from './newcomer-pull.entity';
export { juniorNewcomer };

/** The pulls of graduates and the commands on them. The pupil is locked before the pull, so that approvals of one pupil come one after the other. */
export const newcomerPulls: RecordCommands<NewcomerPull, JuniorNewcomerInput, JuniorNewcomerFacts> = {
  recordType: 'newcomer-pull',
  workflow: juniorNewcomer,
  entity: NewcomerPull,
  facts: juniorNewcomerFacts,
  viewFacts: pulledSchools,
  isVisible: (pull, actor) => isInArea(actor, pull.holderPath),
  lockFirst: (manager, pull) => manager.query('select 1 from student where id = $1 for update', [pull.studentId]),
  effects: async (scope, { command, after, facts }) => {
    if (command === 'approve') await enrolGraduate(scope, after, facts);
    if (command === 'clear') await notify(scope, after.schoolId, NoticeKind.PULL_CLEARED, after.id);
  },
};

/** The approved pull takes the graduate out of the pool; every other open pull of the graduate is cleared with it [REG-ENROL-07]. */
async function enrolGraduate(scope: CommandScope, { id, studentId, schoolId, classId }: NewcomerPull, facts: JuniorNewcomerFacts): Promise<void> {
  const regionalStudentNumber = await newRegionalNumber(scope.manager, facts.school!.divisionCode.slice(0, 6), intakeYearAt(scope.now), 'JUNIOR');
  await scope.execute(graduates, { command: 'enrol', id: studentId, input: { schoolId, classId, regionalStudentNumber } });
  const others = await scope.manager.find(NewcomerPull, { where: { studentId, id: Not(id), state: In(['PULLED', 'SUBMITTED']) }, order: { id: 'ASC' } });
  for (const other of others) await scope.as(systemActor).execute(newcomerPulls, { command: 'clear', id: other.id, input: { wonBySchoolId: schoolId } });
}
