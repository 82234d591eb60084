import { randomUUID } from 'node:crypto';
import type { CommandScope } from '@xueji/platform';
import { cstDate, fault, hasError, isKnownDivision, divisionTableVersion, STUDENT_TEMPLATE_78, validateIntakeRow, type Finding, type IntakeContext } from '@xueji/standards';
import { decide } from '@xueji/workflow';
import type { SheetRow } from '../workbook';
import type { NewcomerMatch } from '../workflows/primary-newcomer/primary-newcomer.facts';
import type { ImportRow } from '../workflows/primary-newcomer/primary-newcomer.inputs';
import { findingAt, matchFindings } from '../workflows/primary-newcomer/primary-newcomer.rules';
import { primaryNewcomer } from '../workflows/primary-newcomer/primary-newcomer.workflow';
import { insertFirstSteps, insertNewcomers } from './insert-newcomers';
import { IntakeBatch } from './intake-batch.entity';
import type { IntakeSetting } from './intake-setting';
import { findMatches } from './newcomer-matches';
import { Newcomer } from './newcomer.entity';

export interface UploadedFile {
  fileName: string;
  fileKey: string;
  sha256: string;
}

/** What an upload is answered with. */
export interface IntakeOutcome {
  batchId: string;
  rows: number;
  accepted: number;
  refused: number;
}

/**
 * Judges the rows of a workbook and writes them as newcomers of a new batch, a few hundred at a time: memory does not grow with the file. Rows that
 * fail stay as drafts with their findings [REG-ENROL-04]. Throws the refusal when the school may not take in newcomers now; nothing is kept then.
 */
export async function takeIn(scope: CommandScope, setting: IntakeSetting, file: UploadedFile, sheet: AsyncIterable<SheetRow[]>, { allowSynthetic }: { allowSynthetic: boolean }): Promise<IntakeOutcome> {
  assertMayImport(scope, setting);
  const outcome: IntakeOutcome = { batchId: randomUUID(), rows: 0, accepted: 0, refused: 0 };
  const judge = rowJudge(setting, scope.now, allowSynthetic);
  const enteredBy = { accountId: scope.actor.accountId, realName: scope.actor.realName };
  const school = setting.school!;
  const keep = async (drafts: (JudgedRow & { id: string })[]): Promise<void> => {
    const promising = drafts.filter((draft) => !hasError(draft.findings));
    const matches = await findMatches(scope.manager, promising);
    const matchOf = new Map<string, NewcomerMatch>(promising.map((draft, i) => [draft.id, matches[i]!]));
    const newcomers = drafts.map(({ id, ...draft }) => {
      const match = matchOf.get(id);
      const findings = match ? [...draft.findings, ...matchFindings(draft, match)] : draft.findings;
      const accepted = !hasError(findings);
      return imported(scope, setting, id, { ...draft, findings, accepted, childId: accepted ? (match?.child?.id ?? null) : null, batchId: outcome.batchId, schoolId: school.id, holderPath: school.path, enteredBy });
    });
    await insertNewcomers(scope.manager, newcomers);
    const accepted = newcomers.filter((newcomer) => newcomer.accepted).length;
    outcome.rows += newcomers.length;
    outcome.accepted += accepted;
    outcome.refused += newcomers.length - accepted;
  };
  // The database keeps one lot while the next is read and judged.
  let kept: Promise<void> = Promise.resolve();
  try {
    for await (const rows of sheet) {
      const drafts = rows.map((row) => ({ id: randomUUID(), ...judge(row) }));
      await kept;
      kept = keep(drafts);
      // A fault is met when the next lot is there.
      kept.catch(() => undefined);
    }
  } finally {
    await kept;
  }
  await insertFirstSteps(scope, outcome.batchId, 'import', primaryNewcomer.findRow(null, 'import')!.cites);
  await scope.manager.insert(IntakeBatch, {
    id: outcome.batchId, schoolId: school.id, holderPath: school.path, year: setting.year, fileName: file.fileName, fileKey: file.fileKey, fileSha256: file.sha256,
    rowCount: outcome.rows, acceptedCount: outcome.accepted, refusedCount: outcome.refused, uploadedBy: enteredBy, createdAt: scope.now,
  });
  scope.audit('newcomer.import', 'intake-batch', outcome.batchId, { sha256: file.sha256, year: setting.year, rows: outcome.rows, accepted: outcome.accepted, refused: outcome.refused });
  return outcome;
}

/** The same decision as for a row, before any row is read. */
export function assertMayImport({ actor, now }: Pick<CommandScope, 'actor' | 'now'>, { facts }: IntakeSetting): void {
  const decision = decide(primaryNewcomer, { record: null, actor, input: { accepted: false }, facts, now, command: 'import' });
  if (!decision.allowed) throw decision.error;
}

function imported({ actor, now }: CommandScope, { facts }: IntakeSetting, id: string, input: ImportRow): Newcomer {
  const decision = decide(primaryNewcomer, { record: null, actor, input, facts, now, command: 'import' });
  if (!decision.allowed) throw decision.error;
  return Object.assign(new Newcomer(), decision.patch, { id, state: decision.to, version: 1, createdAt: now, updatedAt: now });
}

/** A row that is wrong all over is told enough with so many. */
const MOST_FINDINGS = 20;

/** Errors before warnings: what is cut off never decides. */
const mostTelling = (findings: readonly Finding[]): Finding[] =>
  [...findings.filter((found) => found.severity === 'error'), ...findings.filter((found) => found.severity !== 'error')].slice(0, MOST_FINDINGS);

type JudgedRow = Pick<ImportRow, 'row' | 'classId' | 'name' | 'sex' | 'birthDate' | 'documentType' | 'documentNumber' | 'findings' | 'form'>;

/** Judges rows one by one, by the form, the school's classes and what the spreadsheet says of its cells. */
function rowJudge({ school, classes }: IntakeSetting, now: Date, allowSynthetic: boolean): (row: SheetRow) => JudgedRow {
  const sections = new Map(classes.map((section) => [section.number, section]));
  const context: Omit<IntakeContext, 'rowNumber'> = {
    schoolIdentifier: school!.schoolIdentifier!, schoolName: school!.name, classes: new Map(classes.map(({ number, name }) => [number, name])), today: cstDate(now),
    seenDocumentNumbers: new Map(), allowSynthetic, knownDivision: isKnownDivision, divisionVersion: divisionTableVersion(),
  };
  return ({ row, cells, notes }) => {
    const verdict = validateIntakeRow(cells, { ...context, rowNumber: row });
    const form = verdict.record as Record<string, unknown>;
    const section = sections.get(String(form.classNumber)) ?? null;
    const findings: Finding[] = [...verdict.findings, ...notes.flatMap(noteFinding)];
    if (section && section.classTeacher === null) findings.push(findingAt('classNumber', fault('CLASS_WITHOUT_TEACHER', 'REG-CLASS-03', `班号${section.number}没有班主任，不能接收学生`, `Class ${section.number} has no class teacher and cannot receive pupils`)));
    if (typeof form.gradeLevel === 'string' && form.gradeLevel !== '1') findings.push(findingAt('gradeLevel', fault('INTAKE_GRADE_DIFFERS', 'REG-ENROL-04', '小学新生的年级应为1', 'A primary newcomer enters grade 1')));
    const text = (field: string) => (typeof form[field] === 'string' ? (form[field] as string) : null);
    return {
      row, classId: section?.id ?? null, name: text('name'), sex: text('sex'), birthDate: text('birthDate'), documentType: text('identityDocumentType'),
      documentNumber: text('identityDocumentNumber'), findings: mostTelling(findings), form,
    };
  };
}

const NOTES = {
  DATE: ['INTAKE_CELL_IS_DATE', '单元格是日期格式，请改为文本', 'is kept as a date; make it text'],
  LONG_NUMBER: ['INTAKE_CELL_ROUNDED', '长数字已被表格软件取整，请改为文本重新填写', 'is a long number that the spreadsheet has rounded; make it text and enter it again'],
  ERROR: ['INTAKE_CELL_ERROR', '单元格是公式错误值', 'holds a formula error'],
} as const;

function noteFinding({ column, kind }: SheetRow['notes'][number]): Finding[] {
  const at = STUDENT_TEMPLATE_78.columns[column];
  const [code, zh, en] = NOTES[kind];
  return at ? [findingAt(at.field, fault(code, 'REG-DATA-04', `${at.header}：${zh}`, `${at.field} ${en}`))] : [];
}
