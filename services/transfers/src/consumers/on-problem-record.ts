import { problemRecordOpened, problemRecordResolved } from '@xueji/contracts';
import { consumer } from '@xueji/platform';
import { keepProblem } from '../student/problem.projection';

/** A pupil whose record is in doubt is not transferred before the school that holds it has cleared the doubt. */
export const onProblemRecordOpened = consumer(problemRecordOpened, ({ manager }, { data }) => keepProblem(manager, data));
export const onProblemRecordResolved = consumer(problemRecordResolved, ({ manager }, { data }) => keepProblem(manager, data));
