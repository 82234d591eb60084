/**
 * The documents a rule can rest on. `number` is the official document number or standard number where there is one;
 * a document published without a formal title carries a describing one.
 */
export const legalDocuments = {
  'registry-operations': { number: null, titleZh: '全国中小学生学籍信息管理系统运行维护管理规则', titleEn: 'Rules on operating and maintaining the national student registry system' },
  'registry-measures': { number: '教基一〔2013〕7号', titleZh: '中小学生学籍管理办法', titleEn: 'Measures for the student registry of primary and secondary schools' },
  'measures-commentary': { number: null, titleZh: '《中小学生学籍管理办法》解读', titleEn: 'Commentary on the student registry measures' },
  'ministry-briefing': { number: null, titleZh: '教育部新闻发布会（2013年8月22日）', titleEn: 'Ministry of Education press briefing of 22 August 2013' },
  'shaanxi-notice': { number: '陕教基二办〔2014〕13号', titleZh: '陕西省关于学籍系统应用与关键业务操作的通知', titleEn: 'Shaanxi notice on using the registry system and its key procedures' },
  'henan-notice': { number: '教基一〔2013〕521号', titleZh: '河南省关于建设中小学生学籍信息管理系统的通知', titleEn: 'Henan notice on building the student registry system' },
  'anhui-measures': { number: null, titleZh: '安徽省中小学生学籍信息化管理办法', titleEn: 'Anhui measures for the electronic student registry' },
  'anhui-system': { number: null, titleZh: '安徽省中小学学籍管理系统功能说明', titleEn: 'Functional description of the Anhui student registry system' },
  'anhui-modules': { number: null, titleZh: '安徽省学籍管理系统说明（学生信息、考勤、课程）', titleEn: 'Description of the Anhui registry modules for pupils, attendance and courses' },
  'school-regulation': { number: null, titleZh: '学校学生学籍管理规定（校级规章）', titleEn: 'Student registry regulation of a school' },
  'preschool-norm': { number: null, titleZh: '全国学前教育管理信息系统二期建设与运行维护规范', titleEn: 'Norm for building and operating phase two of the national preschool system' },
  'school-code-rules': { number: null, titleZh: '各级各类学校（机构）代码编制规则', titleEn: 'Rules for coding schools and institutions of every kind' },
  'system-manual': { number: null, titleZh: '全国中小学生学籍信息管理系统公开操作资料', titleEn: 'Public operating material of the national student registry system' },
  'collection-form': { number: null, titleZh: '学生基础信息采集表', titleEn: 'Form for collecting basic pupil information' },
  'holiday-measures': { number: null, titleZh: '全国年节及纪念日放假办法', titleEn: 'National measures for public holidays' },
  'gb-11643': { number: 'GB 11643-1999', titleZh: '公民身份号码', titleEn: 'Citizen identification number' },
  'gb-t-2260': { number: 'GB/T 2260', titleZh: '中华人民共和国行政区划代码', titleEn: 'Codes for the administrative divisions of China' },
  'gb-t-22239': { number: 'GB/T 22239-2019', titleZh: '信息安全技术 网络安全等级保护基本要求', titleEn: 'Baseline for classified protection of cybersecurity' },
  'system-default': { number: null, titleZh: '本系统缺省规则（法规未作规定，可按省配置）', titleEn: 'Default of this system where the regulations are silent, open to provincial configuration' },
} as const satisfies Record<string, { number: string | null; titleZh: string; titleEn: string }>;

export type LegalDocumentId = keyof typeof legalDocuments;

/** Where a rule comes from; `article` keeps the Chinese notation of the document, e.g. `附件1 §三(一)` or `第16条(二)`. */
export interface Source {
  readonly document: LegalDocumentId;
  readonly article: string;
}

const cite = (document: LegalDocumentId) => (article: string): Source => ({ document, article });

export const operations = cite('registry-operations');
export const measures = cite('registry-measures');
export const commentary = cite('measures-commentary');
export const briefing = cite('ministry-briefing');
export const shaanxi = cite('shaanxi-notice');
export const henan = cite('henan-notice');
export const anhui = cite('anhui-measures');
export const anhuiSystem = cite('anhui-system');
export const anhuiModules = cite('anhui-modules');
export const schoolRegulation = cite('school-regulation');
export const preschool = cite('preschool-norm');
export const schoolCodes = cite('school-code-rules');
export const manual = cite('system-manual');
export const collectionForm = cite('collection-form');
export const holidays = cite('holiday-measures');
export const idNumber = cite('gb-11643');
export const divisionCodes = cite('gb-t-2260');
export const protection = cite('gb-t-22239');
export const systemDefault = cite('system-default');

const articleTerms: readonly (readonly [RegExp, string])[] = [
  [/第(\d+)条/g, 'Art. $1'],
  [/第([\d、]+)条/g, 'Arts $1'],
  [/第\((\d)\)项/g, 'item ($1)'],
  [/第([一二三四五六七八九十])章/g, 'Chapter $1'],
  [/附件/g, 'Annex '],
  [/系统功能/g, 'Functions '],
  [/系统框架/g, 'Framework '],
  [/系统特点/g, 'Features '],
  [/流程/g, ' step '],
  [/主送单位/g, 'addressees'],
  [/开头/g, ' opening'],
  [/结尾/g, ' closing'],
  [/全文/g, 'whole text'],
  [/缺省/g, 'default'],
  [/、/g, ', '],
];
const numerals = '一二三四五六七八九十';

function articleInEnglish(article: string): string {
  const digits = (text: string) => text.replace(/[一二三四五六七八九十]/g, (n) => String(numerals.indexOf(n) + 1));
  return digits(articleTerms.reduce((text, [term, english]) => text.replace(term, english), article)).replace(/\s+/g, ' ').trim();
}

/** One line a reader can look up: `陕教基二办〔2014〕13号《…》附件1 §三(一)`; in English `Title (number), Annex 1 §3(1)`. */
export function citation(source: Source, language: 'zh-CN' | 'en' = 'zh-CN'): string {
  const { number, titleZh, titleEn } = legalDocuments[source.document];
  if (language === 'zh-CN') return `${number ?? ''}《${titleZh}》${source.article}`;
  return `${titleEn}${number ? ` (${number})` : ''}, ${articleInEnglish(source.article)}`;
}
