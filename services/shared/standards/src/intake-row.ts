import { codeTable } from './code-tables';
import { parseCompactDay, type CstDay } from './cst-day';
import { fault, hasError, type Fault, type Finding } from './fault';
import { contradictionsOf, normalizeIdentityNumber, upgradeIdentityNumber, validateIdentityNumber, type SexCode } from './identity-number';
import { STUDENT_TEMPLATE_78, type TemplateColumn, type TemplateVersion, type TextFormat } from './intake-template';
import { validateSchoolIdentifier } from './school-identifier';

/** A family member of the form. Codes are those of the tables the template names. */
export interface IntakeGuardian {
  readonly name: string;
  readonly relationship: string;
  readonly relationshipNote: string | null;
  readonly currentAddress: string;
  readonly householdDivisionCode: string;
  readonly phone: string;
  readonly isGuardian: boolean;
  readonly identityDocumentType: string | null;
  /** Always 18 characters for a resident ID card. */
  readonly identityDocumentNumber: string | null;
  readonly ethnicity: string | null;
  readonly employer: string | null;
  readonly position: string | null;
}

/** One pupil of the form, typed. */
export interface IntakeRecord {
  readonly schoolName: string;
  readonly className: string;
  readonly schoolIdentifier: string;
  readonly name: string;
  readonly sex: SexCode;
  readonly birthDate: CstDay;
  readonly birthplaceDivisionCode: string;
  readonly nativePlace: string;
  readonly ethnicity: string;
  readonly nationality: string;
  readonly identityDocumentType: string;
  readonly identityDocumentNumber: string | null;
  readonly overseasStatus: string;
  readonly healthStatus: string;
  readonly politicalStatus: string | null;
  readonly householdRegistrationType: string;
  readonly householdDivisionCode: string;
  readonly campusNumber: string | null;
  readonly classNumber: string;
  /** `YYYYMM` */
  readonly entryYearMonth: string;
  readonly entryType: string;
  readonly attendanceMode: string;
  readonly currentAddress: string;
  readonly mailingAddress: string;
  readonly homeAddress: string;
  readonly phone: string;
  readonly postalCode: string;
  readonly onlyChild: boolean;
  readonly attendedPreschool: boolean;
  readonly leftBehindChild: string;
  readonly needsFinancialAid: boolean;
  readonly receivesBoardingSubsidy: boolean;
  readonly orphan: boolean;
  readonly martyrOrPreferentialChild: boolean;
  readonly schoolDistanceKm: number | null;
  readonly commuteMode: string | null;
  readonly needsSchoolBus: boolean | null;
  readonly namePinyin: string | null;
  readonly formerName: string | null;
  readonly documentValidity: string | null;
  readonly bloodType: string | null;
  readonly specialty: string | null;
  readonly secondaryStudentNumber: string | null;
  readonly rollNumber: string | null;
  readonly studentSource: string | null;
  readonly email: string | null;
  readonly homepage: string | null;
  readonly disabilityType: string | null;
  readonly governmentPurchasedPlace: boolean | null;
  readonly inclusiveEducation: string | null;
  readonly guardian1: IntakeGuardian;
  readonly guardian2: IntakeGuardian;
  readonly migrantWorkerChild: boolean;
  readonly gradeLevel: string;
  readonly studentCategory: string | null;
  readonly photo: string | null;
}

export interface IntakeContext {
  /** The uploading school; a row of another one is refused. */
  readonly schoolIdentifier: string;
  readonly schoolName: string;
  /** Class number → class name. */
  readonly classes: ReadonlyMap<string, string>;
  readonly today: CstDay;
  /** The row's number in the sheet, for the message of a later duplicate. */
  readonly rowNumber: number;
  /** Who was seen in the file so far → first row; the check adds this row's pupil. One map per file. */
  readonly seenDocumentNumbers: Map<string, number>;
  readonly allowSynthetic?: boolean;
  /** Whether six digits are or ever were a division; without it divisions are checked for their form only. */
  readonly knownDivision?: (code: string) => boolean;
  /** Named in the refusal of an unknown division [CODE-DIV-01]. */
  readonly divisionVersion?: string;
  readonly template?: TemplateVersion;
}

/** A cell as it was understood: null where it is empty or could not be read. */
export type IntakeValue = string | number | boolean | null;

/** `values` stand in the order of the template's columns; `intakeRecord` names them. Warnings refuse nothing. */
export interface IntakeVerdict {
  readonly accepted: boolean;
  readonly values: readonly IntakeValue[];
  readonly findings: readonly Finding[];
}

/** The values of a row under the names of their fields. Only that of an accepted row is an `IntakeRecord`: others lack what could not be read. */
export function intakeRecord(values: readonly IntakeValue[], template: TemplateVersion = STUDENT_TEMPLATE_78): IntakeRecord {
  const record: Record<string, unknown> = {};
  const guardians: [Record<string, unknown>, Record<string, unknown>] = [{}, {}];
  planOf(template).place.forEach(([guardian, field], i) => {
    (guardian === 0 ? record : guardians[guardian - 1]!)[field] = values[i] ?? null;
  });
  [record['guardian1'], record['guardian2']] = guardians;
  return record as unknown as IntakeRecord;
}

const RESIDENT_ID_CARD = '1';
const OTHER_DOCUMENT = 'Z';
// Printable ASCII, plain CJK and full-width punctuation need no closer look.
const PLAIN = /^[\x20-\x7e·\u3001-\u3020\u4e00-\u9fff\uff01-\uff5e]*$/;
// Control, format (zero-width, bidi, BOM) and surrogate characters, line separators, and fillers that show nothing.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u034f\u115f\u1160\u3164\uffa0]/u;

const FORMATS: Readonly<Record<TextFormat, readonly [pattern: RegExp, zh: string, en: string]>> = {
  SCHOOL_IDENTIFIER: [/^\d{10}$/, '应为10位数字', 'must be ten digits'],
  DIVISION_12: [/^\d{12}$/, '应为12位行政区划代码', 'must be a division code of twelve digits'],
  DIVISION: [/^\d{6}(?:\d{6})?$/, '应为6位或12位行政区划代码', 'must be a division code of six or twelve digits'],
  PHONE: [/^\+?\d[\d -]{4,28}$/, '应为电话号码', 'must be a telephone number'],
  POSTAL_CODE: [/^\d{6}$/, '应为6位数字', 'must be six digits'],
  VALIDITY: [/^\d{4}\.\d{2}\.\d{2}-(?:\d{4}\.\d{2}\.\d{2}|长期)$/, '应为YYYY.MM.DD-YYYY.MM.DD', 'must be YYYY.MM.DD-YYYY.MM.DD'],
  EMAIL: [/^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/, '应为电子信箱地址', 'must be an e-mail address'],
  PERSON_NAME: [/^[\p{L}\p{M}][\p{L}\p{M}·•. '’-]*$/u, '应为姓名，不含数字或符号', 'should be a name without digits or signs'],
};

interface Plan {
  readonly columns: readonly TemplateColumn[];
  readonly codes: ReadonlyArray<ReadonlySet<string> | null>;
  readonly at: ReadonlyMap<string, number>;
  /** Guardian number and bare field of each column; 0 for the pupil's own. */
  readonly place: ReadonlyArray<readonly [guardian: 0 | 1 | 2, field: string]>;
}

const plans = new WeakMap<TemplateVersion, Plan>();

function planOf(template: TemplateVersion): Plan {
  let plan = plans.get(template);
  if (!plan) {
    const { columns } = template;
    plan = {
      columns,
      codes: columns.map((c) => (c.codeTable ? new Set(c.codes ?? codeTable(c.codeTable).entries.map(([entry]) => entry)) : null)),
      at: new Map(columns.map((c, i) => [c.field, i])),
      place: columns.map((c) => {
        const member = /^guardian([12])\.(.+)$/.exec(c.field);
        return member ? [member[1] === '1' ? 1 : 2, member[2]!] : [0, c.field];
      }),
    };
    plans.set(template, plan);
  }
  return plan;
}

/**
 * Judges one uploaded row; never throws. Texts are trimmed and brought to NFC. Findings come in column order.
 * Adds the pupil to `context.seenDocumentNumbers`.
 */
export function validateIntakeRow(cells: readonly string[], context: IntakeContext): IntakeVerdict {
  const plan = planOf(context.template ?? STUDENT_TEMPLATE_78);
  const row = new Row(plan, context);
  row.read(cells);
  row.checkSchoolAndClass();
  row.checkPupilDocument();
  row.checkGuardianDocuments();
  row.checkPlausibility();
  row.checkSeen();
  return row.verdict();
}

class Row {
  private readonly values: IntakeValue[];
  private readonly findings: Finding[] = [];

  constructor(private readonly plan: Plan, private readonly context: IntakeContext) {
    this.values = new Array<IntakeValue>(plan.columns.length).fill(null);
  }

  read(cells: readonly string[]): void {
    const { columns } = this.plan;
    for (let i = 0; i < columns.length; i += 1) {
      const column = columns[i]!;
      const written = textOf(cells[i]);
      const plain = PLAIN.test(written);
      const cell = plain ? written.trim() : written.normalize('NFC').trim();
      if (cell !== '') this.values[i] = this.parse(cell, plain, column, i);
      else if (column.required === 'R') {
        this.add(column, fault('INTAKE_REQUIRED', 'REG-DATA-04', `${column.header}不能为空`, `${column.field} is required`));
      }
    }
    for (let i = columns.length; i < cells.length; i += 1) {
      if (textOf(cells[i]).trim() === '') continue;
      this.findings.push({ field: 'row', column: i + 1, ...fault('INTAKE_EXTRA_CELL', 'REG-DATA-04',
        `第${i + 1}列不属于模板`, `Column ${i + 1} is not part of the template`) });
      return;
    }
  }

  private parse(cell: string, plain: boolean, column: TemplateColumn, i: number): IntakeValue {
    if (!plain && INVISIBLE.test(cell)) {
      return this.refuse(column, 'INTAKE_CHARACTER', '含有不可见字符或控制字符', 'has invisible or control characters');
    }
    if (cell.length > column.maxLength && [...cell].length > column.maxLength) {
      return this.refuse(column, 'INTAKE_TOO_LONG', `超过${column.maxLength}个字符`, `is longer than ${column.maxLength} characters`);
    }
    switch (column.type) {
      case 'code':
        if (this.plan.codes[i]!.has(cell)) return cell;
        return this.refuse(column, 'INTAKE_CODE_UNKNOWN', `的代码“${cell}”不在代码表中`, `has code "${cell}", which is not in the list`);
      case 'boolean':
        if (cell === '0' || cell === '1') return cell === '1';
        return this.refuse(column, 'INTAKE_CODE_UNKNOWN', '应为0或1', 'must be 0 or 1');
      case 'date': {
        const day = parseCompactDay(cell);
        if (day === null) return this.refuse(column, 'INTAKE_DATE_INVALID', '应为真实日期YYYYMMDD', 'must be a real date YYYYMMDD');
        if (day > this.context.today) return this.refuse(column, 'INTAKE_DATE_IN_FUTURE', '晚于今天', 'is in the future');
        return day;
      }
      case 'yearMonth':
        if (/^(?:19|20)\d{2}(?:0[1-9]|1[0-2])$/.test(cell)) return cell;
        return this.refuse(column, 'INTAKE_YEAR_MONTH_INVALID', '应为YYYYMM', 'must be YYYYMM');
      case 'decimal':
        if (/^\d{1,4}(?:\.\d{1,2})?$/.test(cell)) return Number(cell);
        return this.refuse(column, 'INTAKE_NUMBER_INVALID', '应为不超过两位小数的数字', 'must be a number with at most two decimals');
      default:
        return this.parseText(cell, column);
    }
  }

  private parseText(cell: string, column: TemplateColumn): IntakeValue {
    const { format } = column;
    if (!format) return cell;
    const [pattern, zh, en] = FORMATS[format];
    if (!pattern.test(cell)) {
      if (format !== 'PERSON_NAME') return this.refuse(column, 'INTAKE_FORMAT', zh, en);
      // Rare names are written in many ways: worth a look, no reason to turn a child away.
      this.add(column, fault('INTAKE_NAME_UNUSUAL', 'REG-DATA-04', `${column.header}${zh}`, `${column.field} ${en}`, 'warning'));
      return cell;
    }
    const { knownDivision, divisionVersion } = this.context;
    if ((format === 'DIVISION' || format === 'DIVISION_12') && knownDivision && !knownDivision(cell.slice(0, 6))) {
      const version = divisionVersion ? { zh: `（${divisionVersion}）`, en: ` (${divisionVersion})` } : { zh: '', en: '' };
      this.add(column, fault('INTAKE_DIVISION_UNKNOWN', 'CODE-DIV-01', `${column.header}${cell.slice(0, 6)}不在行政区划代码表${version.zh}中`,
        `${column.field} ${cell.slice(0, 6)} is not in the division table${version.en}`));
      return null;
    }
    return cell;
  }

  checkSchoolAndClass(): void {
    const { schoolIdentifier, schoolName, classes } = this.context;
    const identifier = this.text('schoolIdentifier');
    if (identifier !== null) {
      for (const found of validateSchoolIdentifier(identifier)) this.report('schoolIdentifier', found);
      if (identifier !== schoolIdentifier) {
        this.report('schoolIdentifier', fault('INTAKE_OTHER_SCHOOL', 'ACC-PERM-03', '学校标识码不是本校的标识码',
          'The school identifier is not that of the uploading school'));
      }
    }
    const name = this.text('schoolName');
    if (name !== null && name !== schoolName.normalize('NFC')) {
      this.report('schoolName', fault('INTAKE_SCHOOL_NAME_DIFFERS', 'REG-DATA-04', '学校名称与学校标识码不符',
        'The school name does not match the school identifier'));
    }
    const classNumber = this.text('classNumber');
    if (classNumber === null) return;
    const className = classes.get(classNumber);
    if (className === undefined) {
      this.report('classNumber', fault('INTAKE_CLASS_UNKNOWN', 'REG-ENROL-03', `班号${classNumber}不存在，请先建班`,
        `Class ${classNumber} does not exist; create it first`));
      return;
    }
    const written = this.text('className');
    if (written !== null && written !== className.normalize('NFC')) {
      this.report('className', fault('INTAKE_CLASS_NAME_DIFFERS', 'REG-ENROL-03', `班级与班号${classNumber}（${className}）不符`,
        `The class name does not match class ${classNumber} (${className})`));
    }
  }

  checkPupilDocument(): void {
    const type = this.text('identityDocumentType');
    const number = this.document('identityDocumentNumber');
    if (number === null) {
      if (type !== null && type !== OTHER_DOCUMENT && !this.refused('identityDocumentNumber')) {
        this.report('identityDocumentNumber', fault('INTAKE_DOCUMENT_REQUIRED', 'REG-DATA-04', '身份证件类型不是“其他”时身份证件号不能为空',
          'The document number is required unless the document type is Z'));
      }
      return;
    }
    if (type !== RESIDENT_ID_CARD) return this.checkOtherDocument('identityDocumentNumber', type, number);
    const faults = validateIdentityNumber(number, this.context);
    for (const found of faults) this.report('identityDocumentNumber', found);
    if (hasError(faults)) return;
    const person = { sex: this.text('sex'), birthDate: this.text('birthDate') };
    for (const { field, ...found } of contradictionsOf(number, person)) this.report(field, found);
  }

  checkGuardianDocuments(): void {
    const pupilHasNone = this.text('identityDocumentNumber') === null && this.text('identityDocumentType') === OTHER_DOCUMENT
      && !this.refused('identityDocumentNumber');
    for (const guardian of ['guardian1', 'guardian2']) {
      const typeField = `${guardian}.identityDocumentType`;
      const numberField = `${guardian}.identityDocumentNumber`;
      const type = this.text(typeField);
      let number = this.document(numberField);
      if (number === null && !this.refused(numberField) && pupilHasNone) {
        this.report(numberField, fault('INTAKE_GUARDIAN_DOCUMENT_REQUIRED', 'REG-NUM-05', '学生无身份证件号时家庭成员身份证件号不能为空',
          "A family member's document number is required when the pupil has none"));
      } else if (number === null && !this.refused(numberField) && type !== null && type !== OTHER_DOCUMENT) {
        this.report(numberField, fault('INTAKE_GUARDIAN_DOCUMENT_EMPTY', 'REG-DATA-04', '已填证件类型但未填证件号',
          'A document type is given without its number', 'warning'));
      }
      if (number === null) continue;
      if (type === null) {
        if (!this.refused(typeField)) {
          this.report(typeField, fault('INTAKE_GUARDIAN_DOCUMENT_TYPE_EMPTY', 'REG-DATA-04', '已填证件号但未填证件类型',
            'A document number is given without its type'));
        }
      } else if (type === RESIDENT_ID_CARD) {
        number = upgradeIdentityNumber(number) ?? number;
        this.values[this.plan.at.get(numberField)!] = number;
        for (const found of validateIdentityNumber(number, this.context)) this.report(numberField, found);
      } else {
        this.checkOtherDocument(numberField, type, number);
      }
    }
  }

  checkPlausibility(): void {
    if (this.value('guardian1.isGuardian') === false && this.value('guardian2.isGuardian') === false) {
      this.report('guardian1.isGuardian', fault('INTAKE_NO_GUARDIAN', 'REG-DATA-04', '两名家庭成员均未标注为监护人',
        'Neither family member is marked as guardian', 'warning'));
    }
    const nationality = this.text('nationality');
    if (nationality !== null && nationality !== 'CHN' && this.text('overseasStatus') === '00') {
      this.report('overseasStatus', fault('INTAKE_OVERSEAS_STATUS_UNLIKELY', 'REG-DATA-13', '国籍/地区不是中国，港澳台侨外却为“否”',
        'The nationality is not Chinese, yet the overseas status is "no"', 'warning'));
    }
  }

  /** One pupil, one row: by document number, or by name, sex and birth date where there is none [REG-ENROL-12]. */
  checkSeen(): void {
    const { seenDocumentNumbers: seen, rowNumber } = this.context;
    const number = this.text('identityDocumentNumber');
    const person = [this.text('name'), this.text('sex'), this.text('birthDate')];
    if (number === null && (person.includes(null) || this.refused('identityDocumentNumber'))) return;
    const key = number ?? person.join('|');
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, rowNumber);
    } else if (number !== null) {
      this.report('identityDocumentNumber', fault('INTAKE_DUPLICATE', 'REG-ENROL-12', `身份证件号与第${first}行重复`,
        `The document number repeats that of row ${first}`));
    } else {
      this.report('name', fault('INTAKE_DUPLICATE', 'REG-ENROL-12', `姓名、性别、出生日期与第${first}行相同，且无身份证件号`,
        `Name, sex and birth date repeat row ${first}, and there is no document number`));
    }
  }

  verdict(): IntakeVerdict {
    const findings = this.findings.sort((a, b) => a.column - b.column);
    return { accepted: !hasError(findings), values: this.values, findings };
  }

  /** A document number in the form it is stored in. */
  private document(field: string): string | null {
    const number = this.text(field);
    if (number === null) return null;
    const stored = normalizeIdentityNumber(number);
    this.values[this.plan.at.get(field)!] = stored;
    return stored;
  }

  private checkOtherDocument(field: string, type: string | null, number: string): void {
    if (type === null || type === OTHER_DOCUMENT || /^[A-Z0-9][A-Z0-9()（）/.-]{3,29}$/.test(number)) return;
    this.report(field, fault('INTAKE_DOCUMENT_FORMAT', 'REG-DATA-13', '身份证件号应为4至30位字母或数字',
      'A document number is 4 to 30 letters or digits'));
  }

  private refuse(column: TemplateColumn, code: string, zh: string, en: string): null {
    this.add(column, fault(code, 'REG-DATA-04', `${column.header}${zh}`, `${column.field} ${en}`));
    return null;
  }

  private refused(field: string): boolean {
    return this.findings.some((f) => f.field === field && f.severity === 'error');
  }

  private report(field: string, found: Fault): void {
    const i = this.plan.at.get(field);
    if (i !== undefined) this.add(this.plan.columns[i]!, found);
  }

  private add(column: TemplateColumn, found: Fault): void {
    this.findings.push({ field: column.field, column: column.position, ...found });
  }

  private value(field: string): IntakeValue {
    const i = this.plan.at.get(field);
    return i === undefined ? null : this.values[i]!;
  }

  private text(field: string): string | null {
    const value = this.value(field);
    return typeof value === 'string' ? value : null;
  }
}

/** Sheets may hand over numbers; anything but text, numbers and booleans is an empty cell. */
function textOf(cell: unknown): string {
  if (typeof cell === 'string') return cell;
  return typeof cell === 'number' || typeof cell === 'boolean' ? String(cell) : '';
}
