import { randomUUID } from 'node:crypto';
import { setImmediate as breath } from 'node:timers/promises';
import type { CommandScope } from '@xueji/platform';
import { cstDate, fault, hasError, isKnownDivision, divisionTableVersion, STUDENT_TEMPLATE_78, templateName, validateIntakeRow, type Finding, type IntakeContext, type IntakeValue } from '@xueji/standards';
import { decide } from '@xueji/workflow';
import type { SheetRow } from '../workbook';
import type { NewcomerMatch } from '../workflows/primary-newcomer/primary-newcomer.facts';
import { findingAt, matchFindings } from '../workflows/primary-newcomer/primary-newcomer.rules';
import { primaryNewcomer } from '../workflows/primary-newcomer/primary-newcomer.workflow';
import { copyNewcomers, insertFirstSteps, newcomerLines, type OwnCells, type SharedCells } from './copy-newcomers';
import { IntakeBatch } from './intake-batch.entity';
import type { IntakeSetting } from './intake-setting';
import { findMatches, maybeKnown } from './newcomer-matches';

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
  const { manager, actor, now } = scope;
  const { id: schoolId, path: holderPath } = setting.school!;
  const outcome: IntakeOutcome = { batchId: randomUUID(), rows: 0, accepted: 0, refused: 0 };
  const shared: SharedCells = {
    batchId: outcome.batchId, schoolId, holderPath, formTemplate: TEMPLATE_NAME, enteredBy: { accountId: actor.accountId, realName: actor.realName }, createdAt: now,
  };
  const judge = rowJudge(setting, outcome.batchId, now, allowSynthetic);
  const lineOf = newcomerLines(shared);
  const { cites } = primaryNewcomer.findRow(null, 'import')!;

  /** Writes down what becomes of a row, with what the records of others say of it where they say anything. */
  const settle = (newcomer: OwnCells, match: NewcomerMatch | null): void => {
    if (match) newcomer.findings = [...newcomer.findings, ...matchFindings(newcomer, match)];
    const accepted = !hasError(newcomer.findings);
    const decision = decide(primaryNewcomer, { record: null, actor, input: { accepted }, facts: setting.facts, now, command: 'import' });
    if (!decision.allowed) throw decision.error;
    newcomer.state = decision.to;
    newcomer.accepted = accepted;
    newcomer.childId = accepted ? (match?.child?.id ?? null) : null;
  };
  /** A lot as it will be written if nobody in it is known already, which is nearly always so. */
  const judged = async (rows: readonly SheetRow[]): Promise<Lot> => {
    const lot: Lot = { newcomers: [], lines: [] };
    for (const [nth, row] of rows.entries()) {
      if (nth % ROWS_BETWEEN_BREATHS === 0) await breath();
      const newcomer = judge(row);
      settle(newcomer, null);
      lot.newcomers.push(newcomer);
      lot.lines.push(lineOf(newcomer));
    }
    return lot;
  };
  const keep = async ({ newcomers, lines }: Lot): Promise<void> => {
    const known = await maybeKnown(manager, newcomers.filter((newcomer) => newcomer.accepted));
    const matches = await findMatches(manager, known);
    known.forEach((newcomer, i) => {
      settle(newcomer, matches[i]!);
      lines[newcomers.indexOf(newcomer)] = lineOf(newcomer);
    });
    await copyNewcomers(manager, lines);
    await insertFirstSteps(scope, newcomers, 'import', cites);
    const accepted = newcomers.filter((newcomer) => newcomer.accepted).length;
    outcome.rows += newcomers.length;
    outcome.accepted += accepted;
    outcome.refused += newcomers.length - accepted;
  };
  // The database keeps one lot while the next is read and judged.
  let kept: Promise<void> = Promise.resolve();
  try {
    for await (const rows of sheet) {
      const lot = await judged(rows);
      await kept;
      kept = keep(lot);
      // A fault is met when the next lot is there.
      kept.catch(() => undefined);
    }
  } finally {
    await kept;
  }
  await manager.insert(IntakeBatch, {
    id: outcome.batchId, schoolId, holderPath, year: setting.year, fileName: file.fileName, fileKey: file.fileKey, fileSha256: file.sha256,
    rowCount: outcome.rows, acceptedCount: outcome.accepted, refusedCount: outcome.refused, uploadedBy: shared.enteredBy, createdAt: now,
  });
  scope.audit('newcomer.import', 'intake-batch', outcome.batchId, { sha256: file.sha256, year: setting.year, rows: outcome.rows, accepted: outcome.accepted, refused: outcome.refused });
  return outcome;
}

/** Judging stops that often for what the database says to the lot before. */
const ROWS_BETWEEN_BREATHS = 50;

interface Lot {
  newcomers: OwnCells[];
  lines: string[];
}

/** The same decision as for a row, before any row is read. */
export function assertMayImport({ actor, now }: Pick<CommandScope, 'actor' | 'now'>, { facts }: IntakeSetting): void {
  const decision = decide(primaryNewcomer, { record: null, actor, input: { accepted: false }, facts, now, command: 'import' });
  if (!decision.allowed) throw decision.error;
}

/** A row that is wrong all over is told enough with so many. */
const MOST_FINDINGS = 20;

/** Errors before warnings: what is cut off never decides. */
const mostTelling = (findings: Finding[]): Finding[] =>
  findings.length <= MOST_FINDINGS ? findings : [...findings].sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error')).slice(0, MOST_FINDINGS);

const TEMPLATE = STUDENT_TEMPLATE_78;
const TEMPLATE_NAME = templateName(TEMPLATE);
const POSITIONS = new Map(TEMPLATE.columns.map(({ field }, i) => [field, i]));

/** The text at a field of the template, null where the cell holds none. */
function textAt(values: readonly IntakeValue[], field: string): string | null {
  const value = values[POSITIONS.get(field)!];
  return typeof value === 'string' ? value : null;
}

/** Judges rows one by one, by the form, the school's classes and what the spreadsheet says of its cells; nothing is settled yet. */
function rowJudge({ school, classes }: IntakeSetting, batchId: string, now: Date, allowSynthetic: boolean): (row: SheetRow) => OwnCells {
  const sections = new Map(classes.map((section) => [section.number, section]));
  const context: Omit<IntakeContext, 'rowNumber'> = {
    schoolIdentifier: school!.schoolIdentifier!, schoolName: school!.name, classes: new Map(classes.map(({ number, name }) => [number, name])), today: cstDate(now),
    seenDocumentNumbers: new Map(), allowSynthetic, knownDivision: isKnownDivision, divisionVersion: divisionTableVersion(), template: TEMPLATE,
  };
  return ({ row, cells, notes }) => {
    const { values, findings: ofRow } = validateIntakeRow(cells, { ...context, rowNumber: row });
    const section = sections.get(textAt(values, 'classNumber') ?? '') ?? null;
    const gradeLevel = textAt(values, 'gradeLevel');
    const findings: Finding[] = [...ofRow, ...notes.flatMap(noteFinding)];
    if (section && section.classTeacher === null) findings.push(findingAt('classNumber', fault('CLASS_WITHOUT_TEACHER', 'REG-CLASS-03', `班号${section.number}没有班主任，不能接收学生`, `Class ${section.number} has no class teacher and cannot receive pupils`)));
    if (gradeLevel !== null && gradeLevel !== '1') findings.push(findingAt('gradeLevel', fault('INTAKE_GRADE_DIFFERS', 'REG-ENROL-04', '小学新生的年级应为1', 'A primary newcomer enters grade 1')));
    return {
      // Ids in the order of the sheet keep the indexes together.
      id: `${batchId}-${row}`, state: 'DRAFT', accepted: false, childId: null, row, classId: section?.id ?? null, name: textAt(values, 'name'), sex: textAt(values, 'sex'), birthDate: textAt(values, 'birthDate'), documentType: textAt(values, 'identityDocumentType'),
      documentNumber: textAt(values, 'identityDocumentNumber'), findings: mostTelling(findings), formValues: values,
    };
  };
}

const NOTES = {
  DATE: ['INTAKE_CELL_IS_DATE', '单元格是日期格式，请改为文本', 'is kept as a date; make it text'],
  LONG_NUMBER: ['INTAKE_CELL_ROUNDED', '长数字已被表格软件取整，请改为文本重新填写', 'is a long number that the spreadsheet has rounded; make it text and enter it again'],
  ERROR: ['INTAKE_CELL_ERROR', '单元格是公式错误值', 'holds a formula error'],
} as const;

function noteFinding({ column, kind }: SheetRow['notes'][number]): Finding[] {
  const at = TEMPLATE.columns[column];
  const [code, zh, en] = NOTES[kind];
  return at ? [findingAt(at.field, fault(code, 'REG-DATA-04', `${at.header}：${zh}`, `${at.field} ${en}`))] : [];
}
