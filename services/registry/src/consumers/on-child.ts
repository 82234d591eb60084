import { childGraduated, childLeft, childNumbered } from '@xueji/contracts';
import { consumer } from '@xueji/platform';
import { keepChild, moveChild } from '../kindergarten';

export const onChildNumbered = consumer(childNumbered, (scope, { data }) => keepChild(scope.manager, data, 'ACTIVE'));

export const onChildGraduated = consumer(childGraduated, (scope, { data }) => keepChild(scope.manager, data, 'GRADUATED'));

export const onChildLeft = consumer(childLeft, (scope, { data }) => moveChild(scope.manager, data.childId, 'LEFT'));
