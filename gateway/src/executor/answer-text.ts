import {
  baseType, ERRORS, isCompositeType, isCustomScalarType, isEnumType, isListType, isNonNullType, isObjectType, isSubtype,
  type CompositeType, type Directive, type Field, type Operation, type Schema, type SelectionSet, type Type,
} from '@apollo/federation-internals';
import type { GraphQLError } from 'graphql';
import { jsonOf, readKey, textOf } from './json-text';
import type { Data } from './merge';

/** Values of the variables that @skip and @include name. */
export type Conditions = Readonly<Record<string, boolean>>;

/** The text of an object; undefined: it is null, and why has been reported. */
type WriteObject = (object: Data) => string | undefined;

/** Parts of one response object: selections, each with the type they were written for. */
type Part = { selections: SelectionSet; parent: CompositeType };

interface ResponseField {
  field: Field;
  parent: CompositeType;
  parts: Part[];
}

interface Report {
  /** something could not be shown as the schema says */
  isFaulty: boolean;
  /** null: only noted that there are some */
  faults: GraphQLError[] | null;
  path: (string | number)[];
}

export class AnswerWriter {
  private readonly report: Report = { isFaulty: false, faults: null, path: [] };
  private readonly root: Shape;
  private explaining: AnswerWriter | null = null;

  /** @param explains whether it tells what was at fault and where, at the price of keeping the path */
  constructor(private readonly operation: Operation, private readonly conditions: Conditions, explains = false) {
    if (explains) this.report.faults = [];
    const type = operation.schema().schemaDefinition.rootType(operation.rootKind)!;
    this.root = new Shape(operation.schema(), type, [{ selections: operation.selectionSet, parent: type }], conditions, this.report, explains);
  }

  /** @returns the JSON of `data` for this operation, and whether anything in it had to become null that should not */
  write(data: Data): { text: string; isFaulty: boolean } {
    this.report.isFaulty = false;
    const text = this.root.write(data) ?? 'null';
    return { text, isFaulty: this.report.isFaulty };
  }

  /** What was at fault, for data that `write` found faulty. */
  explain(data: Data): GraphQLError[] {
    this.explaining ??= new AnswerWriter(this.operation, this.conditions, true);
    const { report } = this.explaining;
    report.faults = [];
    report.path = [];
    this.explaining.write(data);
    return report.faults;
  }
}

/**
 * One place in the answer where objects stand. What is written depends on the object's own type, so there is one generated function per type name
 * met, made when first met; names come from the schema, so their number is bounded.
 */
class Shape {
  private readonly byType = new Map<string, WriteObject | null>();
  /** for objects of the declared type, and for those that do not name theirs */
  readonly write: WriteObject;

  constructor(
    private readonly schema: Schema, readonly type: CompositeType, private readonly parts: readonly Part[], private readonly conditions: Conditions,
    private readonly report: Report, private readonly explains: boolean,
  ) {
    this.write = this.generate(isObjectType(type) ? type : null);
    this.byType.set(type.name, this.write);
  }

  /** @returns null when there is no such type in the schema that clients see */
  forType(typename: string): WriteObject | null {
    let write = this.byType.get(typename);
    if (write === undefined) {
      const type = this.schema.type(typename);
      write = type && isCompositeType(type) ? this.generate(type) : null;
      if (type) this.byType.set(typename, write);
    }
    return write;
  }

  /** @param type null: the object does not say, so what was declared holds */
  private generate(type: CompositeType | null): WriteObject {
    return new Source(this.schema, this.type, type, this.fieldsFor(type), this.conditions, this.report, this.explains).function();
  }

  /** The fields for objects of this type in the order in which a reader of the operation meets them. */
  private fieldsFor(type: CompositeType | null): Map<string, ResponseField> {
    const fields = new Map<string, ResponseField>();
    const collect = (selections: SelectionSet, parent: CompositeType): void => {
      for (const selection of selections.selections()) {
        if (this.isLeftOut(selection.element.appliedDirectives)) continue;
        if (selection.kind === 'FieldSelection') {
          const field = selection.element;
          const known = fields.get(field.responseName());
          const parts = selection.selectionSet ? [{ selections: selection.selectionSet, parent: baseType(field.definition.type as Type) as CompositeType }] : [];
          if (known) known.parts.push(...parts);
          else fields.set(field.responseName(), { field, parent, parts });
        } else {
          const { typeCondition } = selection.element;
          if (!typeCondition || isSubtype(typeCondition, type ?? parent)) collect(selection.selectionSet, typeCondition ?? parent);
        }
      }
    };
    for (const { selections, parent } of this.parts) collect(selections, type ?? parent);
    return fields;
  }

  private isLeftOut(directives: readonly Pick<Directive, 'name' | 'arguments'>[]): boolean {
    return directives.some((directive) => {
      if (directive.name !== 'skip' && directive.name !== 'include') return false;
      const { if: condition } = directive.arguments() as { if: boolean | { name: string } };
      return (typeof condition === 'boolean' ? condition : this.conditions[condition.name]!) === (directive.name === 'skip');
    });
  }
}

/** Writes the JavaScript of one such function. Names in it are GraphQL names, and quoted; nothing a client sends as a value gets in. */
class Source {
  private readonly given: unknown[] = [];
  private variables = 0;

  constructor(
    private readonly schema: Schema, private readonly declared: CompositeType, private readonly type: CompositeType | null,
    private readonly fields: ReadonlyMap<string, ResponseField>, private readonly conditions: Conditions, private readonly report: Report, private readonly explains: boolean,
  ) {}

  function(): WriteObject {
    const lines = [...this.fields].map(([name, field], index) => this.fieldLines(name, field, `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`));
    const names = this.given.map((_value, index) => `g${index}`);
    const body = `"use strict";return function(o){let r=${lines.length > 0 ? "''" : "'{'"};${lines.join('')}return r+'}';}`;
    // oxlint-disable-next-line no-new-func -- see above
    return new Function('report', 'text', 'json', 'fail', ...names, body)(this.report, textOf, jsonOf, fail, ...this.given) as WriteObject;
  }

  private give(value: unknown): string {
    return `g${this.given.push(value) - 1}`;
  }

  private variable(): string {
    this.variables += 1;
    return `v${this.variables}`;
  }

  private fieldLines(name: string, { field, parent, parts }: ResponseField, prefix: string): string {
    if (field.name === '__typename') {
      const type = this.type ?? this.declared;
      if (isObjectType(type)) return `r+=${JSON.stringify(`${prefix}${JSON.stringify(type.name)}`)};`;
      // All that is known of the object is an interface (it may be an interface object); the field itself may know better.
      const [told, isObject] = [this.variable(), this.give((typename: unknown) => typeof typename === 'string' && this.schema.type(typename)?.kind === 'ObjectType')];
      return `const ${told}=${readKey('o', name)};if(!${isObject}(${told}))return undefined;r+=${JSON.stringify(prefix)}+text(${told});`;
    }
    const [value, text] = [this.variable(), this.variable()];
    const type = field.definition.type as Type;
    const isRequired = isNonNullType(type);
    const place = `field ${parent.name}.${name}`;
    const [enter, leave] = this.explains ? [`report.path.push(${JSON.stringify(name)});`, 'report.path.pop();'] : ['', ''];
    return `${enter}const ${value}=${readKey('o', name)};let ${text};${this.valueLines(type, value, text, parts, place)}${leave}`
      + (isRequired ? `if(${text}===undefined)return undefined;r+=${JSON.stringify(prefix)}+${text};` : `r+=${JSON.stringify(prefix)}+(${text}??'null');`);
  }

  /** Sets `text` to the value's JSON; to null: it is null and may be reported; to undefined: null, and reported. */
  private valueLines(type: Type, value: string, text: string, parts: Part[], place: string): string {
    if (isNonNullType(type)) {
      return `${this.valueLines(type.ofType as Type, value, text, parts, place)}if(${text}===null){${this.fault(`Cannot return null for non-nullable ${place}.`)}${text}=undefined;}`;
    }
    return `if(${value}===undefined||${value}===null)${text}=null;else{${this.presentLines(type, value, text, parts, place)}}`;
  }

  private presentLines(type: Type, value: string, text: string, parts: Part[], place: string): string {
    if (isListType(type)) return this.listLines(type.ofType as Type, value, text, parts, place);
    if (isCompositeType(type)) return this.objectLines(type, value, text, parts, place);
    return this.leafLines(type, value, text, place);
  }

  private listLines(type: Type, list: string, text: string, parts: Part[], place: string): string {
    const [index, value, inner, isNull] = [this.variable(), this.variable(), this.variable(), this.variable()];
    const isRequired = isNonNullType(type);
    const [enter, leave] = this.explains ? [`report.path.push(${index});`, 'report.path.pop();'] : ['', ''];
    const element = this.valueLines(type, value, inner, parts, `array element of type ${isRequired ? type.ofType : type} in ${place}`);
    return `if(!Array.isArray(${list})){${this.fault(`Invalid non-list value found for ${place}.`)}}else{${text}='[';let ${isNull}=false;`
      + `for(let ${index}=0;${index}<${list}.length;${index}++){${enter}const ${value}=${list}[${index}];let ${inner};${element}${leave}`
      + (isRequired ? `if(${inner}===undefined)${isNull}=true;else ` : '')
      + `${text}+=${index}===0?${inner}??'null':','+(${inner}??'null');}`
      + `${text}=${isNull}?undefined:${text}+']';}`;
  }

  private objectLines(type: CompositeType, value: string, text: string, parts: Part[], place: string): string {
    const shape = new Shape(this.schema, type, parts, this.conditions, this.report, this.explains);
    const [write, other] = [this.give(shape.write), this.give((typename: string) => shape.forType(typename))];
    const [typename, found] = [this.variable(), this.variable()];
    const isDeclared = isObjectType(type) ? `${typename}===${JSON.stringify(type.name)}||` : '';
    return `if(typeof ${value}!=='object'){${this.fault(`Invalid non-object value found for ${place}.`)}}else{`
      + `const ${typename}=${value}.__typename;let ${found};`
      + `if(${isDeclared}!${typename})${text}=${write}(${value});`
      + `else if((${found}=${other}(${typename}))!==null)${text}=${found}(${value});`
      + `else{${this.fault(`Invalid __typename found for object at ${place}.`)}}}`;
  }

  private leafLines(type: Type, value: string, text: string, place: string): string {
    if (isCustomScalarType(type)) return `${text}=json(${value});`;
    const [is, write] = this.leaf(type, value);
    return `if(${is})${text}=${write};else{${this.fault(`Invalid value found for ${place}.`)}}`;
  }

  private leaf(type: Type, value: string): [is: string, write: string] {
    if (isEnumType(type)) {
      const texts = this.give(new Map(type.values.map(({ name }) => [name, JSON.stringify(name)])));
      return [`${texts}.has(${value})`, `${texts}.get(${value})`];
    }
    switch (type.toString()) {
      case 'Int': return [isWhole(value), `''+${value}`];
      case 'Float': return [`Number.isFinite(${value})`, `''+${value}`];
      case 'Boolean': return [`typeof ${value}==='boolean'`, `''+${value}`];
      case 'ID': return [`typeof ${value}==='string'||${isWhole(value)}`, `typeof ${value}==='string'?text(${value}):''+${value}`];
      default: return [`typeof ${value}==='string'`, `text(${value})`];
    }
  }

  private fault(message: string): string {
    return this.explains ? `fail(report,${JSON.stringify(message)});` : 'report.isFaulty=true;';
  }
}

/** As far as numbers are written without an exponent. */
const isWhole = (value: string): string => `(Number.isInteger(${value})&&Math.abs(${value})<1e21)`;

function fail(report: Report, message: string): void {
  report.isFaulty = true;
  report.faults?.push(ERRORS.INVALID_GRAPHQL.err(message, { path: [...report.path] }));
}
