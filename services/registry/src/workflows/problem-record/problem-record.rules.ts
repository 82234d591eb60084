import type { Actor } from '@xueji/platform';
import type { Rule, Situation } from '@xueji/workflow';
import type { ProblemRecord } from './problem-record.entity';
import type { ProblemFacts } from './problem-record.facts';
import type { ProblemInput, ResolveProblemInput } from './problem-record.inputs';

export type ProblemSituation = Situation<ProblemRecord, ProblemInput, ProblemFacts, Actor>;
type ProblemRule = Rule<ProblemRecord, ProblemInput, ProblemFacts, Actor>;

const sent = (s: ProblemSituation) => s.input as ResolveProblemInput;

export const proofIsSound: ProblemRule = {
  name: 'the resolution comes with proof',
  cites: 'REG-PROB-03',
  code: 'PROBLEM_PROOF_MISSING',
  field: 'proof',
  allows: (s) => sent(s).proof.length >= 1 && sent(s).proof.length <= 20 && sent(s).proof.every(({ fileName, sha256 }) => /^\P{Cc}{1,255}$/u.test(fileName.trim()) && /^[0-9a-f]{64}$/.test(sha256)),
  message: { zh: '须附1至20份证明材料，各有文件名和SHA-256摘要', en: 'Attach 1 to 20 papers, each with a file name and a SHA-256 digest' },
};

/** Key information changes, and records end, by workflows of their own; a case must not claim what none of them did. */
export const resolutionNeedsNoChange: ProblemRule = {
  name: 'the record stands as it is, proven',
  cites: 'REG-KEY-03',
  code: 'PROBLEM_RESOLUTION_UNAVAILABLE',
  field: 'resolution',
  allows: (s) => sent(s).resolution === 'SUBSTANTIATED',
  message: { zh: '变更须经关键信息修改、删除须经学籍注销办理，尚未开放；目前只能佐证', en: 'A change goes by the key-information workflow and a deletion by voiding the record; neither is open yet' },
};

export const levelIsAbove: ProblemRule = {
  name: 'there is a level above',
  cites: 'REG-PROB-03',
  code: 'PROBLEM_AT_TOP_LEVEL',
  allows: (s) => s.facts.superiorId !== null,
  message: { zh: '已由最高一级核查，须作出处理', en: 'The highest level has the case and must decide' },
};
