import { isInArea, type RecordCommands } from '@xueji/platform';
import { Student } from '../../student';
import { recordStatusEffects } from './record-status.effects';
import { recordStatusFacts, type RecordStatusFacts } from './record-status.facts';
import type { RecordStatusInput } from './record-status.inputs';
import { recordStatus } from './record-status.workflow';

export * from './graduation.entity';
export * from './open-case.entity';
export * from './record-status.inputs';
export { recordStatus };

/** The records of pupils and the commands on them. */
export const students: RecordCommands<Student, RecordStatusInput, RecordStatusFacts> = {
  recordType: 'student',
  workflow: recordStatus,
  entity: Student,
  facts: recordStatusFacts,
  isVisible: (student, actor) => isInArea(actor, student.holderPath),
  effects: (scope, { command, ...change }) => recordStatusEffects[command]?.(scope, change) ?? Promise.resolve(),
};

/** The same records seen from a pull: the school that pulled has shown name and number, wherever in the province the graduate comes from. */
export const graduates: typeof students = { ...students, isVisible: (student) => student.state === 'GRADUATED' };
