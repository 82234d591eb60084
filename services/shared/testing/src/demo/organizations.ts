/** An organisation of the demonstration country. Names of schools and persons are invented; bureaus stand on real divisions. */
export interface DemoOrganization {
  id: string;
  parentId: string | null;
  level: 'MINISTRY' | 'PROVINCE' | 'CITY' | 'COUNTY' | 'SCHOOL' | 'INSTITUTION';
  name: string;
  divisionCode: string;
  /** schools and institutions only */
  schoolIdentifier?: string;
  schoolType?: string;
  stages?: ('PRESCHOOL' | 'PRIMARY' | 'JUNIOR' | 'SENIOR')[];
}

const provinces = [
  { code: '61', name: '陕西省', cities: [
    { code: '6101', name: '西安市', counties: [['610113', '雁塔区'], ['610112', '未央区']] },
    { code: '6103', name: '宝鸡市', counties: [['610302', '渭滨区'], ['610303', '金台区']] },
  ] },
  { code: '34', name: '安徽省', cities: [
    { code: '3401', name: '合肥市', counties: [['340102', '瑶海区'], ['340103', '庐阳区']] },
    { code: '3402', name: '芜湖市', counties: [['340202', '镜湖区'], ['340207', '鸠江区']] },
  ] },
  { code: '41', name: '河南省', cities: [
    { code: '4101', name: '郑州市', counties: [['410102', '中原区'], ['410103', '二七区']] },
    { code: '4103', name: '洛阳市', counties: [['410302', '老城区'], ['410303', '西工区']] },
  ] },
] as const;

const school = (parentId: string, divisionCode: string, type: string, sequence: string, name: string): DemoOrganization => {
  const schoolIdentifier = `${type}${divisionCode.slice(0, 2)}${sequence}`;
  const stage = type === '11' ? 'PRESCHOOL' : type === '21' ? 'PRIMARY' : type === '31' ? 'JUNIOR' : 'SENIOR';
  return { id: `s-${schoolIdentifier}`, parentId, level: type === '11' ? 'INSTITUTION' : 'SCHOOL', name, divisionCode, schoolIdentifier, schoolType: type, stages: [stage] };
};

function build(): DemoOrganization[] {
  const all: DemoOrganization[] = [{ id: 'cn', parentId: null, level: 'MINISTRY', name: '教育部', divisionCode: '000000' }];
  for (const province of provinces) {
    all.push({ id: `b-${province.code}`, parentId: 'cn', level: 'PROVINCE', name: `${province.name}教育厅`, divisionCode: `${province.code}0000` });
    let number = 0;
    for (const city of province.cities) {
      all.push({ id: `b-${city.code}`, parentId: `b-${province.code}`, level: 'CITY', name: `${city.name}教育局`, divisionCode: `${city.code}00` });
      for (const [code, name] of city.counties) {
        number += 1;
        const parent = `b-${code}`;
        const sequence = (nth: number) => `000${number}${String(nth).padStart(2, '0')}`;
        // The county of the demonstration workbook keeps the name that stands in it.
        const place = code === '610113' ? '示例区' : `示例${name}`;
        all.push({ id: parent, parentId: `b-${city.code}`, level: 'COUNTY', name: `${name}教育局`, divisionCode: code });
        all.push(school(parent, code, '11', sequence(1), `${place}第一幼儿园`));
        all.push(school(parent, code, '21', sequence(1), `${place}第一小学`));
        all.push(school(parent, code, '21', sequence(2), `${place}第二小学`));
        all.push(school(parent, code, '31', sequence(1), `${place}第一初级中学`));
      }
    }
  }
  // A school straight under a city, and a county-level unit straight under a province with a school of its own.
  all.push(school('b-6101', '610113', '31', '000901', '示例市直属初级中学'));
  all.push({ id: 'b-419001', parentId: 'b-41', level: 'COUNTY', name: '济源市教育局', divisionCode: '419001' });
  all.push(school('b-419001', '419001', '21', '000901', '示例济源市第一小学'));
  return all;
}

/** Parents before children. */
export const demoOrganizations: readonly DemoOrganization[] = build();

export const demoOrganization = (id: string): DemoOrganization => {
  const found = demoOrganizations.find((organization) => organization.id === id);
  if (!found) throw new Error(`no demo organisation ${id}`);
  return found;
};

/** Area path of a demo organisation. */
export const demoPath = (id: string): string => {
  const { parentId } = demoOrganization(id);
  return parentId === null ? `/${id}/` : `${demoPath(parentId)}${id}/`;
};
