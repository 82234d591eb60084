import type { Actor } from '@xueji/platform';
import type { Rule, Situation } from '@xueji/workflow';
import type { GuardianBinding } from './guardian-binding.entity';
import type { BindingFacts } from './guardian-binding.facts';
import type { BindingInput, RequestBindingInput } from './guardian-binding.inputs';

export type BindingSituation = Situation<GuardianBinding, BindingInput, BindingFacts, Actor>;
type BindingRule = Rule<GuardianBinding, BindingInput, BindingFacts, Actor>;

/** Number and name must both be right: a number alone tells nothing of the pupil. */
export const matchesOnePupil: BindingRule = {
  name: 'name and number are of one pupil',
  cites: 'ACC-PERM-03',
  code: 'GUARDIAN_PUPIL_NOT_FOUND',
  field: 'nationalStudentNumber',
  allows: (s) => s.facts.student !== null,
  message: { zh: '没有姓名和学籍号都相符的学生', en: 'No pupil has this name and number' },
};

export const relationshipIsKnown: BindingRule = {
  name: 'the relationship is one of the intake form',
  cites: 'REG-DATA-06',
  code: 'GUARDIAN_RELATIONSHIP_UNKNOWN',
  field: 'relationship',
  allows: (s) => /^[12349]$/.test((s.input as RequestBindingInput).relationship),
  message: { zh: '关系须为 1 父亲、2 母亲、3 祖父母或外祖父母、4 兄弟姐妹、9 其他', en: 'The relationship is 1 father, 2 mother, 3 grandparent, 4 sibling or 9 other' },
};
