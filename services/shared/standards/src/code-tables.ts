import { COUNTRIES } from './countries';

/** Code, Chinese name, English name. */
export type CodeEntry = readonly [code: string, zh: string, en?: string];

/** One version of a code list. A list is replaced by its next version; a code in use is never taken away. */
export interface CodeTable {
  readonly id: CodeTableId;
  /** The standard or form the codes come from. */
  readonly standard: string;
  readonly version: string;
  /** How far the list is to be trusted. */
  readonly source: 'PUBLISHED' | 'FORM' | 'TRANSCRIPTION' | 'OURS';
  readonly entries: readonly CodeEntry[];
}

const JYT = 'JY/T 1001';

/*
 * PUBLISHED: a national standard, several public copies agree. FORM: as printed on the collection form.
 * TRANSCRIPTION: copies of JY/T 1001 made by others; the official text was not seen. OURS: filled in where sources are silent.
 */
const TABLES = {
  SEX: { standard: 'GB/T 2261.1', version: '2003', source: 'PUBLISHED', entries: [
    ['0', '未知', 'Unknown'], ['1', '男', 'Male'], ['2', '女', 'Female'], ['9', '未说明', 'Not stated']] },
  YES_NO: { standard: '学籍模板', version: '2014', source: 'FORM', entries: [['0', '否', 'No'], ['1', '是', 'Yes']] },
  ETHNICITY: { standard: 'GB/T 3304', version: '1991', source: 'PUBLISHED', entries: [
    ['01', '汉族', 'Han'], ['02', '蒙古族', 'Mongol'], ['03', '回族', 'Hui'], ['04', '藏族', 'Tibetan'], ['05', '维吾尔族', 'Uygur'],
    ['06', '苗族', 'Miao'], ['07', '彝族', 'Yi'], ['08', '壮族', 'Zhuang'], ['09', '布依族', 'Bouyei'], ['10', '朝鲜族', 'Korean'],
    ['11', '满族', 'Manchu'], ['12', '侗族', 'Dong'], ['13', '瑶族', 'Yao'], ['14', '白族', 'Bai'], ['15', '土家族', 'Tujia'],
    ['16', '哈尼族', 'Hani'], ['17', '哈萨克族', 'Kazak'], ['18', '傣族', 'Dai'], ['19', '黎族', 'Li'], ['20', '傈僳族', 'Lisu'],
    ['21', '佤族', 'Va'], ['22', '畲族', 'She'], ['23', '高山族', 'Gaoshan'], ['24', '拉祜族', 'Lahu'], ['25', '水族', 'Sui'],
    ['26', '东乡族', 'Dongxiang'], ['27', '纳西族', 'Naxi'], ['28', '景颇族', 'Jingpo'], ['29', '柯尔克孜族', 'Kirgiz'], ['30', '土族', 'Tu'],
    ['31', '达斡尔族', 'Daur'], ['32', '仫佬族', 'Mulao'], ['33', '羌族', 'Qiang'], ['34', '布朗族', 'Blang'], ['35', '撒拉族', 'Salar'],
    ['36', '毛南族', 'Maonan'], ['37', '仡佬族', 'Gelao'], ['38', '锡伯族', 'Xibe'], ['39', '阿昌族', 'Achang'], ['40', '普米族', 'Pumi'],
    ['41', '塔吉克族', 'Tajik'], ['42', '怒族', 'Nu'], ['43', '乌孜别克族', 'Uzbek'], ['44', '俄罗斯族', 'Russian'], ['45', '鄂温克族', 'Ewenki'],
    ['46', '德昂族', 'Deang'], ['47', '保安族', 'Bonan'], ['48', '裕固族', 'Yugur'], ['49', '京族', 'Gin'], ['50', '塔塔尔族', 'Tatar'],
    ['51', '独龙族', 'Derung'], ['52', '鄂伦春族', 'Oroqen'], ['53', '赫哲族', 'Hezhen'], ['54', '门巴族', 'Monba'], ['55', '珞巴族', 'Lhoba'],
    ['56', '基诺族', 'Jino'], ['97', '其他', 'Other'], ['98', '外国血统中国籍人士', 'Chinese national of foreign descent']] },
  NATIONALITY: { standard: 'GB/T 2659', version: '2000', source: 'PUBLISHED', entries: COUNTRIES },
  PROVINCE: { standard: 'GB/T 2260', version: '2007', source: 'PUBLISHED', entries: [
    ['11', '北京市', 'Beijing'], ['12', '天津市', 'Tianjin'], ['13', '河北省', 'Hebei'], ['14', '山西省', 'Shanxi'], ['15', '内蒙古自治区', 'Inner Mongolia'],
    ['21', '辽宁省', 'Liaoning'], ['22', '吉林省', 'Jilin'], ['23', '黑龙江省', 'Heilongjiang'], ['31', '上海市', 'Shanghai'], ['32', '江苏省', 'Jiangsu'],
    ['33', '浙江省', 'Zhejiang'], ['34', '安徽省', 'Anhui'], ['35', '福建省', 'Fujian'], ['36', '江西省', 'Jiangxi'], ['37', '山东省', 'Shandong'],
    ['41', '河南省', 'Henan'], ['42', '湖北省', 'Hubei'], ['43', '湖南省', 'Hunan'], ['44', '广东省', 'Guangdong'], ['45', '广西壮族自治区', 'Guangxi'],
    ['46', '海南省', 'Hainan'], ['50', '重庆市', 'Chongqing'], ['51', '四川省', 'Sichuan'], ['52', '贵州省', 'Guizhou'], ['53', '云南省', 'Yunnan'],
    ['54', '西藏自治区', 'Tibet'], ['61', '陕西省', 'Shaanxi'], ['62', '甘肃省', 'Gansu'], ['63', '青海省', 'Qinghai'], ['64', '宁夏回族自治区', 'Ningxia'],
    ['65', '新疆维吾尔自治区', 'Xinjiang'], ['71', '台湾省', 'Taiwan'], ['81', '香港特别行政区', 'Hong Kong'], ['82', '澳门特别行政区', 'Macao']] },
  IDENTITY_DOCUMENT_TYPE: { standard: '学籍模板 / JY/T 1001', version: '2012', source: 'FORM', entries: [
    ['1', '居民身份证', 'Resident ID card'], ['2', '军官证', 'Officer card'], ['3', '士兵证', 'Soldier card'], ['4', '文职干部证', 'Civilian cadre card'],
    ['5', '部队离退休证', 'Military retiree card'], ['6', '香港特区护照/身份证明', 'Hong Kong passport or identity proof'],
    ['7', '澳门特区护照/身份证明', 'Macao passport or identity proof'], ['8', '台湾居民来往大陆通行证', 'Mainland travel permit for Taiwan residents'],
    ['9', '境外永久居住证', 'Permanent residence permit abroad'], ['A', '护照', 'Passport'], ['B', '户口簿', 'Household register'], ['Z', '其他', 'Other']] },
  OVERSEAS_STATUS: { standard: '学籍模板', version: '2014', source: 'FORM', entries: [
    ['00', '否', 'No'], ['01', '香港同胞', 'Hong Kong compatriot'], ['02', '香港同胞亲属', 'Relative of a Hong Kong compatriot'],
    ['03', '澳门同胞', 'Macao compatriot'], ['04', '澳门同胞亲属', 'Relative of a Macao compatriot'], ['05', '台湾同胞', 'Taiwan compatriot'],
    ['06', '台湾同胞亲属', 'Relative of a Taiwan compatriot'], ['11', '华侨', 'Overseas Chinese'], ['12', '侨眷', 'Relative of overseas Chinese'],
    ['13', '归侨', 'Returned overseas Chinese'], ['14', '归侨子女', 'Child of returned overseas Chinese'], ['21', '归国留学人员', 'Returned student'],
    ['31', '非华裔中国人', 'Chinese national of non-Chinese descent'], ['41', '外籍华裔人', 'Foreign national of Chinese descent'], ['51', '外国人', 'Foreigner'],
    ['99', '其他', 'Other']] },
  HEALTH_STATUS: { standard: 'GB/T 2261.3', version: '2003', source: 'FORM', entries: [
    ['10', '健康或良好', 'Healthy or good'], ['20', '一般或较弱', 'Fair or weak'], ['30', '有慢性病', 'Chronic illness'], ['40', '有生理缺陷', 'Physical defect'],
    ['50', '残疾', 'Disabled']] },
  POLITICAL_STATUS: { standard: 'GB/T 4762', version: '1984', source: 'PUBLISHED', entries: [
    ['01', '中国共产党党员', 'Member of the CPC'], ['02', '中国共产党预备党员', 'Probationary member of the CPC'], ['03', '共青团员', 'Youth League member'],
    ['04', '民革会员', 'RCCK member'], ['05', '民盟盟员', 'CDL member'], ['06', '民建会员', 'CNDCA member'], ['07', '民进会员', 'CAPD member'],
    ['08', '农工党党员', 'CPWDP member'], ['09', '致公党党员', 'CZGP member'], ['10', '九三学社社员', 'Jiusan Society member'],
    ['11', '台盟盟员', 'TDSL member'], ['12', '无党派民主人士', 'Democrat without party'], ['13', '群众', 'Citizen without party']] },
  HOUSEHOLD_REGISTRATION_TYPE: { standard: '学籍模板', version: '2014-1', source: 'FORM', entries: [
    ['1', '农业户口', 'Agricultural'], ['2', '非农业户口', 'Non-agricultural'],
    // Ours: many places no longer tell the two apart.
    ['3', '统一居民户口', 'Unified resident household']] },
  ENTRY_TYPE: { standard: '学籍模板', version: '2014', source: 'FORM', entries: [
    ['11', '就近入学', 'Nearby school'], ['12', '其他（义务教育）', 'Other (compulsory stage)'], ['21', '统一招生考试/普通入学', 'Unified examination or ordinary'],
    ['22', '体育特招', 'Sports talent'], ['23', '艺术特招', 'Arts talent'], ['99', '其他', 'Other']] },
  ATTENDANCE_MODE: { standard: `学籍模板 / ${JYT}`, version: '2012', source: 'FORM', entries: [
    ['1', '走读', 'Day pupil'], ['2', '住校', 'Boarder'], ['3', '借宿', 'Lodging elsewhere'], ['9', '其他', 'Other']] },
  LEFT_BEHIND_CHILD: { standard: '学籍模板', version: '2014', source: 'FORM', entries: [
    ['0', '非留守儿童', 'No'], ['1', '单亲留守儿童', 'One parent away'], ['2', '双亲留守儿童', 'Both parents away']] },
  // The names are on the form; the numbers are ours.
  COMMUTE_MODE: { standard: '学籍模板', version: '2014-1', source: 'OURS', entries: [
    ['1', '步行', 'On foot'], ['2', '自行车（含摩托车、电动自行车）', 'Bicycle, motorcycle or electric bicycle'], ['3', '公共交通', 'Public transport'],
    ['4', '家长自行接送', 'Brought by parents'], ['5', '校车', 'School bus'], ['9', '其他', 'Other']] },
  BLOOD_TYPE: { standard: '教基厅〔2007〕10号', version: '2007', source: 'TRANSCRIPTION', entries: [
    ['0', '未知血型', 'Unknown'], ['1', 'A型', 'A'], ['2', 'B型', 'B'], ['3', 'AB型', 'AB'], ['4', 'O型', 'O'], ['5', '其他', 'Other'], ['9', '未定血型', 'Not determined']] },
  STUDENT_SOURCE: { standard: JYT, version: '2012', source: 'TRANSCRIPTION', entries: [
    ['1', '正常入学', 'Regular admission'], ['2', '借读', 'Guest pupil'], ['9', '其他', 'Other']] },
  DISABILITY_TYPE: { standard: '学籍模板', version: '2014', source: 'FORM', entries: [
    ['0', '无残疾', 'None'], ['1', '视力残疾', 'Visual'], ['2', '听力残疾', 'Hearing'], ['3', '言语残疾', 'Speech'], ['4', '肢体残疾', 'Physical'],
    ['5', '智力残疾', 'Intellectual'], ['6', '精神残疾', 'Mental'], ['7', '多重残疾', 'Multiple'], ['8', '其他', 'Other']] },
  INCLUSIVE_EDUCATION: { standard: '学籍模板', version: '2014', source: 'FORM', entries: [
    ['0', '非随班就读', 'No'], ['1', '视力残疾随班就读', 'Visual'], ['2', '听力残疾随班就读', 'Hearing'], ['3', '智力残疾随班就读', 'Intellectual'],
    ['4', '其他残疾随班就读', 'Other']] },
  RELATIONSHIP: { standard: '学籍模板', version: '2014', source: 'FORM', entries: [
    ['1', '父亲', 'Father'], ['2', '母亲', 'Mother'], ['3', '祖父母或外祖父母', 'Grandparent'], ['4', '兄弟姐妹', 'Sibling'], ['9', '其他', 'Other']] },
  STUDENT_CATEGORY: { standard: JYT, version: '2012', source: 'TRANSCRIPTION', entries: [
    ['11100', '幼儿', 'Preschool child'], ['21100', '普通小学生', 'Primary pupil'], ['31100', '普通初中学生', 'Junior secondary pupil'],
    ['32100', '普通高中学生', 'Senior secondary pupil'], ['34', '工读学生', 'Pupil of a specialised school'], ['51100', '视力残疾学生', 'Visually impaired pupil'],
    ['51200', '听力残疾学生', 'Hearing-impaired pupil'], ['51300', '智力残疾学生', 'Intellectually disabled pupil'], ['51400', '其他残疾学生', 'Pupil with another disability']] },
  GRADE_LEVEL: { standard: '学段年级', version: '1', source: 'OURS', entries: [
    ['1', '小学一年级', 'Grade 1'], ['2', '小学二年级', 'Grade 2'], ['3', '小学三年级', 'Grade 3'], ['4', '小学四年级', 'Grade 4'], ['5', '小学五年级', 'Grade 5'],
    ['6', '小学六年级', 'Grade 6'], ['7', '初中一年级', 'Grade 7'], ['8', '初中二年级', 'Grade 8'], ['9', '初中三年级', 'Grade 9'],
    ['10', '高中一年级', 'Grade 10'], ['11', '高中二年级', 'Grade 11'], ['12', '高中三年级', 'Grade 12']] },
  PRESCHOOL_CLASS_LEVEL: { standard: JYT, version: '2012', source: 'TRANSCRIPTION', entries: [
    ['1', '托班', 'Nursery class'], ['2', '小班', 'Junior class'], ['3', '中班', 'Middle class'], ['4', '大班', 'Senior class']] },
  STAGE: { standard: JYT, version: '2012', source: 'TRANSCRIPTION', entries: [
    ['1', '小学', 'Primary'], ['2', '初中', 'Junior secondary'], ['3', '高中', 'Senior secondary']] },
  TERM: { standard: JYT, version: '2012', source: 'TRANSCRIPTION', entries: [
    ['1', '秋季学期', 'Autumn'], ['2', '春季学期', 'Spring'], ['3', '夏季学期', 'Summer'], ['9', '其他', 'Other']] },
  CHANGE_CATEGORY: { standard: JYT, version: '2012', source: 'TRANSCRIPTION', entries: [
    ['01', '公派留学', 'Publicly funded study abroad'], ['02', '留级', 'Repeating a grade'], ['03', '降级', 'Moving down a grade'], ['04', '跳级', 'Skipping a grade'],
    ['05', '试读', 'Trial study'], ['06', '延长年限', 'Extension'], ['07', '试读通过', 'Trial passed'], ['08', '回国复学', 'Return from abroad'],
    ['11', '休学', 'Suspension'], ['12', '复学', 'Return'], ['13', '停学', 'Interruption'], ['14', '保留入学资格', 'Admission kept'],
    ['15', '恢复入学资格', 'Admission restored'], ['16', '取消入学资格', 'Admission cancelled'], ['17', '恢复学籍', 'Record restored'], ['18', '取消学籍', 'Record cancelled'],
    ['19', '保留学籍', 'Record kept'], ['21', '转学（转出）', 'Transfer out'], ['22', '转学（转入）', 'Transfer in'], ['23', '转专业', 'Change of major'],
    ['24', '专升本', 'College to university'], ['25', '本转专', 'University to college'], ['26', '转系', 'Change of department'], ['27', '硕转博', 'Master to doctor'],
    ['28', '博转硕', 'Doctor to master'], ['29', '转班级', 'Change of class'], ['31', '退学', 'Withdrawal'], ['42', '开除学籍', 'Expulsion'], ['51', '死亡', 'Death'],
    ['61', '提前毕业', 'Early graduation'], ['62', '结业', 'Completion'], ['63', '肄业', 'Unfinished'], ['64', '国内访学', 'Visit within the country'],
    ['65', '国内访学后返校', 'Return from a visit'], ['99', '其他', 'Other']] },
  ROLL_CHANGE: { standard: JYT, version: '2012', source: 'TRANSCRIPTION', entries: [
    ['11', '招生', 'Admission'], ['12', '复学', 'Return'], ['13', '转入', 'Transfer in'], ['21', '毕业', 'Graduation'], ['22', '结业', 'Completion'],
    ['23', '休学', 'Suspension'], ['24', '退学', 'Withdrawal'], ['25', '开除', 'Expulsion'], ['26', '死亡', 'Death'], ['27', '转出', 'Transfer out'], ['28', '辍学', 'Dropout']] },
  REGISTRY_STATUS: { standard: JYT, version: '2012', source: 'TRANSCRIPTION', entries: [
    ['01', '在读', 'Attending'], ['02', '休学', 'Suspended'], ['03', '退学', 'Withdrawn'], ['04', '停学', 'Interrupted'], ['05', '复学', 'Returned'], ['06', '流失', 'Lost'],
    ['07', '毕业', 'Graduated'], ['08', '结业', 'Completed'], ['09', '肄业', 'Unfinished'], ['10', '转学（转出）', 'Transferred out'], ['11', '死亡', 'Deceased'],
    ['12', '保留入学资格', 'Admission kept'], ['13', '公派出国', 'Sent abroad'], ['14', '开除', 'Expelled'], ['15', '下落不明', 'Whereabouts unknown'], ['99', '其他', 'Other']] },
  CHANGE_REASON: { standard: JYT, version: '2012-excerpt', source: 'TRANSCRIPTION', entries: [
    ['10', '患病', 'Illness'], ['11', '精神疾病', 'Mental illness'], ['12', '传染疾病', 'Infectious disease'], ['19', '其他疾病', 'Other illness'],
    ['21', '自动退学', 'Own withdrawal'], ['26', '家长病重', 'Parent seriously ill'], ['27', '贫困', 'Poverty'], ['28', '非留学出国（境）', 'Abroad, not to study'],
    ['29', '自费出国退学', 'Withdrawn for self-funded study abroad'], ['30', '自费留学', 'Self-funded study abroad'], ['31', '休学期满未办理复学', 'No return after suspension'],
    ['39', '其他原因退学', 'Withdrawn for another reason'], ['81', '自杀', 'Suicide'], ['89', '其他死亡', 'Other death'], ['99', '其他', 'Other']] },
  SCHOOL_RUNNING_TYPE: { standard: JYT, version: '2012', source: 'TRANSCRIPTION', entries: [
    ['111', '幼儿园', 'Kindergarten'], ['119', '附设幼儿班', 'Attached kindergarten class'], ['211', '小学', 'Primary school'], ['218', '小学教学点', 'Primary teaching point'],
    ['219', '附设小学班', 'Attached primary class'], ['311', '初级中学', 'Junior secondary school'], ['312', '九年一贯制学校', 'Nine-year school'],
    ['319', '附设普通初中班', 'Attached junior class'], ['341', '完全中学', 'Complete secondary school'], ['342', '高级中学', 'Senior secondary school'],
    ['345', '十二年一贯制学校', 'Twelve-year school'], ['349', '附设普通高中班', 'Attached senior class'], ['371', '工读学校', 'Specialised (reform) school'],
    ['511', '盲人学校', 'School for the blind'], ['512', '聋人学校', 'School for the deaf'], ['513', '弱智学校', 'School for intellectual disability'],
    ['514', '其他特教学校', 'Other special-education school'], ['519', '附设特教班', 'Attached special class']] },
  URBAN_RURAL_CLASS: { standard: JYT, version: '2012', source: 'TRANSCRIPTION', entries: [
    ['111', '主城区', 'Main urban area'], ['112', '城乡结合区', 'Urban-rural fringe'], ['121', '镇中心区', 'Town centre'], ['122', '镇乡结合区', 'Town fringe'],
    ['123', '特殊区域', 'Special area'], ['210', '乡中心区', 'Township centre'], ['220', '村庄', 'Village']] },
  LOCATION_CLASS: { standard: '教基厅〔2007〕10号', version: '2007', source: 'TRANSCRIPTION', entries: [
    ['1', '城市', 'City'], ['2', '县镇', 'County town'], ['3', '农村', 'Rural']] },
  ECONOMIC_ATTRIBUTE: { standard: JYT, version: '2012', source: 'TRANSCRIPTION', entries: [
    ['0', '非贫困县', 'Not a poverty county'], ['1', '国家级贫困县', 'National poverty county'], ['2', '省级贫困县', 'Provincial poverty county']] },
  PROVIDER_CATEGORY: { standard: JYT, version: '2012', source: 'TRANSCRIPTION', entries: [
    ['11', '教育部门和集体办', 'Education department or collective'], ['12', '社会力量办', 'Social forces'], ['19', '其他部门办', 'Other department'], ['21', '公办', 'Public'],
    ['22', '民办', 'Private'], ['23', '民办公助', 'Private with public aid'], ['29', '其他', 'Other']] },
  SPONSOR: { standard: JYT, version: '2012', source: 'TRANSCRIPTION', entries: [
    ['811', '省级教育部门', 'Provincial education department'], ['812', '省级其他部门', 'Other provincial department'], ['821', '地级教育部门', 'City education department'],
    ['822', '地级其他部门', 'Other city department'], ['831', '县级教育部门', 'County education department'], ['832', '县级其他部门', 'Other county department'],
    ['891', '地方企业', 'Local enterprise'], ['892', '事业单位', 'Public institution'], ['893', '部队', 'Military'], ['894', '集体', 'Collective'], ['999', '民办', 'Private']] },
  SCHOOLING_SYSTEM: { standard: JYT, version: '2012', source: 'TRANSCRIPTION', entries: [
    ['1', '五年制', 'Five years'], ['2', '六年制', 'Six years'], ['3', '三年制', 'Three years'], ['4', '四年制', 'Four years']] },
  CLASS_TYPE: { standard: JYT, version: '2012', source: 'TRANSCRIPTION', entries: [
    ['10', '普通小学班', 'Ordinary primary class'], ['11', '少数民族小学班', 'Ethnic-minority primary class'], ['12', '小学复式班', 'Combined primary class'],
    ['13', '小学教学点班', 'Teaching-point primary class'], ['14', '小学特长班', 'Primary talent class'], ['15', '小学视力残疾班', 'Primary class, visual'],
    ['16', '小学听力残疾班', 'Primary class, hearing'], ['17', '小学智力残疾班', 'Primary class, intellectual'], ['20', '普通初中班', 'Ordinary junior class'],
    ['21', '少数民族初中班', 'Ethnic-minority junior class'], ['22', '初中复式班', 'Combined junior class'], ['23', '初中教学点班', 'Teaching-point junior class'],
    ['24', '初中特长班', 'Junior talent class'], ['25', '初中视力残疾班', 'Junior class, visual'], ['26', '初中听力残疾班', 'Junior class, hearing'],
    ['27', '初中智力残疾班', 'Junior class, intellectual'], ['40', '普通高中班', 'Ordinary senior class'], ['41', '少数民族高中班', 'Ethnic-minority senior class'],
    ['42', '高中特长班', 'Senior talent class']] },
  CLASS_SIZE_BAND: { standard: JYT, version: '2012', source: 'TRANSCRIPTION', entries: [
    ['1', '25人及以下', 'Up to 25'], ['2', '26-35人', '26-35'], ['3', '36-45人', '36-45'], ['4', '46-55人', '46-55'], ['5', '56-65人', '56-65'], ['6', '66人及以上', '66 or more']] },
  REPORTING_IN: { standard: JYT, version: '2012', source: 'TRANSCRIPTION', entries: [
    ['1', '注册', 'Registered'], ['2', '报到', 'Reported'], ['3', '未报到', 'Not reported']] },
  GRADUATE_DESTINATION: { standard: JYT, version: '2012', source: 'TRANSCRIPTION', entries: [
    ['15', '普通高中', 'Senior secondary school'], ['16', '普通初中', 'Junior secondary school'], ['13', '职业高中', 'Vocational senior school'], ['20', '就业', 'Employment'],
    ['40', '出国', 'Abroad'], ['50', '赴港澳台', 'To Hong Kong, Macao or Taiwan'], ['99', '其他', 'Other']] },
  GRADE_RATING: { standard: JYT, version: '2012', source: 'TRANSCRIPTION', entries: [
    ['1', '优秀', 'Excellent'], ['2', '良好', 'Good'], ['3', '及格', 'Pass'], ['4', '不及格', 'Fail']] },
  SANCTION: { standard: JYT, version: '2012', source: 'TRANSCRIPTION', entries: [
    ['1', '警告', 'Warning'], ['2', '严重警告', 'Serious warning'], ['3', '记过', 'Demerit'], ['4', '留校察看', 'Probation'], ['6', '开除学籍', 'Expulsion']] },
  AWARD_CATEGORY: { standard: JYT, version: '2012', source: 'TRANSCRIPTION', entries: [
    ['1', '学科', 'Subject'], ['2', '科技', 'Science and technology'], ['3', '文艺', 'Arts'], ['4', '体育', 'Sports'], ['5', '综合', 'General'], ['6', '社会工作', 'Social work'],
    ['7', '公益', 'Public benefit'], ['9', '其他', 'Other']] },
} as const satisfies Record<string, Omit<CodeTable, 'id'>>;

export type CodeTableId = keyof typeof TABLES;

export const CODE_TABLES: readonly CodeTable[] =
  Object.entries(TABLES).map(([id, table]) => ({ id: id as CodeTableId, ...table }));

const byId = new Map<string, { table: CodeTable; entries: ReadonlyMap<string, CodeEntry> }>(
  CODE_TABLES.map((table) => [table.id, { table, entries: new Map(table.entries.map((entry) => [entry[0], entry])) }]),
);

export function codeTable(id: CodeTableId): CodeTable {
  return byId.get(id)!.table;
}

export function findCode(id: CodeTableId, code: string): CodeEntry | null {
  return byId.get(id)!.entries.get(code) ?? null;
}

export function isCode(id: CodeTableId, code: string): boolean {
  return byId.get(id)!.entries.has(code);
}

/** A code's name; the Chinese one where the table has no English; null for an unknown code. */
export function codeName(id: CodeTableId, code: string, language: 'zh' | 'en' = 'zh'): string | null {
  const entry = findCode(id, code);
  if (entry === null) return null;
  return (language === 'en' ? entry[2] : undefined) ?? entry[1];
}
